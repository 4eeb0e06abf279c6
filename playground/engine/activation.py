"""An activation's graph: its values and slopes over a fixed range."""

from __future__ import annotations

import keras
import numpy as np

from playground import catalog
from playground.engine.build import ACTIVATIONS
from playground.engine.loop import value_and_slope

LOW, HIGH, POINTS = -5.0, 5.0, 201
AT_ONCE = ("softmax", "log_softmax", "sparsemax")  # of several numbers: shown for x beside a fixed 0


def curve(name: str) -> dict[str, np.ndarray]:
    """x, y, slope: float32 (201,), x from −5 to 5; the slope is the one backpropagation uses. Of several numbers: for (x, 0)."""
    catalog.entry(f"activations.{name}")
    activation = ACTIVATIONS.get(name) or keras.activations.get(name)
    x = np.linspace(LOW, HIGH, POINTS, dtype=np.float32)
    y, slope = value_and_slope(beside_zero(activation) if name in AT_ONCE else activation, x)
    return {"x": x, "y": y, "slope": slope}


def beside_zero(activation):
    """The first of the two outputs for (x, 0)."""
    return lambda x: activation(keras.ops.stack([x, keras.ops.zeros_like(x)], axis=1))[:, 0]
