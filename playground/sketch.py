"""What the Playground page edits: a small dense network on points in the plane, as a value that turns into an Experiment and back.

Knows the data sets and what is offered of Keras; nothing of screens.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground import catalog, data, spec
from playground.errors import InvalidValue, shorten
from playground.spec import Args, DataChoice, Experiment, Layer, Network, Part, Training, check_number, check_whole, part
from playground.way import Way, way

__all__ = ["FIRST", "MOST_BLOCKS", "MOST_UNITS", "OUTPUTS", "USUAL_LOSS", "Block", "Sketch", "Skip", "Way", "mended", "parameters", "way"]

MOST_BLOCKS = 8
MOST_UNITS = 16
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
JOINS = {"concatenate": "layers.Concatenate", "add": "layers.Add"}
OUTPUTS = {"classifier": ("softmax", "sigmoid", "tanh"), "regressor": ("linear", "tanh")}
USUAL_LOSS = {  # of a task and an output
    ("classifier", "softmax"): "losses.SparseCategoricalCrossentropy",
    ("classifier", "sigmoid"): "losses.BinaryCrossentropy",
    ("classifier", "tanh"): "losses.MeanSquaredError",
    ("regressor", "linear"): "losses.MeanSquaredError",
    ("regressor", "tanh"): "losses.MeanSquaredError",
}


@dataclass(frozen=True)
class Skip:
    """A connection past other layers. source: "input" or an earlier block. join: "concatenate" (beside what comes in) or "add" (to what
    goes out)."""

    source: str
    join: str = "concatenate"

    def __post_init__(self) -> None:
        if not isinstance(self.source, str):
            raise InvalidValue("A skip link has no source.", expected="the name of an earlier layer", got=self.source)
        if self.join not in JOINS:
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


@dataclass(frozen=True)
class Sketch:
    """data: points in the plane, `inputs` among its arguments. output: "softmax", "sigmoid", "tanh" or "linear"."""

    data: DataChoice
    blocks: tuple[Block, ...]
    output: str
    training: Training = field(default_factory=Training)

    def __post_init__(self) -> None:
        if len(self.blocks) > MOST_BLOCKS:
            raise InvalidValue("There are too many hidden layers.", expected=f"at most {MOST_BLOCKS}", got=str(len(self.blocks)))
        if self.training.precision != "float32":
            raise InvalidValue("This network is too small for another precision.", expected="float32", got=self.training.precision)

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.data.args.get("inputs", ("x", "y"))

    @property
    def task(self) -> str:
        return data.of(self.data).task

    def experiment(self) -> Experiment:
        """The experiment that this stands for. Raises InvalidValue where something is not offered or does not fit."""
        dataset = data.of(self.data)
        if dataset.kind != "plane":
            raise InvalidValue(f"{dataset.title} is no set of points in the plane.", fix="Choose one that is, or go to Build.")
        layers = [layer for each in range(len(self.blocks)) for layer in self._layers(each)]
        units = len(dataset.classes) if self.output == "softmax" else 1
        layers.append(Layer(part("layers.Dense", units=units, **activated(self.output)), "output"))
        made = Experiment(self.data, (Network(dataset.shape, tuple(layers)),), self.training, task=dataset.task)
        catalog.check(made)
        return made

    def _layers(self, place: int) -> list[Layer]:
        block = self.blocks[place]
        ends = ["input", *(each.last for each in self.blocks[:place])]
        names = ["input", *(each.name for each in self.blocks[:place])]
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

    @staticmethod
    def of(experiment: Experiment) -> Sketch:
        """The sketch of an experiment as it begins, or InvalidValue where its network or data is none that a sketch can have."""
        start = experiment.at(-1)
        blocks: list[Block] = []
        last = start.network.layers[-1].part if start.network.layers else Part("none")
        try:
            for layer in start.network.layers[:-1]:
                take_up(blocks, layer)
            found = Sketch(start.data, tuple(blocks), last.args.get("activation") or "linear", start.training)
            if found.experiment() == start.having(name=""):
                return found
        except (InvalidValue, IndexError):
            pass
        raise InvalidValue(
            "This network does not fit onto the Playground page.",
            expected=f"points in the plane and at most {MOST_BLOCKS} Dense layers of at most {MOST_UNITS} units",
            fix="Open it on the Build page.",
        )

    @staticmethod
    def from_json(given: Any) -> Sketch:
        """The inverse of `to_json`; what is missing is at its default. Raises InvalidValue that names the field."""
        return sketch_from_json(given)

    def to_json(self) -> dict[str, Any]:
        """Everything spelt out, also what is at its default."""
        args = {name: value for name, value in knobs(self.data).items() if name != "inputs"}
        training = self.training
        return {
            "data": {"name": self.data.name, "args": spec.to_json(Args(args)), "test": self.data.test, "seed": self.data.seed},
            "inputs": list(self.inputs),
            "blocks": [block_json(block) for block in self.blocks],
            "output": self.output,
            "training": {
                "optimizer": spec.to_json(training.optimizer),
                "loss": spec.to_json(training.loss),
                "batch_size": training.batch_size,
                "epochs": training.epochs,
                "seed": training.seed,
            },
        }


def mended(sketch: Sketch) -> tuple[Sketch, tuple[str, ...]]:
    """The nearest sketch whose pieces fit together, and a sentence for each thing that had to give way."""
    dataset, said = data.of(sketch.data), []
    outputs = outputs_for(dataset)
    output = sketch.output if sketch.output in outputs else outputs[0]
    if output != sketch.output:
        said.append(f"The output became {output}, which fits this data.")
    blocks: list[Block] = []
    for block in sketch.blocks:
        if block.skip and (reason := misfit(block, blocks, len(sketch.inputs))):
            said.append(f"The skip link into {block.name} is gone: {reason}.")
            block = dataclasses.replace(block, skip=None)
        blocks.append(block)
    sketch = dataclasses.replace(sketch, output=output, blocks=tuple(blocks))
    loss = sketch.training.loss
    fits = {choice.entry.kind: choice for choice in catalog.losses_for(sketch.experiment())}
    if loss.kind not in fits or not fits[loss.kind].valid:
        loss = Part(USUAL_LOSS[dataset.task, output])
        said.append(f"The loss became {catalog.entry(loss.kind).title}, which fits the output.")
        sketch = dataclasses.replace(sketch, training=dataclasses.replace(sketch.training, loss=loss))
    return sketch, tuple(said)


def outputs_for(dataset: data.DataSet) -> tuple[str, ...]:
    """The outputs that suit a data set, the usual one first."""
    return ("softmax",) if len(dataset.classes) > 2 else OUTPUTS[dataset.task]


def misfit(block: Block, earlier: list[Block], inputs: int) -> str:
    """Why a block's skip link cannot be, behind these blocks, or ""."""
    units = {"input": inputs} | {each.name: each.units for each in earlier}
    previous = earlier[-1].name if earlier else "input"
    if block.skip.source not in units:
        return f"{shorten(block.skip.source, 40)} does not stand before it"
    if block.skip.join == "concatenate" and block.skip.source == previous:
        return f"{previous} feeds it anyway"
    if block.skip.join == "add" and units[block.skip.source] != block.units:
        return f"{units[block.skip.source]} numbers cannot be added to {block.units}"
    return ""


def parameters(network: Network) -> int:
    """Weights and biases that such a network learns."""
    widths = {"input": network.input_shape[0]}
    total = 0
    for layer, sources in network.wiring():
        width = widths[sources[0]]
        if layer.part.kind == "layers.Concatenate":
            width = sum(widths[source] for source in sources)
        elif layer.part.kind == "layers.Dense":
            total += (width + 1) * layer.part.args["units"]
            width = layer.part.args["units"]
        elif layer.part.kind == "layers.BatchNormalization":
            total += 2 * width
        elif layer.part.kind == "layers.PReLU":
            total += width
        widths[layer.name] = width
    return total


# Pieces


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
        penalty = args.get("kernel_regularizer") or Part("none")
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


def knobs(choice: DataChoice) -> dict[str, Any]:
    """A choice's arguments with those at their defaults."""
    return {**data.knob_defaults(data.find(choice.name)), **choice.args}


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


def sketch_from_json(given: Any) -> Sketch:
    """A Sketch, field by field, so that an error can name the field."""
    fields = only(given, "sketch", ("data", "inputs", "blocks", "output", "training"), needed=("data",))
    choice = only(fields["data"], "data", ("name", "args", "test", "seed"), needed=("name",))
    args = dict(spec.args_from_json(choice.get("args", {}), "data.args"))
    if "inputs" in fields:
        args["inputs"] = tuple(spec.listed(fields["inputs"], "inputs"))
    usual = data.knob_defaults(data.find(choice["name"]))
    kept = Args({name: value for name, value in args.items() if name not in usual or value != usual[name]})
    training = spec.training_from_json(fields.get("training", spec.to_json(FIRST.training)))
    output = fields.get("output", "softmax")
    if output not in ("softmax", "sigmoid", "tanh", "linear"):
        raise InvalidValue("There is no such output.", expected="softmax, sigmoid, tanh or linear", got=output)
    return Sketch(
        DataChoice(choice["name"], kept, test=choice.get("test", FIRST.data.test), seed=choice.get("seed", 0)),
        tuple(block_from_json(each) for each in spec.listed(fields.get("blocks", []), "blocks")),
        output,
        training,
    )


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


FIRST = Sketch(
    data=DataChoice("spirals", Args({"classes": 3}), test=0.3),
    blocks=(Block("hidden_1", 8), Block("hidden_2", 8)),
    output="softmax",
    training=Training(part("optimizers.Adam", learning_rate=0.003), batch_size=10, epochs=1_000_000),
)
