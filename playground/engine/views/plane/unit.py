"""One unit of a network on the plane: its map, the numbers of its formula, and what it does on the training points."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from playground.engine.compiled.loop import value_and_slope
from playground.engine.graph.logits import ACTIVATIONS
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.forward import Values
from playground.engine.plane.layout import DrawnLayer, activation_of
from playground.engine.plane.plane import SIDE, Plane, quantised
from playground.engine.plane.points import grid_of

FLAT = 0.05  # of an activation's steepest slope; below, a unit hardly learns
MIXING = ("softmax", "log_softmax", "sparsemax")  # of all units of a layer at once: no slope of one


def plane_unit(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: layer (name), unit (from 0).

    Returns "map" uint8 (100, 100) with "low", "high", what 0 and 255 stand for; the formula, output = activation(Σ weight·input + bias):
    "inputs" [{"name": feature's id or layer, "unit": None for a feature, "weight"}], "bias" (None without), "activation", then "norm" (see
    `normed`; None without), "add" {"name", "unit"} or None, "dropout". Over the training points: "sum" (before the activation) and "output"
    {"low", "mean", "high"}, "points" (their number), "zeros" (share at which the activation gives 0), "dead" (all of them), "saturated":
    the share at which the activation's slope is at most 5 % of its steepest, None where units have no slope of their own.
    """
    plane = Plane.of(subject.model, subject.experiment)
    drawn = plane.drawn_layer(question.text("layer"))
    unit = question.whole("unit", low=0, high=drawn.units - 1)
    large = column(plane.forward(tf.constant(grid_of(plane.inputs, SIDE))), drawn.last, unit)
    picture, lows, highs = quantised(large[:, np.newaxis], SIDE)
    values = plane.forward(tf.constant(plane.points.x[~plane.points.held]))
    sums, bent = before_and_behind(values, drawn, unit)
    return {
        "layer": drawn.name,
        "unit": unit,
        "map": picture[0],
        "low": float(lows[0]),
        "high": float(highs[0]),
        **formula(plane, drawn, unit),
        "points": len(sums),
        "sum": spread(sums),
        "output": spread(column(values, drawn.last, unit)),
        "zeros": float((bent == 0).mean()) if len(bent) else 0.0,
        "dead": bool(len(bent) and not bent.any()),
        "saturated": flat_share(drawn, sums),
    }


def formula(plane: Plane, drawn: DrawnLayer, unit: int) -> dict[str, Any]:
    weights = np.asarray(drawn.dense.kernel.value)[:, unit]
    bias = drawn.dense.bias
    return {
        "inputs": [
            {"name": name, "unit": of, "weight": float(weight)}
            for (name, of), weight in zip(row_names(drawn, plane.inputs), weights, strict=True)
        ],
        "bias": None if bias is None else float(np.asarray(bias.value)[unit]),
        "activation": drawn.activation,
        "norm": normed(drawn, unit),
        "add": None if drawn.added is None else {"name": drawn.added, "unit": unit},
        "dropout": drawn.dropout,
    }


def row_names(drawn: DrawnLayer, inputs: tuple[str, ...]) -> list[tuple[str, int | None]]:
    """What each row of the kernel weighs: a feature's id, or a drawn layer and its unit."""
    found: list[tuple[str, int | None]] = []
    for source in drawn.sources:
        for place in range(source.end - source.first):
            found.append((inputs[place], None) if source.name == "input" else (source.name, place))
    return found


def normed(drawn: DrawnLayer, unit: int) -> dict[str, Any] | None:
    """{"kind"}, and of batch normalisation "scale", "shift": in inference mode it gives scale·a + shift, with its running statistics."""
    if drawn.norm is None:
        return None
    found: dict[str, Any] = {"kind": type(drawn.norm).__name__}
    if isinstance(drawn.norm, keras.layers.BatchNormalization):
        scale, shift = affine(drawn.norm)
        found |= {"scale": float(scale[unit]), "shift": float(shift[unit])}
    return found


def affine(norm: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """scale, shift, float32 (units,) each: γ·(a - mean)/√(variance + ε) + β = scale·a + shift (Ioffe and Szegedy, 2015)."""
    mean, variance = np.asarray(norm.moving_mean.value), np.asarray(norm.moving_variance.value)
    scale = 1 / np.sqrt(variance + norm.epsilon)
    if norm.scale:
        scale = scale * np.asarray(norm.gamma.value)
    shift = -mean * scale
    return scale, shift + np.asarray(norm.beta.value) if norm.center else shift


def column(values: Values, layer: str, unit: int) -> np.ndarray:
    """float32 (n,): what a layer gives out in one place."""
    return tf.cast(values.outputs[layer][:, unit], tf.float32).numpy()


def before_and_behind(values: Values, drawn: DrawnLayer, unit: int) -> tuple[np.ndarray, np.ndarray]:
    """A unit's sums and what its activation, of the Dense layer or of one behind it, makes of them: float32 (n,) each."""
    sums = tf.cast(values.sums[drawn.name][:, unit], tf.float32).numpy()
    behind = bending(drawn)
    return sums, column(values, behind.name if behind else drawn.name, unit)


def bending(drawn: DrawnLayer) -> keras.layers.Layer | None:
    """The activation layer behind a Dense layer that has no activation of its own."""
    own = drawn.dense.activation
    if own is not None and own is not keras.activations.linear:
        return None
    return next((layer for layer in drawn.members if isinstance(layer, ACTIVATIONS)), None)


def flat_share(drawn: DrawnLayer, sums: np.ndarray) -> float | None:
    behind = bending(drawn)
    name = activation_of(behind) if behind else drawn.activation
    if name in MIXING or not len(sums) or (behind and (drawn.norm is not None or behind.weights)):
        return None  # what stands between or a slope for each unit would have to be gone through too
    function = behind or drawn.dense.activation or keras.activations.linear
    _, steepest = value_and_slope(function, np.linspace(-6, 6, 241, dtype=np.float32))
    _, slopes = value_and_slope(function, sums)
    return float((np.abs(slopes) <= FLAT * np.abs(steepest).max()).mean())


def spread(values: np.ndarray) -> dict[str, float] | None:
    return {"low": float(values.min()), "mean": float(values.mean()), "high": float(values.max())} if len(values) else None
