"""Histograms of several arrays on the same intervals, whatever the values are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 40
NARROW = 1e-9  # a range smaller than this share of its values holds no intervals that numbers could tell apart


def histograms(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """float64 (41,) edges from the smallest to the largest value of all, int32 (rows, 40) counts. What is not finite is left out."""
    finite = [row[np.isfinite(row)].astype(np.float64) for row in rows]
    ends = [end for row in finite if row.size for end in (row.min(), row.max())]
    low, high = (min(ends), max(ends)) if ends else (0.0, 0.0)
    if high - low <= NARROW * max(abs(low), abs(high)):
        middle, reach = (low + high) / 2, max(abs(low), abs(high), 1.0) / 2
        low, high = middle - reach, middle + reach
    edges = np.histogram_bin_edges(np.empty(0), BINS, (low, high))
    return edges, np.array([np.histogram(row, BINS, (low, high))[0] for row in finite], np.int32).reshape(len(rows), BINS)
