"""Rates of the past are those that the optimizer had at its steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from playground.engine.compiled.learning_rate import LearningRate

SCHEDULES = keras.optimizers.schedules


def rate_at(step: int, rate: float | SCHEDULES.LearningRateSchedule) -> LearningRate:
    optimizer = keras.optimizers.SGD(rate)
    optimizer.build([keras.Variable(0.0)])
    optimizer.iterations.assign(step)
    return LearningRate(optimizer)


def test_a_fixed_rate_can_be_set_and_counts_for_the_past_too() -> None:
    rate = rate_at(30, 0.5)
    assert rate.is_fixed
    rate.set(0.25)
    assert rate.now == 0.25
    np.testing.assert_array_equal(rate.before(np.array([20, 10, 0])), [0.25] * 3)


@pytest.mark.parametrize(
    "schedule",
    [
        SCHEDULES.CosineDecay(0.05, 40),
        SCHEDULES.CosineDecay(0.05, 40, warmup_target=0.1, warmup_steps=15),
        SCHEDULES.ExponentialDecay(0.05, 10, 0.9, staircase=True),
        SCHEDULES.PiecewiseConstantDecay([12, 25], [0.1, 0.05, 0.01]),
    ],
    ids=["smooth", "with a branch", "in steps", "piecewise"],
)
def test_a_schedules_past_is_what_was_in_force_then(schedule: SCHEDULES.LearningRateSchedule) -> None:
    rate = rate_at(30, schedule)
    assert not rate.is_fixed
    found = rate.before(np.array([20, 10, 0]))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [rate_at(step, schedule).now for step in (10, 20, 30)])
