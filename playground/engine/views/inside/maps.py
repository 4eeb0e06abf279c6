"""The view of feature maps: every layer's output for one picture, channel by channel, and which tensor that is.

Channels come first in the answer, so that a browser paints each of them without copying.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.graph.tensors import says_nothing_new, what_is_it
from playground.engine.inspection.question import Question

if TYPE_CHECKING:
    import keras

    from playground.engine.inspection.subject import Subject

FEW = 32  # channels of each layer while all layers are on show
SIDE = 64  # pixels on the longer side of a map while all layers are on show
UNITS = 2_048  # values of a vector while all layers are on show
VALUES = 1_500_000  # of one answer: 6 MB
MOST = 2**31 - 1


def maps(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: picture; layer (all its channels at full size) or none (some channels of every layer, made smaller); first (channel);
    slice (of a three-dimensional output, otherwise the middle one).

    Returns "layers": of each "name", "kind", "shape", "form" and
      "maps": float32, "form" maps: (k, rows, columns), sequence: (k, steps), vector: (k,);
      "first", "channels" (how many there are), "cells" (of a channel), "block": a pixel is the mean of block × block cells;
      "low", "high", "mean", "zeros" float32 (k,): of each channel's full map, zeros = share of exact zeros; "broken" int32 (k,): values
      that are not finite; "slice", "slices": of a three-dimensional output; "tensor": which one it is; "same": the layer whose values
      these are unchanged, or None, then "maps" of an overview is empty.
    "network": the smallest and largest value in all layers but the input and the last one; "probabilities": float32 (classes,) of the last
    layer; "left_out": what is not in the answer, as a sentence or "".
    """
    shown = subject.probe(question)
    outputs = subject.outputs(shown.input)
    wanted = question.text("layer", None)
    last = subject.model.layers[-1].name
    if wanted is None:
        layers = [_brief(layer, outputs[layer.name][0]) for layer in subject.model.layers]
    else:
        layer = subject.layer(wanted)
        layers = [_whole(layer, outputs[wanted][0], question)]
    return {
        "layers": layers,
        "network": subject.remember(("range", shown.input.tobytes()), lambda: _range(outputs, {"input", last})),
        "probabilities": subject.as_probabilities(outputs[last])[0],
        "label": shown.label,
        "left_out": _left_out(layers, is_brief=wanted is None),
    }


def _whole(layer: keras.Layer, values: np.ndarray, question: Question) -> dict[str, Any]:
    at = question.whole("slice", low=0, high=max(_slices(values) - 1, 0), default=None)
    planes, place = channels_first(values, at=at)
    first = question.whole("first", low=0, high=len(planes) - 1, default=0)
    count = max(1, VALUES // max(planes[0].size, 1))
    return _described(layer, values, place) | _measured(planes[first : first + count]) | {"first": first, "block": 1}


def _brief(layer: keras.Layer, values: np.ndarray) -> dict[str, Any]:
    planes, place = channels_first(values)
    source = says_nothing_new(layer)
    count = 0 if source else UNITS if planes.ndim == 1 else FEW
    found = _described(layer, values, place) | _measured(planes[:count]) | {"first": 0, "same": source}
    small, block = reduced(found["maps"], SIDE)
    return found | {"maps": small, "block": block}


def _described(layer: keras.Layer, values: np.ndarray, place: int | None) -> dict[str, Any]:
    rank = values.ndim
    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "shape": list(values.shape),
        "form": "vector" if rank < 2 else "sequence" if rank == 2 else "maps",
        "channels": int(values.shape[-1]) if rank else 1,
        "cells": int(np.prod(values.shape[:-1], dtype=np.int64)) if rank else 1,
        "slice": place,
        "slices": _slices(values),
        "tensor": what_is_it(layer),
        "same": says_nothing_new(layer),
    }


def _measured(planes: np.ndarray) -> dict[str, np.ndarray]:
    """Each channel's own numbers, over the values that are finite."""
    flat = planes.reshape(len(planes), math.prod(planes.shape[1:]))
    finite = np.isfinite(flat)
    count = np.maximum(finite.sum(axis=1), 1)
    some = finite.any(axis=1)
    return {
        "maps": np.ascontiguousarray(planes, np.float32),
        "low": np.where(some, np.where(finite, flat, np.inf).min(axis=1, initial=np.inf), 0).astype(np.float32),
        "high": np.where(some, np.where(finite, flat, -np.inf).max(axis=1, initial=-np.inf), 0).astype(np.float32),
        "mean": (np.where(finite, flat, 0).sum(axis=1) / count).astype(np.float32),
        "zeros": ((flat == 0).sum(axis=1) / max(flat.shape[1], 1)).astype(np.float32),
        "broken": (~finite).sum(axis=1).astype(np.int32),
    }


def _range(outputs: dict[str, np.ndarray], without: set[str]) -> list[float]:
    finite = [values[np.isfinite(values)] for name, values in outputs.items() if name not in without]
    ends = [float(end) for values in finite if values.size for end in (values.min(), values.max())]
    return [min(ends), max(ends)] if ends else [0.0, 0.0]


def _slices(values: np.ndarray) -> int:
    """How many pictures a channel of this output is made of."""
    return int(np.prod(values.shape[:-3], dtype=np.int64)) if values.ndim > 3 else 1


def channels_first(values: np.ndarray, *, at: int | None = None) -> tuple[np.ndarray, int | None]:
    """An output without its batch axis as (channels, rows, columns), (channels, steps) or (units,).

    Of more than two spatial axes the first ones count as one; `at` says which slice of it, otherwise the middle one; it comes back too.
    """
    if values.ndim < 2:
        return values.reshape(-1), None
    if values.ndim <= 3:
        return np.moveaxis(values, -1, 0), None
    slices = values.reshape(-1, *values.shape[-3:])
    at = len(slices) // 2 if at is None else at
    return np.moveaxis(slices[at], -1, 0), at


def reduced(planes: np.ndarray, side: int) -> tuple[np.ndarray, int]:
    """Maps (k, rows, columns) as means over whole blocks, so that no side is longer than about `side`, and the block's side."""
    block = -(-max(planes.shape[1:]) // side) if planes.ndim == 3 and planes.size else 1
    if block <= 1:
        return planes, 1
    rows, columns = max(planes.shape[1] // block, 1), max(planes.shape[2] // block, 1)
    tall, wide = min(block, planes.shape[1]), min(block, planes.shape[2])
    cut = planes[:, : rows * tall, : columns * wide]
    return np.ascontiguousarray(cut.reshape(len(planes), rows, tall, columns, wide).mean(axis=(2, 4))), block


def _left_out(layers: list[dict[str, Any]], *, is_brief: bool) -> str:
    short = [layer for layer in layers if not layer["same"] and len(layer["low"]) < layer["channels"]]
    if not short:
        return ""
    if is_brief:
        return f"Only the first {FEW} maps or {UNITS:,} units of each layer; open a layer for all of them."
    (layer,) = short
    first, count = layer["first"], len(layer["low"])
    return f"Channels {first:,} to {first + count - 1:,} of {layer['channels']:,}: more would be too much at once."
