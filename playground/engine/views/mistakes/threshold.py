"""One class against the rest: what follows from the score at which a network's yes begins. ROC and precision–recall curves.

Works on numbers only; `predicted` brings those of a run.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from sklearn import metrics

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.views.mistakes.calibration import THRESHOLDS
from playground.engine.views.mistakes.predictions import predicted
from playground.values.errors import Conflict

MOST = 500  # points of a curve


def threshold(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """{"split", "positive": class number} → `curves` of that class against all others, and its name."""
    positive = question.whole("positive", low=0, high=len(subject.classes) - 1, default=0)
    found = yield from predicted(subject, question.choice("split", SPLITS, "test"))
    name = subject.classes[positive]
    is_positive = found.truth == positive
    if is_positive.all() or not is_positive.any():
        has = "only" if is_positive.all() else "no"
        raise Conflict(
            f"This part of the data has {has} examples of {name}: one class cannot be told from the rest.",
            expected="examples of the class and of others",
            got=f"{int(is_positive.sum()):,} of {len(is_positive):,}",
            fix="Choose another class or another part of the data.",
        )
    return {"positive": positive, "name": name, **curves(found.probabilities[:, positive], is_positive)}


def curves(scores: np.ndarray, positive: np.ndarray) -> dict[str, Any]:
    """ROC and precision–recall curves, their areas, and the confusion of four at each threshold.

    scores: float (n,), the class's probability. positive: bool (n,), with both kinds.

    Returns: "n", "positives"; "roc" {"x": false positive rate, "y": true positive rate, "auc"}; "pr" {"x": recall, "y": precision,
    "ap": average precision Σ (Rₙ − Rₙ₋₁)·Pₙ}, float32, at most 500 points each; "thresholds" float64 (k,) with "tp", "fp" int32 (k,):
    the examples whose score is at least the threshold.
    """
    scores = np.asarray(scores, np.float64)
    fpr, tpr, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)  # every point: `thinned` goes by the curve's length
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    return {
        "n": len(scores),
        "positives": int(positive.sum()),
        "roc": {**thinned(fpr, tpr), "auc": float(metrics.auc(fpr, tpr))},
        "pr": {**thinned(recall[::-1], precision[::-1]), "ap": float(metrics.average_precision_score(positive, scores))},
        "thresholds": THRESHOLDS,
        "tp": _at_least(scores[positive]),
        "fp": _at_least(scores[~positive]),
    }


def thinned(x: np.ndarray, y: np.ndarray, most: int = MOST) -> dict[str, np.ndarray]:
    """At most `most` of a curve's points, evenly along its length, ends included: "x", "y" float32."""
    if len(x) > most:
        length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        kept = np.unique(np.searchsorted(length, np.linspace(0, length[-1], most)).clip(0, len(x) - 1))
        x, y = x[kept], y[kept]
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}


def _at_least(scores: np.ndarray) -> np.ndarray:
    """int32: how many scores are at least each of the thresholds."""
    return (len(scores) - np.searchsorted(np.sort(scores), THRESHOLDS, side="left")).astype(np.int32)
