"""What is on somebody's screen while a run trains, the plane and the confusion matrix, and when they are due for a new picture."""

from __future__ import annotations

import math
import time

from playground import data
from playground.engine.compiled.fused import Fused
from playground.engine.plane.plane import Plane
from playground.engine.tasks import Score, Supervised, confusion
from playground.engine.training import frame_pacing
from playground.engine.training.frame_pacing import Frames
from playground.engine.training.progress import Course
from playground.values.events import Picture

SCORE_EVERY = 0.2  # seconds between confusion matrices of a net that does many epochs in that time


class Onlookers:
    """Of one run. watching: the views that are on somebody's screen. wants_matrix: the last confusion matrix is to be shown soon."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.watching: frozenset[str] = frozenset()
        self.wants_matrix = False
        self._wants_frame = False
        self._frames: Frames | None = None
        self._drawn: Supervised | None = None  # what they are frames of
        self._score: Score | None = None
        self._scored: Supervised | None = None  # what it is a score of
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
        return 0.0 if self._wants_frame else self._frames.until_due(self._course.stamp)

    def frame(self) -> Picture | None:
        """The plane as it is, if it is due."""
        if self.until_frame() > 0:
            return None
        self._wants_frame = False
        return self._frames.picture(epoch=self._course.epoch, step=self._course.step, stamp=self._course.stamp)

    def _follow(self) -> bool:
        """Draw the task that is trained now. Returns whether it is one on the plane."""
        task, experiment = self._course.task, self._course.experiment
        if task is not self._drawn:
            is_plane = task is not None and data.of(experiment.data).kind == "plane"
            self._frames = Frames(Plane.of(task.model, experiment)) if is_plane else None
            self._drawn = task
        return self._frames is not None

    # The confusion matrix

    def note(self, score: Score | None) -> None:
        """What the matrix is made of: the validation part's score of this moment."""
        self._score, self._scored, self._scored_at = score, self._course.task, time.monotonic()

    def note_epochs(self) -> None:
        """Many epochs have passed in one chunk: a matrix is due now and then."""
        if confusion.NAME in self.watching and time.monotonic() - self._scored_at >= SCORE_EVERY:
            self.wants_matrix = True

    def matrix(self) -> Picture | None:
        """That of the last score; None where there is none."""
        score = self.score
        if score is None or score.confusion is None:
            return None
        return confusion.picture(score.confusion, epoch=self._course.epoch, step=self._course.step, split="validation")

    @property
    def score(self) -> Score | None:
        """The last one of the network as it is: an edited one has none yet."""
        return self._score if self._scored is self._course.task else None

    def shows_matrix(self, views: frozenset[str] | None = None) -> bool:
        """Whether there is a matrix for somebody who watches `views`, or those that are watched."""
        views, task = self.watching if views is None else views, self._course.task
        if confusion.NAME not in views or task is None:
            return False
        if isinstance(task.loop, Fused):
            return self._course.epoch > 0
        return self.score is not None and self.score.confusion is not None
