"""Folding events into a run: what is known after any story, and that curves stay bounded and true."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.sharing.presets import PRESETS
from playground.values import events as say
from playground.values.metric import METRICS
from playground.values.run import ACTIVE, ENDED, FOLDS, MAX_POINTS, Curve, Run, bests, fold, stride_at
from playground.values.spec import Change

STARTED = say.Started(0, 0, 10, 4, {"train": 100}, ("a", "b"), 50, "CPU", 32, 0.001)
NEW = Run("id", "owner", PRESETS["mlp"].experiment)


def story(*told: say.Event, run: Run = NEW) -> Run:
    for event in told:
        run = fold(run, event)
    return run


def progress(epoch: int, step: int, elapsed: float = 1.0) -> say.Progress:
    return say.Progress(epoch, step, elapsed, None, 0.0, 0.0, 0.001)


def batches(*steps: int) -> say.BatchPoints:
    return say.BatchPoints(np.array(steps, np.int32), {"loss": np.array(steps, np.float32) / 10})


def epoch(number: int, **values: float) -> say.EpochPoint:
    return say.EpochPoint(number, number * 4, values)


def test_every_event_has_its_fold() -> None:
    assert set(FOLDS) == set(say.TYPES.values())


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ((), "queued"),
        ((STARTED,), "training"),
        ((STARTED, say.Paused(0, 2)), "paused"),
        ((STARTED, say.Paused(0, 2), say.Resumed()), "training"),
        ((STARTED, say.Done(False, {})), "done"),
        ((STARTED, say.Done(True, {})), "stopped"),
        ((STARTED, say.Failed({"what": "x"})), "failed"),
        ((STARTED, say.Interrupted()), "interrupted"),
        ((STARTED, say.Interrupted(), STARTED), "training"),
    ],
)
def test_the_status_follows_the_story(told: tuple, status: str) -> None:
    run = story(*told)
    assert run.status == status
    assert run.is_active == (status in ACTIVE)
    assert (status in ACTIVE) != (status in ENDED)


@pytest.mark.parametrize("end", [say.Done(False, {}), say.Failed({"what": "x"}), say.Interrupted()])
def test_an_ended_run_listens_to_nothing_but_a_new_start_and_its_checkpoint(end: say.Event) -> None:
    ended = story(STARTED, end)
    for event in (
        progress(3, 9),
        batches(9),
        epoch(3, loss=1.0),
        say.Paused(1, 2),
        say.Resumed(),
        say.Changed("speed", 1.0),
        say.Done(True, {}),
    ):
        assert fold(ended, event) is ended
    assert fold(ended, say.Saved(2, 8)).checkpoint == (2, 8)
    assert fold(ended, STARTED).status == "training"


def test_folding_changes_no_earlier_run() -> None:
    before = story(STARTED, batches(1, 2))
    after = story(batches(3, 4), epoch(1, loss=0.5), run=before)
    assert before.batches.x.tolist() == [1, 2]
    assert before.summary == {}
    assert after.batches.x.tolist() == [1, 2, 3, 4]


def test_epochs_carry_step_and_values_and_the_best_is_the_lowest_validation_loss() -> None:
    run = story(
        STARTED,
        epoch(1, loss=0.9, val_loss=0.8, val_accuracy=0.7),
        epoch(2, loss=0.5, val_loss=0.6, val_accuracy=0.9),
        epoch(3, loss=0.3, val_loss=0.7, val_accuracy=0.8),
        epoch(4, loss=0.2, val_loss=math.nan, val_accuracy=0.1),
    )
    assert run.epochs.x.tolist() == [1, 2, 3, 4]
    assert run.epochs.values["step"].tolist() == [4, 8, 12, 16]
    assert run.summary["best_epoch"] == 2
    assert run.summary["best_val_loss"] == 0.6
    assert run.summary["best_val_accuracy"] == 0.9
    assert run.summary["loss"] == 0.2


def test_the_best_of_each_metric_is_in_its_own_direction() -> None:
    regression = dataclasses.replace(NEW, experiment=PRESETS["mlp"].experiment.having(task="regressor"))
    told = (epoch(1, val_loss=0.8, val_mae=0.5), epoch(2, val_loss=0.9, val_mae=0.3), epoch(3, val_loss=1.0, val_mae=0.4))
    single = story(STARTED, *told, run=regression)  # as stored before metrics were told
    best = {"best_val_mae": 0.3, "best_val_loss": 0.8, "best_epoch": 1}
    assert single.summary == {"val_loss": 1.0, "val_mae": 0.4} | best
    assert bests(single.epochs, single.metrics) == pytest.approx(best)
    told_metrics = dataclasses.replace(STARTED, metrics=METRICS["regressor"])
    at_once = say.EpochPoints(np.zeros(0, np.int32), np.zeros(0, np.int32), {}, {"val_mae": 0.4}, {"best_val_mae": 0.3})
    run = story(told_metrics, epoch(1, val_mae=0.35), at_once, dataclasses.replace(at_once, best={"best_val_mae": 0.6}))
    assert run.summary["best_val_mae"] == 0.3


def test_the_end_adds_to_the_summary() -> None:
    run = story(STARTED, epoch(1, loss=0.9, val_loss=0.8), say.Done(False, {"test_accuracy": 0.75}))
    assert run.summary["best_epoch"] == 1
    assert run.summary["test_accuracy"] == 0.75


def test_a_failure_keeps_what_is_known_and_says_what_happened() -> None:
    run = story(STARTED, epoch(1, loss=0.9, val_loss=0.8), say.Failed({"what": "The loss became NaN."}, {"last_good_epoch": 1}))
    assert run.error == {"what": "The loss became NaN."}
    assert run.summary["last_good_epoch"] == 1
    assert fold(run, STARTED).error is None


def test_a_resumed_run_forgets_what_lies_behind_its_checkpoint() -> None:
    before = story(
        STARTED,
        batches(1, 2, 3, 4),
        epoch(1, loss=0.9, val_loss=0.8),
        progress(1, 4),
        say.Changed("learning_rate", 0.1),
        batches(5, 6, 7),
        progress(1, 7),
        say.Changed("learning_rate", 0.2),
        say.Interrupted(),
    )
    run = fold(before, say.Started(1, 4, 10, 4, {"train": 100}, ("a", "b"), 50, "CPU", 32, 0.001))
    assert run.batches.x.tolist() == [1, 2, 3, 4]
    assert run.epochs.x.tolist() == [1]
    assert run.changes == ((4, "learning_rate", 0.1),)
    assert (run.epoch, run.step, run.progress.elapsed) == (1, 4, 1.0)
    assert fold(run, batches(5)).batches.x.tolist() == [1, 2, 3, 4, 5]


def test_a_resumed_run_forgets_the_best_epoch_that_lies_behind_its_checkpoint() -> None:
    ended = story(STARTED, epoch(1, val_loss=0.5, val_accuracy=0.7), epoch(2, val_loss=0.1, val_accuracy=0.9), say.Interrupted())
    again = fold(ended, dataclasses.replace(STARTED, epoch=1, step=epoch(1).step))
    assert again.summary["best_epoch"] == 1
    assert again.summary["best_val_accuracy"] == pytest.approx(0.7)
    assert fold(ended, STARTED).summary == {}


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=6))
def test_points_thinned_where_they_come_from_fold_into_the_same_curve(sizes: list[int]) -> None:
    losses = np.random.default_rng(0).random(sum(sizes)).astype(np.float32)
    thinned, whole, begin = NEW, Curve(), 0
    for size in sizes:
        x = np.arange(begin + 1, begin + size + 1)
        kept = x[x % stride_at(begin) == 0]
        best = {"best_epoch": begin + 1 + int(losses[x - 1].argmin()), "best_val_loss": float(losses[x - 1].min())}
        last = {"epoch": int(x[-1]), "step": 4 * int(x[-1]), "val_loss": float(losses[x[-1] - 1])}
        thinned = fold(thinned, say.EpochPoints(kept, kept * 4, {"val_loss": losses[kept - 1]}, last, best))
        whole = whole.extended(x, {"step": x * 4, "val_loss": losses[x - 1]})
        begin += size
    assert thinned.epochs.stride == whole.stride
    np.testing.assert_array_equal(thinned.epochs.x, whole.x)
    np.testing.assert_array_equal(thinned.epochs.values["val_loss"], whole.values["val_loss"])
    lowest = float(losses.min())
    assert thinned.summary == {"val_loss": float(losses[-1]), "best_val_loss": lowest, "best_epoch": int(losses.argmin()) + 1}


def test_many_epochs_at_once_leave_the_summary_that_they_leave_one_by_one() -> None:
    values = [(0.9, 0.5), (0.2, 0.8), (math.nan, 0.7)]
    single = story(STARTED, *(epoch(i + 1, val_loss=loss, val_accuracy=accuracy) for i, (loss, accuracy) in enumerate(values)))
    best = {"best_epoch": 2, "best_val_loss": 0.2, "best_val_accuracy": 0.8}
    x = np.arange(1, 4, dtype=np.int32)
    columns = {"val_loss": np.array([v[0] for v in values], np.float32), "val_accuracy": np.array([v[1] for v in values], np.float32)}
    last = {"epoch": 3, "step": 12, "val_loss": math.nan, "val_accuracy": 0.7}
    at_once = story(STARTED, say.EpochPoints(x, x * 4, columns, last, best))
    assert at_once.summary == pytest.approx({"val_loss": math.nan, "val_accuracy": 0.7} | best, nan_ok=True)
    assert at_once.summary.keys() == single.summary.keys()
    for name in single.summary:
        assert at_once.summary[name] == pytest.approx(single.summary[name], nan_ok=True)
    assert at_once.epochs.x.tolist() == single.epochs.x.tolist()
    np.testing.assert_array_equal(at_once.epochs.values["step"], single.epochs.values["step"])


def test_a_change_is_noted_with_the_step_at_which_it_came() -> None:
    run = story(STARTED, progress(0, 3), say.Changed("learning_rate", 0.1), progress(1, 5), say.Changed("speed", None))
    assert run.changes == ((3, "learning_rate", 0.1), (5, "speed", None))


def test_a_change_that_says_its_step_is_noted_there() -> None:
    run = story(STARTED, progress(0, 3), say.Changed("learning_rate", 0.1, 7))
    assert run.changes == ((7, "learning_rate", 0.1),)


def test_of_speeds_and_of_changes_at_one_step_only_the_last_is_kept() -> None:
    speeds = [say.Changed("speed", float(value), value) for value in range(1, 50)]
    rates = [say.Changed("learning_rate", value, 7) for value in (0.1, 0.2, 0.3)]
    run = story(STARTED, say.Changed("learning_rate", 0.5, 3), *speeds, *rates)
    assert run.changes == ((3, "learning_rate", 0.5), (49, "speed", 49.0), (7, "learning_rate", 0.3))


def test_a_resumed_run_has_no_speed_limit() -> None:
    assert story(STARTED, say.Changed("speed", 5.0), say.Interrupted(), STARTED).changes == ()


def test_only_the_latest_picture_of_a_view_is_kept() -> None:
    run = story(STARTED, say.Picture("confusion", 1, 4), say.Picture("filters", 1, 4), say.Picture("confusion", 2, 8))
    assert {view: picture.epoch for view, picture in run.pictures.items()} == {"confusion": 2, "filters": 1}


def test_where_a_run_stands_is_its_last_progress() -> None:
    assert (NEW.epoch, NEW.step, NEW.seconds) == (0, 0, 0.0)
    run = story(STARTED, progress(1, 5, 2.5))
    assert (run.epoch, run.step, run.seconds) == (1, 5, 2.5)


# Curves


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_a_curve_is_the_same_however_its_points_arrive(sizes: list[int]) -> None:
    """Oracle: of all points at once, those at multiples of the smallest power of two that leaves at most MAX_POINTS."""
    total = sum(sizes)
    x = np.arange(1, total + 1)
    curve, begin = Curve(), 0
    for size in sizes:
        part = x[begin : begin + size]
        curve = curve.extended(part, {"loss": part.astype(np.float32)})
        begin += size
    stride = 1
    while total // stride > MAX_POINTS:
        stride *= 2
    kept = x[x % stride == 0]
    assert curve.stride == stride
    assert curve.x.tolist() == kept.tolist()
    assert curve.values["loss"].tolist() == kept.tolist()
    assert curve.x.dtype == np.int32 and curve.values["loss"].dtype == np.float32


def test_a_long_curve_stays_bounded_and_spans_the_whole_run() -> None:
    curve = Curve()
    for begin in range(0, 1_000_000, 10_000):
        x = np.arange(begin + 1, begin + 10_001)
        curve = curve.extended(x, {"loss": x})
    assert MAX_POINTS / 2 <= len(curve.x) <= MAX_POINTS
    assert curve.x[-1] > 999_000
    assert len(set(np.diff(curve.x))) == 1


def test_a_name_that_comes_late_or_is_missing_is_nan_elsewhere() -> None:
    curve = Curve().extended(np.array([1]), {"loss": np.array([0.5])}).extended(np.array([2]), {"penalty": np.array([0.1])})
    np.testing.assert_array_equal(curve.values["loss"], np.array([0.5, np.nan], np.float32))
    np.testing.assert_array_equal(curve.values["penalty"], np.array([np.nan, 0.1], np.float32))


def test_a_shared_run_has_all_changes_and_what_is_in_store_unless_something_else_came() -> None:
    store = (Change(3, "learning_rate", 0.5), Change(9, "learning_rate", 0.1))
    planned = dataclasses.replace(NEW, experiment=NEW.experiment.having(changes=store))
    assert story(STARTED, run=planned).shared() == planned.experiment
    first = story(STARTED, say.Changed("learning_rate", 0.5, 3), say.Changed("speed", 5.0, 4), run=planned)
    assert first.shared() == planned.experiment
    other = story(say.Changed("weight", ["dense_1", "bias", 0, 1.0], 5), run=first)
    assert other.shared().changes == (store[0], Change(5, "weight", ("dense_1", "bias", 0, 1.0)))


def test_weights_at_one_step_are_kept_once_each_and_the_engine_knows_best_what_is_in_force() -> None:
    weights = [("weight", ("a", "kernel", 1, value)) for value in (0.1, 0.2)] + [("weight", ("a", "kernel", 2, 0.3))]
    run = story(STARTED, *(say.Changed(name, value, 7) for name, value in weights))
    assert run.changes == tuple((7, name, value) for name, value in weights[1:])
    edited = story(
        say.Changed("network", {"input_shape": [2]}, 7, started={"parameters": 9}), say.Changed("weight", weights[1][1], 7), run=run
    )
    assert len(edited.changes) == 4 and edited.started.parameters == 9
    resumed = story(say.Interrupted(), dataclasses.replace(STARTED, step=7, changes=((7, "learning_rate", 0.1),)), run=edited)
    assert resumed.changes == ((7, "learning_rate", 0.1),)
