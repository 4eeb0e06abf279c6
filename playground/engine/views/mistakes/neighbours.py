"""Where an example lies among the training examples: in the space of the features from which the last layer decides."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import keras
import numpy as np

from playground.engine.compiled.loop import Outputs
from playground.engine.inspection.subject import Subject
from playground.engine.views.mistakes.predictions import sliced

MOST_VALUES = 25_000_000  # features kept of a training part (100 MB); of a larger one, evenly chosen examples are compared
KEPT = "training features"


@dataclass(frozen=True, eq=False)
class Features:
    """Features of training examples. values: float32 (n, d), each standardised: divided by its deviation over them.

    positions: int32 (n,) in the training part. scale: float32 (d,), 1 / deviation, 0 for features that never change.
    """

    values: np.ndarray
    positions: np.ndarray
    scale: np.ndarray

    def nearest(self, features: np.ndarray, *, count: int, without: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Positions int32 (k,) and Euclidean distances float32 (k,), ascending. features: float32 (d,), not yet standardised.

        without: a position that does not count, for an example is its own nearest neighbour.
        """
        difference = self.values - features * self.scale
        squared = np.einsum("nd,nd->n", difference, difference)
        if without is not None:
            squared[self.positions == without] = np.inf
        count = min(count, int(np.isfinite(squared).sum()))
        closest = np.argpartition(squared, count - 1)[:count] if count else np.zeros(0, int)
        closest = closest[np.lexsort((closest, squared[closest]))]
        return self.positions[closest], np.sqrt(squared[closest])


def training_features(subject: Subject) -> Generator[None, None, Features]:
    """The training part's features with the subject's weights. Only those asked for last are kept, for they are large."""
    kept = subject.memory.get(KEPT)
    if kept is not None and kept[0] == subject.stamp:
        return kept[1]
    x, _ = subject.split("train")
    most = max(1, MOST_VALUES // feature_size(subject.model))
    positions = np.arange(len(x)) if len(x) <= most else np.linspace(0, len(x) - 1, most).astype(int)
    if len(x) > most:
        x = x[positions]
    pieces = yield from sliced(lambda some: features(subject, some), x, batch=outputs(subject.model).batch_size)
    values = np.concatenate(pieces)
    deviation = values.std(axis=0, dtype=np.float64)
    scale = np.where(deviation > 1e-12, 1 / np.maximum(deviation, 1e-12), 0).astype(np.float32)
    found = Features(values * scale, positions.astype(np.int32), scale)
    subject.memory[KEPT] = (subject.stamp, found)
    return found


def features(subject: Subject, x: np.ndarray) -> np.ndarray:
    """float32 (n, d): what the last layer with a kernel gets; where that is a map, its means over all places. x: as in `arrays`."""
    found = outputs(subject.model)(x)
    return found.mean(axis=tuple(range(1, found.ndim - 1))) if found.ndim > 2 else found


def outputs(model: keras.Model) -> Outputs:
    """What the last layer with a kernel gets, for many examples; made once for a model."""
    found = getattr(model, "_playground_features", None)
    if found is None:
        found = Outputs(keras.Model(model.inputs[0], deciding(model).input))
        object.__setattr__(model, "_playground_features", found)  # past Keras, which would count it among the model's layers
    return found


def deciding(model: keras.Model) -> keras.Layer:
    """The last layer with a kernel, which makes the answer out of the features; without one, the last layer."""
    for layer in reversed(model.layers):
        if any(len(variable.shape) > 1 for variable in layer.trainable_variables + layer.non_trainable_variables):
            return layer
    return model.layers[-1]


def feature_size(model: keras.Model) -> int:
    return int(deciding(model).input.shape[-1])
