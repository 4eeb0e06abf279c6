"""The confusion view: how often each true class was taken for each class."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from playground.values.events import Picture

NAME = "confusion"


def matrix(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int32 (classes, classes): rows true, columns predicted. truth, predicted: int (n,), 0 … classes − 1.

    Counted by numpy, because it is wanted at the end of every epoch: scikit-learn's `confusion_matrix` takes 1 ms more, and 25 ms more
    with a thousand classes.
    """
    counts = np.bincount(truth.astype(np.int64) * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int32)


def picture(counts: np.ndarray, *, epoch: int, step: int, split: str) -> Picture:
    """split: "validation" or "test"."""
    return Picture(NAME, epoch, step, {"matrix": counts}, {"split": split})


def per_class(counts: np.ndarray, classes: tuple[str, ...]) -> list[dict[str, object]]:
    """Precision (of those called it, how many are it), recall (of those that are it, how many were called it), F1, support.

    0 where the denominator is 0. counts: as `matrix` gives them, of at least one example.
    """
    truth, predicted = np.nonzero(counts)
    scores = precision_recall_fscore_support(
        truth, predicted, labels=np.arange(len(classes)), sample_weight=counts[truth, predicted], zero_division=0
    )
    return [
        {"class": name, "precision": float(precision), "recall": float(recall), "f1": float(f1), "support": int(support)}
        for name, precision, recall, f1, support in zip(classes, *scores, strict=True)
    ]
