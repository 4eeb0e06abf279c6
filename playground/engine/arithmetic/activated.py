"""What an activation makes of a number, or of a whole vector: a layer's own activation, and the layers that are nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from playground.engine.arithmetic.cell import Answer, Cell, array, axes_of, bracketed, digits, single
from playground.engine.graph.receptive_field import MIXING

REACH = 4.0  # the activation's graph goes at least from −4 to 4
POINTS = 65
BARS = 1_000  # entries of a vector that are sent


def activated(cell: Cell, before: float, vector: Callable[[], np.ndarray]) -> Answer:
    """A layer's own activation. vector: makes all units' values before it, for activations that need them all."""
    activation = cell.layer.activation
    name = getattr(activation, "__name__", type(activation).__name__)
    if name == "linear":
        return {"activation": None, "recomputed": before, "formula": [f"No activation: the value is z = {digits(before)}."]}
    if name in MIXING:
        return {"activation": name} | over_vector(name, activation, vector(), cell.unit)
    value = apply(activation, np.array([before]))[0]
    return {
        "activation": name,
        "recomputed": float(value),
        "formula": [f"{name}({digits(before)}) = {digits(value)}"],
        "curve": curve(lambda x: apply(activation, x), before),
    }


def pointwise(cell: Cell) -> Answer:
    """Activation, ReLU, LeakyReLU, PReLU, ELU and Softmax as layers of their own."""
    x = float(cell.x[cell.index])
    if cell.kind == "Softmax":
        return along_axis(cell)
    activation = getattr(cell.layer, "activation", None)
    name = getattr(activation, "__name__", cell.kind)
    if activation is not None and name in MIXING:
        return {"family": "vector", "before": x, "activation": name} | over_vector(
            name, activation, cell.x[cell.place].astype(np.float64), cell.unit
        )
    function, text = FUNCTIONS.get(cell.kind, own)(cell)
    value = float(function(np.array([x]))[0])
    return {
        "family": "pointwise",
        "before": x,
        "activation": name,
        "recomputed": value,
        "formula": [text, f"{name}({digits(x)}) = {digits(value)}"],
        "curve": curve(function, x),
    }


def along_axis(cell: Cell) -> Answer:
    """The Softmax layer, along the one axis it is given (its usual one: the channels)."""
    axes = axes_of(cell.layer.axis, cell.x.ndim)
    index = tuple(slice(None) if axis in axes else at for axis, at in enumerate(cell.index))
    vector = cell.x[index]
    place = np.ravel_multi_index([cell.index[axis] for axis in axes], vector.shape)
    flat = vector.astype(np.float64).ravel()
    return {"family": "vector", "before": float(flat[place]), "activation": "softmax"} | over_vector(
        "softmax", keras.activations.softmax, flat, int(place)
    )


def over_vector(name: str, activation: Callable[[Any], Any], vector: np.ndarray, unit: int) -> Answer:
    """An activation of all units together. softmax: exp(zₖ) / Σ exp(zⱼ); the largest z is taken off first, which changes nothing.

    Returns "vector": z, raised (exp of z less the largest) and shares, each float32 (units,), at most the first thousand.
    """
    result = apply(activation, vector)
    largest = float(vector.max())
    raised = np.exp(vector - largest)
    total = float(raised.sum())
    answer: Answer = {"recomputed": float(result[unit]), "place": unit}
    answer["vector"] = {
        "z": single(vector[:BARS]),
        "raised": raised[:BARS].astype(np.float32),
        "values": result[:BARS].astype(np.float32),
        "largest": largest,
        "sum": total,
        "count": len(vector),
    }
    top = f"exp({digits(vector[unit])} − {bracketed(largest)})"
    if name == "softmax":
        answer["formula"] = [
            "softmax(z)ₖ = exp(zₖ) / Σⱼ exp(zⱼ), with the largest z taken off each so that nothing overflows",
            f"{top} / Σ = {digits(raised[unit])} / {digits(total)} = {digits(result[unit])}",
        ]
    elif name == "log_softmax":
        answer["formula"] = [
            "log softmax(z)ₖ = zₖ − ln Σⱼ exp(zⱼ)",
            f"{digits(vector[unit])} − {bracketed(largest + np.log(total))} = {digits(result[unit])}",
        ]
    else:
        answer["formula"] = [f"{name} of all {len(vector):,} units together gives {digits(result[unit])} here."]
    return answer


def apply(activation: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """The activation of float64 numbers, computed in float32 as the network does: float64 (n,)."""
    tensor = keras.ops.convert_to_tensor(single(x[None]))
    return array(activation(tensor))[0]


def curve(function: Callable[[np.ndarray], np.ndarray], x: float) -> Answer:
    """The activation's graph around x: float32 x and y."""
    reach = min(max(REACH, 1.25 * abs(x)), 1e6) if np.isfinite(x) else REACH
    at = np.linspace(-reach, reach, POINTS)
    return {"x": at.astype(np.float32), "y": np.nan_to_num(function(at)).astype(np.float32)}


# The layers that are one function each: a function of float64 (n,) and its formula


def own(cell: Cell) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    activation = cell.layer.activation
    name = getattr(activation, "__name__", cell.kind)
    return lambda x: apply(activation, x), f"a = {name}(x), each number by itself"


def relu(cell: Cell) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    layer = cell.layer
    slope, threshold, most = float(layer.negative_slope), float(layer.threshold), layer.max_value

    def function(x: np.ndarray) -> np.ndarray:
        y = np.where(x > threshold, x, slope * (x - threshold))
        return y if most is None else np.minimum(y, float(most))

    below = f"{digits(slope)}·(x − {digits(threshold)})" if slope else "0"
    cap = "" if most is None else f", never more than {digits(most)}"
    return function, f"a = x where x > {digits(threshold)}, else {below}{cap}"


def leaky(cell: Cell) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    slope = float(cell.layer.negative_slope)
    return lambda x: np.where(x > 0, x, slope * x), f"a = x where x > 0, else {digits(slope)}·x"


def learned_slope(cell: Cell) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    slopes = array(cell.layer.alpha)
    slope = float(slopes[tuple(0 if size == 1 else at for size, at in zip(slopes.shape, cell.index, strict=True))])
    return lambda x: np.where(x > 0, x, slope * x), f"a = x where x > 0, else α·x with the learned α = {digits(slope)}"


def elu(cell: Cell) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    alpha = float(cell.layer.alpha)
    return lambda x: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), f"a = x where x > 0, else {digits(alpha)}·(exp(x) − 1)"


FUNCTIONS: dict[str, Callable[[Cell], tuple[Callable[[np.ndarray], np.ndarray], str]]] = {
    "ReLU": relu,
    "LeakyReLU": leaky,
    "PReLU": learned_slope,
    "ELU": elu,
}
