"""An experiment as the Python a person would write: plain Keras, complete with its data, giving the run's numbers when executed.

Knows nothing of the engine; the two agree on the order of things (seed, build, compile) and on the batches (`data.order`).
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import keyword
import math
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from playground import catalog, data
from playground.catalog import EXTRA_ACTIVATIONS
from playground.network.labels import labels_for
from playground.values.metric import METRICS
from playground.values.run import Run
from playground.values.spec import Experiment, Layer, Network, Part, Weight

WIDTH = 100  # of a line

EDITED = """\
# Network or training were edited while the run went on. This script trains, from the start, what was in force at last:
# its numbers are not those of the run.
"""
CHANGES = '''
class Changes(keras.callbacks.Callback):
    """What was set by hand while the run went on: finished steps → learning rate, and → weights (layer, kernel or bias, place, value)."""

    rates = {rates}
    weights = {weights}
    step = 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.step in self.rates:
            self.model.optimizer.learning_rate = self.rates[self.step]
        for layer, which, place, value in self.weights.get(self.step, []):
            variable = getattr(self.model.get_layer(layer), which)
            values = variable.numpy()
            values.flat[place] = value
            variable.assign(values)
        self.step += 1
'''


SAME_SIDE = '''
@keras.saving.register_keras_serializable()  # so that the saved model can be loaded
def accuracy(y_true, y_pred):
    """Whether label and output lie on the same side of 0."""
    return keras.ops.cast(keras.ops.equal(y_true > 0, y_pred > 0), "float32")[:, 0]
'''


def of_run(run: Run) -> str:
    """The script of a run: as far as it has come where it has not come to its end, for few wait for a million epochs."""
    goes_on = run.status != "done" and 0 < run.epoch < run.experiment.training.epochs
    return script(run.shared(), epochs=run.epoch if goes_on else None)


def script(experiment: Experiment, *, epochs: int | None = None) -> str:
    """The whole script. Learning rates and weights that were set by hand are set again; where network or training were edited in
    mid-run, those in force at last are trained from the start, and the script says so. epochs: so many instead of those planned."""
    is_edited = any(change.is_deep for change in experiment.changes)
    if is_edited:
        experiment = experiment.at(math.inf)
    if epochs is not None:
        shorter = dataclasses.replace(experiment.training, epochs=epochs)
        experiment = experiment.having(training=shorter, changes=experiment.changes)
    piece = data.script(experiment.data)
    rates = {change.step: change.value for change in experiment.changes if change.name == "learning_rate"}
    weights: dict[int, list[Weight]] = {}
    for change in experiment.changes:
        if isinstance(change.value, tuple):  # a weight
            weights.setdefault(change.step, []).append(change.value)
    definitions = [EXTRA_ACTIVATIONS[name] for name in extra_activations(experiment.network)]
    definitions += [*piece.functions, inspect.getsource(data.order)]
    if labels_for(experiment).encoding == "minus_plus":
        definitions.append(SAME_SIDE)
    if experiment.changes:
        definitions.append(CHANGES.format(rates=rates, weights=weights))
    sections = [
        *(each.strip() + "\n\n" for each in definitions),
        data_source(experiment, piece.body),
        model_source(experiment, called={layer for each in weights.values() for layer, *_ in each}),
        training_source(experiment, has_changes=bool(experiment.changes), is_cut=epochs is not None),
    ]
    return "\n".join([head(experiment) + (EDITED if is_edited else ""), imports(experiment, piece.imports) + "\n", *sections])


def head(experiment: Experiment) -> str:
    """The first lines: what it is and what it needs."""
    dataset = data.of(experiment.data)
    drawing = ["pillow"] if "from PIL import" in dataset.script else []
    packages = ", ".join(dict.fromkeys(["keras", "tensorflow", "numpy", *([dataset.package] if dataset.package else []), *drawing]))
    name = "".join(c if c.isprintable() else " " for c in experiment.name).strip()
    about = f"{name}, trained on {dataset.title}." if name else f"A network trained on {dataset.title}."
    return f"# {about}\n# Needs the packages {packages}.\n"


def imports(experiment: Experiment, needed: Iterable[str]) -> str:
    training = experiment.training
    parts = [layer.part for layer, _ in experiment.network.wiring()] + [training.optimizer, training.loss]
    modules = sorted({each.kind.partition(".")[0] for part in parts for each in within(part)})
    own = ["import keras", "import numpy as np"] + [line for line in needed if line.startswith("import ")]
    rest = [f"from keras import {', '.join(modules)}"] + [line for line in needed if line.startswith("from ")]
    return "\n".join([*dict.fromkeys(own), *dict.fromkeys(rest)]) + "\n"


def within(part: Part) -> Iterable[Part]:
    """The part and all parts in it."""
    yield part
    for value in part.args.values():
        if isinstance(value, Part):
            yield from within(value)


def extra_activations(network: Network) -> list[str]:
    """The activations Keras lacks that the network uses."""
    used = {
        value
        for layer, _ in network.wiring()
        for part in within(layer.part)
        for name, value in part.args.items()
        if catalog.is_activation(name)
    }
    return [name for name in EXTRA_ACTIVATIONS if name in used]


# Data


def data_source(experiment: Experiment, body: str) -> str:
    dataset = data.of(experiment.data)
    lines = ["# The data", body.strip()]
    splits = ("train", "validation", "test")
    if dataset.kind == "pictures":
        lines += [f'x_{split} = x_{split}.astype("float32") / 255' for split in splits]
    lines += [label_source(labels_for(experiment).encoding, f"y_{split}", len(dataset.classes)) for split in splits]
    return "\n".join(line for line in lines if line) + "\n"


def label_source(encoding: str, y: str, classes: int) -> str:
    """The line that gives labels the encoding the loss takes, "" where they have it. encoding: of `Labels`; y: their name."""
    return {
        "index": "",
        "one_hot": f"{y} = keras.utils.to_categorical({y}, {classes})",
        "zero_one": f'{y} = {y}.astype("float32")[:, np.newaxis]',
        "minus_plus": f'{y} = 2 * {y}.astype("float32")[:, np.newaxis] - 1',
        "value": f'{y} = {y}.astype("float32")[:, np.newaxis]',
    }[encoding]


# Model


def model_source(experiment: Experiment, *, called: Collection[str] = ()) -> str:
    """called: the layers that the script asks for by name."""
    network, training = experiment.network, experiment.training
    lines = ["# The network"]
    if training.precision != "float32":
        lines.append(f"keras.config.set_dtype_policy({json.dumps(training.precision)})")
    lines.append(f"keras.utils.set_random_seed({training.seed})")
    wired = network.wiring()
    before = ["input", *(layer.name for layer, _ in wired)]
    in_line = all(sources == (name,) for (_, sources), name in zip(wired, before, strict=False))
    lines += (sequential if in_line else functional)(network, wired, called)
    lines.append(
        call(
            "model.compile",
            [
                f"optimizer={part_source(training.optimizer)}",
                f"loss={part_source(training.loss)}",
                f"metrics=[{metric_source(experiment)}]",
            ],
        )
    )
    return "\n".join([*lines, "model.summary()"]) + "\n"


Wired = Sequence[tuple[Layer, tuple[str, ...]]]


def sequential(network: Network, wired: Wired, called: Collection[str]) -> list[str]:
    items = [f"keras.Input({network.input_shape!r})", *(layer_source(layer, is_called=layer.name in called) for layer, _ in wired)]
    return ["model = keras.Sequential(", "    [", *(indent(item, 8) + "," for item in items), "    ]", ")"]


def functional(network: Network, wired: Wired, called: Collection[str]) -> list[str]:
    variables = variable_names([layer for layer, _ in wired])
    lines = [f"inputs = keras.Input({network.input_shape!r})"]
    for layer, sources in wired:
        feeds = [variables[source] for source in sources]
        feed = f"[{', '.join(feeds)}]" if len(feeds) > 1 else feeds[0]
        lines.append(f"{variables[layer.name]} = {layer_source(layer, is_called=layer.name in called)}({feed})")
    last = variables[wired[-1][0].name]
    return [*lines, f"model = keras.Model(inputs, {last})"]


def variable_names(layers: Sequence[Layer]) -> dict[str, str]:
    """Layer name → name of its output in the script; Python's and the script's own words get an underscore."""
    taken = {
        "inputs",
        "model",
        "keras",
        "np",
        "order",
        "split",
        "standardise",
        "changes",
        "Changes",
        "x",
        "y",
        *dir(data),
        *catalog.GROUPS,
        *EXTRA_ACTIVATIONS,
    }
    taken |= {f"{axis}_{split}" for axis in "xy" for split in ("train", "validation", "test")}
    variables = {"input": "inputs"}
    for layer in layers:
        name = layer.name
        while name in taken or keyword.iskeyword(name) or name.startswith("__"):
            name = name.lstrip("_") + "_" if name.startswith("__") else name + "_"
        taken.add(name)
        variables[layer.name] = name
    return variables


def layer_source(layer: Layer, *, is_called: bool) -> str:
    """The layer's source; its name is written only where a person chose it, or where it is needed."""
    named = is_called or not re.fullmatch(layer.part.default_name + r"(_\d+)?", layer.name)
    return part_source(layer.part, [f"name={json.dumps(layer.name, ensure_ascii=False)}"] if named else [])


# Training


def metric_source(experiment: Experiment) -> str:
    """What is measured beside the loss, as `engine.tasks` does; Keras knows the metrics by the same names."""
    labels, name = labels_for(experiment), METRICS[experiment.task][0].name
    if labels.encoding == "minus_plus":
        return name  # the function of SAME_SIDE
    return f'"{name}"' if labels.threshold is None else f'keras.metrics.BinaryAccuracy(name="{name}", threshold={labels.threshold})'


def training_source(experiment: Experiment, *, has_changes: bool, is_cut: bool) -> str:
    """One `fit` for each epoch, because every epoch has an order of its own that must be the run's."""
    training, metric = experiment.training, METRICS[experiment.task][0]
    fit = ["x_train[chosen]", "y_train[chosen]", f"batch_size={training.batch_size}", "shuffle=False"]
    fit += ["initial_epoch=epoch", "epochs=epoch + 1", "validation_data=(x_validation, y_validation)"]
    if has_changes:
        fit.append("callbacks=[changes]")
    lines = [
        "# Training, and the result on examples the network has never seen",
        *(["changes = Changes()"] if has_changes else []),
        f"for epoch in range({training.epochs}):" + ("  # as far as the run had come" if is_cut else ""),
        f"    chosen = order(len(x_train), seed={training.seed}, epoch=epoch)",
        indent(call("model.fit", fit), 4),
        f"loss, {metric.name} = model.evaluate(x_test, y_test, verbose=0)",
        f'print(f"Test loss {{loss:.6f}}, test {metric.title.lower()} {{{metric.name}:.6f}}")',
        'model.save("model.keras")',
    ]
    return "\n".join(lines) + "\n"


# Parts


def part_source(part: Part, more: Sequence[str] = ()) -> str:
    """The Python of a part, to be read behind `from keras import layers, optimizers …`: `layers.Dense(10, activation="relu")`.

    more: further arguments, as source.
    """
    required = positional(part)
    values = catalog.values(part)
    arguments = [value_source(name, values[name]) for name in required]
    arguments += [f"{name}={value_source(name, value)}" for name, value in values.items() if name not in required]
    return call(part.kind, [*arguments, *more])


def positional(part: Part) -> list[str]:
    """The arguments of a layer that are written without their names: the required ones, which Keras has in front."""
    required = [param.name for param in catalog.entry(part.kind).params if param.required]
    return required if part.kind.startswith("layers.") and all(name in part.args for name in required) else []


def value_source(name: str, value: Any) -> str:
    if isinstance(value, Part):
        return part_source(value)
    if isinstance(value, tuple):
        return f"({', '.join(value_source(name, item) for item in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, str):
        # Keras resolves text to its own activations only
        return value if catalog.is_activation(name) and value in EXTRA_ACTIVATIONS else json.dumps(value, ensure_ascii=False)
    return repr(value)


def call(function: str, arguments: Sequence[str]) -> str:
    """A call on one line, or one argument a line where it would be too long."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join([f"{function}(", *(indent(argument, 4) + "," for argument in arguments), ")"])


def indent(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())
