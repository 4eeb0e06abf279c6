"""The view over time: how each layer's weights, activations and gradients changed from keyframe to keyframe, on the same few examples.

Imports TensorFlow for the tape. Works in small pieces and remembers what it found, so that a run that goes on costs only what is new.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from playground.engine.checkpoints import keyframes
from playground.engine.graph.receptive_field import shape_of
from playground.engine.inspection.bins import histograms
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.probe import scaled
from playground.engine.inspection.question import Question
from playground.engine.model.build import build_part
from playground.engine.tasks import TASKS
from playground.values.errors import Conflict

if TYPE_CHECKING:
    import keras

    from playground.engine.inspection.subject import Subject

EXAMPLES = 64
SAMPLE = 20_000  # values of a layer that a histogram counts at most, chosen once at random: always the same places
PIECE = 1_500_000  # values that one piece of work brings forth: some 20 ms
WHOLE = 100_000  # of all layers together: deep networks get fewer for each
REMEMBERED = 120  # keyframes; 0.8 MB each at most


@dataclass(frozen=True, eq=False)
class Moment:
    """What one keyframe shows, layer by layer: sampled weights and activations; norms, NaN for layers without trainable weights."""

    weights: list[np.ndarray | None]
    activations: list[np.ndarray]
    norm: np.ndarray
    distance: np.ndarray
    gradient: np.ndarray
    zeros: np.ndarray
    loss: float
    accuracy: float


_moments = Memory(REMEMBERED)


def over_time(subject: Subject, question: Question) -> Iterator[None]:
    """Arguments: every (each so many keyframes, the first and the last among them; 1 for all. What one question worked out the next one
    has, so ask for every 8th, 4th, 2nd, … and show them as they come).

    Returns "epochs" int32 (n,), "kept" (how many there are), "examples" and "part" (those all is measured on), "loss", "accuracy"
    float32 (n,) on them, weight penalties left out; "layers": of each "name", "kind", and
      "weights", "activations": {"edges" (41,), "counts" int32 (n, 40), "counted", "of"}: histograms on the same intervals for all epochs,
      weights None for a layer without; counted: how many values, of all of them;
      "norm", "gradient", "distance" float32 (n,): Euclidean norms of the layer's trainable weights, of the mean loss's gradient by them (in
      inference mode: no dropout, running statistics), of their difference to the first keyframe; None for a layer without;
      "zeros" float32 (n,): share of outputs that are exactly 0.
    Of a network that was edited in mid-run only the epochs with its present form count. Raises Conflict for a run that kept no weights.
    """
    kept = subject.alike
    if not kept:
        raise Conflict(
            "This run kept no weights of its epochs, so there is nothing to replay.", fix="Train it again: runs now keep up to 100 epochs."
        )
    part, x, y = _examples(subject)
    every = question.whole("every", low=1, high=1_000, default=1)
    found = {epoch: _moments.get(_key(subject, epoch)) for epoch in (*kept[::every], kept[-1])}
    if not all(found.values()):
        start = keyframes.load(subject.folder, min(found))
        for past in subject.over_time([epoch for epoch, moment in found.items() if moment is None]):
            found[past.epoch] = yield from _moment(past, start, scaled(x), y)
            _moments[_key(subject, past.epoch)] = found[past.epoch]
            yield
    epochs = sorted(epoch for epoch, moment in found.items() if moment)
    moments = [found[epoch] for epoch in epochs]
    return {
        "epochs": np.array(epochs, np.int32),
        "kept": len(kept),
        "examples": len(x),
        "part": part,
        "loss": np.array([moment.loss for moment in moments], np.float32),
        "accuracy": np.array([moment.accuracy for moment in moments], np.float32),
        "layers": [_history(layer, i, moments, len(x)) for i, layer in enumerate(subject.model.layers)],
    }


def _key(subject: Subject, epoch: int) -> Hashable:
    path = keyframes.path_of(subject.folder, epoch)
    return path, path.stat().st_mtime_ns if path.is_file() else 0


def _examples(subject: Subject) -> tuple[str, np.ndarray, np.ndarray]:
    part = "validation" if len(subject.split("validation")[0]) else "train"
    x, y = subject.split(part)
    return part, x[:EXAMPLES], y[:EXAMPLES]


# One keyframe


def _moment(kept: Subject, start: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> Iterator[None]:
    """Piece by piece: the mean of the pieces' gradients is the whole's, for in inference mode no example knows of another."""
    model = kept.model
    most = min(SAMPLE, WHOLE // len(model.layers))
    places = [_places(layer, max(most // len(x), 1)) for layer in model.layers]
    pieces = _pieces(model, len(x))
    truth = TASKS[kept.experiment.task].encode(y, kept.experiment, kept.classes)
    loss_of, read = build_part(kept.experiment.training.loss), TASKS[kept.experiment.task].reader(kept.experiment)
    gradients, loss, right = [0.0] * len(model.trainable_variables), 0.0, 0
    seen: list[list[np.ndarray]] = [[] for _ in model.layers]
    zeros = np.zeros(len(model.layers))
    for piece in pieces:
        share = len(x[piece]) / len(x)
        with tf.GradientTape() as tape:
            outputs = kept.extractor(x[piece], training=False)
            output = tf.cast(outputs[model.layers[-1].name], tf.float32)
            value = loss_of(truth[piece], output)
        slopes = tape.gradient(value, [variable.value for variable in model.trainable_variables])
        gradients = [total if slope is None else total + share * slope for total, slope in zip(gradients, slopes, strict=True)]
        loss += share * float(value)
        right += float((np.asarray(read(output)) == y[piece]).sum()) if kept.classes else np.nan  # of a number there is none
        for i, layer in enumerate(model.layers):
            values = tf.cast(outputs[layer.name], tf.float32).numpy().reshape(len(x[piece]), -1)
            zeros[i] += share * float((values == 0).mean())
            seen[i].append(values[:, places[i]])
        yield
    at = {id(variable): i for i, variable in enumerate(model.variables)}
    return Moment(
        [_sampled(layer, most) for layer in model.layers],
        [np.concatenate(values).reshape(-1) for values in seen],
        _by_layer(model, [variable.value for variable in model.trainable_variables]),
        _by_layer(model, [variable.value - start[f"model/{at[id(variable)]}"] for variable in model.trainable_variables]),
        _by_layer(model, gradients),
        zeros.astype(np.float32),
        loss,
        right / len(x),
    )


def _pieces(model: keras.Model, count: int) -> list[slice]:
    values = sum(math.prod(shape_of(layer.output)) for layer in model.layers)
    step = min(max(PIECE // max(values, 1), 1), count)
    return [slice(first, first + step) for first in range(0, count, step)]


def _places(layer: keras.Layer, most: int) -> np.ndarray:
    """Which values of an output are counted, the same of each example."""
    size = math.prod(shape_of(layer.output))
    return np.arange(size) if size <= most else np.sort(np.random.default_rng(0).choice(size, most, replace=False))


def _sampled(layer: keras.Layer, most: int) -> np.ndarray | None:
    """The layer's trainable weights in one row, at most so many of them."""
    if not layer.trainable_variables:
        return None
    row = np.concatenate([np.asarray(variable.value, np.float32).reshape(-1) for variable in layer.trainable_variables])
    return row if len(row) <= most else row[np.sort(np.random.default_rng(0).choice(len(row), most, replace=False))]


def _by_layer(model: keras.Model, values: list[Any]) -> np.ndarray:
    """Euclidean norms, float32 (layers,), of values that belong to the model's trainable weights."""
    variables = model.trainable_variables
    squares = {id(v): float(tf.reduce_sum(tf.square(tf.cast(value, tf.float32)))) for v, value in zip(variables, values, strict=True)}
    found = [[squares[id(variable)] for variable in layer.trainable_variables] for layer in model.layers]
    return np.array([math.sqrt(sum(each)) if each else math.nan for each in found], np.float32)


# All keyframes


def _history(layer: keras.Layer, i: int, moments: list[Moment], examples: int) -> dict[str, Any]:
    has_weights = bool(layer.trainable_variables)
    weights = sum(math.prod(variable.shape) for variable in layer.trainable_variables)
    cells = examples * math.prod(shape_of(layer.output))

    def norm(name: str) -> np.ndarray | None:
        return np.array([getattr(moment, name)[i] for moment in moments], np.float32) if has_weights else None

    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "weights": _histograms([moment.weights[i] for moment in moments], weights) if has_weights else None,
        "activations": _histograms([moment.activations[i] for moment in moments], cells),
        "norm": norm("norm"),
        "distance": norm("distance"),
        "gradient": norm("gradient"),
        "zeros": np.array([moment.zeros[i] for moment in moments], np.float32),
    }


def _histograms(rows: list[np.ndarray], of: int) -> dict[str, Any]:
    edges, counts = histograms(rows)
    return {"edges": edges, "counts": counts, "counted": len(rows[0]), "of": of}
