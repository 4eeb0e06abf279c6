"""Full MNIST, the LeNet preset, three epochs through the engine's program: `PLAYGROUND_DATA_DIR=… python -m bench.mnist_lenet`."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
import time

from bench.table import show, verdict
from playground import data
from playground.sharing.presets import PRESETS
from playground.values import events, spec, wire
from playground.values.run import Run, fold

GOAL = 0.98
EPOCHS = 3


def experiment() -> spec.Experiment:
    lenet = PRESETS["lenet"].experiment
    choice = dataclasses.replace(lenet.data, name="mnist", args=spec.Args())
    return lenet.having(data=choice, training=dataclasses.replace(lenet.training, epochs=EPOCHS))


def train(wished: spec.Experiment) -> Run:
    """The run as the lab would fold it, from an engine of its own."""
    engine = subprocess.Popen([sys.executable, "-m", "playground.engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    wire.read(engine.stdout)
    run = Run("bench", "nobody", wished)
    with tempfile.TemporaryDirectory() as folder:
        wire.write(engine.stdin, {"ask": "train", "run": run.id, "experiment": spec.to_json(wished), "folder": folder})
        while run.is_active and (message := wire.read(engine.stdout)) is not None:
            run = fold(run, events.from_message(message["event"]))
        engine.stdin.close()
        engine.wait()
    return run


def main() -> None:
    if missing := data.missing("mnist"):
        names = ", ".join(file.name for file in missing)
        sys.exit(f"MNIST is not here: {names}. Set PLAYGROUND_DATA_DIR to a folder that has the files, or download it on the Build page.")
    begun = time.perf_counter()
    run = train(experiment())
    if run.status != "done":
        sys.exit(f"The run ended as {run.status}: {run.error}")
    accuracy = run.summary["test_accuracy"]
    rows = [
        ("test accuracy", f"{accuracy:.4f}", f"≥ {GOAL}", verdict(accuracy, GOAL, at_most=False)),
        ("seconds of training", f"{run.seconds:.0f}", "", ""),
        ("seconds in all", f"{time.perf_counter() - begun:.0f}", "", ""),
    ]
    show(f"Full MNIST, LeNet preset, {EPOCHS} epochs", rows, ("what", "figure", "bound", ""))


if __name__ == "__main__":
    main()
