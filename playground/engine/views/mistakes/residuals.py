"""How far the predictions of a network that predicts a number are off: all of them, their spread, and the worst."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from sklearn import metrics

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.views.mistakes.predictions import sliced
from playground.values.errors import Conflict

BINS = 31  # an odd number, so that one stands around 0
WORST = 50
SHOWN = 5_000  # points of the scatter plot; of more, evenly spaced ones


def residuals(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """Residual = predicted − true, of each example of a part. Arguments: split.

    {"split", "total", "mae", "rmse", "bias" (mean residual), "r2" (1 − Σ residual² ÷ Σ (true − mean)², None where all are equal),
    "right" (share within 0.1 of the truth's range), "positions" int32 (k,), "truth", "predicted" float32 (k,): at most 5,000,
    evenly spaced; "edges" float32 (32,), "counts" int32 (31,): the histogram of residuals, symmetric about 0; "worst": {"positions"
    int32 (w,), "truth", "predicted" float32 (w,), "rows" float32 (w, columns) in their own units, "columns"}, the farthest first}.
    Raises Conflict for a run that tells classes apart, an empty part, or answers that are NaN.
    """
    split = question.choice("split", SPLITS, "test")
    if subject.classes:
        raise Conflict("This run tells classes apart; there is no distance between a class and another.", fix="Choose the overview.")
    x, y = subject.split(split)
    if not len(x):
        raise Conflict(f"The {split} part has no examples.", fix="Choose another part of the data.")
    pieces = yield from sliced(subject.forward, x, batch=subject.forward.batch_size)
    predicted = np.concatenate(pieces)[:, 0]
    if not np.isfinite(predicted).all():
        raise Conflict("The network's answers are no numbers (NaN).", fix="Choose the weights of an earlier epoch.")
    return measured(y.astype(np.float64), predicted.astype(np.float64)) | {"split": split, "worst": worst(subject, split, y, predicted)}


def measured(truth: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    """Figures, scatter and histogram. truth, predicted: float64 (n,)."""
    off = predicted - truth
    widest = max(float(np.abs(off).max()), 1e-6)
    edges = np.linspace(-widest, widest, BINS + 1)
    shown = np.unique(np.linspace(0, len(truth) - 1, min(len(truth), SHOWN)).round().astype(np.int32))
    return {
        "total": len(truth),
        "mae": metrics.mean_absolute_error(truth, predicted),
        "rmse": metrics.root_mean_squared_error(truth, predicted),
        "bias": float(off.mean()),
        "r2": metrics.r2_score(truth, predicted) if np.ptp(truth) > 0 else None,
        "right": float((np.abs(off) <= 0.1 * np.ptp(truth)).mean()),
        "positions": shown,
        "truth": truth[shown].astype(np.float32),
        "predicted": predicted[shown].astype(np.float32),
        "edges": edges.astype(np.float32),
        "counts": np.histogram(off, edges)[0].astype(np.int32),
    }


def worst(subject: Subject, split: str, truth: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    chosen = np.argsort(-np.abs(predicted - truth), kind="stable")[:WORST].astype(np.int32)
    return {
        "positions": chosen,
        "truth": truth[chosen].astype(np.float32),
        "predicted": predicted[chosen].astype(np.float32),
        "rows": data.stored(subject.experiment.data, subject.arrays, split, chosen).astype(np.float32),
        "columns": list(data.of(subject.experiment.data).columns),
    }
