"""What a network may be given of a point in the plane: its coordinates and what can be computed from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDE = 32  # of a feature's small map


@dataclass(frozen=True)
class Feature:
    """title: as people write it, "x²". formula: in words or symbols, of a point (x, y). low, high: its range over the plane."""

    title: str
    formula: str
    low: float
    high: float


def features(points: np.ndarray, inputs: tuple[str, ...]) -> np.ndarray:
    """The named features of points float32 (n, 2), in this order: float32 (n, k)."""
    x, y = points.T
    known = {
        "x": x,
        "y": y,
        "x2": x * x,
        "y2": y * y,
        "xy": x * y,
        "sin2x": np.sin(2 * x),
        "sin2y": np.sin(2 * y),
        "cos2x": np.cos(2 * x),
        "cos2y": np.cos(2 * y),
        "r": np.sqrt(x * x + y * y),
        "theta": np.arctan2(y, x),
    }
    return np.stack([known[name] for name in inputs], axis=1).astype("float32")


def grid(side: int) -> np.ndarray:
    """The middles of side × side squares over the plane, float32 (side², 2): row by row from y = +3 down, each from x = −3."""
    middles = (np.arange(side, dtype=np.float32) + 0.5) * np.float32(6 / side) - 3
    x, y = np.meshgrid(middles, -middles)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def feature_maps(inputs: tuple[str, ...], *, side: int = SIDE) -> np.ndarray:
    """How each feature looks over the plane: uint8 (k, side, side), 0 and 255 at its `low` and `high`."""
    values = features(grid(side), inputs)
    lows, highs = (np.array([getattr(FEATURES[name], end) for name in inputs], np.float32) for end in ("low", "high"))
    return np.round(255 * (values - lows) / (highs - lows)).clip(0, 255).astype(np.uint8).T.reshape(len(inputs), side, side)


FEATURES = {
    "x": Feature("x", "how far to the right", -3, 3),
    "y": Feature("y", "how far up", -3, 3),
    "x2": Feature("x²", "x · x", 0, 9),
    "y2": Feature("y²", "y · y", 0, 9),
    "xy": Feature("x·y", "x · y", -9, 9),
    "sin2x": Feature("sin 2x", "the sine of 2x", -1, 1),
    "sin2y": Feature("sin 2y", "the sine of 2y", -1, 1),
    "cos2x": Feature("cos 2x", "the cosine of 2x", -1, 1),
    "cos2y": Feature("cos 2y", "the cosine of 2y", -1, 1),
    "r": Feature("r", "√(x² + y²), the distance from the middle", 0, 4.2426407),
    "theta": Feature("θ", "the angle around the middle, from −π to π", -3.1415927, 3.1415927),
}
