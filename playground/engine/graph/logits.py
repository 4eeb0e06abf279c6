"""A network cut short: ended before the squashing of its output, or of one of its layers, and opened at maps on the way.

Gradients of probabilities vanish where the network is sure, those of a ReLU where it is shut; taken before it, they do not. Imports
TensorFlow for the gradients.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

SQUASHING = ("softmax", "log_softmax", "sigmoid", "log_sigmoid", "hard_sigmoid", "sparsemax", "sparse_sigmoid")
ACTIVATIONS = (
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Softmax,
)

Score = Callable[[tf.Tensor], tf.Tensor]  # float32 (n, …) examples → float32 (n,), one number each


@dataclass(frozen=True, eq=False)
class Cut:
    """Where a network is cut. tensor: Keras's symbol for the place; opened: a layer whose own activation is left out, or None.

    says: what the numbers there are, in words.
    """

    tensor: keras.KerasTensor
    opened: keras.Layer | None
    says: str

    def model(self, network: keras.Model, *also: keras.KerasTensor) -> Callable[[tf.Tensor], list[tf.Tensor]]:
        """x float32 (n, …) → tensors of `also` in the network's own precision, for a cast one would have no slope, and, last, of this
        place, float32; in inference mode. Shares the network's weights."""
        (start,) = network.inputs
        cut = keras.Model(start, {str(place): tensor for place, tensor in enumerate((*also, self.tensor))})

        def forward(x: tf.Tensor) -> list[tf.Tensor]:
            with linear(self.opened):
                found = cut(x, training=False)
            return [*(found[str(place)] for place in range(len(also))), tf.cast(found[str(len(also))], tf.float32)]

        return forward


def logits_of(network: keras.Model) -> Cut:
    """The scores of the classes: the logits where the output is a softmax or a sigmoid, else the output itself."""
    last = network.layers[-1]
    name = "softmax" if isinstance(last, keras.layers.Softmax) else name_of(getattr(last, "activation", None))
    if name not in SQUASHING:
        return Cut(network.output, None, f"the output of the last layer, {last.name}")
    cut = before_activation(last)
    return Cut(cut.tensor, cut.opened, f"the logit: what {last.name} gives before its {name}")


def before_activation(layer: keras.Layer) -> Cut:
    """A layer's sums before its activation; its output where it has none, or where the activation is part of a recurrence."""
    if isinstance(layer, ACTIVATIONS):
        return Cut(layer.input, None, f"the input of {layer.name}, before the activation")
    if name_of(getattr(layer, "activation", None)) in ("", "linear") or isinstance(layer, keras.layers.RNN):
        return Cut(layer.output, None, f"the output of {layer.name}")
    return Cut(layer.output, layer, f"the sums of {layer.name} before its {name_of(layer.activation)}")


def output_of(layer: keras.Layer) -> Cut:
    """A layer's output as the next one gets it."""
    return Cut(layer.output, None, f"the output of {layer.name}")


def name_of(activation: object) -> str:
    """ "relu"; "" where there is none."""
    return getattr(activation, "__name__", "") if activation is not None else ""


@contextlib.contextmanager
def linear(layer: keras.Layer | None) -> Iterator[None]:
    """The layer hands on its sums within. Nothing else may run the network meanwhile; a graph traced within stays so."""
    if layer is None:
        yield
        return
    before = layer.activation
    layer.activation = keras.activations.linear
    try:
        yield
    finally:
        layer.activation = before


def class_score(network: keras.Model, label: int) -> Score:
    """The score of one class before the squashing. A single output speaks for the second class and against the first."""
    forward = cached(network, ("classes",), lambda: logits_of(network).model(network))
    return lambda x: score_in(forward(x)[-1], label)


def score_in(outputs: tf.Tensor, label: int) -> tf.Tensor:
    """(n,) of outputs (n, classes), or (n, 1) where one output tells two classes apart."""
    if outputs.shape[1] > 1:
        return outputs[:, label]
    return outputs[:, 0] if label else -outputs[:, 0]


def cached(network: keras.Model, key: Hashable, make: Callable[[], Any]) -> Any:
    """`make()`, made once for a network: cutting it takes longer than running it."""
    found = getattr(network, "_playground_cuts", None)
    if found is None:
        found = {}
        object.__setattr__(network, "_playground_cuts", found)
    if key not in found:
        found[key] = make()
    return found[key]


def gradient(score: Score, x: np.ndarray | tf.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """∂score/∂x of each example, float32 (n, …), and the scores, float32 (n,)."""
    at = tf.convert_to_tensor(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(at)
        scores = score(at)
    slope = tape.gradient(scores, at, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return slope.numpy(), scores.numpy()
