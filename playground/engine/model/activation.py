"""An activation's graph: its values and slopes over a fixed range."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from playground import catalog
from playground.engine.compiled.loop import value_and_slope
from playground.engine.model.build import ACTIVATIONS, build_part
from playground.values.errors import InvalidValue
from playground.values.spec import Part

Function = Callable[[Any], Any]  # from a tensor (n,) to one

LOW, HIGH, POINTS = -5.0, 5.0, 201
AT_ONCE = ("softmax", "log_softmax", "sparsemax")  # of several numbers: shown for x beside a fixed 0


def curve(activation: str | Part) -> dict[str, np.ndarray]:
    """x, y, slope: float32 (201,), x from −5 to 5; the slope is the one backpropagation uses. Of several numbers: for (x, 0).

    activation: a name ("relu") or a layer that is one, with its arguments (LeakyReLU). Raises InvalidValue for anything else.
    """
    x = np.linspace(LOW, HIGH, POINTS, dtype=np.float32)
    y, slope = value_and_slope(of_layer(activation) if isinstance(activation, Part) else of_name(activation), x)
    return {"x": x, "y": y, "slope": slope}


def of_name(name: str) -> Function:
    catalog.entry(f"activations.{name}")
    activation = ACTIVATIONS.get(name) or keras.activations.get(name)
    return beside_zero(activation) if name in AT_ONCE else activation


def of_layer(part: Part) -> Function:
    """A layer's function of one number; what it learns (PReLU's slopes) is as at the start of a training."""
    catalog.check_part(part, "The activation", "layers")
    if catalog.entry(part.kind).purpose != "Activation":
        raise InvalidValue(f"{part.short} is not an activation.", expected=" or ".join(activation_layers()), got=part.short)
    if part.short == "Activation":
        return of_name(part.args["activation"])
    if part.short == "Softmax":
        return of_name("softmax")
    layer = build_part(part.without("shared_axes"))  # of the axes of a picture, none of which are here
    return lambda x: layer(x[:, None])[:, 0]


def activation_layers() -> list[str]:
    return [entry.title for entry in catalog.entries("layers") if entry.purpose == "Activation"]


def beside_zero(activation: Function) -> Function:
    """The first of the two outputs for (x, 0)."""
    return lambda x: activation(keras.ops.stack([x, keras.ops.zeros_like(x)], axis=1))[:, 0]
