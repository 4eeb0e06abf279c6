"""One training run: drives a task's chunks through the epochs and says events; between chunks commands are obeyed.

Knows nothing of pipes. `Session.events()` is a generator; whenever it yields, commands may be given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from playground import data
from playground.engine.checkpoints.record import Record
from playground.engine.compiled.fused import Chunk, Fused
from playground.engine.compiled.loop import CHUNK_SECONDS, place
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.tasks import Supervised, confusion
from playground.engine.training.changes import Changes
from playground.engine.training.control import Control
from playground.engine.training.epoch_states import Moment, States
from playground.engine.training.live_views import Onlookers
from playground.engine.training.progress import Course
from playground.engine.training.report import Report, Saying
from playground.engine.training.warm_models import Ready
from playground.values import events as say
from playground.values.command import Command
from playground.values.errors import PlaygroundError
from playground.values.spec import Change, Experiment

SAVE_EVERY = 10.0  # seconds, within an epoch
SAVE_AT_MOST = 1.0  # seconds between saves at epochs' ends: a net that does 50 epochs a second must not wait for the disk


class NotFinite(Exception):
    """A loss was NaN or infinite. args: which loss ("loss" or "val_loss"), its value."""


class Session:
    """A run in training: `experiment` with its files in `folder`.

    resume: go on from the checkpoint in the folder, where there is one. learning_rate: put in force after resuming.
    paused: wait before the first step. ready: the experiment's task, where it has been prepared.
    """

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        *,
        device: str,
        resume: bool = False,
        paused: bool = False,
        learning_rate: float | None = None,
        ready: Ready | None = None,
    ) -> None:
        self._device, self._begins_paused, self._first_rate = device, paused, learning_rate
        self.record = Record(folder, fresh=not resume)
        self.course = Course(experiment, ready)
        self.states = States(self.course, self.record)
        self._report = Report(self.course)
        self._onlookers = Onlookers(self.course)
        self._control = Control(self.course, report=self._report, states=self.states, onlookers=self._onlookers)
        self._looked_at = Memory()
        self._looked_at_stamp: tuple[object, ...] = ()

    def command(self, command: Command) -> None:
        """Taken up between two chunks."""
        self._control.tell(command)

    def watch(self, views: frozenset[str]) -> None:
        """Which views are on somebody's screen."""
        self._onlookers.watch(views)

    def park(self) -> None:
        """Save and end without a word, if the run is paused: the engine is needed, and the run goes on from its checkpoint later."""
        self._control.park()

    def wait(self) -> None:
        """Until nothing is being compiled for this run."""
        self.course.wait()

    @property
    def task(self) -> Supervised | None:
        """None before it stands."""
        return self.course.task

    @property
    def experiment(self) -> Experiment:
        """The one in force."""
        return self.course.experiment

    @property
    def changes(self) -> Changes:
        return self.course.changes

    @property
    def epoch(self) -> int:
        """Finished ones."""
        return self.course.epoch

    @property
    def step(self) -> int:
        """Finished ones."""
        return self.course.step

    @property
    def speed(self) -> float | None:
        """Steps a second at most; None: no limit."""
        return self.course.clock.speed

    @property
    def watching(self) -> frozenset[str]:
        return self._onlookers.watching

    @property
    def is_paused(self) -> bool:
        return self._control.is_paused

    @property
    def is_parked(self) -> bool:
        return self._control.is_parked

    @property
    def idle(self) -> float | None:
        """Seconds for which nothing will happen unless a command comes; None: for ever."""
        return self._control.idle

    def subject(self, run: str) -> Subject | None:
        """The network as it learns, to be looked at between two chunks; None before it stands."""
        task = self.task
        if task is None:
            return None
        weights = Weights("live", self.epoch, self.step)
        stamp = (run, "live", *self.course.stamp)
        if stamp != self._looked_at_stamp:  # weights that were trained on do not come back
            self._looked_at, self._looked_at_stamp = Memory(), stamp
        base, folder = self.changes.base, self.record.folder
        return Subject(run, self.experiment, folder, task.model, task.arrays, weights, stamp, memory=self._looked_at, base=base)

    # Training

    def events(self) -> Iterator[Saying]:
        """Build, train, score. Ends behind Done or Failed, or when parked; any other error is raised."""
        course, control = self.course, self._control
        course.begin(self.record)
        left = self.record.left
        yield self._report.started(device=self._device, paused=self._begins_paused, tells_changes="changes" in left or not left)
        yield from self._report.flush()  # the counters go back to where the checkpoint stands
        if self._first_rate is not None:
            yield from control.change(Change(course.step, "learning_rate", self._first_rate))
        self.states.keep()
        if self._begins_paused:
            yield from control.begin_paused()
        if not control.is_over:
            course.ready.finish()
        self._report.begin()
        if not control.is_paused:
            course.clock.start()
        try:
            while not course.is_done and not control.is_over:
                yield from self._train_chunk() if isinstance(self.task.loop, Fused) else self._train_epoch()
            if control.is_parked:
                return
            control.until = None
            yield from control.obey()
            yield from self._end()
        except NotFinite as reason:
            yield from self._fail(reason)

    # Many epochs in a chunk

    def _train_chunk(self) -> Iterator[Saying]:
        """A part of an epoch, or some epochs up to the end of the last one."""
        course = self.course
        yield from self._control.obey()
        if self._control.is_over or not isinstance(self.task.loop, Fused):
            return
        course.ready.finish()
        most = self._most_at_once()
        if most == 0:
            yield None
            return
        loop, begin = self.task.loop, self.states.here()
        first = course.step - course.begin_of(course.epoch)
        orders = course.orders.of(course.epoch, -(-(first + most) // loop.steps_per_epoch))
        yield from self._take_in(begin, loop.train(orders, first=first, most=most))

    def _most_at_once(self) -> int:
        """How many steps the next chunk may have: as many as its pace allows, to where somebody wants to see or keep what is there."""
        course, loop, until = self.course, self.task.loop, self._control.until
        most = min(
            loop.pace.steps, self._control.most(course.last_step - course.step), max(1, loop.epochs_at_most - 2) * loop.steps_per_epoch
        )
        if until and until[0] == "epoch":
            most = min(most, course.begin_of(until[1]) - course.step)
        if (seconds := self._onlookers.until_frame()) > 0:
            most = min(most, max(loop.pace.least, int(loop.pace.steps * min(1.0, seconds / CHUNK_SECONDS))))
        end = course.begin_of(course.epoch_at(course.step + most))
        return min(end, course.begin_of(self.record.next_keyframe(course.epoch))) - course.step if end > course.step else most

    def _take_in(self, begin: Moment, chunk: Chunk) -> Iterator[Saying]:
        """Note what a chunk has done, say what is due, and keep its states."""
        course, rows, scores = self.course, chunk.rows, chunk.scores
        broken = np.flatnonzero(~np.isfinite(scores[:, 0]))
        if len(broken):  # what was trained behind such an epoch counts for nothing
            scores = scores[: broken[0] + 1]
            rows = rows[: course.begin_of(course.epoch + len(scores)) - course.step]
        self._note(rows)
        if count := len(scores):
            means = course.finish_epochs(count)
            losses, metrics = scores.astype(np.float64).T
            values = means | {"val_loss": losses, f"val_{self.task.metric}": metrics, "learning_rate": course.rates(count)}
            self._report.note_epochs(course.epoch - count + 1, values)
            self.states.keep_epochs(begin, scores[:, 0], is_broken=len(broken) > 0 or not np.isfinite(rows[-1, 0]))
        if self._report.is_due() or self._control.until or len(broken):
            yield from self._report.flush()
        if len(rows) and not np.isfinite(rows[-1, 0]):
            raise NotFinite("loss", float(rows[-1, 0]))
        if len(broken):
            raise NotFinite("val_loss", float(scores[-1, 0]))
        if count:
            self._onlookers.note_epochs()
        if self.states.is_due(SAVE_AT_MOST if count else SAVE_EVERY):
            yield from self.states.save(kept=count > 0)

    def _note(self, rows: np.ndarray) -> None:
        self.course.note(rows)
        self._report.note(rows)

    # One epoch after the other

    def _train_epoch(self) -> Iterator[Saying]:
        course, loop = self.course, self.task.loop
        order = place(data.order(loop.examples, seed=self.experiment.training.seed, epoch=self.epoch).astype(np.int32))
        while course.step < course.begin_of(course.epoch + 1):
            yield from self._control.obey()
            loop = self.task.loop
            if self._control.is_over or isinstance(loop, Fused):
                return
            course.ready.finish()
            most = self._control.most(course.begin_of(course.epoch + 1) - course.step)
            if most == 0:
                yield None
                continue
            columns = loop.train(order, first=course.step - course.begin_of(course.epoch), most=most)
            rows = np.stack([columns[name] for name in loop.names], axis=1)
            self._note(rows)
            if self._report.is_due() or self._control.until:
                yield from self._report.flush()
            if not np.isfinite(rows[-1, 0]):
                raise NotFinite("loss", float(rows[-1, 0]))
            if self.states.is_due(SAVE_EVERY):
                yield from self.states.save()
        yield from self._finish_epoch()

    def _finish_epoch(self) -> Iterator[Saying]:
        score = yield from self._control.scored("validation")
        if score is None:
            return
        means = {name: float(values[0]) for name, values in self.course.finish_epochs(1).items()}
        scores = {"val_loss": score.loss, f"val_{self.task.metric}": score.metric}
        self._onlookers.note(score)
        yield from self._report.flush()
        yield say.EpochPoint(self.epoch, self.step, means | scores | {"learning_rate": self.course.rate})
        if self._onlookers.shows_matrix():
            yield self._onlookers.matrix()
        if not math.isfinite(score.loss):
            raise NotFinite("val_loss", score.loss)
        self.states.keep(score.loss)
        if self.states.is_due(SAVE_AT_MOST):
            yield from self.states.save(kept=True)

    # Ends

    def _end(self) -> Iterator[Saying]:
        course = self.course
        self._control.is_ending = True
        yield from self._report.flush()
        self._onlookers.want_frame()
        if (frame := self._onlookers.frame()) is not None:
            yield frame
        yield from self.states.save()
        summary: dict[str, object] = {}
        if course.epoch:
            score = yield from self._control.scored("test")
            if score is not None:
                summary |= {"test_loss": score.loss, f"test_{self.task.metric}": score.metric, "test_examples": self.task.examples["test"]}
                if score.confusion is not None:
                    yield confusion.picture(score.confusion, epoch=course.epoch, step=course.step, split="test")
                    summary["per_class"] = confusion.per_class(score.confusion, self.task.classes)
        course.clock.stop()
        yield say.Done(not course.is_done, summary | {"seconds": course.clock.elapsed})

    def _fail(self, reason: NotFinite) -> Iterator[Saying]:
        """The last good epoch's checkpoint is put back in place, so that the run can be resumed from it with a smaller learning rate."""
        course = self.course
        course.clock.stop()
        yield from self._report.flush()
        which, value = reason.args
        rate, good = course.rate, self.record.kept_at
        fix = f"Resume from epoch {good[0]} with a learning rate below {rate:g}, for instance {rate / 10:g}, or clip the gradients."
        if not self.task.has_fixed_rate:
            fix = "Lower the schedule's rate or clip the gradients, and train again."
        error = PlaygroundError(
            f"The {'loss' if which == 'loss' else 'validation loss'} became {'NaN' if math.isnan(value) else 'infinite'} "
            f"in step {course.step:,} of epoch {course.epoch_of(course.step)}: the weights grew beyond what numbers can hold.",
            fix=fix,
        )
        yield from self.states.save(kept=True)
        yield say.Failed(error.to_json(), {"last_good_epoch": good[0], "seconds": course.clock.elapsed})
