"""Receptive fields: which part of the network's input a cell anywhere in the graph depends on, composed window by window.

Computes no tensor. Every axis counts, channels too, so that a cell behind Concatenate or Flatten leads back to the right branch and place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from playground.engine.graph.windows import CONVOLUTIONS, TRANSPOSED, windows

Shape = tuple[int, ...]
Box = tuple[tuple[int, int], ...]  # for each axis but the batch: first cell, end (exclusive)

RADIUS = {"nearest": 0, "bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}  # cells on either side that an interpolation reads
MIXING = ("softmax", "log_softmax", "sparsemax")  # activations of a whole vector
SEQUENCES = ("SimpleRNN", "LSTM", "GRU")
ELEMENTWISE = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")


@dataclass(frozen=True)
class Field:
    """box: the part of the input that is read, None where only padding is; whole: as if the input went on beyond its edges."""

    box: Box | None
    whole: Box

    def size(self) -> Shape:
        """How many cells of the input, edges disregarded, on each axis."""
        return tuple(end - first for first, end in self.whole)


def receptive_field(model: keras.Model, name: str, cell: tuple[int, ...]) -> Field:
    """The field of one cell (its index without the batch) of the layer's output, on the network's input.

    A box around what is read: dilation and strides may leave holes in it. Known exactly for every layer the catalogue offers; a layer
    that mixes everything (Dense behind Flatten, a softmax) reads the whole of its axis.
    """
    start: Box = tuple((index, index + 1) for index in cell)
    seen: dict[str, tuple[Box | None, Box]] = {name: (start, start)}
    for layer in reversed(model.layers):
        if layer.name not in seen or isinstance(layer, keras.layers.InputLayer):
            continue
        box, whole = seen.pop(layer.name)
        shapes = [shape_of(tensor) for tensor in input_tensors(layer)]
        clipped = parts(layer, shapes, box) if box is not None else [None] * len(shapes)
        open_ended = parts(layer, shapes, whole)
        for tensor, shape, near, far in zip(input_tensors(layer), shapes, clipped, open_ended, strict=True):
            source = source_name(tensor)
            old_near, old_far = seen.get(source, (None, None))
            joined = union(old_far, far)
            if joined is not None:
                seen[source] = (union(old_near, clip(near, shape)), joined)
    (first,) = model.inputs
    box, whole = seen.get(source_name(first), (None, tuple((0, 0) for _ in shape_of(first))))
    return Field(box, whole)


def input_tensors(layer: keras.Layer) -> list[keras.KerasTensor]:
    return list(layer.input) if isinstance(layer.input, (list, tuple)) else [layer.input]


def source_name(tensor: keras.KerasTensor) -> str:
    """The layer that a symbolic tensor comes from."""
    return tensor._keras_history.operation.name


def shape_of(tensor: keras.KerasTensor) -> Shape:
    """Without the batch."""
    return tuple(int(n) for n in tensor.shape[1:])


def union(a: Box | None, b: Box | None) -> Box | None:
    if a is None or b is None:
        return a if b is None else b
    return tuple((min(p, r), max(q, s)) for (p, q), (r, s) in zip(a, b, strict=True))


def clip(box: Box | None, shape: Shape) -> Box | None:
    """The part of a box within the shape, None where nothing is left."""
    if box is None:
        return None
    inside = tuple((max(first, 0), min(end, size)) for (first, end), size in zip(box, shape, strict=True))
    return inside if all(first < end for first, end in inside) else None


def everything(shape: Shape) -> Box:
    return tuple((0, size) for size in shape)


# One layer: a box of its output → the boxes it reads of its inputs, not clipped


def parts(layer: keras.Layer, shapes: list[Shape], box: Box) -> list[Box | None]:
    """What a layer reads of each of its inputs for a box of its output; None: nothing of this one."""
    kind = type(layer).__name__
    if kind == "Concatenate":
        return concatenated(layer, shapes, box)
    if kind in ELEMENTWISE:
        return [broadcast(shape, box) for shape in shapes]
    box = mixed(layer, box)
    rule = RULES.get(kind)
    if rule is None and (kind in CONVOLUTIONS or kind in TRANSPOSED or "Pooling" in kind):
        rule = kernelled
    return [(rule or whole_input)(layer, shapes[0], box)]


def mixed(layer: keras.Layer, box: Box) -> Box:
    """An activation such as softmax needs all channels."""
    activation = getattr(layer, "activation", None)
    if getattr(activation, "__name__", "") not in MIXING:
        return box
    return (*box[:-1], (0, shape_of(layer.output)[-1]))


def kernelled(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    axes = windows(layer, shape, shape_of(layer.output))
    if not axes:  # global pooling: all positions, its own channel
        return (*everything(shape[:-1]), box[-1])
    return (*(axis.span(*interval) for axis, interval in zip(axes, box, strict=False)), channels(layer, shape[-1], box[-1]))


def channels(layer: keras.Layer, count: int, interval: tuple[int, int]) -> tuple[int, int]:
    """The input channels that output channels read: their own in depthwise layers and poolings, their group's in grouped ones."""
    kind = type(layer).__name__
    first, end = interval
    if "Pooling" in kind:
        return interval
    if kind.startswith("Depthwise"):
        return first // layer.depth_multiplier, (end - 1) // layer.depth_multiplier + 1
    groups = getattr(layer, "groups", 1) if kind in CONVOLUTIONS and not kind.startswith("Separable") else 1
    filters, inside = layer.filters // groups if groups > 1 else 1, count // groups
    return (first // filters * inside, ((end - 1) // filters + 1) * inside) if groups > 1 else (0, count)


def same(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    return box


def whole_input(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    return everything(shape)


def last_axis(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    return (*box[:-1], (0, shape[-1]))


def along_axis(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    """Layers with `axis`: all cells along it (or them). Axes count the batch."""
    axes = layer.axis if isinstance(layer.axis, (list, tuple)) else [layer.axis]
    taken = {axis - 1 if axis > 0 else axis + len(shape) for axis in axes}
    return tuple((0, size) if index in taken else interval for index, (size, interval) in enumerate(zip(shape, box, strict=True)))


def grouped(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    axis = layer.axis - 1 if layer.axis > 0 else layer.axis + len(shape)
    width = shape[axis] // layer.groups
    first, end = box[axis]
    own = (first // width * width, ((end - 1) // width + 1) * width)
    return tuple(own if index == axis else (0, size) for index, size in enumerate(shape))


def reshaped(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    """Flatten and Reshape: a box around the places from which the cells come."""
    out = shape_of(layer.output)
    inside = clip(box, out)
    if inside is None or inside == everything(out):
        return everything(shape)
    corners = np.ix_(*(np.arange(first, end) for first, end in inside))
    places = np.unravel_index(np.ravel_multi_index(corners, out).ravel(), shape)
    return tuple((int(p.min()), int(p.max()) + 1) for p in places)


def permuted(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    return tuple(box[layer.dims.index(axis + 1)] for axis in range(len(shape)))


def repeated(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    return (box[-1],)


def enlarged(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    sizes = layer.size if isinstance(layer.size, (list, tuple)) else (layer.size,)
    radius = RADIUS.get(getattr(layer, "interpolation", "nearest"), 5)

    def span(first: int, end: int, size: int) -> tuple[int, int]:
        if radius == 0:
            return first // size, (end - 1) // size + 1
        low, high = (first + 0.5) / size - 0.5, (end - 0.5) / size - 0.5
        return math.floor(low) - radius + 1, math.floor(high) + radius + 1

    return (*(span(*interval, size) for interval, size in zip(box, sizes, strict=False)), box[-1])


def moved(sign: int) -> Callable[[keras.Layer, Shape, Box], Box]:
    """Zero padding moves cells away from the edge, cropping towards it."""

    def rule(layer: keras.Layer, shape: Shape, box: Box) -> Box:
        sides = layer.padding if sign < 0 else layer.cropping
        sides = [sides] if isinstance(sides[0], int) else sides  # the one-dimensional layers keep a plain pair
        shifted = [(first + sign * side[0], end + sign * side[0]) for (first, end), side in zip(box, sides, strict=False)]
        return (*shifted, box[-1])

    return rule


def recurrent(layer: keras.Layer, shape: Shape, box: Box) -> Box:
    steps, features = shape
    if not layer.return_sequences:
        return everything(shape)
    return (0, steps if layer.go_backwards else box[0][1]), (0, features)


def broadcast(shape: Shape, box: Box) -> Box:
    return tuple((0, 1) if size == 1 else interval for size, interval in zip(shape, box[len(box) - len(shape) :], strict=True))


def concatenated(layer: keras.Layer, shapes: list[Shape], box: Box) -> list[Box | None]:
    axis = layer.axis - 1 if layer.axis > 0 else layer.axis + len(shapes[0])
    result: list[Box | None] = []
    start = 0
    for shape in shapes:
        first, end = max(box[axis][0] - start, 0), min(box[axis][1] - start, shape[axis])
        result.append(tuple((first, end) if index == axis else interval for index, interval in enumerate(box)) if first < end else None)
        start += shape[axis]
    return result


RULES: dict[str, Callable[[keras.Layer, Shape, Box], Box]] = {
    "Dense": last_axis,
    "BatchNormalization": same,
    "LayerNormalization": along_axis,
    "RMSNormalization": along_axis,
    "UnitNormalization": along_axis,
    "GroupNormalization": grouped,
    "Rescaling": same,
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise"), same),
    **dict.fromkeys(("AlphaDropout", "ActivityRegularization", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"), same),
    "Softmax": along_axis,
    "Flatten": reshaped,
    "Reshape": reshaped,
    "Permute": permuted,
    "RepeatVector": repeated,
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), enlarged),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), moved(-1)),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), moved(1)),
    **dict.fromkeys(SEQUENCES, recurrent),
}
