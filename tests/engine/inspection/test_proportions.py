"""Intervals against the worked examples of Newcombe (1998), Statistics in Medicine 17, 857–872 and 873–890."""

from __future__ import annotations

import pytest

from playground.engine.inspection.proportions import difference, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)]
)
def test_a_share_has_the_interval_of_the_paper(hits, n, low, high):
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)
    assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low), abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "expect"),
    [
        ((56, 70), (48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.6, 0.1705, 0.8090)),
        ((5, 56), (0, 29), (0.0893, -0.0381, 0.1926)),
        ((10, 10), (0, 20), (1.0, 0.6791, 1.0)),
    ],
)
def test_a_difference_has_the_interval_of_the_paper(a, b, expect):
    assert difference(a, b) == pytest.approx(expect, abs=5e-5)


def test_all_and_none_reach_the_ends():
    assert wilson(7, 7)[1] == 1
    assert wilson(0, 7)[0] == 0


def test_more_confidence_is_wider():
    low, high = wilson(9, 10, confidence=0.99)
    assert low < wilson(9, 10)[0] < wilson(9, 10)[1] < high
    assert difference((9, 10), (3, 10), confidence=0.99)[1] < 0.1705
