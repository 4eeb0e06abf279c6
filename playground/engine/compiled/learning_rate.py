"""The learning rate of an optimizer: a number that can be changed, or a schedule that follows the steps."""

from __future__ import annotations

import keras
import numpy as np


class LearningRate:
    """optimizer: built."""

    def __init__(self, optimizer: keras.Optimizer) -> None:
        self._optimizer = optimizer

    @property
    def now(self) -> float:
        """The one in force."""
        return float(self._optimizer.learning_rate)

    @property
    def is_fixed(self) -> bool:
        """Whether it stays until it is set."""
        return not isinstance(self._optimizer._learning_rate, keras.optimizers.schedules.LearningRateSchedule)

    def set(self, value: float) -> None:
        """Only a fixed one can be set."""
        self._optimizer.learning_rate.assign(value)

    def before(self, steps: np.ndarray) -> np.ndarray:
        """float64 (n,): the rate so many steps ago. steps: int (n,). A fixed one counts as if it had always been what it is."""
        if self.is_fixed:
            return np.full(len(steps), self.now)
        schedule, at = self._optimizer._learning_rate, int(self._optimizer.iterations) - steps
        try:
            return np.asarray(schedule(at.astype(np.float32)), np.float64) * np.ones(len(steps))
        except Exception:  # a schedule with a branch takes one step at a time; what is raised depends on the branch
            return np.array([float(schedule(int(step))) for step in at])
