"""Cells of pooling layers: the largest or the mean of a window, or of a whole map."""

from __future__ import annotations

import numpy as np

from playground.engine.arithmetic.cell import PAGE_VALUES, Answer, Cell, digits
from playground.engine.arithmetic.weighted import THERE, cut
from playground.engine.graph.windows import windows


def pooled(cell: Cell) -> Answer:
    """patch: float32 (rows, columns, depths) of the cell's own channel, NaN where padding; winner: [row, column, depth] of the largest.

    TensorFlow leaves padding out of a mean: it divides by the numbers that are there. A large map is sent without its patch.
    """
    if windows(cell.layer, cell.x.shape, cell.output.shape):
        patch, mask = cut(cell)
        patch = np.where(mask == THERE, patch[..., cell.unit], np.nan)
    else:  # global
        patch = cell.x[..., cell.unit].astype(np.float64)
    there = patch[~np.isnan(patch)] if cell.kind.startswith("Max") else patch[np.isfinite(patch)]
    there = patch.ravel() if there.size == 0 else there
    block = spread(patch)
    answer: Answer = {
        "family": "pooling",
        "patch": block.astype(np.float32) if block.size <= PAGE_VALUES else None,
        "count": int(there.size),
    }
    if "Max" in cell.kind:
        value = float(there.max())
        winner = [int(i) for i in np.unravel_index(np.argmax(np.where(np.isnan(block), -np.inf, block)), block.shape)]
        text = [
            f"a = max over {there.size:,} numbers = {digits(value)}",
            f"It stands in row {winner[0]}, column {winner[1]} of the window.",
        ]
        return answer | {"recomputed": value, "winner": winner, "formula": text}
    total = float(there.sum())
    value = total / there.size
    text = ["a = (1/n) Σ over the window of x", f"{digits(total)} / {there.size:,} = {digits(value)}"]
    if there.size < patch.size:
        text.append("Padding is not counted: n is how many numbers there are.")
    return answer | {"recomputed": value, "total": total, "formula": text}


def spread(patch: np.ndarray) -> np.ndarray:
    """One to three spatial axes as (rows, columns, depths)."""
    if patch.ndim == 3:
        return patch.transpose(1, 2, 0)
    return patch.reshape((1,) * (2 - patch.ndim) + patch.shape)[..., None]
