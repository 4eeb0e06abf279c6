"""A small network's forward pass layer by layer, with the sums that Dense layers take before their activation. In inference mode.

Imports TensorFlow: it costs a fifth of Keras's own call, eagerly, and takes no time to be built, so that a network that has just been
edited can be drawn at once. Layers that do something in training only are passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import tensorflow as tf

from playground.engine.graph.receptive_field import input_tensors, source_name

IDLE = (  # in inference mode
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
    keras.layers.AlphaDropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.ActivityRegularization,
)

Instead = Callable[[keras.layers.Layer, tf.Tensor], tf.Tensor]


@dataclass(frozen=True, eq=False)
class Values:
    """outputs: of each layer by name, "input" too, (n, …). sums: of each Dense layer, before its activation, (n, units)."""

    outputs: dict[str, tf.Tensor]
    sums: dict[str, tf.Tensor]


class Forward:
    """model: functional, one input."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.last = source_name(model.outputs[0])
        self._start = next(layer.name for layer in model.layers if isinstance(layer, keras.layers.InputLayer))
        self._steps = [
            (layer, [source_name(tensor) for tensor in input_tensors(layer)])
            for layer in model.layers
            if not isinstance(layer, keras.layers.InputLayer)
        ]

    def __call__(self, x: tf.Tensor, *, idle: Instead | None = None) -> Values:
        """x: float32 (n, …). idle: what to do at layers that otherwise do nothing, given the layer and its input."""
        outputs, sums = {self._start: x, "input": x}, {}
        for layer, names in self._steps:
            given = outputs[names[0]]
            if isinstance(layer, IDLE):
                found = idle(layer, given) if idle else given
            elif type(layer) is keras.layers.Dense and len(given.shape) == 2:
                sums[layer.name] = summed(layer, given)
                found = sums[layer.name] if layer.activation is None else layer.activation(sums[layer.name])
            else:
                found = layer([outputs[name] for name in names] if len(names) > 1 else given)
            outputs[layer.name] = found
        return Values(outputs, sums)

    def output(self, values: Values) -> tf.Tensor:
        """float32 (n, …), the network's."""
        return tf.cast(values.outputs[self.last], tf.float32)


def summed(layer: keras.layers.Dense, x: tf.Tensor) -> tf.Tensor:
    """x·kernel + bias in the layer's own precision."""
    dtype = layer.compute_dtype
    total = tf.matmul(tf.cast(x, dtype), tf.cast(tf.convert_to_tensor(layer.kernel), dtype))
    return total if layer.bias is None else total + tf.cast(tf.convert_to_tensor(layer.bias), dtype)
