"""A session, driven as the program drives it but in this process: events, commands, checkpoints, and what goes wrong."""

from __future__ import annotations

import dataclasses
import errno
import itertools
import os
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from playground import data
from playground.engine.checkpoints import checkpoint
from playground.engine.checkpoints.export import export
from playground.engine.tasks.classifier import Classifier
from playground.engine.training.session import Session
from playground.values import events, run
from playground.values.command import Command
from playground.values.errors import Conflict, InvalidValue, NotFound, PlaygroundError, Unavailable
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part
from tests.engine.driving import drive, folded, of

LOSS = part("losses.SparseCategoricalCrossentropy", from_logits=True)


def small(*, epochs: int = 3, optimizer=None, loss=LOSS, limit: int = 400) -> Experiment:
    """A little convolution with batch norm, dropout and a penalty: whatever has state of its own."""
    layers = (
        Layer(part("layers.Conv2D", filters=4, kernel_size=(3, 3), kernel_regularizer=part("regularizers.L2", l2=0.001)), "conv2d"),
        Layer(part("layers.BatchNormalization"), "batch_normalization"),
        Layer(part("layers.Activation", activation="relu"), "activation"),
        Layer(part("layers.Flatten"), "flatten"),
        Layer(part("layers.Dropout", rate=0.2), "dropout"),
        Layer(part("layers.Dense", units=10), "dense"),
    )
    training = Training(optimizer=optimizer or part("optimizers.Adam", learning_rate=0.01), loss=loss, batch_size=32, epochs=epochs, seed=3)
    return Experiment(DataChoice("digits", {"limit": limit}), (Network((8, 8, 1), layers),), training)


def variables(folder: Path) -> dict[str, bytes]:
    state = checkpoint.load(folder / checkpoint.LAST)
    return {name: value.tobytes() for name, value in state.variables.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, list[object]]:
    """An uninterrupted run: its folder and what it said."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, drive(Session(small(), folder, device="CPU"))


def test_a_run_says_what_happens_and_folds_into_a_finished_run(whole) -> None:
    _, heard = whole
    result = folded(small(), heard)
    assert isinstance(heard[0], events.Started)
    assert isinstance(heard[-1], events.Done)
    assert result.status == "done"
    assert (result.epoch, result.step, result.started.steps_per_epoch) == (3, 39, 13)
    np.testing.assert_array_equal(result.batches.x, np.arange(1, 40))
    assert set(result.batches.values) == {"loss", "accuracy", "penalty"}
    assert set(result.epochs.values) == {"step", "loss", "accuracy", "penalty", "val_loss", "val_accuracy", "learning_rate"}
    assert result.epochs.values["loss"][-1] < result.epochs.values["loss"][0]
    assert result.summary["best_val_loss"] == pytest.approx(result.epochs.values["val_loss"].min())
    assert result.started.learning_rate == pytest.approx(0.01)
    assert result.started.parameters == 4 * 9 + 4 + 8 + 6 * 6 * 4 * 10 + 10


def test_epoch_numbers_are_means_over_its_batches(whole) -> None:
    _, heard = whole
    result = folded(small(), heard)
    sizes = [32] * 12 + [400 - 12 * 32]
    for name in ("loss", "accuracy", "penalty"):
        assert result.epochs.values[name][1] == pytest.approx(np.average(result.batches.values[name][13:26], weights=sizes), rel=1e-5)


def test_the_whole_test_set_is_scored_as_scikit_learn_does(whole, tmp_path) -> None:
    folder, heard = whole
    export(small(), folder=folder, weights="last", path=tmp_path / "m.keras")
    x, y = data.load(small().data).test
    model = keras.models.load_model(tmp_path / "m.keras")
    logits = model.predict(x.astype("float32") / 255, verbose=0)
    summary, labels = heard[-1].summary, logits.argmax(1)
    assert summary["test_examples"] == len(y)
    assert summary["test_accuracy"] == pytest.approx((labels == y).mean())
    assert summary["test_loss"] == pytest.approx(model.evaluate(x.astype("float32") / 255, y, verbose=0)[0], abs=1e-5)
    picture = of(events.Picture, heard)[-1]
    assert picture.meta == {"split": "test"}
    np.testing.assert_array_equal(picture.arrays["matrix"], confusion_matrix(y, labels, labels=range(10)))
    expected = precision_recall_fscore_support(y, labels, labels=range(10), zero_division=0)
    for i, name in enumerate(("precision", "recall", "f1", "support")):
        np.testing.assert_allclose([row[name] for row in summary["per_class"]], expected[i])


@pytest.mark.parametrize("every", [1, 3])
def test_pauses_at_odd_places_change_no_weight(whole, tmp_path, every) -> None:
    count = 0

    def pause_often(session: Session, said: object) -> None:
        nonlocal count
        count += said is None
        if said is None and count % every == 0 and session.idle == 0:
            session.task.trainer.pace.steps = 1 + count % 4
            session.command(Command("pause"))

    heard = drive(Session(small(), tmp_path, device="CPU"), pause_often)
    assert len(of(events.Paused, heard)) >= 4
    assert variables(tmp_path) == variables(whole[0])
    assert folded(small(), heard).batches.values["loss"].tobytes() == folded(small(), whole[1]).batches.values["loss"].tobytes()


@pytest.mark.parametrize("broken_off_at", [5, 13, 20])
def test_a_run_resumed_from_its_checkpoint_ends_with_the_same_weights(whole, tmp_path, broken_off_at) -> None:
    session = Session(small(), tmp_path, device="CPU")
    result = run.Run("r", "me", small())
    for said in session.events():
        if isinstance(said, events.Paused):
            break
        if said is not None:
            result = run.fold(result, said)
        elif session.step < broken_off_at:
            session.command(Command("step", unit="batch"))
        else:
            session.command(Command("pause"))
    assert checkpoint.load(tmp_path / checkpoint.LAST).counters["step"] == broken_off_at
    later = drive(Session(small(), tmp_path, device="CPU", resume=True))
    assert later[0].step == broken_off_at
    for said in later:
        result = run.fold(result, said)
    assert variables(tmp_path) == variables(whole[0])
    reference = folded(small(), whole[1])
    for name, column in reference.epochs.values.items():
        np.testing.assert_array_equal(result.epochs.values[name], column, err_msg=name)
    np.testing.assert_array_equal(result.batches.values["loss"], reference.batches.values["loss"])


def test_stepping_goes_one_batch_or_to_the_end_of_the_epoch(tmp_path) -> None:
    session = Session(small(epochs=2), tmp_path, device="CPU")
    stops, wishes = [], iter(["batch", "batch", "epoch", "batch", "epoch"])
    started = False
    for said in session.events():
        if isinstance(said, events.Paused):
            stops.append((said.epoch, said.step))
        elif said is None and not started:
            started = True
            session.command(Command("pause"))
        elif said is None and session.idle is None:
            unit = next(wishes, None)
            session.command(Command("step", unit=unit) if unit else Command("resume"))
    assert stops == [(0, 0), (0, 1), (0, 2), (1, 13), (1, 14)]  # the last epoch's end is the run's end


def test_stop_ends_the_run_with_a_checkpoint_and_a_score_of_what_it_has(tmp_path) -> None:
    def stop(session: Session, said: object) -> None:
        if isinstance(said, events.EpochPoint) and said.epoch == 2:
            session.command(Command("stop"))

    heard = drive(Session(small(epochs=50), tmp_path, device="CPU"), stop)
    done = heard[-1]
    assert isinstance(done, events.Done)
    assert done.stopped
    assert done.summary["test_examples"] > 0
    assert of(events.Saved, heard)[-1].step == of(events.Progress, heard)[-1].step


def test_stop_before_the_first_epoch_scores_nothing(tmp_path) -> None:
    heard = drive(Session(small(), tmp_path, device="CPU"), lambda session, said: session.command(Command("stop")))
    assert heard[-1].stopped
    assert set(heard[-1].summary) == {"seconds"}


def test_learning_rate_and_speed_change_in_mid_run(tmp_path) -> None:
    def change(session: Session, said: object) -> None:
        if isinstance(said, events.EpochPoint) and said.epoch == 1:
            session.command(Command("set", name="learning_rate", value=0.0))
            session.command(Command("set", name="speed", value=1e6))

    heard = drive(Session(small(), tmp_path, device="CPU"), change)
    assert [(said.name, said.value) for said in of(events.Changed, heard)] == [("learning_rate", 0.0), ("speed", 1e6)]
    assert [point.values["learning_rate"] for point in of(events.EpochPoint, heard)] == pytest.approx([0.01, 0.0, 0.0])
    trained = checkpoint.load(tmp_path / checkpoint.LAST)
    assert trained.counters["epoch"] == 3


def test_a_learning_rate_on_a_schedule_is_not_changed_and_says_why(tmp_path) -> None:
    schedule = part("optimizers.schedules.CosineDecay", initial_learning_rate=0.01, decay_steps=39)
    experiment = small(optimizer=part("optimizers.Adam", learning_rate=schedule))

    def change(session: Session, said: object) -> None:
        if isinstance(said, events.Started):
            session.command(Command("set", name="learning_rate", value=0.5))

    heard = drive(Session(experiment, tmp_path, device="CPU"), change)
    assert isinstance(of(PlaygroundError, heard)[0], Conflict)
    rates = [point.values["learning_rate"] for point in of(events.EpochPoint, heard)]
    assert rates == pytest.approx([0.005 * (1 + np.cos(np.pi * step / 39)) for step in (13, 26, 39)], abs=1e-6)


def test_watching_brings_a_confusion_matrix_at_each_epoch(tmp_path) -> None:
    session = Session(small(), tmp_path, device="CPU")
    session.watch(frozenset({"confusion"}))
    pictures = of(events.Picture, drive(session))
    assert [(p.epoch, p.meta["split"]) for p in pictures] == [(1, "validation"), (2, "validation"), (3, "validation"), (3, "test")]
    validation = len(data.load(small().data).validation[0])
    assert all(p.arrays["matrix"].sum() == validation for p in pictures[:3])


def test_who_begins_to_watch_gets_the_last_matrix_at_once(tmp_path) -> None:
    def watch_late(session: Session, said: object) -> None:
        if said is None and session.step == 14 and not session.watching:
            session.watch(frozenset({"confusion"}))
        elif session.step < 14:
            session.command(Command("step", unit="batch"))

    pictures = of(events.Picture, drive(Session(small(epochs=2), tmp_path, device="CPU"), watch_late))
    assert [p.epoch for p in pictures] == [1, 2, 2]


def test_nan_ends_the_run_with_a_reason_and_the_last_good_epoch(tmp_path) -> None:
    def blow_up(session: Session, said: object) -> None:
        if isinstance(said, events.EpochPoint) and said.epoch == 2:
            session.command(Command("set", name="learning_rate", value=1e38))

    experiment = small(epochs=6, optimizer=part("optimizers.SGD", learning_rate=0.05))
    heard = drive(Session(experiment, tmp_path, device="CPU"), blow_up)
    failed = heard[-1]
    assert isinstance(failed, events.Failed)
    assert "NaN" in failed.error["what"] or "infinite" in failed.error["what"]
    assert failed.summary["last_good_epoch"] == 2
    assert checkpoint.load(tmp_path / checkpoint.LAST).counters["epoch"] == 2
    losses = np.concatenate([points.values["loss"] for points in of(events.BatchPoints, heard)])
    assert np.isfinite(losses[:-1]).all()
    assert not np.isfinite(losses[-1])
    again = drive(Session(experiment, tmp_path, device="CPU", resume=True, learning_rate=0.05))
    assert of(events.Changed, again) == [events.Changed("learning_rate", 0.05, 26)]
    result = folded(experiment, heard + again)
    assert result.status == "done"
    assert result.changes == ((26, "learning_rate", 0.05),)  # at the checkpoint, not where it failed, so that the script repeats it there


def test_nan_under_a_schedule_offers_no_smaller_learning_rate(tmp_path) -> None:
    schedule = part("optimizers.schedules.CosineDecay", initial_learning_rate=1000.0, decay_steps=1000)
    experiment = small(optimizer=part("optimizers.SGD", learning_rate=schedule), loss=part("losses.MeanSquaredError"), epochs=20)
    heard = drive(Session(experiment, tmp_path, device="CPU"))
    assert isinstance(heard[-1], events.Failed)
    assert heard[-1].error["fix"] == "Lower the schedule's rate or clip the gradients, and train again."


def test_a_long_scoring_gives_signs_of_life(tmp_path, monkeypatch) -> None:
    whole = Classifier.score
    monkeypatch.setattr(Classifier, "score", lambda task, split: itertools.chain([None] * 5, whole(task, split)))
    monkeypatch.setattr("playground.engine.training.control.SAY_WHILE_SCORING", 0.0)
    heard = drive(Session(small(epochs=1), tmp_path, device="CPU"))
    begin = max(i for i, said in enumerate(heard) if isinstance(said, events.Saved))
    assert len(of(events.Progress, heard[begin:])) == 5


def test_a_run_is_changed_a_bounded_number_of_times_resumes_counted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("playground.values.changes.MAX_CHANGES", 3)
    places = itertools.count()

    def change(session: Session, said: object) -> None:
        if isinstance(said, events.Started):
            for _ in range(2):
                session.command(Command("set", name="weight", value=("dense", "bias", next(places), 0.01)))
            session.command(Command("stop"))

    first = drive(Session(small(), tmp_path, device="CPU"), change)
    later = drive(Session(small(), tmp_path, device="CPU", resume=True), change)
    assert len(of(events.Changed, first)) == 2
    assert len(of(events.Changed, later)) == 1
    assert isinstance(of(PlaygroundError, later)[0], Conflict)


def test_a_model_is_not_written_into_a_folder_that_is_gone(whole, tmp_path) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(NotFound, match="folder for the model is gone"):
        export(small(), folder=whole[0], weights="last", path=gone / "m.keras")
    assert not gone.exists()


def test_a_full_disk_is_said_once_and_the_run_goes_on(tmp_path, monkeypatch) -> None:
    def full(*paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    count = 0

    def pause(session: Session, said: object) -> None:
        nonlocal count
        count += said is None
        if said is None and count in (2, 4):
            session.command(Command("pause"))

    heard = drive(Session(small(), tmp_path, device="CPU"), pause)
    refusals = of(PlaygroundError, heard)
    assert len(refusals) == 1
    assert isinstance(refusals[0], Unavailable)
    assert "No space left" in str(refusals[0])
    assert isinstance(heard[-1], events.Done)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_network_that_does_not_fit_is_refused_before_it_is_built(tmp_path) -> None:
    experiment = small()
    wrong = dataclasses.replace(experiment.network, layers=experiment.network.layers[:3])
    with pytest.raises(InvalidValue, match="activation gives 6 × 6 × 4"):
        drive(Session(experiment.having(network=wrong), tmp_path, device="CPU"))


def test_the_best_weights_are_those_of_the_lowest_validation_loss(tmp_path) -> None:
    experiment = small(epochs=8, optimizer=part("optimizers.SGD", learning_rate=0.9, momentum=0.9), limit=60)
    heard = drive(Session(experiment, tmp_path, device="CPU"))
    points = of(events.EpochPoint, heard)
    best = min(points, key=lambda point: point.values["val_loss"])
    assert checkpoint.load(tmp_path / checkpoint.BEST).counters["epoch"] == best.epoch
    export(experiment, folder=tmp_path, weights="best", path=tmp_path / "best.keras")
    x, y = data.load(experiment.data).validation
    loss, accuracy = keras.models.load_model(tmp_path / "best.keras").evaluate(x.astype("float32") / 255, y, verbose=0)
    assert loss == pytest.approx(best.values["val_loss"], abs=1e-4)
    assert accuracy == pytest.approx(best.values["val_accuracy"])


@pytest.mark.parametrize("loss", [part("losses.CategoricalCrossentropy", from_logits=True), part("losses.MeanSquaredError")], ids=repr)
def test_losses_that_want_one_hot_labels_get_them(tmp_path, loss) -> None:
    heard = drive(Session(small(loss=loss, epochs=6), tmp_path, device="CPU"))
    assert heard[-1].summary["test_accuracy"] > 0.5
