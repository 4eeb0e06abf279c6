"""Every example of a part of the data with what the network says to it: to compare runs with, and to take away."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.views.mistakes.predictions import predicted

ALL_CLASSES = 50  # up to so many classes every probability is told, above only those of the first TOP
TOP = 5
SLICE = 500  # examples sorted between two yields


def answers(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """Args of the question: split; detail: whether probabilities are told.

    Returns "classes", "pool" and "places" int32 (n,) (examples are "pool/place"), "truth", "labels" int32, "confidence",
    "loss" float32 (n,); in detail also "top" int32 (n, k) and "probabilities" float32 (n, k): all classes in order, or the first five.
    """
    split = question.choice("split", SPLITS, "test")
    detail = question.flag("detail", False)
    found = yield from predicted(subject, split)
    pool, places = subject.arrays.ids[split]
    said = {
        "split": split,
        "classes": list(subject.classes),
        "pool": pool,
        "places": np.asarray(places, np.int32),
        "truth": found.truth,
        "labels": found.label,
        "confidence": found.confidence,
        "loss": found.loss,
    }
    return said | ((yield from _probabilities(found.probabilities)) if detail else {})


def _probabilities(each: np.ndarray) -> Generator[None, None, dict[str, np.ndarray]]:
    n, classes = each.shape
    if classes <= ALL_CLASSES:
        return {"top": np.tile(np.arange(classes, dtype=np.int32), (n, 1)), "probabilities": each}
    top = np.empty((n, TOP), np.int32)
    for first in range(0, n, SLICE):
        top[first : first + SLICE] = np.argsort(-each[first : first + SLICE], axis=1, kind="stable")[:, :TOP]
        yield
    return {"top": top, "probabilities": np.take_along_axis(each, top, 1)}
