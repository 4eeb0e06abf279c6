"""Steps a second of the chunk loop against `model.fit` with default settings: `python -m bench.steps`.

Both train the same network on the same arrays in one process, in turns; the table shows medians. Ours makes an event of every chunk,
packs it for the wire and folds it into a run, as engine and lab do together; the peer keeps its history, as it always does.
A small net is measured as the real run that it would be: an engine's own process trains it, and all it says is read and folded.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from bench.table import median, show, verdict
from playground import data
from playground.engine import tasks
from playground.engine.compiled import device
from playground.engine.compiled.chunk import Position
from playground.engine.compiled.loop import LoopTrainer
from playground.engine.model.build import precision
from playground.engine.training import curve_points
from playground.engine.training.batch_order import BatchOrder
from playground.plane.sketch import Block, Sketch
from playground.values import events, spec, wire
from playground.values.run import Run, fold
from playground.values.spec import DataChoice, Experiment, Network, Training, part

Pair = tuple[np.ndarray, np.ndarray]
NOBODY = Experiment(DataChoice("iris"), (Network((1,)),))  # the recording run needs one; nothing looks at it


@dataclass(frozen=True)
class Case:
    """epochs: of the peer and of ours, so that a measurement takes some seconds. goal: how many times the peer's steps a second."""

    title: str
    model: Callable[[], keras.Model]
    arrays: Callable[[], Pair]
    batch_size: int
    epochs: tuple[int, int]
    goal: float
    policy: str = "float32"


def circles() -> Pair:
    """500 points, 1 inside a circle and 0 around it."""
    x = np.random.default_rng(0).uniform(-1, 1, (500, 2)).astype(np.float32)
    return x, (np.square(x).sum(1, keepdims=True) < 0.5).astype(np.float32)


def digits() -> Pair:
    return data.load(DataChoice("mnist_sample")).train


def tiny() -> keras.Model:
    """2-8-8-1, tanh."""
    inputs = keras.Input((2,))
    x = keras.layers.Dense(8, activation="tanh")(inputs)
    x = keras.layers.Dense(8, activation="tanh")(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    accuracy = keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)
    model.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[accuracy])
    return model


def convnet() -> keras.Model:
    """Conv16-pool-Conv32-pool-Dense64 on 28 × 28."""
    inputs = keras.Input((28, 28, 1))
    x = inputs
    for filters in (16, 32):
        x = keras.layers.MaxPooling2D()(keras.layers.Conv2D(filters, 3, activation="relu")(x))
    x = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(x))
    model = keras.Model(inputs, keras.layers.Dense(10)(x))
    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=[accuracy])
    return model


CASES = (
    Case("2-8-8-1, 500 points, batch 10", tiny, circles, 10, (8, 160), 12.0),
    Case("convnet 28 × 28, batch 64, float32", convnet, digits, 64, (2, 3), 1.4),
    Case("convnet 28 × 28, batch 64, mixed bfloat16", convnet, digits, 64, (2, 3), 1.9, "mixed_bfloat16"),
)

POINTS = Sketch(  # 2-4-2-1: 175 points to learn from, 75 held out
    DataChoice("circles", test=0.3),
    (Block("hidden_1", 4), Block("hidden_2", 2)),
    "tanh",
    Training(part("optimizers.SGD", learning_rate=0.03), part("losses.MeanSquaredError"), batch_size=10, epochs=10_000_000),
)
WHOLE_RUN = ("2-4-2-1, 250 points, batch 10, a whole run", 60.0)  # and how many times the peer's steps a second


def fit_rate(case: Case, model: keras.Model) -> float:
    """Steps a second of `fit`, float pictures, all else at its defaults."""
    x, y = case.arrays()
    x = x.astype("float32") / 255 if x.dtype == np.uint8 else x
    begun = time.perf_counter()
    model.fit(x, y, batch_size=case.batch_size, epochs=case.epochs[0], verbose=0)
    return case.epochs[0] * -(-len(x) // case.batch_size) / (time.perf_counter() - begun)


def loop_rate(case: Case, trainer: LoopTrainer) -> float:
    """Steps a second of the chunk loop, its events packed and recorded."""
    result = Run("bench", "nobody", NOBODY)
    step = 0
    begun = time.perf_counter()
    while step < case.epochs[1] * trainer.steps_per_epoch:
        rows = trainer.train(Position(*divmod(step, trainer.steps_per_epoch)), trainer.steps_per_epoch).rows
        said = curve_points.batch_points(rows, trainer.names, last=step + len(rows))
        wire.pack({"run": "bench", "event": events.to_message(said)})
        result = fold(result, said)
        step += len(rows)
    return step / (time.perf_counter() - begun)


def measure(case: Case, rounds: int) -> tuple[float, float]:
    """Median steps a second of the peer and of ours; the first round, which compiles, does not count."""
    with precision(case.policy):
        theirs, ours = case.model(), case.model()
    device.optimise_graphs(False)  # as the engine has it on a CPU
    arrays = case.arrays()
    order = BatchOrder(len(arrays[0]), seed=0)
    trainer = LoopTrainer(ours, arrays, batch_size=case.batch_size, order=order)
    pairs = []
    for _ in range(rounds + 1):
        device.optimise_graphs(True)  # TensorFlow's default, for the peer
        peer = fit_rate(case, theirs)
        device.optimise_graphs(False)
        pairs.append((peer, loop_rate(case, trainer)))
    pairs = pairs[1:]
    return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])


class Engine:
    """An engine's process that trains the points, and the run as the lab folds it."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([sys.executable, "-m", "playground.engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.run = Run("bench", "nobody", POINTS.experiment())
        while "ready" not in wire.read(self.process.stdout):
            pass
        asked = {"ask": "train", "run": "bench", "experiment": spec.to_json(self.run.experiment), "folder": self.folder.name}
        wire.write(self.process.stdin, asked)

    def follow(self, seconds: float) -> float:
        """Steps a second until so much time has passed, counted from one event with finished epochs to the last one."""
        begun, first, step = None, 0, 0
        while begun is None or time.perf_counter() - begun < seconds:
            message = wire.read(self.process.stdout)
            if "event" not in message:
                continue
            said = events.from_message(message["event"])
            self.run = fold(self.run, said)
            if isinstance(said, events.EpochPoints):
                step = int(said.last["step"])
                begun, first = (time.perf_counter(), step) if begun is None else (begun, first)
                reached = time.perf_counter()
        return (step - first) / (reached - begun)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


def measure_run(rounds: int) -> tuple[float, float]:
    """Median steps a second of `model.fit` on the points, and of the same network as a run in an engine's process."""
    experiment = POINTS.experiment()
    task = tasks.prepare(experiment, arrays := data.load(experiment.data))
    labels = task.encode(arrays.train[1], experiment, task.classes)
    case = Case("", lambda: task.model, lambda: (arrays.train[0], labels), experiment.training.batch_size, (20, 0), WHOLE_RUN[1])
    theirs, ours = [], []
    for _ in range(rounds + 1):
        device.optimise_graphs(True)
        theirs.append(fit_rate(case, task.model))
        device.optimise_graphs(False)
        engine = Engine()  # a fresh one: the peer must not share its cores with it
        try:
            engine.follow(1.0)
            ours.append(engine.follow(3.0))
        finally:
            engine.close()
    return median(theirs[1:]), median(ours[1:])


def has_amx() -> bool:
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rows = []
    for case in CASES:
        theirs, ours = measure(case, rounds)
        binding = case.policy == "float32" or has_amx()
        goal = f"≥ {case.goal:g}" if binding else f"(≥ {case.goal:g} with AMX; not here)"
        word = verdict(ours / theirs, case.goal, at_most=False) if binding else "–"
        rows.append((case.title, f"{theirs:,.0f}", f"{ours:,.0f}", f"{ours / theirs:.1f} ×", goal, word))
    theirs, ours = measure_run(rounds)
    title, goal = WHOLE_RUN
    rows.append(
        (title, f"{theirs:,.0f}", f"{ours:,.0f}", f"{ours / theirs:.1f} ×", f"≥ {goal:g}", verdict(ours / theirs, goal, at_most=False))
    )
    show("Steps a second, medians", rows, ("network", "model.fit", "ours", "ratio", "bound", ""))


if __name__ == "__main__":
    main()
