"""Whether a network is right as often as it says: reliability diagram, calibration errors, and answering only when sure.

Works on numbers only; `predicted` brings those of a run.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss

from playground.engine.inspection.proportions import wilson
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.views.mistakes.predictions import predicted

MIN_BINS, MAX_BINS, BINS = 5, 20, 10
# Close together at both ends: a network trained for long is seldom less than 0.99 sure, and a rare class is seldom given 0.01.
TAIL = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005)
THRESHOLDS = np.array([0, *TAIL, *(n / 100 for n in range(1, 100)), *(1 - t for t in reversed(TAIL)), 1], np.float64)


def calibration(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """{"split", "bins"} → what `reliability`, `abstaining` and `histogram` say of that part of the data, "brier", "log_loss"."""
    bins = question.whole("bins", low=MIN_BINS, high=MAX_BINS, default=BINS)
    found = yield from predicted(subject, question.choice("split", SPLITS, "test"))
    right = found.is_right
    return {
        "n": len(right),
        "classes": found.classes,
        "scores_are": subject.scores_are,
        **reliability(found.confidence, right, bins=bins),
        "abstain": abstaining(found.confidence, right),
        "histogram": histogram(found.confidence, right),
        "brier": brier(found.probabilities, found.truth),
        "log_loss": float(found.loss.mean(dtype=np.float64)),
    }


def reliability(confidence: np.ndarray, right: np.ndarray, *, bins: int) -> dict[str, Any]:
    """How often answers of about the same confidence are right. confidence: float (n,) 0…1; right: bool (n,).

    Bins have equal width and are closed above, as in Guo et al. (2017): bin m holds ((m − 1)/M, m/M]; the first also holds 0.
    scikit-learn's `calibration_curve` has the same bins, but says nothing about how many examples they hold, nor which are empty.

    Returns: "edges" float (bins + 1,); for each bin "counts", "hits" int32 and "mean" confidence, "share" right, "low", "high" (Wilson)
    float32, NaN where it is empty; "ece" = Σ nₘ/n · |shareₘ − meanₘ| and "mce" = max |shareₘ − meanₘ| over the bins that hold something
    (Naeini et al. 2015, Guo et al. 2017); "accuracy" and "confidence", the means over all.
    """
    confidence = np.asarray(confidence, np.float64)
    edges = np.linspace(0, 1, bins + 1)
    place = _places(confidence, edges)
    counts = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=right, minlength=bins).astype(int)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, weights=confidence, minlength=bins) / counts
        share = hits / counts
    gaps = np.abs(share - mean)
    bounds = np.array([wilson(int(h), int(n)) if n else (np.nan, np.nan) for h, n in zip(hits, counts, strict=True)])
    return {
        "edges": edges,
        "counts": counts.astype(np.int32),
        "hits": hits.astype(np.int32),
        "mean": mean.astype(np.float32),
        "share": share.astype(np.float32),
        "low": bounds[:, 0].astype(np.float32),
        "high": bounds[:, 1].astype(np.float32),
        "ece": float(np.nansum(gaps * counts) / counts.sum()),
        "mce": float(np.nanmax(gaps)),
        "accuracy": float(np.mean(right)),
        "confidence": float(confidence.mean()),
    }


def brier(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean over the examples of Σ over the classes of (p − y)², from 0 to 2 (Brier 1950). probabilities: float32 (n, classes)."""
    classes = np.arange(probabilities.shape[1])
    return float(brier_score_loss(truth, probabilities, labels=classes, scale_by_half=False))  # halved it would end at 1


def histogram(confidence: np.ndarray, right: np.ndarray, *, bins: int = 20) -> dict[str, np.ndarray]:
    """How sure the right and the wrong answers are: "right", "wrong" int32 (bins,) counts over equal parts of 0…1, closed above."""
    place = _places(confidence, np.linspace(0, 1, bins + 1))
    counted = {name: np.bincount(place[chosen], minlength=bins) for name, chosen in (("right", right), ("wrong", ~right))}
    return {name: counts.astype(np.int32) for name, counts in counted.items()}


def _places(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which bin each value falls into, bins closed above, the first also below."""
    return np.clip(np.searchsorted(edges, np.asarray(values, np.float64), side="left") - 1, 0, len(edges) - 2)


def abstaining(confidence: np.ndarray, right: np.ndarray) -> dict[str, np.ndarray]:
    """What happens when only answers of at least a confidence are given: "thresholds" float64 (k,), "answered", "hits" int32 (k,)."""
    ascending = np.argsort(confidence)
    first = np.searchsorted(np.asarray(confidence, np.float64)[ascending], THRESHOLDS, side="left")
    hits_from = np.concatenate([np.cumsum(right[ascending][::-1])[::-1], [0]])
    return {
        "thresholds": THRESHOLDS,
        "answered": (len(confidence) - first).astype(np.int32),
        "hits": hits_from[first].astype(np.int32),
    }
