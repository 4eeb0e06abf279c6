"""The unit occlusion view: which part of a picture a unit answers to, told by covering parts up. Imports TensorFlow to run the network."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import tensorflow as tf

from playground.engine.inspection import attribution
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.inspection.unit import EARLIER, place_of, unit_of
from playground.engine.views.inside.why import FILLS, fill_of, patch_of
from playground.values.errors import Conflict


def unit_occlusion(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """{"picture", "layer", "unit", "by"?, "patch"?, "stride"?, "fill"?} → how much the unit's answer drops where the picture is covered.

    values: float32 (height, width) or (columns,), the mean drop of the squares that cover a pixel; map: the unit's map, or None.
    """
    place = place_of(subject, question)
    unit = unit_of(place, question)
    by = question.choice("by", ("max", "mean"), "max")
    x = subject.probe(question).input

    def measure(some: np.ndarray) -> np.ndarray:
        answers = place.forward(tf.constant(some)).numpy()[..., unit].reshape(len(some), -1)
        return answers.max(axis=1) if by == "max" else answers.mean(axis=1)

    numbers: dict[str, Any] = {"by": by}
    if x.ndim == 4:
        patch, stride = patch_of(question, *x.shape[1:3])
        fill = fill_of(x, question.choice("fill", FILLS, "mean"))
        found = yield from attribution.occlude(measure, x, fill, patch=patch, stride=stride)
        numbers |= {"patch": patch, "stride": stride, "patches": int(found.raw.size)}
    else:
        found = attribution.occlude_columns(measure, x)
    if not np.isfinite(found.values).all():
        raise Conflict("The unit's answer is not a number.", fix=EARLIER)
    answers = place.forward(tf.constant(x)).numpy()[0, ..., unit]
    most = float(np.abs(found.values).max(initial=0))
    return {
        "layer": place.name,
        "unit": unit,
        "input": x[0],
        "values": found.values,
        "signed": True,
        "high": most,
        "is_empty": most == 0,
        "answer": found.score,
        "map": answers.astype(np.float32) if answers.ndim == 2 else None,
        "formula": "a(x) − a(x with a square painted over), mean of the squares that cover a pixel",
        "numbers": numbers | {"peak": float(found.raw.max())},
    }
