"""What a run keeps of itself: the present state, the last good epoch's and the best epoch's, in memory and as files in its folder,
and the weights of up to a hundred epochs."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from playground.engine.checkpoints import checkpoint
from playground.engine.checkpoints.checkpoint import BEST, LAST, Models, State
from playground.engine.checkpoints.keyframes import Keyframes
from playground.values.errors import NotFound


class Record:
    """fresh: forget what lies in the folder.

    saved_at: `time.monotonic` of the last save; is_saved: whether that went well. rows: those of the unfinished epoch, after `restore`.
    """

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self.folder = folder
        self.saved_at = time.monotonic()
        self.rows: np.ndarray | None = None
        self._now: State | None = None
        self._good: State | None = None
        self._best: State | Callable[[], State] | None = None
        self._best_loss: float | None = None
        self._best_is_saved = True
        self.is_saved = True  # the last time that it was tried
        self._complained = False
        for left_over in folder.glob(".*.npz.*"):  # of an engine that was killed while it wrote
            left_over.unlink(missing_ok=True)
        if fresh:
            for name in (LAST, BEST):
                (folder / name).unlink(missing_ok=True)
        self._keyframes = Keyframes(folder, fresh=fresh)

    @cached_property
    def _left(self) -> State | None:
        try:
            return checkpoint.load(self.folder / LAST)
        except NotFound:
            return None

    @property
    def left(self) -> Mapping[str, Any]:
        """The counters of the checkpoint that was there at the beginning; {} where there was none."""
        return self._left.counters if self._left is not None else {}

    def restore(self, models: Models) -> Mapping[str, Any]:
        """Put that checkpoint into the models and return its counters; nothing and {} where there is none."""
        state = self._left
        if state is None:
            return {}
        checkpoint.put(models, state)
        self._keyframes.forget_after(state.counters["epoch"])
        self.rows = state.arrays["rows"]
        self._best_loss = state.counters["best_loss"]
        return state.counters

    def present(self, models: Models, counters: Mapping[str, Any], rows: np.ndarray) -> None:
        """Take the state as it is now. rows: float32 (steps, names), the unfinished epoch's."""
        self._now = checkpoint.take(models, counters={**counters, "best_loss": self._best_loss}, arrays={"rows": rows})

    def keep(self, models: Models, counters: Mapping[str, Any], rows: np.ndarray, *, loss: float | None = None) -> None:
        """Take the state as that of a good epoch, and as the best where its validation loss is the lowest so far."""
        is_best = self._beats(loss)
        self.present(models, counters, rows)
        self._good = self._now
        self._keyframes.keep(self._now.counters["epoch"], self._now.variables, facts=self._now.counters)
        if is_best:
            self._best, self._best_is_saved = self._now, False

    def keep_good(self, state: State) -> None:
        """Take a state as that of the last good epoch."""
        self._good = dataclasses.replace(state, counters={**state.counters, "best_loss": self._best_loss})

    def owe_best(self, loss: float, make: Callable[[], State]) -> None:
        """The best epoch so far, where its validation loss is the lowest, is one whose state was not taken; `make` makes it when needed."""
        if self._beats(loss):
            self._best, self._best_is_saved = make, False

    def settle(self) -> None:
        """Make the best epoch's state now, if it is owed: soon it could not be made any more."""
        if callable(self._best):
            state = self._best()
            self._best = dataclasses.replace(state, counters={**state.counters, "best_loss": self._best_loss})

    def _beats(self, loss: float | None) -> bool:
        """Whether a validation loss is the lowest so far; it is from now on."""
        if loss is None or (self._best_loss is not None and not loss < self._best_loss):
            return False
        self._best_loss = loss
        return True

    def next_keyframe(self, epoch: int) -> int:
        """The next epoch after this one whose weights are to be kept."""
        return self._keyframes.next_after(epoch)

    @property
    def now(self) -> State | None:
        """The state that was taken last."""
        return self._now

    @property
    def kept_at(self) -> tuple[int, int]:
        """Epoch and step of the last good epoch's state."""
        return self._good.counters["epoch"], self._good.counters["step"]

    def save(self, *, kept: bool) -> tuple[int, int]:
        """Write the last good epoch's state, or the present one, and a new best. Returns its epoch and step. Raises Unavailable."""
        self.saved_at = time.monotonic()
        state = self._good if kept else self._now
        if not self._best_is_saved:
            self.settle()
            checkpoint.save(self.folder / BEST, self._best)
            self._best_is_saved = True
        self.is_saved = False
        checkpoint.save(self.folder / LAST, state)
        self.is_saved = True
        return state.counters["epoch"], state.counters["step"]

    def complain(self) -> bool:
        """Whether this is the first complaint."""
        first, self._complained = not self._complained, True
        return first
