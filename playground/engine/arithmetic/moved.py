"""Cells that merge several inputs, and cells that only carry a number from one place to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from playground.engine.arithmetic.cell import Answer, Cell, digits, signed
from playground.engine.graph.receptive_field import clip, parts, shape_of

SIGNS = {"Add": " + ", "Subtract": " − ", "Multiply": " · "}


def merged(cell: Cell) -> Answer:
    """terms: of each input its layer's name and the number at the cell's place."""
    if cell.kind == "Concatenate":
        return carried(cell)
    boxes = parts(cell.layer, [x.shape for x in cell.inputs], tuple((at, at + 1) for at in cell.index))
    values = [float(x[tuple(first for first, _ in box)]) for x, box in zip(cell.inputs, boxes, strict=True) if box is not None]
    numbers = np.array(values)
    ways: dict[str, Callable[[], Any]] = {
        "Add": numbers.sum,
        "Average": numbers.mean,
        "Maximum": numbers.max,
        "Minimum": numbers.min,
        "Multiply": numbers.prod,
        "Subtract": lambda: numbers[0] - numbers[1:].sum(),
    }
    recomputed = float(ways[cell.kind]())
    value = digits(recomputed)
    if cell.kind == "Add":
        text = " ".join([digits(values[0]), *(signed(v) for v in values[1:])]) + f" = {value}"
    elif cell.kind in SIGNS:
        text = SIGNS[cell.kind].join(digits(v) if v >= 0 else f"({digits(v)})" for v in values) + f" = {value}"
    elif cell.kind == "Average":
        text = f"({' '.join([digits(values[0]), *(signed(v) for v in values[1:])])}) / {len(values)} = {value}"
    else:
        text = f"{'max' if cell.kind == 'Maximum' else 'min'}({', '.join(digits(v) for v in values)}) = {value}"
    terms = [{"layer": name, "value": v} for name, v in zip(cell.names, values, strict=True)]
    return {"family": "merge", "terms": terms, "recomputed": recomputed, "formula": [text]}


def carried(cell: Cell) -> Answer:
    """Flatten, Reshape, Permute, RepeatVector, Concatenate, zero padding, cropping, enlarging: where the number stood before.

    source: layer and index it comes from; None where it is padding. Interpolated cells say from which they are mixed.
    """
    shapes = [x.shape for x in cell.inputs]
    boxes = parts(cell.layer, shapes, tuple((at, at + 1) for at in cell.index))
    for name, x, box in zip(cell.names, cell.inputs, boxes, strict=True):
        inside = clip(box, x.shape)
        if inside is None:
            continue
        if any(end - first > 1 for first, end in inside):
            count = int(np.prod([end - first for first, end in inside]))
            text = f"A mix of {count:,} neighbouring numbers of {name}, weighted by their distance."
            return {"family": "carried", "source": None, "recomputed": None, "formula": [text]}
        index = [first for first, _ in inside]
        value = float(x[tuple(index)])
        text = f"The number {digits(value)} of {name} at {place(index)}, unchanged."
        return {"family": "carried", "source": {"layer": name, "index": index}, "recomputed": value, "formula": [text]}
    return {"family": "carried", "source": None, "recomputed": 0.0, "formula": ["Padding: 0."]}


def place(index: list[int]) -> str:
    """[2, 3, 0] → "row 2, column 3, channel 0"."""
    names = {1: ("number",), 2: ("place", "channel"), 3: ("row", "column", "channel")}.get(
        len(index), ("depth", "row", "column", "channel")
    )
    return ", ".join(f"{name} {at}" for name, at in zip(names, index, strict=True))


def entered(cell: Cell) -> Answer:
    """The network's input itself."""
    is_picture = len(shape_of(cell.layer.output)) == 3
    text = f"The picture's own value here: {digits(cell.value * 255)} of 255." if is_picture else "A number of the example itself."
    return {"family": "input", "recomputed": cell.value, "formula": [text]}


def unexplained(cell: Cell) -> Answer:
    """Layers whose cells are no single sum: recurrent ones."""
    text = (
        f"A {cell.kind} goes through the sequence step by step and carries a state along; its cell is not one sum of its input. "
        "Its value and what it depends on are shown."
    )
    return {"family": "other", "recomputed": None, "formula": [text]}
