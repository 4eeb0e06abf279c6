"""Curves of one class against the rest, against scikit-learn and counting."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from playground.engine.views.mistakes.threshold import MOST, curves, thinned


def made_up(n: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < 0.2
    return np.clip(rng.normal(0.3 + 0.3 * positive, 0.2), 0, 1).astype(np.float32), positive


def test_areas_are_scikit_learns():
    scores, positive = made_up(300)
    found = curves(scores, positive)
    assert found["roc"]["auc"] == pytest.approx(metrics.roc_auc_score(positive, scores))
    assert found["pr"]["ap"] == pytest.approx(metrics.average_precision_score(positive, scores))


def test_curves_are_scikit_learns_also_where_scores_are_equal():
    scores, positive = made_up(150)
    scores = np.round(scores, 1)
    found = curves(scores, positive)
    fpr, tpr, _ = metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose([found["roc"]["x"], found["roc"]["y"]], [fpr, tpr], atol=1e-6)
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    np.testing.assert_allclose([found["pr"]["x"], found["pr"]["y"]], [recall[::-1], precision[::-1]], atol=1e-6)
    assert found["pr"]["ap"] == pytest.approx(metrics.average_precision_score(positive, scores))


def test_a_thinned_curve_encloses_nearly_the_same_area_and_keeps_its_ends():
    scores, positive = made_up(30_000)
    found = curves(scores, positive)
    x, y = found["roc"]["x"], found["roc"]["y"]
    assert len(x) <= MOST
    assert np.trapezoid(y, x) == pytest.approx(found["roc"]["auc"], abs=1e-3)
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert len(found["pr"]["x"]) <= MOST
    assert (found["pr"]["x"][0], found["pr"]["y"][0], found["pr"]["x"][-1]) == (0, 1, 1)


def test_the_confusion_of_four_is_counted_at_every_threshold():
    scores, positive = made_up(200)
    found = curves(scores, positive)
    for t, tp, fp in zip(found["thresholds"], found["tp"], found["fp"], strict=True):
        called = scores.astype(np.float64) >= t
        assert (tp, fp) == ((called & positive).sum(), (called & ~positive).sum())


def test_short_curves_are_left_alone():
    x = np.linspace(0, 1, 7)
    np.testing.assert_allclose(thinned(x, x**2)["y"], x**2, atol=1e-7)
