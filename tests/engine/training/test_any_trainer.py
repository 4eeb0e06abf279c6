"""A session asks a trainer for chunks and never what kind it is: one that nobody has seen before drives it to its end."""

from __future__ import annotations

import math
from pathlib import Path

import keras
import numpy as np
import pytest

from playground.engine.checkpoints import checkpoint, keyframes
from playground.engine.compiled.chunk import Chunk, Pace, Position
from playground.engine.training.batch_order import BatchOrder
from playground.engine.training.session import Session
from playground.values import events, run
from playground.values.command import Command
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part
from tests.engine.driving import drive, folded, of

EPOCHS, PER_EPOCH = 9, 4
EXPERIMENT = Experiment(
    DataChoice("moons", {"size": 100}, test=0.3),
    (Network((2,), (Layer(part("layers.Dense", units=2, activation="softmax"), "output"),)),),
    Training(part("optimizers.SGD", learning_rate=0.1), batch_size=20, epochs=EPOCHS, seed=4),
)


class Walker:
    """Knows no gradients: at each step it moves one bias, so that the loss falls for some epochs and rises again.

    broken_at: the step whose loss is NaN.
    """

    names = ("loss", "accuracy")
    examples, batch_size, steps_per_epoch = 70, 20, PER_EPOCH

    def __init__(self, model: keras.Model, held: tuple, order: BatchOrder, *, epochs_per_chunk: int, scores_epochs: bool) -> None:
        self.pace, self.epochs_per_chunk, self.scores_epochs = Pace(least=11), epochs_per_chunk, scores_epochs
        self.broken_at = -1
        self.is_prepared = False
        self._model, self._held, self._order = model, held, order
        model.optimizer.build(model.trainable_variables)

    def prepare(self) -> None:
        self.is_prepared = True

    def train(self, first: Position, most: int) -> Chunk:
        assert self.is_prepared
        begin = first.epoch * PER_EPOCH + first.batch
        assert most >= 1 and begin + most <= (first.epoch + self.epochs_per_chunk) * PER_EPOCH
        rows, scores = [], []
        for step in range(begin, begin + min(most, self.pace.steps)):
            epoch, batch = divmod(step, PER_EPOCH)
            bias = self._model.layers[-1].bias
            bias.assign_add([0.2 if epoch < 5 else -0.3, float(self._order.one(epoch)[batch]) * 1e-6])
            rows.append((math.nan if step == self.broken_at else 100.0 - step, 0.5))
            if step == self.broken_at:
                break
            if batch == PER_EPOCH - 1 and self.scores_epochs:
                scores.append(self._score())
        return Chunk(np.array(rows, np.float32), np.array(scores, np.float32).reshape(-1, 2))

    def _score(self) -> tuple[float, float]:
        x, y = self._held
        output = self._model(x, training=False)
        return float(self._model.compute_loss(x=x, y=y, y_pred=output)), float(np.mean(np.argmax(output, 1) == np.asarray(y)))


@pytest.fixture(params=[(1, False), (1, True), (4, True)], ids=["scored by the task", "scores each epoch", "four epochs in a chunk"])
def walker(request, monkeypatch) -> list[Walker]:
    """The trainers of the sessions that a test begins."""
    epochs_per_chunk, scores_epochs = request.param
    made: list[Walker] = []

    def trainer_for(model: keras.Model, train: tuple, held: tuple, *, batch_size: int, order: BatchOrder) -> Walker:
        made.append(Walker(model, held, order, epochs_per_chunk=epochs_per_chunk, scores_epochs=scores_epochs))
        return made[-1]

    monkeypatch.setattr("playground.engine.tasks.supervised.trainer_for", trainer_for)
    return made


def bias(variables: dict[str, np.ndarray]) -> float:
    return float(variables["model/1"][0])


def after(epochs: int) -> float:
    """The bias that is moved, when so many epochs are finished."""
    return PER_EPOCH * (0.2 * min(epochs, 5) - 0.3 * max(epochs - 5, 0))


def test_it_drives_a_session_to_its_end_with_pauses_on_the_way(walker, tmp_path: Path) -> None:
    count = 0

    def disturb(session: Session, said: object) -> None:
        nonlocal count
        count += said is None
        if said is None and count % 3 == 0 and session.idle == 0:
            session.command(Command("step", unit="epoch" if count % 2 else "batch"))

    heard = drive(Session(EXPERIMENT, tmp_path, device="CPU"), disturb)
    result = folded(EXPERIMENT, heard)
    assert isinstance(heard[-1], events.Done) and result.status == "done"
    assert len(of(events.Paused, heard)) >= 2
    np.testing.assert_array_equal(result.batches.values["loss"], 100.0 - np.arange(EPOCHS * PER_EPOCH))
    np.testing.assert_array_equal(result.epochs.values["step"], np.arange(1, EPOCHS + 1) * PER_EPOCH)
    assert result.summary["test_examples"] == 30
    assert keyframes.kept(tmp_path) == tuple(range(EPOCHS + 1))
    for epoch in range(EPOCHS + 1):
        assert bias(keyframes.load(tmp_path, epoch)) == pytest.approx(after(epoch), abs=1e-5)


def test_the_best_epoch_is_kept_wherever_in_a_chunk_it_lies(walker, tmp_path: Path) -> None:
    session = Session(EXPERIMENT, tmp_path, device="CPU")
    session.record.next_keyframe = lambda epoch: 10**9
    result: run.Run = folded(EXPERIMENT, drive(session))
    best = int(np.argmin(result.epochs.values["val_loss"])) + 1
    state = checkpoint.load(tmp_path / checkpoint.BEST)
    assert (state.counters["epoch"], state.counters["step"]) == (best, best * PER_EPOCH)
    assert bias(state.variables) == pytest.approx(after(best), abs=1e-5)
    assert 1 < best < EPOCHS


def test_a_loss_that_is_no_number_leaves_the_last_good_epoch(walker, tmp_path: Path) -> None:
    session = Session(EXPERIMENT, tmp_path, device="CPU")

    def break_it(session: Session, said: object) -> None:
        if isinstance(said, events.Started):
            session.record.next_keyframe = lambda epoch: 10**9
            walker[0].broken_at = 6 * PER_EPOCH + 1

    failed = drive(session, break_it)[-1]
    assert isinstance(failed, events.Failed) and failed.summary["last_good_epoch"] == 6
    state = checkpoint.load(tmp_path / checkpoint.LAST)
    assert state.counters["step"] == 6 * PER_EPOCH
    assert bias(state.variables) == pytest.approx(after(6), abs=1e-5)


def test_a_matrix_is_shown_whoever_scores(walker, tmp_path: Path) -> None:
    session = Session(EXPERIMENT, tmp_path, device="CPU")
    session.watch(frozenset({"confusion"}))
    matrices = [said for said in of(events.Picture, drive(session)) if said.meta["split"] == "validation"]
    assert matrices
    assert all(picture.arrays["matrix"].sum() == 30 for picture in matrices)
