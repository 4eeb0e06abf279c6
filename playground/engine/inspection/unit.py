"""One layer whose units are asked about: where their answers are taken, and what each of its cells sees.

A unit is a channel of a layer with maps, a unit of a dense layer, or a class: then its score before the softmax counts. Imports TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from playground.engine.graph.logits import Cut, before_activation, cached, logits_of, output_of
from playground.engine.graph.receptive_field import receptive_field
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.values.errors import Conflict, InvalidValue

EARLIER = "Choose the weights of an earlier epoch."


@dataclass(frozen=True, eq=False)
class Place:
    """A layer whose units are asked about. cut: where its answers are taken; shape: of its output, no batch axis."""

    subject: Subject
    name: str
    cut: Cut
    shape: tuple[int, ...]

    @property
    def units(self) -> int:
        return self.shape[-1]

    @property
    def is_last(self) -> bool:
        return self.name == self.subject.model.layers[-1].name

    @property
    def is_pictures(self) -> bool:
        return self.subject.is_pictures and len(self.subject.experiment.network.input_shape) == 3

    def forward(self, x: tf.Tensor) -> tf.Tensor:
        """float32 (n, …) → float32 (n, …, units)."""
        network = self.subject.model
        return cached(network, ("unit", self.name), lambda: self.cut.model(network))(x)[-1]

    def field(self, cell: int) -> list[int]:
        """What a cell of the flattened map sees of the picture: top, left, bottom, right, the last two exclusive."""
        place = np.unravel_index(cell, self.shape[:-1]) if len(self.shape) > 1 else ()
        box = receptive_field(self.subject.model, self.name, (*map(int, place), 0)).box
        height, width = self.subject.experiment.network.input_shape[:2]
        if box is None or len(box) < 2:
            return [0, 0, height, width]
        (top, bottom), (left, right) = box[:2]
        return [top, left, bottom, right]

    def field_size(self) -> list[int]:
        """Rows and columns of the picture that one cell sees, edges left aside."""
        cell = tuple(n // 2 for n in self.shape[:-1])
        return [int(n) for n in receptive_field(self.subject.model, self.name, (*cell, 0)).size()[:2]]

    @property
    def middle(self) -> int:
        """The middle cell of the flattened map."""
        return int(np.ravel_multi_index(tuple(n // 2 for n in self.shape[:-1]), self.shape[:-1])) if len(self.shape) > 1 else 0

    @property
    def aim(self) -> Cut:
        """Where a unit is pushed: before its activation, for a unit that is shut has a slope only there."""
        return self.cut if self.is_last else before_activation(self.subject.layer(self.name))


def place_of(subject: Subject, question: Question) -> Place:
    """Raises InvalidValue for a layer without units, Conflict for weights that are no numbers: a ReLU would make zeros of them."""
    if not subject.remember("finite", lambda: all(np.isfinite(weight).all() for weight in subject.model.get_weights())):
        raise Conflict("Weights of this network are not numbers.", fix=EARLIER)
    layer = subject.layer(question.text("layer"))
    if isinstance(layer, keras.layers.InputLayer):
        raise InvalidValue("The input has no units.", expected="the name of a layer behind it", got=layer.name)
    cut = logits_of(subject.model) if layer is subject.model.layers[-1] else output_of(layer)
    return Place(subject, layer.name, cut, tuple(int(n) for n in layer.output.shape[1:]))


def unit_of(place: Place, question: Question) -> int:
    return question.whole("unit", low=0, high=place.units - 1, default=0)
