"""Which states of a run are kept when many epochs pass in one chunk: what lay inside it is trained again where it is needed.

Knows nothing of commands and of what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.checkpoints import checkpoint
from playground.engine.checkpoints.record import Record
from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.report import Saying
from playground.engine.training.training_state import TrainingState
from playground.values import events as say
from playground.values.errors import PlaygroundError


@dataclass(frozen=True, eq=False)
class ChunkStart:
    """Where a chunk began: enough to train its epochs again."""

    step: int
    variables: checkpoint.State


class EpochStates:
    """record: where they are kept."""

    def __init__(self, state: TrainingState, record: Record) -> None:
        self._state, self.record = state, record
        self._kept_as: tuple[int, int] | None = None  # the stamp of the state that the record took last
        self._start: ChunkStart | None = None

    def begin_chunk(self, most: int) -> None:
        """A chunk of at most so many steps begins here. Where it passes the end of an epoch, it may have to be trained again."""
        state, kept = self._state, self.record.now
        if state.step + most <= state.begin_of(state.epoch + 1):
            self._start = None
            return
        # What the model holds is the state of the last chunk's end, if nothing has touched it since.
        if kept is None or self._kept_as != state.stamp:
            kept = checkpoint.take(state.task.models, counters={}, arrays={})
        self._start = ChunkStart(state.step, kept)

    def keep(self, loss: float | None = None) -> None:
        """Keep the present state as that of a good epoch. loss: of validation."""
        state = self._state
        self.record.keep(state.task.models, state.counters, state.rows, loss=loss)

    def keep_edited(self) -> None:
        """Keep the state after an edit between two epochs as that of the last good one, but neither as best nor as keyframe."""
        state = self._state
        self.record.keep_good(checkpoint.take(state.task.models, counters=state.counters, arrays={"rows": state.rows}))

    def keep_epochs(self, finished: FinishedEpochs) -> None:
        """The states of a chunk's epochs: the last one's is there; others are trained again from the chunk's start if they are needed."""
        state, losses, first = self._state, finished.values["val_loss"], finished.first
        good = state.epoch - int(not np.isfinite(losses[-1]))
        finite = losses[: good - first + 1]
        best = first + int(finite.argmin()) if len(finite) else 0
        is_there = good == state.epoch and state.is_at_epochs_end
        if best and (best != state.epoch or not is_there):
            self.record.owe_best(float(finite.min()), self._of(best))
        if is_there:
            self.keep(float(losses[-1]) if best == state.epoch else None)
            self._kept_as = state.stamp
        elif good >= first:
            self.record.keep_good(self._of(good)())

    def _of(self, epoch: int) -> Callable[[], checkpoint.State]:
        """What makes the state at the end of an epoch of the present chunk, now or later."""
        start, elapsed = self._start, self._state.clock.elapsed
        assert start is not None, "a chunk that passes an epoch's end has noted where it began"
        return lambda: self.trained_again(start, epoch, elapsed=elapsed)

    def trained_again(self, start: ChunkStart, epoch: int, *, elapsed: float) -> checkpoint.State:
        """The state at the end of an epoch that lay inside a chunk, to the last bit. The models are left as they are."""
        state = self._state
        models, trainer = state.task.models, state.task.trainer
        now = checkpoint.take(models, counters={}, arrays={})
        checkpoint.put(models, start.variables)
        step, end = start.step, state.begin_of(epoch)
        while step < end:
            step += len(trainer.train(state.position_at(step), end - step).rows)
        counters = state.counters | {"epoch": epoch, "step": end, "elapsed": elapsed}
        then = checkpoint.take(models, counters=counters, arrays={"rows": np.zeros((0, len(trainer.names)), np.float32)})
        checkpoint.put(models, now)
        return then

    def save_if_due(self, seconds: float, *, kept: bool = False) -> Iterator[Saying]:
        """Save where nothing was saved for so long."""
        if time.monotonic() - self.record.saved_at >= seconds:
            yield from self.save(kept=kept)

    def save(self, *, kept: bool = False) -> Iterator[Saying]:
        """kept: the last good epoch's state, else the present one. A disk that will not take it is complained of once."""
        if not kept:
            self.record.present(self._state.task.models, self._state.counters, self._state.rows)
        try:
            yield say.Saved(*self.record.save(kept=kept))
        except PlaygroundError as error:
            if self.record.complain():
                yield error
