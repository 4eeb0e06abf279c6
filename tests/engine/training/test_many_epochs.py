"""A session that does many epochs in a chunk: what it says and keeps is what it would say and keep one batch at a time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from playground import data
from playground.engine.checkpoints import checkpoint, keyframes
from playground.engine.compiled.fused import FusedTrainer
from playground.engine.inspection.question import Question
from playground.engine.tasks import prepare
from playground.engine.training import curve_points
from playground.engine.training.batch_order import BatchOrder
from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.report import NotParked
from playground.engine.training.session import Session
from playground.engine.training.warm_models import WarmModel, WarmModels
from playground.engine.views import VIEWS
from playground.values import events, run
from playground.values.command import Command
from playground.values.errors import InvalidValue
from playground.values.metric import METRICS
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part
from tests.engine.driving import drive, folded, of


def spirals(*, epochs: int = 150, rate: float = 0.1, l2: float = 0.001) -> Experiment:
    """A small net with what has state of its own: dropout's seeds, a penalty, a momentum."""
    layers = (
        Layer(part("layers.Dense", units=4, activation="tanh", kernel_regularizer=part("regularizers.L2", l2=l2)), "hidden_1"),
        Layer(part("layers.Dropout", rate=0.1), "hidden_1_drop"),
        Layer(part("layers.Dense", units=2, activation="softmax"), "output"),
    )
    training = Training(part("optimizers.SGD", learning_rate=rate, momentum=0.5), batch_size=30, epochs=epochs, seed=3)
    return Experiment(DataChoice("spirals", {"size": 100}, test=0.3), (Network((2,), layers),), training)


def variables(folder: Path, name: str = checkpoint.LAST) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in checkpoint.load(folder / name).variables.items()}


def assert_same_story(one: run.Run, two: run.Run) -> None:
    for curve in ("batches", "epochs"):
        a, b = getattr(one, curve), getattr(two, curve)
        np.testing.assert_array_equal(a.x, b.x)
        assert {name: column.tobytes() for name, column in a.values.items()} == {name: c.tobytes() for name, c in b.values.items()}
    assert {k: v for k, v in one.summary.items() if k != "seconds"} == {k: v for k, v in two.summary.items() if k != "seconds"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, list[object]]:
    """An uninterrupted run: its folder and what it said."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, drive(Session(spirals(), folder, device="CPU"))


def test_a_small_net_takes_the_fused_loop_and_ends_as_a_run_does(whole) -> None:
    session = Session(spirals(), whole[0].parent / "other", device="CPU")
    next(session.events())
    assert isinstance(session.task.trainer, FusedTrainer)
    result = folded(spirals(), whole[1])
    assert result.status == "done"
    assert (result.epoch, result.started.steps_per_epoch) == (150, 3)
    np.testing.assert_array_equal(result.epochs.x, np.arange(1, 151))
    np.testing.assert_array_equal(result.epochs.values["step"], np.arange(1, 151) * 3)
    assert set(result.epochs.values) == {"step", "loss", "accuracy", "penalty", "val_loss", "val_accuracy", "learning_rate"}
    assert result.summary["best_val_loss"] == pytest.approx(result.epochs.values["val_loss"].min())
    assert result.summary["test_loss"] == pytest.approx(result.epochs.values["val_loss"][-1], rel=1e-5)  # of this data one part is held out


def test_pauses_and_small_chunks_change_no_bit(whole, tmp_path) -> None:
    count = 0

    def disturb(session: Session, said: object) -> None:
        nonlocal count
        count += said is None
        if said is None and session.task is not None and session.task.trainer.pace.steps > 7:
            session.task.trainer.pace.steps = 1 + count % 7
        if said is None and count % 23 == 0 and session.idle == 0:
            session.command(Command("step", unit="epoch" if count % 2 else "batch"))

    heard = drive(Session(spirals(), tmp_path, device="CPU"), disturb)
    assert len(of(events.Paused, heard)) >= 4
    assert variables(tmp_path) == variables(whole[0])
    assert variables(tmp_path, checkpoint.BEST) == variables(whole[0], checkpoint.BEST)
    assert_same_story(folded(spirals(), heard), folded(spirals(), whole[1]))


def test_the_best_weights_are_those_of_their_epoch_also_inside_a_chunk(whole, tmp_path) -> None:
    best = checkpoint.load(whole[0] / checkpoint.BEST).counters
    losses = folded(spirals(), whole[1]).epochs.values["val_loss"]
    assert best["epoch"] == int(losses.argmin()) + 1 < 150
    assert best["best_loss"] == pytest.approx(losses.min())
    drive(Session(spirals(epochs=best["epoch"]), tmp_path, device="CPU"))
    of_model = [name for name in variables(tmp_path) if name.startswith("model/")]
    assert {n: variables(tmp_path)[n] for n in of_model} == {n: variables(whole[0], checkpoint.BEST)[n] for n in of_model}


def test_keyframes_are_kept_at_the_ends_of_epochs(whole) -> None:
    epochs = keyframes.kept(whole[0])
    assert epochs == tuple(range(0, 151, 2))
    last = keyframes.load(whole[0], 150)
    assert {name: value.tobytes() for name, value in last.items()} == {
        n: v for n, v in variables(whole[0]).items() if n.startswith("model/")
    }


def test_nan_inside_a_chunk_leaves_the_last_good_epoch(tmp_path) -> None:
    wild = spirals(rate=1000.0, l2=0.01, epochs=400)  # each step turns the weights over and makes them nineteen times as large
    heard = drive(Session(wild, tmp_path / "wild", device="CPU"))
    failed, result = heard[-1], folded(wild, heard)
    assert isinstance(failed, events.Failed)
    good = failed.summary["last_good_epoch"]
    kept = checkpoint.load(tmp_path / "wild" / checkpoint.LAST).counters
    assert (kept["epoch"], kept["step"]) == (good, 3 * good)
    assert good > 1
    assert np.isfinite(result.batches.values["loss"][:-1]).all()
    drive(Session(spirals(rate=1000.0, l2=0.01, epochs=good), tmp_path / "same", device="CPU"))
    assert variables(tmp_path / "wild") == variables(tmp_path / "same")


@pytest.mark.parametrize("bad", ["loss", "val_loss"])
def test_what_breaks_in_the_middle_of_a_chunk_leaves_the_epoch_before(whole, tmp_path, bad) -> None:
    """The loop is made to say that the batch or the score of epoch 61 was NaN, as if it had come about by itself."""
    session = Session(spirals(), tmp_path, device="CPU")

    def break_it(session: Session, said: object) -> None:
        if isinstance(said, events.Started):
            session.record.next_keyframe = lambda epoch: 10**9
            whole_train = session.task.trainer.train

            def train(first, most):
                chunk = whole_train(first, most)
                epochs = session.epoch + len(chunk.scores)
                if session.epoch < 60 and epochs > 61 and not session.again:
                    at = 60 - session.epoch
                    if bad == "loss":
                        rows = chunk.rows[: at * 3 + 2 - first.batch].copy()
                        rows[-1, 0] = np.nan
                        return dataclasses.replace(chunk, rows=rows, scores=chunk.scores[:at])
                    scores = chunk.scores[: at + 1].copy()
                    scores[-1, 0] = np.nan
                    return dataclasses.replace(chunk, rows=chunk.rows[: (at + 1) * 3 - first.batch], scores=scores)
                return chunk

            session.again = False
            again = session.epoch_states.trained_again

            def trained_again(*args, **kwargs):
                session.again = True
                return again(*args, **kwargs)

            session.epoch_states.trained_again = trained_again
            session.task.trainer.train = train
            session.task.trainer.pace.steps = 3 * 200

    heard = drive(session, break_it)
    assert isinstance(heard[-1], events.Failed)
    assert heard[-1].summary["last_good_epoch"] == 60
    assert checkpoint.load(tmp_path / checkpoint.LAST).counters["epoch"] == 60
    x = keyframes.load(whole[0], 60)
    assert {name: value.tobytes() for name, value in x.items()} == {n: v for n, v in variables(tmp_path).items() if n.startswith("model/")}
    result = folded(spirals(), heard)
    assert result.epoch == (60 if bad == "loss" else 61)


def test_a_run_that_begins_paused_waits_and_then_goes_on_as_any_other(whole, tmp_path) -> None:
    session = Session(spirals(), tmp_path, device="CPU", paused=True)
    heard = drive(session)
    assert of(events.Paused, heard) == [events.Paused(0, 0)]
    assert len(of(events.Resumed, heard)) == 1
    assert heard.index(events.Paused(0, 0)) < heard.index(of(events.BatchPoints, heard)[0])
    assert variables(tmp_path) == variables(whole[0])


def test_a_parked_run_goes_on_exactly(whole, tmp_path) -> None:
    session = Session(spirals(), tmp_path, device="CPU")
    heard = []
    for said in session.events():
        if isinstance(said, events.EpochPoints) and said.last["epoch"] >= 20:
            session.command(Command("pause"))
        if isinstance(said, events.Paused):
            session.park()
        if said is not None:
            heard.append(said)
    assert session.is_parked
    assert not of(events.Done, heard)
    later = drive(Session(spirals(), tmp_path, device="CPU", resume=True, paused=True))
    assert of(events.Paused, later)[0].step == of(events.Paused, heard)[-1].step
    assert variables(tmp_path) == variables(whole[0])
    assert_same_story(folded(spirals(), heard + later), folded(spirals(), whole[1]))


def test_who_trains_is_not_parked_and_says_so(tmp_path) -> None:
    heard = drive(Session(spirals(epochs=30), tmp_path, device="CPU"), lambda session, said: session.park() if said is None else None)
    assert of(NotParked, heard)
    assert isinstance(heard[-1], events.Done)


def test_frames_come_while_somebody_looks_and_at_every_pause(tmp_path) -> None:
    def look(session: Session, said: object) -> None:
        if isinstance(said, events.Paused) and len(of_paused := paused) < 2:
            of_paused.append(said)
            session.command(Command("step", unit="batch"))

    paused: list[events.Paused] = []
    session = Session(spirals(epochs=5), tmp_path, device="CPU", paused=True)
    session.watch(frozenset({"plane"}))
    heard = drive(session, look)
    kinds = [said for said in heard if isinstance(said, (events.Paused, events.Picture)) and getattr(said, "view", "plane") == "plane"]
    for place, said in enumerate(kinds):
        if isinstance(said, events.Paused):
            assert (kinds[place + 1].epoch, kinds[place + 1].step) == (said.epoch, said.step)
    assert kinds[-1].epoch == 5
    frame = kinds[-1]
    assert frame.meta["step"] == frame.step
    assert frame.arrays["units"].shape[0] == 6
    assert not [said for said in drive(Session(spirals(epochs=5), tmp_path, device="CPU")) if getattr(said, "view", "") == "plane"]


def test_a_network_that_was_looked_at_begins_as_if_nobody_had(whole, tmp_path) -> None:
    warm_models = WarmModels()
    subject = warm_models.subject("key", spirals())
    before = VIEWS["plane"].answer(subject, Question({"view": "plane"}, None))
    subject.model(np.zeros((4, 2), np.float32), training=True)  # dropout draws, as a view might
    assert warm_models.is_waiting
    warm_models.work()
    warm_models.wait()
    warm_model = warm_models.take("key")
    assert isinstance(warm_model, WarmModel)
    assert warm_model.is_compiled
    assert warm_models.take("key") is None
    heard = drive(Session(spirals(), tmp_path, device="CPU", warm_model=warm_model))
    assert variables(tmp_path) == variables(whole[0])
    assert before["arrays"]["units"].shape[0] == 6
    assert isinstance(heard[-1], events.Done)


def test_only_a_few_networks_stand_ready_and_what_cannot_be_trained_is_refused() -> None:
    warm_models = WarmModels()
    for seed in range(6):
        experiment = spirals().having(training=dataclasses.replace(spirals().training, seed=seed))
        warm_models.subject(str(seed), experiment)
    assert [warm_models.take(str(seed)) is not None for seed in range(6)] == [False, False, True, True, True, True]
    wrong = Experiment(spirals().data, (Network((2,), spirals().network.layers[:2]),), spirals().training)
    with pytest.raises(InvalidValue):
        warm_models.subject("wrong", wrong)


def test_a_run_of_too_many_steps_is_refused(tmp_path) -> None:
    experiment = spirals(epochs=10_000_000)
    small = dataclasses.replace(experiment.training, batch_size=1)
    choice = DataChoice("spirals", {"size": 1000}, test=0.3)
    with pytest.raises(InvalidValue, match="too many steps"):
        drive(Session(experiment.having(training=small, data=choice), tmp_path, device="CPU"))


def test_orders_are_those_of_the_data_however_they_are_asked_for() -> None:
    order = BatchOrder(17, seed=5)
    for epoch, count in [(0, 1), (1, 1), (2, 40), (42, 300), (10, 3), (342, 2), (344, 200)]:
        found = order.of(epoch, count)
        expected = [data.order(17, seed=5, epoch=epoch + i) for i in range(count)]
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == np.int32
        np.testing.assert_array_equal(order.one(epoch), expected[0])


def test_means_of_epochs_are_the_same_bits_one_by_one_and_together() -> None:
    rows = np.random.default_rng(0).random((50, 18, 3)).astype(np.float32)
    together = curve_points.means(rows, ("loss", "accuracy", "penalty"), batch_size=10, examples=175)
    for i in range(50):
        single = curve_points.means(rows[i : i + 1], ("loss", "accuracy", "penalty"), batch_size=10, examples=175)
        assert all(single[name][0] == together[name][i] for name in single)
    expected = np.average(rows[7, :, 0].astype(np.float64), weights=[10] * 17 + [5])
    assert together["loss"][7] == pytest.approx(expected, rel=1e-12)


def test_thinned_points_say_the_last_epoch_and_the_best_of_all() -> None:
    losses = np.linspace(2, 1, 9_000)
    losses[6_001] = 0.5
    found = curve_points.epoch_points(
        [FinishedEpochs(5_001, {"loss": losses, "val_loss": losses})], metrics=METRICS["classifier"], steps_per_epoch=4
    )
    assert set(np.diff(found.epochs)) == {4}
    assert found.last["epoch"] == 14_000
    assert found.best == {"best_epoch": 11_002, "best_val_loss": 0.5}
    rows = np.arange(12_000, dtype=np.float32)[:, np.newaxis]
    points = curve_points.batch_points(rows, ("loss",), last=20_000)
    np.testing.assert_array_equal(points.steps, np.arange(8_004, 20_001, 4))
    np.testing.assert_array_equal(points.values["loss"], points.steps - 8_001)


def test_the_task_of_a_large_net_keeps_the_plain_loop() -> None:
    layers = (
        Layer(part("layers.Dense", units=3000), "a"),
        Layer(part("layers.Dense", units=300), "b"),
        Layer(part("layers.Dense", units=2, activation="softmax"), "output"),
    )
    experiment = spirals().having(network=Network((2,), layers))
    assert not isinstance(prepare(experiment, data.load(experiment.data)).trainer, FusedTrainer)
