"""The confusion matrix of a whole part of the data, with what it says about each class, and the pairs confused most."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from playground.engine.inspection.proportions import wilson
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.tasks import confusion
from playground.engine.views.mistakes.predictions import predicted

MOST = 100  # pairs
Work = Generator[None, None, dict[str, Any]]


def matrix(subject: Subject, question: Question) -> Work:
    """{"counts": int32 (c, c), "precision", "recall", "f1": float32 (c,), "support": int32 (c,), "right", "total", "accuracy",
    "interval": [low, high], "loss", "scores_are"}.

    counts: rows true, columns predicted. interval: of the accuracy, 95 %, Wilson. loss: mean cross-entropy, no penalties.
    """
    split = question.choice("split", SPLITS, "test")
    found = yield from predicted(subject, split)
    counts = confusion.matrix(found.truth, found.label, found.classes)
    right, total = int(np.trace(counts)), len(found.truth)
    table = confusion.per_class(counts, subject.classes)
    columns = {name: np.array([row[name] for row in table], np.float32) for name in ("precision", "recall", "f1")}
    return {
        "split": split,
        "counts": counts,
        **columns,
        "support": counts.sum(1, dtype=np.int32),
        "right": right,
        "total": total,
        "accuracy": right / total,
        "interval": list(wilson(right, total)),
        "loss": float(found.loss.mean(dtype=np.float64)),
        "scores_are": subject.scores_are,
    }


def pairs(subject: Subject, question: Question) -> Work:
    """The pairs of classes confused most, most frequent first.

    {"ordered": {"true", "predicted", "count": int32 (k,), "share": float32 (k,)}, "unordered": {"first", "second", "count", "there",
    "back": int32 (k,), "share": float32 (k,)}, "ordered_total", "unordered_total", "mistakes"}. share: of the true class's examples,
    unordered of both classes'. there: first taken for second; back: second taken for first.
    """
    split = question.choice("split", SPLITS, "test")
    most = question.whole("most", low=1, high=MOST, default=40)
    found = yield from predicted(subject, split)
    counts = confusion.matrix(found.truth, found.label, found.classes)
    off = counts * (1 - np.eye(found.classes, dtype=np.int32))
    support = counts.sum(1)
    true, taken = _largest(off, most)
    both = np.triu(off + off.T)
    first, second = _largest(both, most)
    one_way, two_way = off[true, taken], both[first, second]
    return {
        "split": split,
        "ordered": {"true": true, "predicted": taken, "count": one_way, "share": _share(one_way, support[true])},
        "unordered": {
            "first": first,
            "second": second,
            "count": two_way,
            "there": off[first, second],
            "back": off[second, first],
            "share": _share(two_way, support[first] + support[second]),
        },
        "ordered_total": int((off > 0).sum()),
        "unordered_total": int((both > 0).sum()),
        "mistakes": int(off.sum()),
        "total": len(found.truth),
    }


def _largest(table: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """int32 rows and columns of the largest positive numbers, falling; equal ones in the table's order."""
    flat = table.ravel()
    order = np.argsort(-flat, kind="stable")[:most]
    order = order[flat[order] > 0]
    return (order // table.shape[1]).astype(np.int32), (order % table.shape[1]).astype(np.int32)


def _share(count: np.ndarray, of: np.ndarray) -> np.ndarray:
    return (count / np.maximum(of, 1)).astype(np.float32)
