"""Cells of normalising layers, in prediction: γ·(x − μ) / √(σ² + ε) + β and its relatives, with the numbers."""

from __future__ import annotations

import numpy as np

from playground.engine.arithmetic.cell import Answer, Cell, array, axes_of, bracketed, digits, signed


def normalised(cell: Cell) -> Answer:
    """numbers: name → value, in the order in which the formula uses them; over: what mean and spread were taken of."""
    return {"family": "normalisation"} | RULES[cell.kind](cell)


def batch(cell: Cell) -> Answer:
    """Ioffe and Szegedy 2015. In prediction mean and variance are the running ones, gathered while training."""
    layer = cell.layer
    (axis,) = axes_of(layer.axis, cell.x.ndim)
    at = cell.index[axis]
    return affine(
        cell,
        mean=float(array(layer.moving_mean)[at]),
        variance=float(array(layer.moving_variance)[at]),
        gamma=float(array(layer.gamma)[at]) if layer.scale else None,
        beta=float(array(layer.beta)[at]) if layer.center else None,
        over="μ and σ² are running means over the batches of the training; in training each batch's own are used instead.",
    )


def layerwise(cell: Cell) -> Answer:
    """Ba, Kiros and Hinton 2016."""
    layer = cell.layer
    axes = axes_of(layer.axis, cell.x.ndim)
    vector = along(cell, axes)
    at = tuple(cell.index[axis] for axis in axes)
    return affine(
        cell,
        mean=float(vector.mean()),
        variance=float(vector.var()),
        gamma=float(array(layer.gamma)[at]) if layer.gamma is not None else None,
        beta=float(array(layer.beta)[at]) if layer.beta is not None else None,
        over=f"μ and σ² are those of the {vector.size:,} numbers of this example along the layer's axis.",
    )


def group(cell: Cell) -> Answer:
    """Wu and He 2018."""
    layer = cell.layer
    (axis,) = axes_of(layer.axis, cell.x.ndim)
    at = cell.index[axis]
    width = cell.x.shape[axis] // layer.groups
    members = np.take(cell.x, range(at // width * width, (at // width + 1) * width), axis=axis).astype(np.float64)
    return affine(
        cell,
        mean=float(members.mean()),
        variance=float(members.var()),
        gamma=float(array(layer.gamma)[at]) if layer.scale else None,
        beta=float(array(layer.beta)[at]) if layer.center else None,
        over=f"μ and σ² are those of the {members.size:,} numbers of this example in the same group of {width} channels.",
    )


def affine(cell: Cell, *, mean: float, variance: float, gamma: float | None, beta: float | None, over: str) -> Answer:
    x, epsilon = float(cell.x[cell.index]), float(cell.layer.epsilon)
    plain = (x - mean) / np.sqrt(variance + epsilon)
    value = plain * (1.0 if gamma is None else gamma) + (beta or 0.0)
    numbers = {"x": x, "μ": mean, "σ²": variance, "ε": epsilon}
    numbers |= {name: number for name, number in (("γ", gamma), ("β", beta)) if number is not None}
    factor = "" if gamma is None else f"{bracketed(gamma)} · "
    fraction = f"({digits(x)} − {bracketed(mean)}) / √({digits(variance)} + {digits(epsilon)})"
    added = "" if beta is None else f" {signed(beta)}"
    symbols = ("γ·" if gamma is not None else "") + "(x − μ) / √(σ² + ε)" + (" + β" if beta is not None else "")
    return {
        "numbers": numbers,
        "over": over,
        "recomputed": float(value),
        "formula": [symbols, f"{factor}{fraction}{added} = {digits(value)}"],
    }


def root_mean_square(cell: Cell) -> Answer:
    """Zhang and Sennrich 2019: no mean is taken off."""
    layer = cell.layer
    axes = axes_of(layer.axis, cell.x.ndim)
    vector = along(cell, axes)
    x, epsilon, square = float(cell.x[cell.index]), float(layer.epsilon), float((vector**2).mean())
    gamma = float(array(layer.scale)[tuple(cell.index[axis] for axis in axes)])
    value = gamma * x / np.sqrt(square + epsilon)
    return {
        "numbers": {"x": x, "mean of x²": square, "ε": epsilon, "γ": gamma},
        "over": f"The mean is taken of the {vector.size:,} numbers of this example along the layer's axis.",
        "recomputed": float(value),
        "formula": [
            "γ·x / √(mean of x² + ε)",
            f"{bracketed(gamma)} · {bracketed(x)} / √({digits(square)} + {digits(epsilon)}) = {digits(value)}",
        ],
    }


def unit_length(cell: Cell) -> Answer:
    vector = along(cell, axes_of(cell.layer.axis, cell.x.ndim))
    x, length = float(cell.x[cell.index]), float(np.sqrt((vector**2).sum()))
    value = x / max(length, 1e-12)
    return {
        "numbers": {"x": x, "length": length},
        "over": f"The length is that of the {vector.size:,} numbers of this example along the layer's axis: √(Σ x²).",
        "recomputed": value,
        "formula": ["x / √(Σ x²)", f"{digits(x)} / {digits(length)} = {digits(value)}"],
    }


def rescaled(cell: Cell) -> Answer:
    at = cell.index[-1]
    scale, offset = (
        float(np.broadcast_to(np.asarray(v, np.float64), cell.x.shape[-1:])[at]) for v in (cell.layer.scale, cell.layer.offset)
    )
    x = float(cell.x[cell.index])
    value = x * scale + offset
    return {
        "numbers": {"x": x, "scale": scale, "offset": offset},
        "over": "Both numbers are chosen, not learned.",
        "recomputed": value,
        "formula": ["x·scale + offset", f"{bracketed(x)} · {bracketed(scale)} {signed(offset)} = {digits(value)}"],
    }


def along(cell: Cell, axes: tuple[int, ...]) -> np.ndarray:
    """The numbers of this example along the axes, at the cell's place on the others."""
    return cell.x[tuple(slice(None) if axis in axes else at for axis, at in enumerate(cell.index))].astype(np.float64)


RULES = {
    "BatchNormalization": batch,
    "LayerNormalization": layerwise,
    "GroupNormalization": group,
    "RMSNormalization": root_mean_square,
    "UnitNormalization": unit_length,
    "Rescaling": rescaled,
}
