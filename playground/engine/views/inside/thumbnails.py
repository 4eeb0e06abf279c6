"""Small pictures of a part of the data, to choose from."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.inspection.thumbs import shrunk

MOST = 120


def thumbnails(subject: Subject, question: Question) -> dict[str, Any]:
    """{"pictures": uint8 (k, h, w, c) or rows float32 (k, columns), "positions", "labels", "total"}: those from `first` on.

    label: only examples of this class; size: pixels of the longer side at most.
    """
    split = question.choice("split", SPLITS, "test")
    label = question.whole("label", low=0, high=max(len(subject.classes) - 1, 0), default=None)
    x, y = subject.split(split)
    positions = np.arange(len(y)) if label is None else np.flatnonzero(y == label)
    first = question.whole("first", low=0, high=10_000_000, default=0)
    chosen = positions[first : first + question.whole("count", low=1, high=MOST, default=24)]
    found = x[chosen]
    if subject.is_pictures:
        found = shrunk(found, question.whole("size", low=8, high=256, default=48))
    return {"pictures": found, "positions": chosen.astype(np.int32), "labels": y[chosen].astype(np.int32), "total": len(positions)}
