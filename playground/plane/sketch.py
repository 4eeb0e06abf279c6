"""What the Playground page edits: a small dense network on points in the plane, as a value that turns into an Experiment and back.

Knows the data sets and what is offered of Keras; nothing of screens.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from playground import catalog, data, validation
from playground.plane.blocks import MOST_UNITS, Block, Skip, activated, block_from_json, block_json, layers_of, only, take_up
from playground.values import spec
from playground.values.errors import InvalidValue, shorten
from playground.values.spec import Args, DataChoice, Experiment, Layer, Network, Part, Training, part

__all__ = ["FIRST", "MOST_BLOCKS", "MOST_UNITS", "OUTPUTS", "USUAL_LOSS", "Block", "Sketch", "Skip", "mended", "parameters"]

MOST_BLOCKS = 8
OUTPUTS = {"classifier": ("softmax", "sigmoid", "tanh"), "regressor": ("linear", "tanh")}
USUAL_LOSS = {  # of a task and an output
    ("classifier", "softmax"): "losses.SparseCategoricalCrossentropy",
    ("classifier", "sigmoid"): "losses.BinaryCrossentropy",
    ("classifier", "tanh"): "losses.MeanSquaredError",
    ("regressor", "linear"): "losses.MeanSquaredError",
    ("regressor", "tanh"): "losses.MeanSquaredError",
}


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
        names: tuple[str, ...] = self.data.args.get("inputs", ("x", "y"))
        return names

    @property
    def task(self) -> str:
        return data.of(self.data).task

    def experiment(self) -> Experiment:
        """The experiment that this stands for. Raises InvalidValue where something is not offered or does not fit."""
        dataset = data.of(self.data)
        if dataset.kind != "plane":
            raise InvalidValue(f"{dataset.title} is no set of points in the plane.", fix="Choose one that is, or go to Build.")
        layers = [layer for place in range(len(self.blocks)) for layer in layers_of(self.blocks, place)]
        units = len(dataset.classes) if self.output == "softmax" else 1
        layers.append(Layer(part("layers.Dense", units=units, **activated(self.output)), "output"))
        made = Experiment(self.data, (Network(dataset.shape, tuple(layers)),), self.training, task=dataset.task)
        validation.check_offered(made)
        return made

    @staticmethod
    def of(experiment: Experiment) -> Sketch:
        """The sketch of an experiment as it begins, or InvalidValue where its network or data is none that a sketch can have."""
        validation.check_offered(experiment)
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
    given = sketch.output
    output = given if given in outputs else outputs[0]
    if output != given:
        said.append(f"The output became {output}, which fits this data.")
    blocks: list[Block] = []
    for block in sketch.blocks:
        if reason := misfit(block, blocks, len(sketch.inputs)):
            said.append(f"The skip link into {block.name} is gone: {reason}.")
            block = dataclasses.replace(block, skip=None)
        blocks.append(block)
    sketch = dataclasses.replace(sketch, output=output, blocks=tuple(blocks))
    loss = sketch.training.loss
    fits = {choice.entry.kind: choice for choice in catalog.losses_for(sketch.experiment())}
    was_usual = output != given and loss.kind in {kind for (_, each), kind in USUAL_LOSS.items() if each == given}
    if loss.kind not in fits or not fits[loss.kind].valid or (was_usual and loss.kind != USUAL_LOSS[dataset.task, output]):
        loss = Part(USUAL_LOSS[dataset.task, output])
        said.append(f"The loss became {catalog.entry(loss.kind).title}, which fits the output.")
        sketch = dataclasses.replace(sketch, training=dataclasses.replace(sketch.training, loss=loss))
    return sketch, tuple(said)


def outputs_for(dataset: data.DataSet) -> tuple[str, ...]:
    """The outputs that suit a data set, the usual one first."""
    return ("softmax",) if len(dataset.classes) > 2 else OUTPUTS[dataset.task]


def misfit(block: Block, earlier: list[Block], inputs: int) -> str:
    """Why a block's skip link cannot be, after these blocks; "" where it can, or there is none."""
    skip = block.skip
    if skip is None:
        return ""
    units = {"input": inputs} | {each.name: each.units for each in earlier}
    previous = earlier[-1].name if earlier else "input"
    if skip.source not in units:
        return f"{shorten(skip.source, 40)} does not stand before it"
    if skip.join == "concatenate" and skip.source == previous:
        return f"{previous} feeds it anyway"
    if skip.join == "add" and units[skip.source] != block.units:
        return f"{units[skip.source]} numbers cannot be added to {block.units}"
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


def knobs(choice: DataChoice) -> dict[str, Any]:
    """A choice's arguments with those at their defaults."""
    return {**data.knob_defaults(data.find(choice.name)), **choice.args}


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


FIRST = Sketch(
    data=DataChoice("spirals", Args({"classes": 3}), test=0.3),
    blocks=(Block("hidden_1", 8), Block("hidden_2", 8)),
    output="softmax",
    training=Training(part("optimizers.Adam", learning_rate=0.003), batch_size=10, epochs=1_000_000),
)
