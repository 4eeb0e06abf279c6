"""Shares with the uncertainty of small numbers: score intervals for one share and for the difference of two. Plain numbers only."""

from __future__ import annotations

import math
from statistics import NormalDist

CONFIDENCE = 0.95


def quantile(confidence: float = CONFIDENCE) -> float:
    """How many standard deviations a two-sided interval of this confidence reaches: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(hits: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where the true share lies, in 95 of 100 cases: the score interval of Wilson (1927); (0, 1) for n = 0.

    Unlike hits/n ± 1.96·√(p(1−p)/n) it holds for few examples and for shares near 0 and 1.
    """
    if not n:
        return 0.0, 1.0
    z2, share = quantile(confidence) ** 2, hits / n
    centre = share + z2 / (2 * n)
    reach = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    low, high = (centre - reach) / (1 + z2 / n), (centre + reach) / (1 + z2 / n)
    return (max(low, 0.0) if hits else 0.0), (min(high, 1.0) if hits < n else 1.0)


def difference(a: tuple[int, int], b: tuple[int, int], *, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """The difference a − b of two shares from independent examples, and its interval: method 10 of Newcombe (1998).

    a, b: (hits, n), n above 0. Squares how far each share lies from its Wilson bounds and adds them.
    """
    p, q = a[0] / a[1], b[0] / b[1]
    (low_p, high_p), (low_q, high_q) = wilson(*a, confidence=confidence), wilson(*b, confidence=confidence)
    return p - q, p - q - math.hypot(p - low_p, high_q - q), p - q + math.hypot(high_p - p, q - low_q)
