"""What every trainer promises, whichever loop a model is trained by."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest

from playground.engine.checkpoints import checkpoint
from playground.engine.compiled.chunk import Position
from playground.engine.compiled.fused import FusedTrainer
from playground.engine.compiled.loop import LoopTrainer
from playground.engine.compiled.trainer import Trainer, trainer_for
from playground.engine.training.batch_order import BatchOrder

EXAMPLES, BATCH = 22, 8


def model(*, is_small: bool) -> keras.Model:
    """A net that the fused loop takes, or one that it leaves to the plain one."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    body = keras.layers.Dense(3, activation="tanh")(inputs) if is_small else keras.layers.LSTM(3)(keras.layers.Reshape((2, 2))(inputs))
    built = keras.Model(inputs, keras.layers.Dense(2)(body))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    built.compile(keras.optimizers.Adam(0.05), loss, metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")], jit_compile=False)
    return built


def trained(*, is_small: bool) -> tuple[keras.Model, Trainer]:
    x = np.random.default_rng(0).normal(size=(EXAMPLES, 4)).astype(np.float32)
    part, built = (x, (x[:, 0] > 0).astype(np.int32)), model(is_small=is_small)
    return built, trainer_for(built, part, part, batch_size=BATCH, order=BatchOrder(EXAMPLES, seed=2))


def test_the_model_decides_which_trainer_it_gets() -> None:
    assert isinstance(trained(is_small=True)[1], FusedTrainer)
    assert isinstance(trained(is_small=False)[1], LoopTrainer)


@pytest.mark.parametrize("is_small", [True, False], ids=["fused", "plain"])
def test_a_trainer_has_all_that_a_session_asks_for(is_small: bool) -> None:
    trainer = trained(is_small=is_small)[1]
    asked = {*inspect.get_annotations(Trainer), *(name for name, _ in inspect.getmembers(Trainer, inspect.isfunction) if name[0] != "_")}
    assert {"train", "prepare", "names", "pace"} <= asked
    assert [name for name in asked if not hasattr(trainer, name)] == []
    assert (trainer.examples, trainer.batch_size, trainer.steps_per_epoch) == (EXAMPLES, BATCH, 3)


@pytest.mark.parametrize("is_small", [True, False], ids=["fused", "plain"])
def test_a_chunk_trained_again_from_the_same_state_is_the_same(is_small: bool) -> None:
    """What lies inside a chunk can be had again: also after later epochs, and in smaller chunks."""
    built, trainer = trained(is_small=is_small)
    trainer.prepare()
    models, step, rows = {"network": built}, 0, []
    start = checkpoint.take(models, counters={}, arrays={})
    while step < 12:
        rows += list(trainer.train(Position(*divmod(step, 3)), 12 - step if trainer.epochs_per_chunk >= 4 else 3 - step % 3).rows)
        step = len(rows)
    end = checkpoint.take(models, counters={}, arrays={})
    checkpoint.put(models, start)
    again: list[np.ndarray] = []
    while len(again) < 12:
        chunk = trainer.train(Position(*divmod(len(again), 3)), 1)
        again += list(chunk.rows)
        assert len(chunk.scores) == (trainer.scores_epochs and len(again) % 3 == 0)
    np.testing.assert_array_equal(again, rows)
    for name, value in checkpoint.take(models, counters={}, arrays={}).variables.items():
        np.testing.assert_array_equal(value, end.variables[name])
