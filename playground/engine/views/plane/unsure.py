"""Where a network on the plane is unsure: how mixed its answer is and, with dropout, how much thinned networks disagree."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.forward import Instead
from playground.engine.plane.plane import Plane
from playground.engine.plane.points import grid_of
from playground.engine.views.plane.point import entropy
from playground.values.errors import Conflict

SIDE = 50
SEED = 7  # the same thinned networks each time, so that pictures can be compared


def plane_unsure(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: samples (thinned networks).

    Each sample leaves out units as dropout does in training, the same ones everywhere on the plane, so that it is a network of its own
    (Gal and Ghahramani, 2016). Of a classifier: the entropy of the samples' mean probabilities; of a number the samples' standard
    deviation. Without dropout the network is asked once.

    Returns "map" uint8 (50, 50), 0 to 255 for 0 to "high": log₂ of the number of classes, in bits, or the largest deviation there is;
    "samples", 1 without dropout; "mean" over the plane; "apart": of the mean entropy, what comes from samples that disagree (mutual
    information), in bits, None without dropout or classes. Raises Conflict for a number without dropout.
    """
    plane = Plane.of(subject.model, subject.experiment)
    is_random = any(isinstance(layer, keras.layers.Dropout) and layer.rate > 0 for layer in plane.forward.model.layers)
    if not is_random and not plane.is_classifier:
        raise Conflict(
            "A number that is predicted without dropout says nothing about how sure it is.",
            fix="Give a layer some dropout: then thinned networks can be compared.",
        )
    samples = question.whole("samples", low=2, high=100, default=30) if is_random else 1
    grid = grid_of(plane.inputs, SIDE)
    values = plane.forward(tf.constant(np.tile(grid, (samples, 1))), idle=thinning(samples) if is_random else None)
    output = plane.forward.output(values)
    if not plane.is_classifier:
        deviations = output[:, 0].numpy().reshape(samples, -1).std(axis=0)
        return drawn(deviations, high=float(np.nan_to_num(deviations).max()), samples=samples)
    each = plane.probabilities(output).numpy().reshape(samples, len(grid), -1)
    mixed = entropy(each.mean(axis=0))
    apart = float((mixed - entropy(each).mean(axis=0)).mean()) if is_random else None
    return drawn(mixed, high=float(np.log2(each.shape[-1])), samples=samples, apart=apart)


def thinning(samples: int) -> Instead:
    """Dropout layers leave out the same units for all examples of a sample; x: (samples · n, units), a sample's examples together."""
    rng = np.random.default_rng(SEED)

    def thin(layer: keras.layers.Layer, x: tf.Tensor) -> tf.Tensor:
        if not isinstance(layer, keras.layers.Dropout):
            return x
        kept = rng.random((samples, 1, x.shape[-1])) >= layer.rate
        by_sample = tf.reshape(x, [samples, -1, x.shape[-1]])
        return tf.reshape(by_sample * tf.cast(kept / (1 - layer.rate), x.dtype), x.shape)

    return thin


def drawn(values: np.ndarray, *, high: float, samples: int, apart: float | None = None) -> dict[str, Any]:
    values = np.nan_to_num(values)
    shares = (values / (high or 1)).clip(0, 1)
    picture = np.rint(255 * shares).astype(np.uint8).reshape(SIDE, SIDE)
    return {"map": picture, "high": high, "samples": samples, "mean": float(values.mean()), "apart": apart}
