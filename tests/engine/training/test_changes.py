"""What is changed in mid-run acts at once, is part of the experiment, and is repeated bit for bit when that is trained from the start."""

from __future__ import annotations

import dataclasses
import math
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from playground.engine.checkpoints import checkpoint
from playground.engine.compiled.fused import FusedTrainer
from playground.engine.inspection.subject import OpenRuns
from playground.engine.training.session import Session
from playground.values import events, run, spec
from playground.values.command import Command
from playground.values.errors import PlaygroundError
from playground.values.spec import Change, DataChoice, Experiment, Layer, Network, Part, Training, part

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
    (42, "training", LARGER),  # 3 steps an epoch from here on
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
            session.task.trainer.pace.steps = min(session.task.trainer.pace.steps, speed)
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
    return {
        f"{kind} {name}": column.tobytes() for kind, curve in both.items() for name, column in ({"x": curve.x} | dict(curve.values)).items()
    }


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


@pytest.mark.parametrize("speed", [10_000, 3])
def test_trained_from_the_start_a_shared_run_is_the_same_bit_for_bit(told, tmp_path: Path, speed: int) -> None:
    folder, result = told
    again = drive(result.shared(), tmp_path, speed=speed)
    assert again.changes == result.changes
    assert again.shared() == result.shared()
    assert curves(again) == curves(result)
    assert variables(tmp_path) == variables(folder)
    assert again.summary["best_epoch"] == result.summary["best_epoch"]


@pytest.mark.parametrize("stop_at", [17, 40])
def test_a_run_with_changes_goes_on_from_its_checkpoint(told, tmp_path: Path, stop_at: int) -> None:
    folder, result = told
    session = Session(result.shared(), tmp_path, device="CPU", paused=True)
    for said in session.events():
        if said is None and session.is_paused and session.step < stop_at:
            session.command(Command("step", unit="batch"))
        elif said is None and session.is_paused:
            session.park()
    assert session.is_parked and session.step == stop_at
    again = drive(result.shared(), tmp_path, resume=True)
    assert again.changes == result.changes
    assert variables(tmp_path) == variables(folder)
    assert again.epochs.values["val_loss"][-3:].tobytes() == result.epochs.values["val_loss"][-3:].tobytes()


@pytest.mark.parametrize("step", [14, 17], ids=["between epochs", "within one"])
def test_a_penalty_that_comes_in_mid_run_is_a_column_from_then_on(tmp_path: Path, step: int) -> None:
    held = Layer(part("layers.Dense", units=3, activation="tanh", kernel_regularizer=part("regularizers.L2", l2=0.5)), "a")
    result = drive(BASE, tmp_path, ((step, "network", Network((2,), (held, OUT))),))
    assert result.status == "done", result.error
    penalties = result.batches.values["penalty"]
    assert np.flatnonzero(penalties > 0).tolist() == list(range(step, len(penalties)))


WRONG = [
    ("weight", ("nowhere", "kernel", 0, 1.0), "no such layer"),
    ("weight", ("a", "kernel", 6, 1.0), "no such weight"),
    ("network", Network((3,), SMALL.layers), "input cannot change"),
    ("network", Network((2,), SMALL.layers[:1]), ""),
    ("network", Network((2,), (Layer(part("layers.Dense", units=3, activation="rm -rf"), "a"), OUT)), "activation"),
    ("network", Network((2,), (Layer(Part("layers.Lambda"), "a"), OUT)), "Lambda"),
    ("training", dataclasses.replace(TRAINING, seed=5), "seed cannot change"),
    ("training", dataclasses.replace(TRAINING, precision="mixed_bfloat16"), "precision cannot change"),
    ("training", dataclasses.replace(TRAINING, epochs=1), "finished already"),
    ("training", dataclasses.replace(TRAINING, loss=part("losses.Dice"), optimizer=Part("os.system")), "os.system"),
]


def test_what_cannot_be_is_refused_with_a_sentence_and_the_run_goes_on(tmp_path: Path) -> None:
    """A second run of the same network finds its program compiled, so that all wrong things are tried in one."""
    short = BASE.having(training=dataclasses.replace(TRAINING, epochs=3))
    session, refused, told = Session(short, tmp_path, device="CPU", paused=True), [], False
    for said in session.events():
        if isinstance(said, PlaygroundError):
            refused.append(said)
        assert not isinstance(said, events.Changed)
        if said is None and session.is_paused and not told:
            told = session.epoch == 1
            for name, value, _ in WRONG if told else ():
                session.command(Command("set", name=name, value=value))
            session.command(Command("resume") if told else Command("step", unit="epoch"))
    for (_, _, says), error in zip(WRONG, refused, strict=True):
        assert says in str(error)
    assert isinstance(said, events.Done) and not said.stopped
    assert session.changes.made == ()


def test_a_change_by_hand_ends_what_the_experiment_has_in_store(tmp_path: Path) -> None:
    store = (Change(3, "learning_rate", 0.02), Change(9, "learning_rate", 0.5), Change(12, "weight", ("a", "kernel", 0, 3.0)))
    planned = BASE.having(training=dataclasses.replace(TRAINING, epochs=3), changes=store)
    result = drive(planned, tmp_path / "first", [(7, "weight", ("a", "kernel", 1, 1.0))])
    by_hand = Change(7, "weight", ("a", "kernel", 1, 1.0))
    assert result.shared().changes == (store[0], by_hand)
    drive(result.shared(), tmp_path / "again")
    assert variables(tmp_path / "again") == variables(tmp_path / "first")


def test_what_cannot_be_repeated_is_refused_and_ends_what_is_in_store(tmp_path: Path) -> None:
    store = (Change(3, "weight", ("a", "kernel", 99, 3.0)), Change(9, "learning_rate", 0.5))
    planned = BASE.having(training=dataclasses.replace(TRAINING, epochs=2), changes=store)
    heard = list(Session(planned, tmp_path, device="CPU").events())
    assert ["no such weight" in str(each) for each in heard if isinstance(each, PlaygroundError)] == [True]
    assert not [each for each in heard if isinstance(each, events.Changed)]
    assert isinstance(heard[-1], events.Done)


def test_each_kept_epoch_is_looked_at_in_the_network_it_had(told) -> None:
    folder, _ = told
    opened = OpenRuns()
    sizes = {}
    for epoch in (0, 2, 3, 12):
        message = {"run": "r", "experiment": spec.to_json(BASE), "folder": str(folder), "question": {"weights": epoch}}
        subject = opened.subject(message)
        sizes[epoch] = subject.model.count_params()
        assert [then.model.count_params() for then in subject.over_time([0, 12])] == [17, 51]
    assert sizes == {0: 17, 2: 17, 3: 51, 12: 51}
    assert subject.alike == tuple(range(3, 13))
    message["question"] = {"weights": "best"}
    assert opened.subject(message).experiment.network == DEEP


def test_the_plain_loop_repeats_changes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.engine.compiled.trainer.suits", lambda model, batch_size: False)
    short = dataclasses.replace(TRAINING, epochs=4)
    story = [(4, "weight", ("a", "kernel", 1, 1.0)), (9, "training", dataclasses.replace(short, batch_size=32, epochs=5))]
    first = drive(BASE.having(training=short), tmp_path / "first", story)
    assert first.status == "done" and list(first.epochs.values["step"]) == [7, 14, 17, 20, 23]
    again = drive(first.shared(), tmp_path / "again")
    assert curves(again) == curves(first) and variables(tmp_path / "again") == variables(tmp_path / "first")


def test_a_weight_set_while_the_network_is_compiled_acts_at_once(tmp_path, monkeypatch) -> None:
    compiling, may_end = threading.Event(), threading.Event()

    def slowly(trainer: FusedTrainer) -> None:
        compiling.set()
        assert may_end.wait(60)

    session = Session(BASE, tmp_path, device="CPU", paused=True)
    said = iter(session.events())
    while not session.is_paused:
        next(said)
    monkeypatch.setattr(FusedTrainer, "prepare", slowly)
    session.command(Command("set", name="network", value=DEEP))
    while not compiling.is_set():
        next(said)
    session.command(Command("set", name="weight", value=("a", "bias", 0, 0.75)))
    session.command(Command("set", name="learning_rate", value=0.02))
    names = []
    while names != ["weight", "learning_rate"]:
        if isinstance(event := next(said), events.Changed):
            names.append(event.name)
    assert not may_end.is_set()
    assert session.task.model.get_layer("a").bias.value.numpy()[0] == 0.75
    may_end.set()
    said.close()
