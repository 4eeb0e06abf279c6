"""Slopes of a network on the plane: of its answer as the point moves (arrows), and of the loss as the weights move."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from playground.data.plane.features import features, grid
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.plane import Plane, variables_of
from playground.engine.plane.points import slopes
from playground.engine.views.plane.point import label_of, place_of
from playground.values.errors import InvalidValue


def plane_arrows(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: side (arrows in a row), class (of a classifier: uphill for this class; without it for the one that is most probable
    where the arrow stands).

    Returns "xy" float32 (side², 2), the middles of squares, row by row from y = +3 down; "gradient" float32 (side², 2): the slope of the
    class's probability (of the predicted number) by x and by y; "longest".
    """
    plane = Plane.of(subject.model, subject.experiment)
    xy = grid(question.whole("side", low=2, high=40, default=16))
    wanted = question.whole("class", low=0, high=max(len(plane.classes) - 1, 0), default=None)
    x = tf.constant(features(xy, plane.inputs))
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = plane.forward.output(plane.forward(x))
        if not plane.is_classifier:
            height = output[:, 0]
        else:
            probabilities = plane.probabilities(output)
            height = tf.reduce_max(probabilities, axis=1) if wanted is None else probabilities[:, wanted]
    by_features = tape.gradient(height, x, unconnected_gradients=tf.UnconnectedGradients.ZERO).numpy()
    arrows = np.einsum("nk,nka->na", by_features, slopes(xy, plane.inputs))
    arrows = np.nan_to_num(arrows, posinf=0, neginf=0).astype(np.float32)
    return {"xy": xy, "gradient": arrows, "longest": float(np.hypot(*arrows.T).max())}


def plane_gradients(subject: Subject, question: Question) -> dict[str, Any]:
    """How the loss changes with each weight: over all training points, or at one. Arguments: x, y, label (all three or none).

    Returns "gradients" float32, in the order of a frame's "weights"; "loss", of which they are the slopes: the mean with penalties (of one
    point without them), in inference mode: no dropout, running statistics; "points", how many it is the mean of.
    """
    plane = Plane.of(subject.model, subject.experiment)
    if not plane.has_weights:
        raise InvalidValue("This network has too many weights to be drawn.", fix="Take fewer units.")
    x, truth = asked(plane, question)
    variables = [variable for drawn in plane.drawn_layers for variable in variables_of(drawn)]
    with tf.GradientTape() as tape:
        values = plane.forward(tf.constant(x))
        loss = plane.loss(truth, plane.forward.output(values))
        if question.args.get("x") is None:
            loss += plane.penalty(values)
    found = tape.gradient(loss, [variable.value for variable in variables], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    flat = np.concatenate([tf.cast(each, tf.float32).numpy().ravel() for each in found])
    return {"gradients": np.nan_to_num(flat, posinf=0, neginf=0), "loss": float(loss), "points": len(x)}


def asked(plane: Plane, question: Question) -> tuple[np.ndarray, np.ndarray]:
    """What goes in, and what should come out as the loss wants it."""
    if question.args.get("x") is None:
        training = ~plane.points.held
        return plane.points.x[training], plane.truth(plane.points.labels[training])
    label = label_of(question, plane)
    if label is None:
        raise InvalidValue("A point without a label has no loss.", expected="label", got="x and y only")
    return features(place_of(question), plane.inputs), plane.truth(label)
