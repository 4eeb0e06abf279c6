"""What a network is made of: Parts with their Args, named Layers, the Network. Values that never change and can be hashed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.values.checks import check_text
from playground.values.errors import InvalidValue, shorten

MAX_LAYERS = 300


class Args(Mapping[str, Any]):
    """Keyword arguments that never change: a mapping that can be hashed, with lists frozen to tuples."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        self._items = {name: freeze(value) for name, value in (items or {}).items()}

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._items == dict(other)

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[object, ...]:
        return Args, (self._items,)


def freeze(value: Any) -> Any:
    """Lists and tuples as tuples, mappings with a kind as Parts, NaN and unknown types refused."""
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    if isinstance(value, str):
        check_text("An argument", value)
    if isinstance(value, Part) or value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidValue("An argument is not a finite number.", expected="a finite number", got=str(value))
        return value
    raise InvalidValue("An argument has a type that cannot be kept.", expected="numbers, text, tuples or parts", got=type(value).__name__)


@dataclass(frozen=True, repr=False)
class Part:
    """One Keras object: its place in Keras (`"layers.Conv2D"`) and only the arguments that differ from Keras's defaults.

    `repr` is its Python source. Arguments hold numbers, text, booleans, None, tuples and other Parts.
    """

    kind: str
    args: Args = field(default_factory=Args)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or not self.kind.replace(".", "").replace("_", "").isalnum():
            raise InvalidValue("A part needs the name of a Keras object.", expected='text such as "layers.Dense"', got=self.kind)
        if not isinstance(self.args, Args):
            object.__setattr__(self, "args", Args(self.args))

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in self.args.items())})"

    def having(self, **args: Any) -> Part:
        """The same part with these arguments set."""
        return Part(self.kind, Args({**self.args, **args}))

    def without(self, *names: str) -> Part:
        """The same part with these arguments back at Keras's defaults."""
        return Part(self.kind, Args({name: value for name, value in self.args.items() if name not in names}))

    @property
    def short(self) -> str:
        """The last word of the kind: `"Conv2D"`."""
        return self.kind.rpartition(".")[2]

    @property
    def default_name(self) -> str:
        """The name Keras gives a first layer of this kind: `"max_pooling2d"`."""
        words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", self.short)
        return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def part(kind: str, **args: Any) -> Part:
    """`Part` with keyword arguments, for code that writes networks down."""
    return Part(kind, Args(args))


@dataclass(frozen=True)
class Layer:
    """A named layer. `inputs` empty: fed by the layer before it; else the names of its sources (`"input"` is the network's).

    `active=False` keeps the layer in the stack but leaves it out of the model (to compare with and without).
    """

    part: Part
    name: str
    inputs: tuple[str, ...] = ()
    active: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not (self.name.isidentifier() and self.name.isascii()) or len(self.name) > 60:
            raise InvalidValue(  # TensorFlow takes no other letters
                "A layer needs a short name.", expected="letters a to z, digits and _, at most 60", got=self.name, fix="Rename the layer."
            )
        object.__setattr__(self, "inputs", tuple(self.inputs))


@dataclass(frozen=True)
class Network:
    """A network: the shape of one example (no batch axis) and its layers in order."""

    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        shape = tuple(self.input_shape)
        if not shape or not all(type(n) is int and 0 < n <= 100_000 for n in shape):
            raise InvalidValue("The input shape is not a shape.", expected="positive whole numbers", got=shape)
        object.__setattr__(self, "input_shape", shape)
        object.__setattr__(self, "layers", tuple(self.layers))
        if len(self.layers) > MAX_LAYERS:
            raise InvalidValue("The network has too many layers.", expected=f"at most {MAX_LAYERS}", got=str(len(self.layers)))
        seen = {"input"}
        for layer in self.layers:
            if layer.name in seen:
                raise InvalidValue("Two layers have the same name.", expected="each name once", got=layer.name, fix="Rename one.")
            for source in layer.inputs:
                if source not in seen:
                    raise InvalidValue(
                        f"Layer {layer.name} takes its input from {shorten(source, 60)}, which does not stand before it.",
                        expected="the name of an earlier layer",
                        got=source,
                    )
            seen.add(layer.name)

    def wiring(self) -> tuple[tuple[Layer, tuple[str, ...]], ...]:
        """The active layers with the names of their sources, spelt out; a switched-off layer hands its own (first) source on."""
        wired, stands_for, last = [], {"input": "input"}, "input"
        for layer in self.layers:
            sources = tuple(stands_for[name] for name in layer.inputs) or (last,)
            last = stands_for[layer.name] = layer.name if layer.active else sources[0]
            if layer.active:
                wired.append((layer, sources))
        return tuple(wired)
