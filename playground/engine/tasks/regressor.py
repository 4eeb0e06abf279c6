"""Regression: one number for each example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np

from playground.engine.tasks.supervised import Supervised
from playground.engine.tasks.task import Score
from playground.values.metric import MAE, METRICS
from playground.values.spec import Experiment

if TYPE_CHECKING:
    import tensorflow as tf


class Regressor(Supervised):
    """A network that predicts a number, ready to train."""

    metrics = METRICS["regressor"]

    @staticmethod
    def encode(labels: np.ndarray, experiment: Experiment, classes: Sequence[str]) -> np.ndarray:
        """labels: float (n,). Gives float32 (n, 1)."""
        return labels.astype(np.float32)[:, np.newaxis]

    @staticmethod
    def measure(experiment: Experiment) -> keras.metrics.Metric:
        return keras.metrics.MeanAbsoluteError(name=MAE.name)

    @staticmethod
    def reader(experiment: Experiment) -> Callable[[tf.Tensor], tf.Tensor]:
        return lambda output: keras.ops.cast(output[:, 0], "float32")

    def scored(self, loss: float, truth: np.ndarray, answers: np.ndarray) -> Score:
        return Score(loss, float(np.mean(np.abs(truth - answers))))
