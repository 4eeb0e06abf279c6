"""What is changed in mid-run acts at once, is part of the experiment, and is repeated bit for bit when that is trained from the start."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from playground import events, run, spec
from playground.command import Command
from playground.engine import checkpoint
from playground.engine.fused import Fused
from playground.engine.session import Session
from playground.errors import PlaygroundError
from playground.spec import Change, DataChoice, Experiment, Layer, Network, Training, part

ADAM = part("optimizers.Adam", learning_rate=0.01)


def dense(name: str, units: int, activation: str = "tanh") -> Layer:
    return Layer(part("layers.Dense", units=units, activation=activation), name)


OUT = Layer(part("layers.Dense", units=2, activation="softmax"), "output")
NORM, DROP = Layer(part("layers.BatchNormalization"), "a_norm"), Layer(part("layers.Dropout", rate=0.2), "a_drop")
SMALL = Network((2,), (dense("a", 3), OUT))
DEEP = Network((2,), (dense("a", 4), NORM, DROP, dense("b", 3), OUT))
TRAINING = Training(ADAM, batch_size=10, epochs=12, seed=4)
BASE = Experiment(DataChoice("moons", {"size": 100}, test=0.3), (SMALL,), TRAINING)  # 70 examples: 7 steps an epoch
LARGER = dataclasses.replace(TRAINING, optimizer=part("optimizers.SGD", learning_rate=0.05, momentum=0.9), batch_size=32)

By = tuple[int, str, object]
STORY: tuple[By, ...] = (
    (5, "weight", ("a", "kernel", 3, 0.5)),
    (14, "learning_rate", 0.03),
    (17, "network", DEEP),
    (17, "weight", ("a", "bias", 3, -0.25)),
    (38, "training", LARGER),  # in mid-epoch: 3 steps an epoch from step 42 on
    (49, "learning_rate", 0.02),
)


def drive(experiment: Experiment, folder: Path, story: Sequence[By] = (), *, speed: int = 10_000, resume: bool = False) -> run.Run:
    """The run of an experiment, in which at each step of the story that is done by hand. speed: steps in a chunk, at most."""
    waiting = list(story)
    session = Session(experiment, folder, device="CPU", resume=resume)
    result = run.Run("r", "me", experiment)
    session.command(Command("step", unit="batch"))
    for said in session.events():
        if isinstance(said, PlaygroundError):
            raise said
        if isinstance(said, events.Event):
            result = run.fold(result, said)
        if said is None and session.task is not None:
            session.task.loop.pace.steps = min(session.task.loop.pace.steps, speed)
            if session.is_paused and waiting and waiting[0][0] == session.step:
                _, name, value = waiting.pop(0)
                session.command(Command("set", name=name, value=value))
            elif session.is_paused and waiting:
                session.command(Command("step", unit="batch"))
            elif session.is_paused:
                session.command(Command("resume"))
    return result


def variables(folder: Path) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in checkpoint.load(folder / checkpoint.LAST).variables.items()}


def curves(result: run.Run) -> dict[str, bytes]:
    both = {"batches": result.batches, "epochs": result.epochs}
    return {f"{kind} {name}": column.tobytes() for kind, curve in both.items() for name, column in ({"x": curve.x} | dict(curve.values)).items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Path, run.Run]:
    folder = tmp_path_factory.mktemp("told")
    return folder, drive(BASE, folder, STORY)


def test_changes_are_said_kept_and_shared(told) -> None:
    _, result = told
    assert result.status == "done", result.error
    assert [(step, name) for step, name, _ in result.changes] == [(step, name) for step, name, _ in STORY]
    shared = result.shared()
    assert shared.changes == tuple(Change(*each) for each in STORY)
    assert spec.loads(spec.dumps(shared)) == shared
    assert shared.at(math.inf).network == DEEP
    assert result.started.epochs == 12 and result.started.batch_size == 32 and result.started.steps_per_epoch == 3
    assert list(result.epochs.values["step"]) == [7, 14, 21, 28, 35, 42, 45, 48, 51, 54, 57, 60]


@pytest.mark.parametrize("speed", [10_000, 1, 3])
def test_trained_from_the_start_a_shared_run_is_the_same_bit_for_bit(told, tmp_path: Path, speed: int) -> None:
    folder, result = told
    again = drive(result.shared(), tmp_path, speed=speed)
    assert again.changes == result.changes
    assert again.shared() == result.shared()
    assert curves(again) == curves(result)
    assert variables(tmp_path) == variables(folder)
    assert again.summary["best_epoch"] == result.summary["best_epoch"]


@pytest.mark.parametrize("stop_at", [18, 33, 40, 46])
def test_a_run_with_changes_goes_on_from_its_checkpoint(told, tmp_path: Path, stop_at: int) -> None:
    folder, result = told
    session = Session(result.shared(), tmp_path, device="CPU")
    first = run.Run("r", "me", result.shared())
    for said in session.events():
        if isinstance(said, events.Event):
            first = run.fold(first, said)
        if said is None and session.task is not None:
            if session.is_paused:
                session.park()
            elif session.step < stop_at:
                session.task.loop.pace.steps = 1
                session.command(Command("step", unit="batch"))
    assert session.is_parked and session.step == 1 or session.step >= 1
    again = drive(result.shared(), tmp_path, resume=True)
    assert again.changes == result.changes
    assert variables(tmp_path) == variables(folder)
    assert curves(again)["epochs val_loss"][-20:] == curves(result)["epochs val_loss"][-20:]
