"""One point of the plane on its way through the network: every sum with its numbers, and the loss's slopes on the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from playground.data.plane.features import features
from playground.engine.graph.receptive_field import source_name
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.forward import Values
from playground.engine.plane.layout import Block
from playground.engine.plane.plane import Plane
from playground.engine.plane.points import slopes
from playground.engine.views.plane.unit import bending, normed

FARTHEST = 10.0  # from the middle; the plane ends at 3


def plane_point(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: x, y; label (class number, or the number that should be predicted), without it there is no loss.

    Returns "features" {"ids", "values" float32 (k,)}; "layers", of each block: "name", "activation", "sources" {"name", "from", "to"},
    "inputs" float32 (rows,), "kernel" float32 (rows, units), "bias" float32 (units,)/None, "sums" float32 (units,): inputs·kernel + bias,
    "activated" float32 (units,), "norm" [see `plane_unit.normed`] or None, "output" float32 (units,): with all that follows,
    "slopes" float32 (units,): how the loss changes with each sum, None without a label; of a classifier "probabilities" float32 (classes,),
    "predicted", "margin" (the largest probability less the next one), "entropy" in bits; else "value". With a label "loss" (no
    penalties) and "gradient" {"x", "y"}: how the loss changes as the point moves.
    """
    plane = Plane.of(subject.model, subject.experiment)
    xy = place_of(question)
    given = features(xy, plane.inputs)
    label = label_of(question, plane)
    x = tf.constant(given)
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = plane.forward(x)
        output = plane.forward.output(values)
        loss = None if label is None else plane.loss(plane.truth(label), output)
    names = [block.name for block in plane.blocks]
    found: list[Any] = [None] * (len(names) + 1)
    if loss is not None:
        found = tape.gradient(loss, [*(values.sums[name] for name in names), x], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    answer: dict[str, Any] = {
        "x": float(xy[0, 0]),
        "y": float(xy[0, 1]),
        "features": {"ids": list(plane.inputs), "values": given[0]},
        "layers": [step_of(block, values, slope) for block, slope in zip(plane.blocks, found[:-1], strict=True)],
        **verdict(plane, output),
    }
    if loss is not None:
        moved = found[-1].numpy()[0] @ slopes(xy, plane.inputs)[0]
        answer |= {"loss": float(loss), "gradient": {"x": float(moved[0]), "y": float(moved[1])}}
    return answer


def place_of(question: Question) -> np.ndarray:
    """float32 (1, 2)."""
    return np.array([[question.number(name, low=-FARTHEST, high=FARTHEST) for name in ("x", "y")]], np.float32)


def label_of(question: Question, plane: Plane) -> np.ndarray | None:
    """int32 or float32 (1,); None where the question has none."""
    if plane.is_classifier:
        label = question.whole("label", low=0, high=len(plane.classes) - 1, default=None)
        return None if label is None else np.array([label], np.int32)
    number = question.number("label", low=-FARTHEST, high=FARTHEST, default=None)
    return None if number is None else np.array([number], np.float32)


def step_of(block: Block, values: Values, slope: tf.Tensor | None) -> dict[str, Any]:
    """What one block does. slope: (1, units), of the loss by its sums."""
    norms = [normed(block, unit) for unit in range(block.units)]
    return {
        "name": block.name,
        "activation": block.activation,
        "sources": [{"name": source.name, "from": source.first, "to": source.end} for source in block.sources],
        "inputs": row(values.outputs[source_name(block.dense.input)]),
        "kernel": np.asarray(block.dense.kernel.value, np.float32),
        "bias": None if block.dense.bias is None else np.asarray(block.dense.bias.value, np.float32),
        "sums": row(values.sums[block.name]),
        "activated": row(values.outputs[(bending(block) or block.dense).name]),
        "norm": norms if block.norm is not None else None,
        "output": row(values.outputs[block.last]),
        "slopes": None if slope is None else row(slope),
    }


def row(values: tf.Tensor) -> np.ndarray:
    return tf.cast(values[0], tf.float32).numpy()


def verdict(plane: Plane, output: tf.Tensor) -> dict[str, Any]:
    if not plane.is_classifier:
        return {"value": float(output[0, 0])}
    probabilities = plane.probabilities(output).numpy()[0]
    ranked = np.sort(probabilities)[::-1]
    return {
        "probabilities": probabilities,
        "predicted": int(probabilities.argmax()),
        "margin": float(ranked[0] - ranked[1]),
        "entropy": float(entropy(probabilities)),
    }


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """-Σ p·log₂ p over the last axis, in bits; 0·log 0 counts as 0."""
    return -(probabilities * np.log2(np.where(probabilities > 0, probabilities, 1))).sum(axis=-1) + 0.0
