"""The plane as a layer bends it: where a lattice and the points come to lie in the space of two of its units, or of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.forward import Values
from playground.engine.plane.plane import LARGEST, Plane
from playground.engine.plane.points import grid_of
from playground.values.errors import InvalidValue

LINES = 41  # lattice points a side, the edges of the plane included
INPUT = "input"


def plane_warp(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: layer (name, or "input"), units ([a, b], or "pca"; without it both of two, else PCA).

    Returns "grid" float32 (41, 41, 2): where the points of an even lattice come to lie; "winner"
    uint8 (41, 41) there (of a number "value" float32); "points" float32 (n, 2), in the order of the data; "low", "high" float32 (2,): the
    corners of all; "axes": "pca" or [a, b]; of PCA "components" float32 (2, units), "mean" float32 (units,) and "explained" float32 (2,),
    shares of the points' variance.
    """
    plane = Plane.of(subject.model, subject.experiment)
    layer = question.text("layer")
    last = INPUT if layer == INPUT else plane.drawn_layer(layer).last
    values = plane.forward(tf.constant(np.concatenate([grid_of(plane.inputs, LINES), plane.points.x])))
    found = np.nan_to_num(tf.cast(values.outputs[last], tf.float32).numpy(), posinf=0, neginf=0).clip(-LARGEST, LARGEST)
    units = units_of(question, found.shape[1])
    if units == "pca":
        of_points = found[LINES**2 :] if len(plane.points.x) else found
        mean, components, explained = principal(of_points)
        flat, says = (found - mean) @ components.T, {"components": components, "mean": mean, "explained": explained}
    else:
        flat, says = found[:, units], {}
    return {
        "layer": layer,
        "axes": units,
        "grid": flat[: LINES**2].reshape(LINES, LINES, 2),
        "points": flat[LINES**2 :],
        "low": flat.min(axis=0),
        "high": flat.max(axis=0),
        **colours(plane, values),
        **says,
    }


def units_of(question: Question, width: int) -> str | list[int]:
    """ "pca" or two units."""
    wanted = question.args.get("units")
    if wanted is None:
        return [0, 1] if width == 2 else "pca"
    if isinstance(wanted, (list, tuple)) and len(wanted) == 2:
        return question.wholes("units", low=0, high=width - 1, most=2)
    if wanted == "pca":
        return wanted
    raise InvalidValue("There are no such axes.", expected=f'"pca" or two numbers from 0 to {width - 1}', got=wanted)


def principal(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean (units,), the two directions (2, units) of most variance and their shares of it (2,), float32, of values (n, units).

    A direction's largest weight is positive, so that pictures of successive moments do not flip. With one unit the second is 0.
    """
    values = values.astype(np.float64)  # squares of large numbers are beyond float32
    mean = values.mean(axis=0)
    _, lengths, directions = np.linalg.svd(values - mean, full_matrices=False)
    components, shares = np.zeros((2, values.shape[1]), np.float32), np.zeros(2, np.float32)
    count = min(2, len(directions))
    components[:count] = directions[:count]
    total = float((lengths**2).sum())
    shares[:count] = lengths[:count] ** 2 / total if total else 0
    largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, np.newaxis], axis=1)
    return mean.astype(np.float32), components * np.where(largest < 0, -1, 1).astype(np.float32), shares


def colours(plane: Plane, values: Values) -> dict[str, np.ndarray]:
    answers = np.nan_to_num(plane.answers(plane.forward.output(values)[: LINES**2]).numpy()).reshape(LINES, LINES)
    return {"winner": answers.astype(np.uint8)} if plane.is_classifier else {"value": answers}
