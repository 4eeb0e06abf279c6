"""A chunk: the steps that a trainer does in one call. Where it begins, how many steps make one, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

CHUNK_SECONDS = 0.05  # long enough to make the call's own cost vanish, short enough to answer commands at once
MAX_CHUNK = 10_000  # steps


class Position(NamedTuple):
    """Where training stands: finished epochs, and finished batches of the epoch after them."""

    epoch: int
    batch: int


@dataclass(frozen=True, eq=False)
class Chunk:
    """rows: float32 (steps done, names), each batch's own numbers. scores: float32 (epochs, 2), loss and metric of the held-out part
    after each epoch that was finished and scored in the chunk."""

    rows: np.ndarray
    scores: np.ndarray


class Pace:
    """How many steps make a chunk of about CHUNK_SECONDS; learns from each chunk and at most quadruples at once.

    least: steps below which a chunk would mostly be the call's own cost, also on a machine that is busy with other things.
    """

    def __init__(self, least: int = 1) -> None:
        self.steps = self.least = least
        self._warm = False

    def learn(self, steps: int, seconds: float) -> None:
        """The first call is not learned from: it pays for tracing, autotuning and cold caches."""
        if self._warm:
            fitting = int(steps * CHUNK_SECONDS / max(seconds, 1e-6))
            self.steps = min(max(fitting, self.least), 4 * self.steps, MAX_CHUNK)
        self._warm = True

    def steps_in(self, seconds: float) -> int:
        """Steps that fit into so much time: at most a whole chunk, at least the smallest one."""
        return max(self.least, int(self.steps * min(1.0, seconds / CHUNK_SECONDS)))
