"""Which states of a run are kept when many epochs pass in one chunk: what lay inside it is trained again where it is needed.

Knows nothing of commands and of what is shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.checkpoints import checkpoint
from playground.engine.checkpoints.record import Record
from playground.engine.training.progress import Course
from playground.engine.training.report import Saying
from playground.values import events as say
from playground.values.errors import PlaygroundError


@dataclass(frozen=True, eq=False)
class Moment:
    """Where a chunk began: enough to train its epochs again."""

    step: int
    state: checkpoint.State


class States:
    """record: where they are kept."""

    def __init__(self, course: Course, record: Record) -> None:
        self._course, self.record = course, record
        self._kept_as: tuple[int, int] | None = None  # the stamp of the state that the record took last

    def here(self) -> Moment:
        """This moment. What the model holds is the state of the last chunk's end, if nothing has touched it since."""
        course, kept = self._course, self.record.now
        if kept is None or self._kept_as != course.stamp:
            kept = checkpoint.take(course.task.model, counters={}, arrays={})
        return Moment(course.step, kept)

    def keep(self, loss: float | None = None) -> None:
        """Keep the present state as that of a good epoch. loss: of validation."""
        course = self._course
        self.record.keep(course.task.model, course.counters, course.rows, loss=loss)

    def keep_edited(self) -> None:
        """Keep the state behind an edit between two epochs as that of the last good one, but neither as best nor as keyframe."""
        course = self._course
        self.record.keep_good(checkpoint.take(course.task.model, counters=course.counters, arrays={"rows": course.rows}))

    def keep_epochs(self, begin: Moment, losses: np.ndarray, *, is_broken: bool) -> None:
        """The states of a chunk's epochs: the last one's is there; others are trained again from the chunk's start if they are needed.

        losses: of validation, (epochs,); is_broken: the model is no longer that of a good epoch.
        """
        course = self._course
        first = course.epoch - len(losses) + 1
        good = course.epoch - int(not np.isfinite(losses[-1]))
        finite = losses[: good - first + 1]
        best = first + int(finite.argmin()) if len(finite) else 0
        at_its_end = not is_broken and course.is_at_epochs_end
        if best and (best != course.epoch or not at_its_end):
            elapsed = course.clock.elapsed
            self.record.owe_best(float(finite.min()), lambda: self.trained_again(begin, best, elapsed=elapsed))
        if at_its_end:
            self.keep(float(losses[-1]) if best == course.epoch else None)
            self._kept_as = course.stamp
        elif good >= first:
            self.record.keep_good(self.trained_again(begin, good, elapsed=course.clock.elapsed))

    def trained_again(self, begin: Moment, epoch: int, *, elapsed: float) -> checkpoint.State:
        """The state at the end of an epoch that lay inside a chunk, to the last bit. The model is left as it is."""
        course = self._course
        model, loop = course.task.model, course.task.loop
        now = checkpoint.take(model, counters={}, arrays={})
        checkpoint.put(model, begin.state)
        step, end = begin.step, course.begin_of(epoch)
        while step < end:
            at = course.epoch_at(step)
            orders = course.orders.of(at, epoch - at)
            step += len(loop.train(orders, first=step - course.begin_of(at), most=end - step).rows)
        counters = course.counters | {"epoch": epoch, "step": end, "elapsed": elapsed}
        state = checkpoint.take(model, counters=counters, arrays={"rows": np.zeros((0, len(loop.names)), np.float32)})
        checkpoint.put(model, now)
        return state

    def is_due(self, seconds: float) -> bool:
        """Whether nothing was saved for so long."""
        return time.monotonic() - self.record.saved_at >= seconds

    def save(self, *, kept: bool = False) -> Iterator[Saying]:
        """kept: the last good epoch's state, else the present one. A disk that will not take it is complained of once."""
        if not kept:
            self.record.present(self._course.task.model, self._course.counters, self._course.rows)
        try:
            yield say.Saved(*self.record.save(kept=kept))
        except PlaygroundError as error:
            if self.record.complain():
                yield error
