"""The view of all steps: one picture goes forward through every layer, then the gradient of its loss comes back; each as small pictures.

Imports TensorFlow for the tape. Knows nothing of how the steps are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from playground.engine.graph.logits import score_in
from playground.engine.graph.receptive_field import input_tensors, source_name
from playground.engine.inspection.question import Question
from playground.engine.model.build import build_part
from playground.engine.tasks import TASKS
from playground.engine.views.inside.cell import as_map

if TYPE_CHECKING:
    from playground.engine.inspection.subject import Subject

CHANNELS = 16  # shown of a layer, those with the largest mean size
PIXELS = 64  # a larger map is reduced to this by means over blocks
TINY = 1e-7  # below the smallest probability that Keras's losses tell from 0


def steps(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: picture, class (left out: the picture's own label, or the predicted class of one without).

    Without a class the gradient is that of the picture's loss, weight penalties left out; with one it is that of the class's score: the
    network's output, or its logarithm where outputs are probabilities (their own slope vanishes where the network is sure).

    Returns "stages" in the order of computation: "name", "kind", "shape", "inputs", "channels" int32 (k,), "maps" float32 (k, rows,
    columns) of the activations, "low", "high", "mean", "zeros" (share of exact zeros) of the whole output, "block" (how many cells a
    pixel is the mean of, on a side), "gradient": {"maps", "low", "high", "norm"} of the target by this output (None where nothing flows
    back), "weights": Euclidean norm of the gradient by the layer's weights, None where it has none. "target": what the gradient is of,
    with "value"; "label", "class", "outputs" (the network's), "probabilities" (classes,).
    """
    shown = subject.probe(question)
    wanted = question.whole("class", low=0, high=max(len(subject.classes) - 1, 0), default=None)
    if wanted is None and shown.label is None and subject.classes:
        wanted = int(np.argmax(subject.as_probabilities(subject.outputs(shown.input)[source_name(subject.model.outputs[0])])))
    return subject.remember(("steps", shown.input.tobytes(), shown.label, wanted), lambda: _steps(subject, shown, wanted))


def _steps(subject: Subject, shown: Any, wanted: int | None) -> dict[str, Any]:
    model = subject.model
    tensors: dict[str, tf.Tensor] = {}
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
        tape.watch([variable.value for variable in model.trainable_variables])
        x = tf.constant(shown.input)
        for layer in model.layers:
            if isinstance(layer, keras.layers.InputLayer):
                tensors[layer.name] = tf.identity(x)
            else:
                given = [tensors[source_name(tensor)] for tensor in input_tensors(layer)]
                tensors[layer.name] = layer(given if len(given) > 1 else given[0], training=False)
            tape.watch(tensors[layer.name])
        last = source_name(model.outputs[0])
        output = tf.cast(tensors[last], tf.float32)
        target, text = target_of(subject, output, shown.label, wanted)
        # Keras's losses take the numbers before a softmax where they can, past its output: what that one would get comes from a copy
        again = target_of(subject, tf.identity(output), shown.label, wanted)[0]
    weights = [variable.value for variable in model.trainable_variables]
    slopes, by_weight = tape.gradient(target, [tensors, weights])
    if slopes[last] is None:
        slopes[last] = tape.gradient(again, tensors[last])
    del tape
    norms = {
        id(variable): float(tf.norm(slope))
        for variable, slope in zip(model.trainable_variables, by_weight, strict=True)
        if slope is not None
    }
    outputs = output.numpy()
    return {
        "stages": [stage(layer, tensors[layer.name], slopes[layer.name], norms) for layer in model.layers],
        "target": text,
        "value": float(target),
        "label": shown.label,
        "class": wanted,
        "outputs": outputs[0],
        "probabilities": subject.as_probabilities(outputs)[0],
        "scores_are": subject.scores_are,
    }


def target_of(subject: Subject, output: tf.Tensor, label: int | None, wanted: int | None) -> tuple[tf.Tensor, str]:
    """What the gradient is of, and that in words."""
    if wanted is not None:
        return score_of(subject, output, wanted)
    return (output[0, 0], "the predicted number") if label is None else loss_of(subject, output, label)


def loss_of(subject: Subject, output: tf.Tensor, label: int) -> tuple[tf.Tensor, str]:
    """The loss of this one picture, without weight penalties."""
    part = subject.experiment.training.loss
    truth = TASKS[subject.experiment.task].encode(np.array([label]), subject.experiment, subject.classes)
    value = build_part(part)(truth, output)
    return value, f"the loss of this picture, {part.short}, for its true class {subject.classes[label]}"


def score_of(subject: Subject, output: tf.Tensor, wanted: int) -> tuple[tf.Tensor, str]:
    name = subject.classes[wanted]
    if subject.scores_are == "probabilities":
        probability = 1 - output[0, 0] if subject.is_single and not wanted else output[0, min(wanted, output.shape[1] - 1)]
        return tf.math.log(probability + TINY), f"the logarithm of the probability of {name}"
    return score_in(output, wanted)[0], f"the network's output for {name}"


def stage(layer: keras.Layer, tensor: tf.Tensor, slope: tf.Tensor | None, norms: dict[int, float]) -> dict[str, Any]:
    values = tf.cast(tensor, tf.float32).numpy()[0]
    chosen = strongest_channels(values)
    maps, block = reduced(values, chosen)
    own = [norms[id(variable)] for variable in layer.trainable_variables if id(variable) in norms]
    finite = values[np.isfinite(values)]
    is_input = isinstance(layer, keras.layers.InputLayer)
    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "shape": list(values.shape),
        "inputs": [] if is_input else [source_name(one) for one in input_tensors(layer)],
        "parameters": int(layer.count_params()),
        "activation": getattr(getattr(layer, "activation", None), "__name__", None),
        "channels": chosen,
        "maps": maps,
        "block": block,
        "low": float(finite.min()) if finite.size else None,
        "high": float(finite.max()) if finite.size else None,
        "mean": float(finite.mean()) if finite.size else None,
        "zeros": float((values == 0).mean()),
        "gradient": None if slope is None else flowing_back(tf.cast(slope, tf.float32).numpy()[0], chosen),
        "weights": float(np.linalg.norm(own)) if own else None,
    }


def flowing_back(slope: np.ndarray, chosen: np.ndarray) -> dict[str, Any]:
    maps, _ = reduced(slope, chosen)
    return {"maps": maps, "low": float(slope.min()), "high": float(slope.max()), "norm": float(np.linalg.norm(slope))}


def strongest_channels(values: np.ndarray) -> np.ndarray:
    """The channels with the largest mean size, in their own order: int32 (k,). A vector has one: itself."""
    if values.ndim == 1:
        return np.zeros(1, np.int32)
    sizes = np.nan_to_num(np.abs(values), nan=0.0, posinf=0.0).mean(axis=tuple(range(values.ndim - 1)))
    return np.sort(np.argsort(-sizes, kind="stable")[:CHANNELS]).astype(np.int32)


def reduced(values: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, int]:
    """The chosen channels as float32 (k, rows, columns), at most PIXELS on a side; and how many cells a pixel is the mean of, on a side."""
    depth = values.shape[0] // 2 if values.ndim == 4 else 0
    maps = np.stack([as_map(values, int(channel), depth) for channel in chosen]).astype(np.float32)
    block = -(-max(maps.shape[1:]) // PIXELS)
    if block > 1:
        for axis in (1, 2):
            size = maps.shape[axis]
            starts = np.arange(0, size, block)
            counts = np.minimum(block, size - starts).reshape([-1 if a == axis else 1 for a in range(3)])
            maps = np.add.reduceat(maps, starts, axis=axis) / counts
    return maps.astype(np.float32), block
