"""A hidden layer as the Playground page edits it, with what belongs to it: into Keras's layers and back, into JSON and back."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground import catalog
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Layer, Part, check_number, check_whole, part

MOST_UNITS = 16
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
JOINS = {"concatenate": "layers.Concatenate", "add": "layers.Add"}


@dataclass(frozen=True)
class Skip:
    """A connection past other layers. source: "input" or an earlier block. join: "concatenate" (beside what comes in) or "add" (to what
    goes out)."""

    source: str
    join: str = "concatenate"

    def __post_init__(self) -> None:
        if not isinstance(self.source, str):
            raise InvalidValue("A skip link has no source.", expected="the name of an earlier layer", got=self.source)
        if not isinstance(self.join, str) or self.join not in JOINS:
            raise InvalidValue("A skip link joins in another way.", expected=" or ".join(JOINS), got=self.join)


@dataclass(frozen=True)
class Block:
    """A hidden layer with what belongs to it.

    name: stays when blocks are put in or taken out. activation: a name, or one of Keras's activation layers. initializer: of the kernel,
    None for Keras's own. l1, l2: penalties on the kernel. norm: batch normalisation behind it. dropout: share of outputs left out.
    """

    name: str
    units: int = 4
    activation: str | Part = "tanh"
    initializer: Part | None = None
    l1: float = 0.0
    l2: float = 0.0
    norm: bool = False
    dropout: float = 0.0
    skip: Skip | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name) or self.name in ("input", "output"):
            raise InvalidValue("A layer needs a short name.", expected="letters a to z, digits and _, at most 31", got=self.name)
        check_whole(f"The number of units of {self.name}", self.units, low=1, high=MOST_UNITS)
        check_number(f"The L1 penalty of {self.name}", self.l1, low=0, high=100)
        check_number(f"The L2 penalty of {self.name}", self.l2, low=0, high=100)
        check_number(f"The dropout of {self.name}", self.dropout, low=0, high=0.9)
        if type(self.norm) is not bool:
            raise InvalidValue(f"The batch normalisation of {self.name} is on or off.", expected="true or false", got=self.norm)

        if self.initializer is not None and not isinstance(self.initializer, Part):
            raise InvalidValue(f"{self.name} has no such initializer.", expected="one of Keras's initializers", got=self.initializer)
        if isinstance(self.activation, Part) and self.activation.kind not in activation_layers():
            expected = "the name of an activation, or an activation layer"
            raise InvalidValue(f"{self.name} has no such activation.", expected=expected, got=self.activation.kind)

    @property
    def last(self) -> str:
        """The layer whose output is the block's."""
        if self.skip and self.skip.join == "add":
            return f"{self.name}_skip"
        if self.dropout:
            return f"{self.name}_drop"
        if self.norm:
            return f"{self.name}_norm"
        return f"{self.name}_act" if isinstance(self.activation, Part) else self.name


# Layers


def layers_of(blocks: Sequence[Block], place: int) -> list[Layer]:
    """The layers of the block at `place`. Raises InvalidValue for a skip link from what does not stand before it."""
    block = blocks[place]
    ends = ["input", *(each.last for each in blocks[:place])]
    names = ["input", *(each.name for each in blocks[:place])]
    layers, source = [], ""
    if block.skip:
        if block.skip.source not in names:
            raise InvalidValue(f"{block.name} skips from a layer that does not stand before it.", expected=", ".join(names))
        source = ends[names.index(block.skip.source)]
        if block.skip.join == "concatenate":
            layers.append(Layer(part(JOINS["concatenate"]), f"{block.name}_skip", (ends[-1], source)))
    layers.append(Layer(dense(block), block.name))
    if isinstance(block.activation, Part):
        layers.append(Layer(block.activation, f"{block.name}_act"))
    if block.norm:
        layers.append(Layer(part("layers.BatchNormalization"), f"{block.name}_norm"))
    if block.dropout:
        layers.append(Layer(part("layers.Dropout", rate=float(block.dropout)), f"{block.name}_drop"))
    if block.skip and block.skip.join == "add":
        layers.append(Layer(part(JOINS["add"]), f"{block.name}_skip", (layers[-1].name, source)))
    return layers


@functools.lru_cache(maxsize=1)
def activation_layers() -> tuple[str, ...]:
    """The kinds of layers that a block may have for its activation."""
    return tuple(entry.kind for entry in catalog.entries("layers") if entry.purpose == "Activation")


def activated(activation: str | Part) -> dict[str, str]:
    return {} if isinstance(activation, Part) or activation == "linear" else {"activation": activation}


def dense(block: Block) -> Part:
    penalties = {name: float(value) for name, value in (("l1", block.l1), ("l2", block.l2)) if value}
    args: dict[str, Any] = {"units": block.units, **activated(block.activation)}
    if block.initializer:
        args["kernel_initializer"] = block.initializer
    if penalties:
        args["kernel_regularizer"] = part("regularizers." + "".join(name.upper() for name in penalties), **penalties)
    return part("layers.Dense", **args)


def take_up(blocks: list[Block], layer: Layer) -> None:
    """Put a layer of a network into the block it belongs to, or begin one. Whether all fits is for the caller to compare."""
    args, kind = layer.part.args, layer.part.kind
    ends = {"input": "input"} | {each.last: each.name for each in blocks}
    change: dict[str, Any] = {}
    if kind == "layers.Dense":
        penalty = args.get("kernel_regularizer")
        penalty = penalty if isinstance(penalty, Part) else Part("none")
        waiting = blocks and blocks[-1].name == f"{layer.name}_skip"  # a Concatenate in front of it
        skip = blocks.pop().skip if waiting else None
        l1, l2 = penalty.args.get("l1", 0.0), penalty.args.get("l2", 0.0)
        activation = args.get("activation") or "linear"
        blocks.append(Block(layer.name, args["units"], activation, args.get("kernel_initializer"), l1, l2, skip=skip))
        return
    if kind == "layers.Concatenate":
        blocks.append(Block(layer.name, skip=Skip(ends.get(layer.inputs[1], ""))))
        return
    if kind == "layers.BatchNormalization":
        change["norm"] = True
    elif kind == "layers.Dropout":
        change["dropout"] = args["rate"]
    elif kind == "layers.Add":
        change["skip"] = Skip(ends.get(layer.inputs[1], ""), "add")
    else:
        change["activation"] = layer.part
    blocks[-1] = dataclasses.replace(blocks[-1], **change)


# JSON


def block_json(block: Block) -> dict[str, Any]:
    return {
        "name": block.name,
        "units": block.units,
        "activation": spec.to_json(block.activation),
        "initializer": spec.to_json(block.initializer) if block.initializer else None,
        "l1": block.l1,
        "l2": block.l2,
        "norm": block.norm,
        "dropout": block.dropout,
        "skip": {"from": block.skip.source, "join": block.skip.join} if block.skip else None,
    }


def block_from_json(given: Any) -> Block:
    names = [each.name for each in dataclasses.fields(Block)]
    fields = dict(only(given, "layer", names, needed=("name",)))
    if isinstance(fields.get("activation"), dict):
        fields["activation"] = spec.part_from_json(fields["activation"])
    if fields.get("initializer") is not None:
        fields["initializer"] = spec.part_from_json(fields["initializer"])
    if fields.get("skip") is not None:
        skip = only(fields["skip"], "skip link", ("from", "join"), needed=("from",))
        fields["skip"] = Skip(skip["from"], skip.get("join", "concatenate"))
    return Block(**fields)


def only(given: Any, where: str, known: Sequence[str], *, needed: Sequence[str] = ()) -> Mapping[str, Any]:
    """The fields of a JSON object; unknown or missing ones are refused by name."""
    if not isinstance(given, dict):
        raise InvalidValue(f"The {where} is not an object.", expected="a JSON object", got=given)
    for name in (*needed, *given):
        if name not in given or name not in known:
            raise InvalidValue(f"The {where} has other fields.", expected=", ".join(known), got=", ".join(given) or "none")
    return given
