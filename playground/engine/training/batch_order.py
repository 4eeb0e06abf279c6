"""The orders in which a run goes through its examples. For a fast one they are made for many epochs at once and ahead of time.

A permutation costs 20 µs, which a net that does thousands of epochs a second would wait for: the next ones are made in a thread
while the compiled loop trains.
"""

from __future__ import annotations

import threading

import numpy as np

from playground import data

FEW = 64  # epochs made at a time, at least: a thread's start costs as much as two
MOST = 4_096  # epochs made ahead
MOST_VALUES = 4_000_000  # of all of them together: 16 MB


class BatchOrder:
    """Of one run. examples: of the training part; seed: the training's. Epochs are counted from 0."""

    def __init__(self, examples: int, *, seed: int) -> None:
        self._examples, self._seed = examples, seed
        self._first = 0
        self._made = np.zeros((0, examples), np.int32)
        self._ahead: threading.Thread | None = None

    def one(self, epoch: int) -> np.ndarray:
        """int32 (examples,): the order of an epoch, for a trainer that does one at a time. Nothing is made ahead."""
        return self._make(epoch, 1)[0]

    def of(self, epoch: int, count: int) -> np.ndarray:
        """int32 (count, examples): the orders of `epoch` and the `count - 1` epochs after it."""
        if self._ahead is not None:
            self._ahead.join()
            self._ahead = None
        begin = epoch - self._first
        held = self._made[begin : begin + count] if 0 <= begin < len(self._made) else self._made[:0]
        if len(held) < count:
            held = np.concatenate([held, self._make(epoch + len(held), count - len(held))])
        if epoch >= self._first:  # not when something is trained again: what is made for the way on is kept
            self._look_ahead(epoch + count, count)
        return held

    def _look_ahead(self, epoch: int, count: int) -> None:
        """Have as many again at hand soon, made in a thread."""
        left = self._made[epoch - self._first :]
        self._first, self._made = epoch, left
        if len(left) < count:
            more = min(2 * count + FEW, MOST, max(1, MOST_VALUES // self._examples)) - len(left)
            if more > 0:
                self._ahead = threading.Thread(target=self._extend, args=(epoch + len(left), more), daemon=True)
                self._ahead.start()

    def _extend(self, epoch: int, count: int) -> None:
        self._made = np.concatenate([self._made, self._make(epoch, count)])

    def _make(self, epoch: int, count: int) -> np.ndarray:
        found = np.empty((count, self._examples), np.int32)
        for i in range(count):
            found[i] = data.order(self._examples, seed=self._seed, epoch=epoch + i)
        return found
