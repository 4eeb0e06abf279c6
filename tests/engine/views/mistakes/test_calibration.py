"""Calibration against sums written out one example at a time."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from playground.engine.views.mistakes.calibration import THRESHOLDS, abstaining, brier, histogram, reliability


def made_up(n: int = 400, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    confidence = rng.beta(4, 1, n).astype(np.float32)
    return confidence, rng.random(n) < confidence**2


def test_errors_are_those_of_the_definition():
    confidence, right = made_up()
    bins = [[] for _ in range(15)]
    for p, hit in zip(confidence.astype(float), right, strict=True):
        number = next(m for m in range(15) if p <= (m + 1) / 15)
        bins[number].append((p, hit))
    gaps = [(len(held), abs(np.mean([hit for _, hit in held]) - np.mean([p for p, _ in held]))) for held in bins if held]
    found = reliability(confidence, right, bins=15)
    assert found["ece"] == pytest.approx(sum(n * gap for n, gap in gaps) / len(right))
    assert found["mce"] == pytest.approx(max(gap for _, gap in gaps))
    assert [int(n) for n in found["counts"]] == [len(held) for held in bins]


def test_the_diagram_is_scikit_learns():
    confidence, right = made_up(2000)
    found = reliability(confidence, right, bins=10)
    share, mean = calibration_curve(right, confidence.astype(np.float64), n_bins=10)
    filled = found["counts"] > 0
    np.testing.assert_allclose(found["share"][filled], share, atol=1e-6)
    np.testing.assert_allclose(found["mean"][filled], mean, atol=1e-6)


def test_the_brier_score_of_two_classes_is_scikit_learns():
    p, truth = made_up()
    found = brier(np.stack([1 - p, p], axis=1), truth.astype(int))
    assert found == pytest.approx(2 * brier_score_loss(truth, p.astype(np.float64)), rel=1e-5)


def test_the_brier_score_of_many_classes_is_the_sum_of_squares():
    rng = np.random.default_rng(3)
    p, truth = rng.dirichlet(np.ones(7), 50), rng.integers(0, 7, 50)
    assert brier(p, truth) == pytest.approx(((p - np.eye(7)[truth]) ** 2).sum(1).mean())


def test_the_brier_score_takes_what_softmax_gives_without_a_warning(recwarn):
    logits = np.random.default_rng(4).normal(scale=30, size=(2000, 6)).astype(np.float32)
    p = tf.nn.softmax(logits).numpy()
    assert 0 <= brier(p, np.zeros(2000, np.int32)) <= 2
    assert brier(np.eye(6, dtype=np.float32)[[5]], np.array([0])) == 2  # the worst there is
    assert not recwarn.list


def test_empty_bins_are_nan_and_count_for_nothing():
    found = reliability(np.full(9, 0.95), np.ones(9, bool), bins=5)
    assert np.isnan(found["share"][:4]).all()
    assert found["ece"] == pytest.approx(0.05)
    assert found["mce"] == pytest.approx(0.05)


def test_edges_belong_to_the_bin_below():
    found = reliability(np.array([0, 0.2, 0.2000001, 1.0]), np.ones(4, bool), bins=5)
    assert found["counts"].tolist() == [2, 1, 0, 0, 1]


def test_answering_only_when_sure_is_counted_at_every_threshold():
    confidence, right = made_up()
    found = abstaining(confidence, right)
    for t, answered, hits in zip(THRESHOLDS, found["answered"], found["hits"], strict=True):
        kept = confidence.astype(np.float64) >= t
        assert (answered, hits) == (kept.sum(), right[kept].sum())
    assert found["answered"][0] == len(right)


def test_the_histogram_holds_everything_once():
    confidence, right = made_up()
    found = histogram(confidence, right)
    assert found["right"].sum() == right.sum()
    assert found["wrong"].sum() == (~right).sum()
