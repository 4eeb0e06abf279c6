"""The exported script, run in a process of its own, gives the numbers of the engine's run."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from playground.data.plane.own_points import written
from playground.engine.training.session import Session
from playground.plane import sketch
from playground.sharing import script
from playground.sharing.presets import PRESETS
from playground.values import events
from playground.values.command import Command
from playground.values.run import Run, fold
from playground.values.spec import DataChoice, Experiment, Layer, Network, Part, Training, part

# Each script is executed in a namespace of its own; then its model is loaded again from the file it wrote.
RUN_SCRIPTS = """
import json, sys, keras, numpy as np
for name, text in json.load(sys.stdin).items():
    space = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), space)
    loaded = keras.models.load_model("model.keras")
    same = np.allclose(loaded.predict(space["x_test"], verbose=0), space["model"].predict(space["x_test"], verbose=0), atol=1e-6)
    print("RESULT", json.dumps([name, space["loss"], space["accuracy"], bool(same)]))
    keras.config.set_dtype_policy("float32")
"""


def on_digits(*layers: Layer | Part, **training) -> Experiment:
    named = tuple(each if isinstance(each, Layer) else Layer(each, f"layer_{i}") for i, each in enumerate(layers))
    defaults = {"epochs": 2, "batch_size": 50, "seed": 3, "loss": part("losses.SparseCategoricalCrossentropy", from_logits=True)}
    return Experiment(DataChoice("digits", seed=1), (Network((8, 8, 1), named),), Training(**defaults | training))


FLATTEN, OUTPUT = part("layers.Flatten"), part("layers.Dense", units=10)
CONVNET = on_digits(
    part("layers.Conv2D", filters=8, kernel_size=(3, 3), padding="same", kernel_initializer=part("initializers.HeNormal")),
    part("layers.BatchNormalization"),
    part("layers.Activation", activation="relu"),
    part("layers.MaxPooling2D"),
    part("layers.SpatialDropout2D", rate=0.1),
    FLATTEN,
    part("layers.Dense", units=20, activation="relu", kernel_regularizer=part("regularizers.L2", l2=0.001)),
    part("layers.Dropout", rate=0.3),
    OUTPUT,
    optimizer=part("optimizers.SGD", learning_rate=0.05, momentum=0.9, clipnorm=1.0),
)
BRANCHES = on_digits(
    Layer(FLATTEN, "flat"),
    Layer(part("layers.Dense", units=64, activation="absolute"), "left"),
    Layer(part("layers.Dense", units=64), "off", active=False),
    Layer(part("layers.Add"), "sum", ("left", "flat")),
    Layer(part("layers.Dense", units=10, activation="softmax"), "out"),
    loss=part("losses.KLDivergence"),
    optimizer=part(
        "optimizers.Adam",
        learning_rate=part("optimizers.schedules.ExponentialDecay", initial_learning_rate=0.01, decay_steps=10, decay_rate=0.9),
    ),
)
SMOOTHED = on_digits(FLATTEN, OUTPUT, loss=part("losses.CategoricalCrossentropy", from_logits=True, label_smoothing=0.1))
WINE = PRESETS["wine_mlp"].experiment
POINTS = sketch.Sketch(
    DataChoice("spirals", {"classes": 3, "size": 60, "label_noise": 0.1, "inputs": ("x", "r", "sin2y")}, test=0.3),
    (sketch.Block("hidden_1", 4, norm=True), sketch.Block("hidden_2", 4, l2=0.01, skip=sketch.Skip("input"))),
    "softmax",
    Training(batch_size=10, epochs=3),
)
OWN_POINTS = sketch.Sketch(
    DataChoice("points", {"points": written(np.random.default_rng(0).uniform(-3, 3, (40, 2)), np.arange(40) % 2)}, test=0.4, seed=3),
    (sketch.Block("hidden_1", 4),),
    "tanh",
    Training(part("optimizers.SGD", learning_rate=0.03), part("losses.MeanSquaredError"), batch_size=10, epochs=3),
)
CASES: dict[str, tuple[Experiment, tuple[Command, ...]]] = {
    "convnet": (CONVNET, ()),
    "branches": (BRANCHES, ()),
    "one_hot": (SMOOTHED, ()),
    "table": (WINE.having(training=dataclasses.replace(WINE.training, epochs=3)), ()),
    "points": (POINTS.experiment(), ()),
    "own_points": (OWN_POINTS.experiment(), ()),
    "changed": (
        CONVNET,
        (
            Command("set", name="learning_rate", value=0.002),
            Command("set", name="weight", value=("layer_8", "kernel", 7, 1.5)),
            Command("set", name="weight", value=("layer_0", "bias", 2, -0.5)),
        ),
    ),
}


def trained(experiment: Experiment, commands: tuple[Command, ...], folder: Path) -> Run:
    """The run of an experiment; the commands are given when its first batches have been said."""
    run, waiting = Run("id", "owner", experiment), list(commands)
    session = Session(experiment, folder, device="CPU")
    for event in session.events():
        if isinstance(event, events.Event):
            run = fold(run, event)
        if waiting and run.step > 5:
            session.command(waiting.pop(0))
    return run


@lru_cache(maxsize=1)
def outcomes() -> Mapping[str, tuple[Run, float, float, bool]]:
    """case → the run, and the script's loss, accuracy and whether its saved model is the same."""
    with TemporaryDirectory() as folder:
        runs = {name: trained(experiment, commands, Path(folder, name)) for name, (experiment, commands) in CASES.items()}
        scripts = json.dumps({name: script.script(run.shared()) for name, run in runs.items()})
        done = subprocess.run([sys.executable, "-c", RUN_SCRIPTS], input=scripts, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line.removeprefix("RESULT ")) for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return {name: (runs[name], loss, accuracy, same) for name, loss, accuracy, same in results}


@pytest.mark.slow(reason="Keras starts in a process of its own and trains by `fit`")
@pytest.mark.parametrize("case", CASES)
def test_the_script_gives_the_numbers_of_the_run(case: str) -> None:
    run, loss, accuracy, same = outcomes()[case]
    assert run.status == "done"
    assert loss == pytest.approx(run.summary["test_loss"], abs=1e-4)
    assert accuracy == pytest.approx(run.summary["test_accuracy"], abs=1e-4)
    assert same, "the saved model is another one when it is loaded"


def test_what_was_changed_by_hand_is_part_of_the_comparison() -> None:
    changed, plain = outcomes()["changed"][0], outcomes()["convnet"][0]
    assert [change[1] for change in changed.changes] == ["learning_rate", "weight", "weight"]
    assert changed.summary["test_loss"] != plain.summary["test_loss"]


def test_a_change_is_noted_at_the_very_step_at_which_it_came(tmp_path: Path) -> None:
    experiment = PRESETS["digits_mlp"].experiment
    run, told = Run("id", "owner", experiment), 0
    session = Session(experiment, tmp_path, device="CPU")
    for event in session.events():
        if isinstance(event, events.Changed):
            assert run.step == int(session.task.model.optimizer.iterations.numpy())
            told += 1
        if isinstance(event, events.Event):
            run = fold(run, event)
        if event is None and told < 8:  # between two chunks, the first ones of which are too short to be told one by one
            session.command(Command("set", name="learning_rate", value=0.001 * (told + 1)))
    assert told >= 8
