"""The confusion view: how often each true class was taken for each class."""

from __future__ import annotations

import numpy as np

from playground.values.events import Picture

NAME = "confusion"


def matrix(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int32 (classes, classes): rows true, columns predicted. truth, predicted: int (n,), 0 … classes − 1."""
    counts = np.bincount(truth.astype(np.int64) * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int32)


def picture(counts: np.ndarray, *, epoch: int, step: int, split: str) -> Picture:
    """split: "validation" or "test"."""
    return Picture(NAME, epoch, step, {"matrix": counts}, {"split": split})


def per_class(counts: np.ndarray, classes: tuple[str, ...]) -> list[dict[str, object]]:
    """Precision (of those called it, how many are it), recall (of those that are it, how many were called it), F1, support.

    0 where the denominator is 0, as scikit-learn's zero_division=0.
    """
    hits = np.diag(counts).astype(float)
    called, support = counts.sum(0), counts.sum(1)
    precision = hits / np.maximum(called, 1)
    recall = hits / np.maximum(support, 1)
    f1 = 2 * hits / np.maximum(called + support, 1)
    return [
        {"class": name, "precision": float(precision[i]), "recall": float(recall[i]), "f1": float(f1[i]), "support": int(support[i])}
        for i, name in enumerate(classes)
    ]
