"""What a run reports: how it started, the points of its curves, its progress. Thinned in time; nothing is left out.

Knows nothing of commands, files and pictures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from playground.engine.training import curve_points
from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.training_state import TrainingState
from playground.values import events as say
from playground.values.errors import PlaygroundError

SAY_EVERY = 0.03  # seconds between batch points


class NotParked:
    """A run that was to be parked goes on here: it is paused no longer, or the disk would not take its checkpoint."""


# An event; an error where something was refused and the run goes on; None where nothing is to be said but commands may be given.
Saying = say.Event | PlaygroundError | NotParked | None


class Report:
    """Of one run."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._rows: list[np.ndarray] = []  # of steps that are not said yet
        self._finished: list[FinishedEpochs] = []  # epochs that are not said yet
        self._said_at = 0.0

    def started(self, *, device: str, paused: bool, tells_changes: bool) -> say.Started:
        """tells_changes: the checkpoint that the run goes on from knows of changes, or there is none."""
        state = self._state
        return say.Started(
            state.epoch,
            state.step,
            **state.sizes,
            examples=state.task.examples,
            classes=state.task.classes,
            device=device,
            learning_rate=state.task.learning_rate.now,
            precision=state.experiment.training.precision,
            paused=paused,
            changes=state.changes.triples if tells_changes else None,
            metrics=state.task.metrics,
        )

    def note(self, rows: np.ndarray) -> None:
        """Rows of steps to be said. rows: float32 (steps, names)."""
        self._rows.append(rows)

    def note_epochs(self, finished: FinishedEpochs) -> None:
        """Finished epochs to be said when it is time."""
        self._finished.append(finished)

    def epoch(self, finished: FinishedEpochs) -> say.EpochPoint:
        """A single epoch that is finished here and now, said at once."""
        return say.EpochPoint(finished.first, self._state.step, {name: float(values[0]) for name, values in finished.values.items()})

    def is_due(self, seconds: float = SAY_EVERY) -> bool:
        """Whether nothing was said for so long."""
        return time.monotonic() - self._said_at >= seconds

    def begin(self) -> None:
        """Let no time have passed since something was said."""
        self._said_at = time.monotonic()

    def flush(self) -> Iterator[Saying]:
        """All that was not said yet, and how far the run is."""
        state, trainer = self._state, self._state.task.trainer
        self.begin()
        if self._rows:
            rows, self._rows = np.concatenate(self._rows), []
            yield curve_points.batch_points(rows, trainer.names, last=state.step)
        if self._finished:
            parts, self._finished = self._finished, []
            epochs = curve_points.epoch_points
            yield epochs(parts, metrics=state.task.metrics, steps_per_epoch=trainer.steps_per_epoch, origin=state.origin)
        rate = state.clock.rate
        yield say.Progress(
            state.epoch,
            state.step,
            elapsed=state.clock.elapsed,
            eta=state.clock.remaining(state.begin_of(state.experiment.training.epochs) - state.step),
            examples_per_second=rate * trainer.batch_size,
            steps_per_second=rate,
            learning_rate=state.task.learning_rate.now,
        )
