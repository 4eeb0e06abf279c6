"""Shares with the uncertainty of small numbers: intervals for one share and for the difference of two. Plain numbers only."""

from __future__ import annotations

import math

from scipy.stats import binomtest

CONFIDENCE = 0.95


def wilson(hits: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where the true share lies, in 95 of 100 cases: the score interval of Wilson (1927). n: above 0.

    Unlike hits/n ± 1.96·√(p(1−p)/n) it holds for few examples and for shares near 0 and 1.
    """
    interval = binomtest(hits, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def difference(a: tuple[int, int], b: tuple[int, int], *, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """The difference a − b of two shares from independent examples, and its interval: method 10 of Newcombe (1998), which scipy lacks.

    a, b: (hits, n), n above 0. Squares how far each share lies from its Wilson bounds and adds them.
    """
    p, q = a[0] / a[1], b[0] / b[1]
    (low_p, high_p), (low_q, high_q) = wilson(*a, confidence=confidence), wilson(*b, confidence=confidence)
    return p - q, p - q - math.hypot(p - low_p, high_q - q), p - q + math.hypot(high_p - p, q - low_q)
