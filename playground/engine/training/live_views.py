"""What is on somebody's screen while a run trains, the plane and the confusion matrix, and when they are due for a new picture."""

from __future__ import annotations

import math
import time

from playground import data
from playground.engine.plane.plane import Plane
from playground.engine.tasks import Score, Task, confusion
from playground.engine.training import frame_pacing
from playground.engine.training.frame_pacing import FramePacing
from playground.engine.training.training_state import TrainingState
from playground.values.events import Picture

SCORE_EVERY = 0.2  # seconds between confusion matrices of a net that does many epochs in that time


class LiveViews:
    """Of one run. watching: the views that are on somebody's screen. wants_matrix: the last confusion matrix is to be shown soon."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self.watching: frozenset[str] = frozenset()
        self.wants_matrix = False
        self._wants_frame = False
        self._pacing: FramePacing | None = None
        self._drawn: Task | None = None  # what they are frames of
        self._score: Score | None = None
        self._scored: Task | None = None  # what it is a score of
        self._scored_at = 0.0

    def watch(self, views: frozenset[str]) -> None:
        """A new one gets its last picture soon, the next at the next epoch's end."""
        self.wants_matrix = self.wants_matrix or self.shows_matrix(views - self.watching)
        self._wants_frame = self._wants_frame or frame_pacing.NAME in views - self.watching
        self.watching = views

    # The plane

    def want_frame(self) -> None:
        """Whoever watches the plane sees this moment, though a frame was drawn just now."""
        self._wants_frame = True

    def until_frame(self) -> float:
        """Seconds until the next frame is due, 0 for now; infinity where nobody looks or nothing has moved since they saw it."""
        if frame_pacing.NAME not in self.watching or not self._follow():
            return math.inf
        return 0.0 if self._wants_frame else self._pacing.until_due(self._state.stamp)

    def frame(self) -> Picture | None:
        """The plane as it is, if it is due."""
        if self.until_frame() > 0:
            return None
        self._wants_frame = False
        return self._pacing.picture(epoch=self._state.epoch, step=self._state.step, stamp=self._state.stamp)

    def _follow(self) -> bool:
        """Draw the task that is trained now. Returns whether it is one on the plane."""
        task, experiment = self._state.task, self._state.experiment
        if task is not self._drawn:
            is_plane = task is not None and data.of(experiment.data).kind == "plane"
            self._pacing = FramePacing(Plane.of(task.model, experiment)) if is_plane else None
            self._drawn = task
        return self._pacing is not None

    # The confusion matrix

    def note(self, score: Score | None) -> None:
        """What the matrix is made of: the validation part's score of this moment."""
        self._score, self._scored, self._scored_at = score, self._state.task, time.monotonic()

    def note_epochs(self) -> None:
        """Epochs have passed whose scores bring no matrix: one is due now and then."""
        if confusion.NAME in self.watching and time.monotonic() - self._scored_at >= SCORE_EVERY:
            self.wants_matrix = True

    def matrix(self) -> Picture | None:
        """That of the last score; None where there is none."""
        score = self.score
        if score is None or score.confusion is None:
            return None
        return confusion.picture(score.confusion, epoch=self._state.epoch, step=self._state.step, split="validation")

    @property
    def score(self) -> Score | None:
        """The last one of the network as it is: an edited one has none yet."""
        return self._score if self._scored is self._state.task else None

    def shows_matrix(self, views: frozenset[str] | None = None) -> bool:
        """Whether there is a matrix for somebody who watches `views`, or those that are watched."""
        views, task = self.watching if views is None else views, self._state.task
        if confusion.NAME not in views or task is None:
            return False
        if task.trainer.scores_epochs:  # one can be had at any time, by scoring apart
            return self._state.epoch > 0
        return self.score is not None and self.score.confusion is not None
