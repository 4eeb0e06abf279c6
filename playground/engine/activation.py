"""An activation's graph: its values and slopes over a fixed range."""

from __future__ import annotations

import keras
import numpy as np

from playground import catalog
from playground.engine.build import ACTIVATIONS

LOW, HIGH, POINTS = -5.0, 5.0, 201
AT_ONCE = ("softmax", "log_softmax", "sparsemax")  # of several numbers: shown for x beside a fixed 0


def curve(name: str) -> dict[str, np.ndarray]:
    """x, y, slope: float32 (201,), x from −5 to 5. slope: central differences. Of activations over several numbers: for (x, 0)."""
    catalog.entry(f"activations.{name}")
    activation = ACTIVATIONS.get(name) or keras.activations.get(name)
    x = np.linspace(LOW, HIGH, POINTS, dtype=np.float32)
    y = values(activation, x, paired=name in AT_ONCE)
    width = 1e-3
    rise = values(activation, x + width, paired=name in AT_ONCE) - values(activation, x - width, paired=name in AT_ONCE)
    return {"x": x, "y": y, "slope": (rise / (2 * width)).astype(np.float32)}


def values(activation, x: np.ndarray, *, paired: bool) -> np.ndarray:
    if paired:
        both = activation(keras.ops.convert_to_tensor(np.stack([x, np.zeros_like(x)], axis=1)))
        return keras.ops.convert_to_numpy(both)[:, 0]
    return keras.ops.convert_to_numpy(activation(keras.ops.convert_to_tensor(x)))
