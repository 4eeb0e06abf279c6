"""What a run says of its way: how it started, the points of its curves, its progress. Thinned in time; nothing is left out.

Knows nothing of commands, files and pictures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import numpy as np

from playground.engine.training import curve_points
from playground.engine.training.curve_points import Finished
from playground.engine.training.progress import Course
from playground.values import events as say
from playground.values.errors import PlaygroundError

SAY_EVERY = 0.03  # seconds between batch points


class Stays:
    """A run that was to be parked goes on here: it is paused no longer, or the disk would not take its checkpoint."""


# An event; an error where something was refused and the run goes on; None where nothing is to be said but commands may be given.
Saying = say.Event | PlaygroundError | Stays | None


class Report:
    """Of one run."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._rows: list[np.ndarray] = []  # of steps that are not said yet
        self._finished: list[Finished] = []  # epochs that are not said yet
        self._said_at = 0.0

    def started(self, *, device: str, paused: bool, tells_changes: bool) -> say.Started:
        """tells_changes: the checkpoint that the run goes on from knows of changes, or there is none."""
        course = self._course
        return say.Started(
            course.epoch,
            course.step,
            **course.sizes,
            examples=course.task.examples,
            classes=course.task.classes,
            device=device,
            learning_rate=course.rate,
            precision=course.experiment.training.precision,
            paused=paused,
            changes=course.changes.triples if tells_changes else None,
            metrics=course.task.metrics,
        )

    def note(self, rows: np.ndarray) -> None:
        """Rows of steps to be said. rows: float32 (steps, names)."""
        self._rows.append(rows)

    def note_epochs(self, first: int, values: Mapping[str, np.ndarray]) -> None:
        """Finished epochs to be said. first: the number of the first of them, from 1; values: name → float64 (epochs,)."""
        self._finished.append(Finished(first, values))

    def is_due(self, seconds: float = SAY_EVERY) -> bool:
        """Whether nothing was said for so long."""
        return time.monotonic() - self._said_at >= seconds

    def begin(self) -> None:
        """Let no time have passed since something was said."""
        self._said_at = time.monotonic()

    def flush(self) -> Iterator[Saying]:
        """All that was not said yet, and how far the run is."""
        course, loop = self._course, self._course.task.loop
        self.begin()
        if self._rows:
            rows, self._rows = np.concatenate(self._rows), []
            yield curve_points.batch_points(rows, loop.names, last=course.step)
        if self._finished:
            parts, self._finished = self._finished, []
            metrics = course.task.metrics
            yield curve_points.epoch_points(parts, metrics=metrics, steps_per_epoch=loop.steps_per_epoch, origin=course.origin)
        rate = course.clock.rate
        yield say.Progress(
            course.epoch,
            course.step,
            elapsed=course.clock.elapsed,
            eta=course.clock.remaining(course.begin_of(course.experiment.training.epochs) - course.step),
            examples_per_second=rate * loop.batch_size,
            steps_per_second=rate,
            learning_rate=course.rate,
        )
