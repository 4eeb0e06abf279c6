"""Classification: one class for each example, told by one output for each class or, of two classes, by a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np

from playground.engine.tasks import confusion
from playground.engine.tasks.supervised import Supervised
from playground.engine.tasks.task import Score
from playground.network.labels import labels_for
from playground.values.metric import ACCURACY, METRICS
from playground.values.spec import Experiment

if TYPE_CHECKING:
    import tensorflow as tf


class Classifier(Supervised):
    """A classifier ready to train."""

    metrics = METRICS["classifier"]

    @staticmethod
    def encode(labels: np.ndarray, experiment: Experiment, classes: Sequence[str]) -> np.ndarray:
        """labels: int (n,). See `labels.Labels` for what comes of them."""
        encoding = labels_for(experiment).encoding
        if encoding == "index":
            return labels.astype(np.int32)
        if encoding == "one_hot":
            return np.eye(len(classes), dtype=np.float32)[labels]
        column = labels.astype(np.float32)[:, np.newaxis]
        return 2 * column - 1 if encoding == "minus_plus" else column

    @staticmethod
    def measure(experiment: Experiment) -> keras.metrics.Metric:
        labels = labels_for(experiment)
        if labels.encoding == "index":
            return keras.metrics.SparseCategoricalAccuracy(name=ACCURACY.name)
        if labels.encoding == "one_hot":
            return keras.metrics.CategoricalAccuracy(name=ACCURACY.name)
        if labels.encoding == "zero_one":
            return keras.metrics.BinaryAccuracy(name=ACCURACY.name, threshold=labels.threshold)
        return keras.metrics.MeanMetricWrapper(same_side, name=ACCURACY.name)

    @staticmethod
    def reader(experiment: Experiment) -> Callable[[tf.Tensor], tf.Tensor]:
        labels = labels_for(experiment)
        if labels.is_single:
            return lambda output: keras.ops.cast(output[:, 0] > labels.threshold, "int32")
        return lambda output: keras.ops.cast(keras.ops.argmax(output, axis=-1), "int32")

    def scored(self, loss: float, truth: np.ndarray, answers: np.ndarray) -> Score:
        counts = confusion.matrix(truth, answers, len(self.classes))
        return Score(loss, float(np.trace(counts) / len(truth)), counts)


def same_side(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Whether label and output lie on the same side of 0. y_true: (batch, 1), -1 or 1; y_pred: (batch, 1); gives float32 (batch,)."""
    return keras.ops.cast(keras.ops.equal(y_true > 0, y_pred > 0), "float32")[:, 0]
