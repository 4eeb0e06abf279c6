"""What a layer's weights mean: kernels as planes over the layer's input, matrices, vectors; and what sharing them saves.

Speaks of shapes and places only, asks no network anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np

from playground.engine.graph.receptive_field import input_tensors, shape_of, source_name
from playground.engine.graph.tensors import UNCHANGED
from playground.engine.graph.windows import TRANSPOSED

PLAIN = ("Conv1D", "Conv2D", "Conv3D")
BY_CHANNEL = ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
PASSED = (*UNCHANGED, "Flatten", "Activation", "ReLU", "LeakyReLU", "ELU", "Rescaling", "BatchNormalization", "UnitNormalization")
GATES = {"LSTM": ("input", "forget", "candidate", "output"), "GRU": ("update", "reset", "candidate")}  # Keras's order in its matrices


@dataclass(frozen=True)
class Picture:
    """What a dense layer's inputs are where they come from a picture or maps in one row. shape: (rows, columns, channels) of `name`."""

    name: str
    shape: tuple[int, ...]


def variables_of(layer: keras.Layer) -> dict[str, keras.Variable]:
    """The layer's weights by name, statistics of normalisations among them, random seeds not."""
    return {variable.name: variable for variable in layer.weights}


def planes(layer: keras.Layer, name: str, value: np.ndarray) -> np.ndarray | None:
    """A weight as (filters, inputs, depth, rows, columns), one filter for each output channel; None where it is no such thing.

    Two-dimensional kernels have depth 1, one-dimensional ones also one row. A dense layer behind a flattened picture has filters as
    large as that picture. Kernels of a single cell are matrices.
    """
    kind, rank = type(layer).__name__, value.ndim - 2
    if kind == "Dense" and name == "kernel" and (seen := looks_at(layer)):
        return _solid(np.moveaxis(value.reshape(*seen.shape, -1), (-1, -2), (0, 1)))
    if rank < 1 or value.ndim > 5 or (math.prod(value.shape[:-2]) == 1 and kind not in BY_CHANNEL):
        return None
    if name == "kernel" and kind in PLAIN:
        return _solid(np.moveaxis(value, (-1, -2), (0, 1)))
    if name == "kernel" and kind in TRANSPOSED:
        return _solid(np.moveaxis(value, (-2, -1), (0, 1)))
    if kind in BY_CHANNEL and name in ("kernel", "depthwise_kernel"):
        return _solid(np.moveaxis(value, (-2, -1), (0, 1)).reshape(-1, 1, *value.shape[:-2]))
    return None


def _solid(kernels: np.ndarray) -> np.ndarray:
    """(filters, inputs, …) with three spatial axes."""
    spatial = kernels.shape[2:]
    return kernels.reshape(*kernels.shape[:2], *(1,) * (3 - len(spatial)), *spatial)


def looks_at(layer: keras.Layer) -> Picture | None:
    """The picture, maps or sequence that a dense layer takes in one row; None where its inputs have no places."""
    if len(shape_of(layer.input)) != 1:
        return None
    while not isinstance(layer, keras.layers.InputLayer):
        (tensor, *others) = input_tensors(layer)
        shape = shape_of(tensor)
        if others or (len(shape) in (2, 3) and math.prod(shape[:-1]) == 1):
            return None
        if len(shape) in (2, 3):
            return Picture(source_name(tensor), shape)
        layer = tensor._keras_history.operation
        if type(layer).__name__ not in PASSED:
            return None
    return None


def matrix(value: np.ndarray) -> np.ndarray | None:
    """A weight of two or more axes as (inputs, outputs): all axes but the last one as rows."""
    return value.reshape(-1, value.shape[-1]) if value.ndim >= 2 else None


def gates(layer: keras.Layer) -> tuple[str, ...]:
    """Which gates the columns of a recurrent layer's matrices belong to, equal shares in this order."""
    return GATES.get(type(layer).__name__, ())


@dataclass(frozen=True)
class Sharing:
    """shared: weights of the layer; alone: as many as it would have if every place had its own; dense: a dense layer of the same input and
    output. The formulas are those sums with their numbers (notes 002, "Parameter sharing")."""

    shared: int
    shared_formula: str
    alone: int
    alone_formula: str
    dense: int
    dense_formula: str


def sharing(layer: keras.Layer) -> Sharing | None:
    """What a convolution saves by using one filter at all places; None for other layers."""
    kind = type(layer).__name__
    if kind not in (*PLAIN, *BY_CHANNEL, *TRANSPOSED):
        return None
    into, out = shape_of(layer.input), shape_of(layer.output)
    weights = sum(math.prod(variable.shape) for variable in layer.weights)
    dense, bias = math.prod(into) * math.prod(out), math.prod(out) if layer.use_bias else 0
    compared = dense + bias, f"{math.prod(into):,}·{math.prod(out):,}" + (f" + {bias:,}" if bias else "")
    if kind in TRANSPOSED:  # a place is one of the input: each would spread a filter of its own
        places, each = into[:-1], _product(layer.kernel_size, into[-1], layer.filters)
        own = layer.filters if layer.use_bias else 0
        alone = math.prod(places) * (weights - own) + bias
        ends = (f" + {own:,}", f" + {bias:,}") if layer.use_bias else ("", "")
        return Sharing(weights, each + ends[0], alone, f"{_product(places)}·{each}{ends[1]}", *compared)
    places, each = out[:-1], _one_place(layer, kind, into[-1])
    every = f"{_product(places)}·({each})" if " + " in each and not each.startswith("(") else f"{_product(places)}·{each}"
    return Sharing(weights, each, math.prod(places) * weights, every, *compared)


def _one_place(layer: keras.Layer, kind: str, channels: int) -> str:
    """The weights at work at one place, as a sum with its numbers."""
    if kind.startswith("Separable"):
        inputs = channels * layer.depth_multiplier
        last = f"({inputs} + 1)·{layer.filters}" if layer.use_bias else _product((inputs,), layer.filters)
        return f"{_product(layer.kernel_size, inputs)} + {last}"
    if kind in BY_CHANNEL:
        one, count = _product(layer.kernel_size), channels * layer.depth_multiplier
    else:
        one, count = _product(layer.kernel_size, channels // layer.groups), layer.filters
    return f"({one} + 1)·{count}" if layer.use_bias else f"{one}·{count}"


def _product(sizes: tuple[int, ...], *more: int) -> str:
    return "·".join(map(str, (*sizes, *more)))
