"""Who learns from which example, and in what order: plain numpy.

The exported script shows these functions by their own source text, so each stands alone and needs only `np`.
"""

from __future__ import annotations

import numpy as np


def split(n: int, *, validation: float, test: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the examples to train, validate and test with; validation and test are fractions of n.

    Each block of 20 neighbours is dealt out evenly, so that no class goes missing in data sorted by class.
    """
    rng = np.random.default_rng(seed)
    blocks = np.tile(np.arange(20), (n // 20 + 1, 1))
    dealt = np.argsort(rng.permuted(blocks, axis=1).ravel()[:n] + rng.random(n))
    tested = max(1, round(n * test)) if test else 0
    validated = max(1, round(n * validation))
    return dealt[tested + validated :], dealt[tested : tested + validated], dealt[:tested]


def order(n: int, *, seed: int, epoch: int) -> np.ndarray:
    """The order in which epoch `epoch` (from 0) goes through n training examples."""
    return np.random.default_rng([seed, epoch]).permutation(n).astype("int32")


def standardise(x: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1 over the training examples, whose numbers are `train`."""
    mean, deviation = x[train].mean(axis=0), x[train].std(axis=0)
    return np.asarray((x - mean) / np.where(deviation > 0, deviation, 1), "float32")
