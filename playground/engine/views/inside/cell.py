"""The view of one cell: how one output value of a layer comes about from the network's own tensors, and the maps to point at.

`cell` answers for one cell, `cell_maps` gives the layer's input and output as pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from playground.engine.arithmetic.activated import pointwise
from playground.engine.arithmetic.cell import Answer, Cell
from playground.engine.arithmetic.dropped import RULES as CHANCES
from playground.engine.arithmetic.dropped import dropped
from playground.engine.arithmetic.moved import carried, entered, merged, unexplained
from playground.engine.arithmetic.normalised import RULES as NORMS
from playground.engine.arithmetic.normalised import normalised
from playground.engine.arithmetic.pooled import pooled
from playground.engine.arithmetic.weighted import summed, weighted
from playground.engine.graph.receptive_field import ELEMENTWISE, input_tensors, parts, receptive_field, source_name
from playground.engine.graph.windows import CONVOLUTIONS, TRANSPOSED, windows
from playground.engine.inspection.question import Question
from playground.values.errors import InvalidValue

if TYPE_CHECKING:
    from playground.engine.inspection.subject import Subject

STAMPS = 16  # channels of the input that are sent as pictures
MOST = 2**31 - 1


def cell(subject: Subject, question: Question) -> Answer:
    """Arguments: picture, layer, unit (channel of the output), at (the cell's place: one number for each spatial axis; left out: where the
    unit answers most strongly), first (page of the patch), seed (of dropout's draws).

    Returns "value" (the tensor's own), "recomputed" (ours; None where it is not worked out again), "formula" (lines of text), "family"
    and what belongs to it (see `engine/arithmetic`); "window": for each spatial axis [first, end) of the input that takes part, padding
    included; "field": the receptive field on the network's input, see `field_of`; "sizes": the output's size as a formula for each axis.
    """
    layer, shown = subject.layer(question.text("layer")), subject.probe(question)
    tensors = {name: value[0] for name, value in subject.outputs(shown.input).items()}
    output = tensors[layer.name]
    unit = question.whole("unit", low=0, high=output.shape[-1] - 1, default=0)
    place = question.wholes("at", low=0, high=MOST, most=3, default=None)
    if place is None:
        place = strongest(output[..., unit])
    check_place(place, output.shape[:-1])
    one = made(layer, tensors, (*place, unit), question.whole("first", low=0, high=MOST, default=0))
    answer = {"layer": layer.name, "kind": one.kind, "at": list(place), "unit": unit, "shape": list(output.shape), "value": one.value}
    if isinstance(layer, keras.layers.InputLayer):
        return answer | {"window": [], "sizes": []} | entered(one) | field_of(subject.model, layer.name, one.index)
    found = (
        dropped(one, question.whole("seed", low=0, high=MOST, default=0)) if one.kind in CHANCES else RULES.get(one.kind, unexplained)(one)
    )
    axes = windows(layer, one.x.shape, output.shape)
    (window, *_) = parts(layer, [x.shape for x in one.inputs], tuple((at, at + 1) for at in one.index))
    answer["window"] = [list(interval) for interval in window[:-1] or window] if window else []
    answer["sizes"] = [axis.rule() for axis in axes]
    answer["precision"] = str(layer.compute_dtype)
    return answer | found | field_of(subject.model, layer.name, one.index)


def cell_maps(subject: Subject, question: Question) -> Answer:
    """Arguments: picture, layer, unit (by default the first whose map is not one value), slice (of a three-dimensional output).

    Returns "output": the unit's map float32 (rows, columns), for a vector all its units as one row; "inputs": of each input "layer",
    "shape", "maps" float32 (k, rows, columns), their "channels" and "total"; of many channels those that count most for the unit;
    "overhang": for each spatial axis how far the outermost windows stand out over the input; "at": where the unit answers most strongly.
    """
    layer, shown = subject.layer(question.text("layer")), subject.probe(question)
    tensors = {name: value[0] for name, value in subject.outputs(shown.input).items()}
    output = tensors[layer.name]
    unit = question.whole("unit", low=0, high=output.shape[-1] - 1, default=None)
    unit = first_alive(output) if unit is None else unit
    depth = question.whole("slice", low=0, high=output.shape[0] - 1, default=output.shape[0] // 2) if output.ndim == 4 else 0
    one = made(layer, tensors, (*([0] * (output.ndim - 1)), unit), 0)
    inputs = []
    for name, x in zip(one.names, one.inputs, strict=True):
        x = x.reshape(one.maps) if one.maps else x
        chosen = channels_of(one, x.shape[-1]) if x.ndim > 1 else np.zeros(1, np.int32)
        level = depth * x.shape[0] // output.shape[0] if x.ndim == 4 and output.ndim == 4 else 0
        maps = np.stack([as_map(x, int(channel), level) for channel in chosen]).astype(np.float32)
        inputs.append({"layer": name, "shape": list(x.shape), "channels": chosen, "maps": maps, "total": int(x.shape[-1]), "slice": level})
    return {
        "layer": layer.name,
        "kind": one.kind,
        "unit": unit,
        "units": int(output.shape[-1]),
        "shape": list(output.shape),
        "output": np.ascontiguousarray(output[None] if output.ndim == 1 else as_map(output, unit, depth), dtype=np.float32),
        "slice": depth,
        "inputs": inputs,
        "overhang": [list(axis.overhang()) for axis in windows(layer, one.x.shape, output.shape)],
        "at": strongest(output[..., unit]),
    }


def made(layer: keras.Layer, tensors: dict[str, np.ndarray], index: tuple[int, ...], first: int) -> Cell:
    if isinstance(layer, keras.layers.InputLayer):
        return Cell(layer, (tensors[layer.name],), (layer.name,), tensors[layer.name], index)
    names = tuple(source_name(tensor) for tensor in input_tensors(layer))
    inputs = tuple(tensors[name] for name in names)
    return Cell(layer, inputs, names, tensors[layer.name], index, flattened_from(layer), first)


def flattened_from(layer: keras.Layer) -> tuple[int, ...] | None:
    """For a Dense layer on a vector that was flattened from maps, through layers that keep each number's place: the maps' shape."""
    if type(layer).__name__ != "Dense" or len(layer.input.shape) != 2:
        return None
    tensor = layer.input
    while True:
        before = tensor._keras_history.operation
        if isinstance(before, keras.layers.InputLayer) or len(input_tensors(before)) != 1:
            return None
        shape = tuple(int(n) for n in before.input.shape[1:])
        if isinstance(before, keras.layers.Flatten):
            return shape if len(shape) == 3 else None
        if shape != tuple(tensor.shape[1:]) or isinstance(before, (keras.layers.Dense, keras.layers.Permute, keras.layers.Reshape)):
            return None
        tensor = before.input


def first_alive(output: np.ndarray) -> int:
    """The first unit whose map (channels last) has more than one finite value; 0 where there is none, and of a vector."""
    maps = np.nan_to_num(output.reshape(-1, output.shape[-1]), posinf=0.0, neginf=0.0)
    return int(np.argmax(maps.max(axis=0) > maps.min(axis=0)))


def strongest(values: np.ndarray) -> list[int]:
    """The place of the largest finite size."""
    if values.ndim == 0:
        return []
    return [int(at) for at in np.unravel_index(int(np.argmax(np.nan_to_num(np.abs(values), posinf=0.0))), values.shape)]


def check_place(place: list[int], shape: tuple[int, ...]) -> None:
    if len(place) != len(shape) or any(at >= size for at, size in zip(place, shape, strict=False)):
        limits = ", ".join(f"0 to {size - 1:,}" for size in shape) or "nothing, for the output is a vector and the unit says which"
        raise InvalidValue("There is no such cell in this layer's output.", expected=limits, got=place)


def channels_of(one: Cell, total: int) -> np.ndarray:
    """Input channels worth showing for this unit: int32, by the size of their weights where there are weights, else the unit's own."""
    if one.kind in CONVOLUTIONS or one.kind in TRANSPOSED or one.kind == "Dense":
        found = summed(one, one.unit)
        weights = np.abs(found.kernel if found.mixing is None else found.kernel * found.mixing)
        sizes = np.zeros(total)
        np.add.at(sizes, found.channels, weights.sum(axis=tuple(range(weights.ndim - 1))))
        own = np.unique(found.channels)
        return own[np.argsort(-sizes[own], kind="stable")][:STAMPS].astype(np.int32)
    return np.array([one.unit], np.int32) if total == one.output.shape[-1] else np.arange(min(total, STAMPS), dtype=np.int32)


def as_map(x: np.ndarray, channel: int, depth: int) -> np.ndarray:
    """One channel as (rows, columns); a sequence is one row, a vector one row of all its units."""
    if x.ndim == 1:
        return x[None]
    if x.ndim == 2:
        return x[None, :, channel]
    return x[..., channel] if x.ndim == 3 else x[depth, :, :, channel]


def field_of(model: keras.Model, name: str, index: tuple[int, ...]) -> dict[str, Any]:
    """The receptive field on the network's input.

    Returns "field": for each axis but the channels [first, end) within the input, None where only padding is read; "field_whole": the same
    as if the input went on beyond its edges; "field_size": its size then.
    """
    found = receptive_field(model, name, index)
    spatial = slice(None, -1) if len(found.whole) > 1 else slice(None)
    return {
        "field": None if found.box is None else [list(interval) for interval in found.box[spatial]],
        "field_whole": [list(interval) for interval in found.whole[spatial]],
        "field_size": list(found.size()[spatial]),
    }


RULES: dict[str, Callable[[Cell], Answer]] = {
    **dict.fromkeys((*CONVOLUTIONS, *TRANSPOSED, "Dense"), weighted),
    **{f"{scope}{kind}Pooling{rank}D": pooled for scope in ("", "Global") for kind in ("Max", "Average") for rank in (1, 2, 3)},
    **dict.fromkeys(NORMS, normalised),
    **dict.fromkeys(("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"), pointwise),
    **dict.fromkeys((*ELEMENTWISE, "Concatenate"), merged),
    **dict.fromkeys(("Flatten", "Reshape", "Permute", "RepeatVector"), carried),
    **{f"{kind}{rank}D": carried for kind in ("UpSampling", "ZeroPadding", "Cropping") for rank in (1, 2, 3)},
}
