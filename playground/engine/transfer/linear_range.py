"""Where an activation is straight, or nearly: so that a layer can hand on what it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

GRID = 257
MARGIN = 0.25  # of the range of the examples, for what lies between and beyond them
PARTS = (0.5, 0.15)  # widths of the stretches on which a curved activation is tried
CENTRES = (0.0, 1.0, -1.0, 3.0)  # of these stretches


@dataclass(frozen=True)
class LinearRange:
    """f(scale × v + shift) ≈ slope × v + offset."""

    scale: float
    shift: float
    slope: float
    offset: float


def find_linear_range(bend: Callable[[np.ndarray], np.ndarray], x: np.ndarray, *, width: int) -> LinearRange | None:
    """How an activation hands on the values x with the least error; None where it is flat everywhere.

    bend: float64 (n, width) → the same, elementwise. x: (n, d). Where it is straight over the whole range, with a factor of 1.
    """
    if not np.isfinite(x).all() or not x.size:
        return None
    low, high = reach(x)
    v = np.linspace(low, high, GRID)
    half = (high - low) / 2
    tries = [(1.0, 0.0), (1.0, -low)]
    tries += [(part / half, centre - part / half * (low + high) / 2) for part in PARTS for centre in CENTRES]
    best, least = None, np.inf
    for scale, shift in tries:
        y = bend(np.repeat((scale * v + shift)[:, np.newaxis], width, axis=1))[:, 0]
        if not np.isfinite(y).all():
            continue
        slope, offset = np.polyfit(v, y, 1)
        if abs(slope) < 1e-3 * scale:
            continue
        error = float(np.max(np.abs(y - slope * v - offset)) / abs(slope))
        if error <= 2e-6 * max(half, 1.0):
            return LinearRange(scale, shift, tidy(slope), tidy(offset))
        if error < least:
            best, least = LinearRange(scale, shift, float(slope), float(offset)), error
    return best


def reach(x: np.ndarray) -> tuple[float, float]:
    """The range of the values with a margin, which does not cross the bounds that activations have: 0, and -1 and 1."""
    low, high = float(x.min()), float(x.max())
    margin = max(MARGIN * (high - low), 1e-3)
    low = next((bound for bound in (0.0, -1.0) if low - margin < bound <= low), low - margin)
    high = 1.0 if high <= 1.0 < high + margin else high + margin
    return low, high


def tidy(value: float) -> float:
    """A slope of 1.0000000002 is 1, an offset of -1e-9 is 0: float32 knows no more."""
    return float(np.round(value, 6))
