"""Which unit each number comes from that a layer gives out, so that two networks can be compared unit by unit.

Reads the graph and the weights of a functional model whose layers give out vectors; what it cannot read gets units of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import keras
import numpy as np

from playground.engine.graph.logits import ACTIVATIONS, name_of
from playground.engine.graph.receptive_field import input_tensors, source_name

# Layers that hand on what they get, except in training.
PASSING = (
    keras.layers.Dropout,
    keras.layers.AlphaDropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.ActivityRegularization,
    keras.layers.Identity,
)
BENDING = tuple(kind for kind in ACTIVATIONS if kind is not keras.layers.Softmax)

Unit = Hashable  # ("hidden_1", 3): what the fourth unit of a layer gives out, behind its activation
Units = Callable[[keras.Layer, int], list[Unit]]


@dataclass(frozen=True, eq=False)
class UnitProvenance:
    """What a layer gives out, (d,): value = scale × unit + shift. scale, shift: float64 (d,)."""

    units: tuple[Unit, ...]
    scale: np.ndarray
    shift: np.ndarray

    @classmethod
    def of(cls, units: list[Unit]) -> UnitProvenance:
        return cls(tuple(units), np.ones(len(units)), np.zeros(len(units)))

    @property
    def is_plain(self) -> bool:
        return bool(np.all(self.scale == 1) and np.all(self.shift == 0))

    @property
    def occurrences(self) -> list[tuple[Unit, int]]:
        """The units, numbered where one comes several times."""
        seen: dict[Unit, int] = {}
        found = []
        for unit in self.units:
            seen[unit] = seen.get(unit, -1) + 1
            found.append((unit, seen[unit]))
        return found


def sources(layer: keras.Layer) -> list[str]:
    """The names of the layers that feed it; none for the input."""
    return [] if isinstance(layer, keras.layers.InputLayer) else [source_name(tensor) for tensor in input_tensors(layer)]


def is_flat_dense(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.Dense) and len(layer.output.shape) == 2


def is_norm(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization) and len(layer.output.shape) == 2


def is_linear(layer: keras.layers.Dense) -> bool:
    return name_of(layer.activation) in ("", "linear")


def provenance_of(layer: keras.Layer, feeds: list[UnitProvenance | None], units: Units) -> UnitProvenance | None:
    """The provenance after a layer; None where it gives out no vector. feeds: those of its sources; units: names its own."""
    if len(layer.output.shape) != 2:
        return None
    width = int(layer.output.shape[-1])
    if all(feed is not None for feed in feeds):
        if isinstance(layer, PASSING):
            return feeds[0]
        if isinstance(layer, BENDING):  # part of the units before it
            return UnitProvenance.of(list(feeds[0].units))
        if isinstance(layer, keras.layers.Concatenate):
            return UnitProvenance(
                tuple(unit for feed in feeds for unit in feed.units),
                np.concatenate([feed.scale for feed in feeds]),
                np.concatenate([feed.shift for feed in feeds]),
            )
        if is_norm(layer):
            scale, shift = norm_of(layer)
            return UnitProvenance(feeds[0].units, scale * feeds[0].scale, scale * feeds[0].shift + shift)
        if isinstance(layer, keras.layers.Add) and all(feed.is_plain and len(feed.units) == width for feed in feeds):
            return UnitProvenance.of([("+", *several) for several in zip(*(feed.units for feed in feeds), strict=True)])
    return UnitProvenance.of(units(layer, width))


def norm_of(layer: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """What a normalisation does with each number outside training: scale and shift, float64 (d,)."""
    scale = 1 / np.sqrt(number(layer.moving_variance) + layer.epsilon)
    if layer.scale:
        scale = scale * number(layer.gamma)
    shift = -number(layer.moving_mean) * scale
    return scale, shift + number(layer.beta) if layer.center else shift


def number(variable: keras.Variable) -> np.ndarray:
    return np.asarray(variable.value, np.float64)


class Forward:
    """What the layers of a model give out for examples, each computed once, when asked for. x: float32 (n, …), scaled."""

    def __init__(self, model: keras.Model, x: np.ndarray) -> None:
        self._layers = {layer.name: layer for layer in model.layers}
        self._known = {layer.name: keras.ops.convert_to_tensor(x) for layer in model.layers if isinstance(layer, keras.layers.InputLayer)}
        self._last = source_name(model.outputs[0])

    def _value(self, name: str):
        if name not in self._known:
            layer = self._layers[name]
            values = [self._value(source) for source in sources(layer)]
            self._known[name] = layer(values if isinstance(layer.input, (list, tuple)) else values[0], training=False)
        return self._known[name]

    def into(self, layer: keras.Layer) -> np.ndarray:
        """What comes into a layer with one source, float64 (n, d)."""
        return np.asarray(self._value(sources(layer)[0]), np.float64)

    @property
    def out(self) -> np.ndarray:
        return np.asarray(self._value(self._last), np.float64)
