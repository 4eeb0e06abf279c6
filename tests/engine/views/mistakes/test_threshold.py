"""Curves of one class against the rest, against counting."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.views.mistakes.threshold import MOST, curves, thinned


def made_up(n: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < 0.2
    return np.clip(rng.normal(0.3 + 0.3 * positive, 0.2), 0, 1).astype(np.float32), positive


@pytest.mark.parametrize("digits", [9, 1])  # of one digit many scores are equal
def test_curves_go_through_every_point_that_can_be_counted(digits):
    scores, positive = made_up(150)
    scores = np.round(scores, digits)
    found = curves(scores, positive)
    called = scores >= np.unique(scores)[::-1, None]  # at each threshold there is, falling
    tp, fp = (called & positive).sum(1), (called & ~positive).sum(1)
    recall, precision = tp / positive.sum(), tp / (tp + fp)
    np.testing.assert_allclose(found["roc"]["x"], [0, *fp / (~positive).sum()], atol=1e-6)
    np.testing.assert_allclose(found["roc"]["y"], [0, *recall], atol=1e-6)
    np.testing.assert_allclose(found["pr"]["x"], [0, *recall], atol=1e-6)
    np.testing.assert_allclose(found["pr"]["y"], [1, *precision], atol=1e-6)
    assert found["pr"]["ap"] == pytest.approx((np.diff(recall, prepend=0) * precision).sum())


def test_the_area_is_how_often_a_positive_outranks_a_negative():
    scores, positive = made_up(300)
    scores = np.round(scores, 2)
    above = np.sign(scores[positive][:, None] - scores[~positive])  # a tie is half a win
    assert curves(scores, positive)["roc"]["auc"] == pytest.approx((above.mean() + 1) / 2)


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
