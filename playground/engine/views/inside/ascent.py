"""The ascent view: an example made step by step so that a unit answers as much as it can. Imports TensorFlow for the gradients."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import asdict
from typing import Any

import numpy as np
import tensorflow as tf

from playground.engine.graph.logits import cached
from playground.engine.inspection.activation_maximization import MOST, RESTRAINTS, Ascent, fourier_space, pixel_space, row_space
from playground.engine.inspection.probe import scaled
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.inspection.unit import EARLIER, Place, place_of, unit_of
from playground.values.errors import Conflict

Function = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
SPACES = {"fourier": fourier_space, "pixels": pixel_space}


def ascent(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """{"layer", "unit", "seed"?, "steps"?, "space"?, "restraint"?, "aim"?, "restart"?} → climbs on from where it stood with these settings.

    space: "fourier" or "pixels"; restraint: a name of RESTRAINTS; aim: "all" (the mean of the unit's map) or "cell" (its middle cell).
    The example by now, the step, and the curve of the aim, taken before the activation; `answer` is the largest that the unit gives out.
    """
    place = place_of(subject, question)
    unit = unit_of(place, question)
    seed = question.whole("seed", low=0, high=2**31 - 1, default=0)
    steps = question.whole("steps", low=1, high=MOST, default=16)
    space = question.choice("space", tuple(SPACES), "fourier")
    restraint = question.choice("restraint", tuple(RESTRAINTS), "some")
    aim = question.choice("aim", ("all", "cell"), "all")
    key = ("ascent", place.name, unit, seed, space, restraint, aim)
    if question.flag("restart", False) and (old := subject.recall(key)):
        old.clear()
    held = subject.remember(key, list)  # a list, so that a new start takes the old one's place
    if not held:
        held.append(_start(place, unit, seed=seed, space=space, restraint=restraint, aim=aim))
    climb: Ascent = held[0]
    yield
    for _ in range(steps):
        if climb.is_done:
            break
        climb.climb()
        yield
    curve = np.array(climb.curve, np.float32)
    if not np.isfinite(curve).all():
        raise Conflict("The unit's answer is not a number.", fix=EARLIER)
    x = climb.example
    maps = place.forward(tf.constant(x)).numpy()[0]
    return {
        "layer": place.name,
        "unit": unit,
        "picture": x[0],
        "step": climb.steps,
        "of": MOST,
        "is_done": climb.is_done,
        "curve": curve,
        "answer": float(maps[..., unit].max()),
        "mean": float(maps[..., unit].mean()),
        "aim_is": place.aim.says,
        "aim": aim,
        "field": place.field(place.middle) if place.is_pictures and aim == "cell" else None,
        "restraint": asdict(climb.restraint),
    }


def _start(place: Place, unit: int, *, seed: int, space: str, restraint: str, aim: str) -> Ascent:
    network, shape = place.subject.model, place.subject.experiment.network.input_shape
    value, slope = cached(network, ("climb", place.name, aim), lambda: _compiled(place, aim))
    which = tf.constant(unit)
    functions = (lambda x: value(x, which)), (lambda x: slope(x, which))
    if not place.is_pictures:
        return Ascent(row_space(shape, seed), *functions, 0.0, RESTRAINTS[restraint], seed)
    rest = scaled(place.subject.arrays.train[0][:512]).mean(axis=(0, 1, 2))
    return Ascent(SPACES[space](shape, rest, seed), *functions, rest, RESTRAINTS[restraint], seed)


def _compiled(place: Place, aim: str) -> tuple[Function, Function]:
    """(example, unit) → what is to grow, and its gradient; one graph for all units of the layer."""
    forward, middle = place.aim.model(place.subject.model), place.middle

    def value(x: tf.Tensor, unit: tf.Tensor) -> tf.Tensor:
        flat = tf.reshape(tf.gather(forward(x)[-1], unit, axis=-1), (1, -1))
        return tf.reduce_mean(flat, axis=1) if aim == "all" else flat[:, middle]

    def slope(x: tf.Tensor, unit: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            found = value(x, unit)
        return tape.gradient(found, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    given = tf.TensorSpec((1, *place.subject.experiment.network.input_shape), tf.float32), tf.TensorSpec((), tf.int32)
    return tuple(tf.function(each, autograph=False).get_concrete_function(*given) for each in (value, slope))
