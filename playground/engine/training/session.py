"""One training run: drives a task's trainer through the epochs and says events; between chunks commands are obeyed.

Knows nothing of pipes. `Session.events()` is a generator; whenever it yields, commands may be given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from playground.engine.checkpoints.record import Record
from playground.engine.compiled.chunk import Chunk
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.tasks import Task, confusion
from playground.engine.training.changes import Changes
from playground.engine.training.control import Control
from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.epoch_states import EpochStates
from playground.engine.training.live_views import LiveViews
from playground.engine.training.not_finite import NotFinite, check_batches, check_epochs, explained
from playground.engine.training.report import Report, Saying
from playground.engine.training.training_state import TrainingState
from playground.engine.training.warm_models import WarmModel
from playground.values import events as say
from playground.values.command import Command
from playground.values.spec import Change, Experiment

SAVE_EVERY = 10.0  # seconds, within an epoch
SAVE_AT_MOST = 1.0  # seconds between saves at epochs' ends: a net that does 50 epochs a second must not wait for the disk

# What follows from an epoch's scores. Called with all epochs in order, often many at once; ends the run by raising what `events` catches.
EpochHook = Callable[[FinishedEpochs], None]


class Session:
    """A run in training: `experiment` with its files in `folder`.

    resume: go on from the checkpoint in the folder, where there is one. learning_rate: put in force after resuming.
    paused: wait before the first step. warm_model: the experiment's task, where one was compiled ahead.
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
        warm_model: WarmModel | None = None,
    ) -> None:
        self._device, self._begins_paused, self._first_rate = device, paused, learning_rate
        self.record = Record(folder, fresh=not resume)
        self.state = TrainingState(experiment, warm_model)
        self.epoch_states = EpochStates(self.state, self.record)
        self._report = Report(self.state)
        self._live_views = LiveViews(self.state)
        self._control = Control(self.state, report=self._report, epoch_states=self.epoch_states, live_views=self._live_views)
        self._epoch_hooks: tuple[EpochHook, ...] = (self.epoch_states.keep_epochs, check_epochs)
        self._looked_at, self._looked_at_stamp = Memory(), None

    def command(self, command: Command) -> None:
        """Taken up between two chunks."""
        self._control.tell(command)

    def watch(self, views: frozenset[str]) -> None:
        """Which views are on somebody's screen."""
        self._live_views.watch(views)

    def park(self) -> None:
        """Save and end without a word, if the run is paused: the engine is needed, and the run goes on from its checkpoint later."""
        self._control.park()

    def wait(self) -> None:
        """Until nothing is being compiled for this run."""
        self.state.wait()

    @property
    def task(self) -> Task | None:
        """None before it stands."""
        return self.state.task

    @property
    def experiment(self) -> Experiment:
        """The one in force."""
        return self.state.experiment

    @property
    def changes(self) -> Changes:
        return self.state.changes

    @property
    def epoch(self) -> int:
        """Finished ones."""
        return self.state.epoch

    @property
    def step(self) -> int:
        """Finished ones."""
        return self.state.step

    @property
    def speed(self) -> float | None:
        """Steps a second at most; None: no limit."""
        return self.state.clock.speed

    @property
    def watching(self) -> frozenset[str]:
        return self._live_views.watching

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
        stamp = (run, "live", *self.state.stamp)
        if stamp != self._looked_at_stamp:  # weights that were trained on do not come back
            self._looked_at, self._looked_at_stamp = Memory(), stamp
        base, folder = self.changes.base, self.record.folder
        return Subject(run, self.experiment, folder, task.model, task.arrays, weights, stamp, memory=self._looked_at, base=base)

    # Training

    def events(self) -> Iterator[Saying]:
        """Build, train, score. Ends after Done or Failed, or when parked; any other error is raised."""
        state, control = self.state, self._control
        state.begin(self.record)
        left = self.record.left
        yield self._report.started(device=self._device, paused=self._begins_paused, tells_changes="changes" in left or not left)
        yield from self._report.flush()  # the counters go back to where the checkpoint stands
        if self._first_rate is not None:
            yield from control.change(Change(state.step, "learning_rate", self._first_rate))
        self.epoch_states.keep()
        if self._begins_paused:
            yield from control.begin_paused()
        if not control.is_over:
            state.warm_model.finish()
        self._report.begin()
        if not control.is_paused:
            state.clock.start()
        try:
            while not state.is_done and not control.is_over:
                yield from self._score_epoch() if state.lacks_score else self._train_chunk()
            if control.is_parked:
                return
            control.until = None
            yield from control.obey()
            yield from self._end()
        except NotFinite as reason:
            yield from self._fail(reason)

    def _train_chunk(self) -> Iterator[Saying]:
        """A part of an epoch, or some epochs up to the end of the last one."""
        state = self.state
        yield from self._control.obey()
        if self._control.is_over:
            return
        state.warm_model.finish()
        most = self._most()
        if most == 0:
            yield None
            return
        self.epoch_states.begin_chunk(most)
        yield from self._take_in(state.task.trainer.train(state.position_at(state.step), most))

    def _most(self) -> int:
        """How many steps the next chunk may have: what its pace allows, up to where somebody wants to see, change or keep what is there."""
        state, trainer = self.state, self.state.task.trainer
        ahead = min(state.last_step, state.begin_of(state.epoch + trainer.epochs_per_chunk))
        most = min(trainer.pace.steps, self._control.most(ahead - state.step))
        if (seconds := self._live_views.until_frame()) > 0:
            most = min(most, trainer.pace.steps_in(seconds))
        end = state.begin_of(state.epoch_at(state.step + most))
        return min(end, state.begin_of(self.record.next_keyframe(state.epoch))) - state.step if end > state.step else most

    def _take_in(self, chunk: Chunk) -> Iterator[Saying]:
        """Note what a chunk has done, say what is due, and keep its states."""
        self.state.note(chunk.rows)
        self._report.note(chunk.rows)
        is_scored = len(chunk.scores) > 0
        if is_scored:
            finished = self.state.finish_epochs(*chunk.scores.T)
            self._report.note_epochs(finished)
            self._finish(finished)
            self._live_views.note_epochs()
        if self._report.is_due() or self._control.until:
            yield from self._report.flush()
        check_batches(chunk.rows)
        yield from self.epoch_states.save_if_due(SAVE_AT_MOST if is_scored else SAVE_EVERY, kept=is_scored)

    def _score_epoch(self) -> Iterator[Saying]:
        """Finish an epoch that its trainer has not scored."""
        score = yield from self._control.scored("validation")
        if score is None:
            return
        finished = self.state.finish_epochs([score.loss], [score.metric])
        self._live_views.note(score)
        yield from self._report.flush()
        yield self._report.epoch(finished)
        if self._live_views.shows_matrix():
            yield self._live_views.matrix()
        self._finish(finished)
        yield from self.epoch_states.save_if_due(SAVE_AT_MOST, kept=True)

    def _finish(self, finished: FinishedEpochs) -> None:
        for hook in self._epoch_hooks:
            hook(finished)

    # Ends

    def _end(self) -> Iterator[Saying]:
        state = self.state
        self._control.is_ending = True
        yield from self._report.flush()
        self._live_views.want_frame()
        if (frame := self._live_views.frame()) is not None:
            yield frame
        yield from self.epoch_states.save()
        summary: dict[str, object] = {}
        if state.epoch:
            score = yield from self._control.scored("test")
            if score is not None:
                summary |= {"test_loss": score.loss, f"test_{self.task.metric}": score.metric, "test_examples": self.task.examples["test"]}
                if score.confusion is not None:
                    yield confusion.picture(score.confusion, epoch=state.epoch, step=state.step, split="test")
                    summary["per_class"] = confusion.per_class(score.confusion, self.task.classes)
        state.clock.stop()
        yield say.Done(not state.is_done, summary | {"seconds": state.clock.elapsed})

    def _fail(self, reason: NotFinite) -> Iterator[Saying]:
        """The last good epoch's checkpoint is put back in place, so that the run can be resumed from it with a smaller learning rate."""
        state = self.state
        state.clock.stop()
        yield from self._report.flush()
        good_epoch, _ = self.record.kept_at
        error = explained(reason, state, good_epoch=good_epoch)
        yield from self.epoch_states.save(kept=True)
        yield say.Failed(error.to_json(), {"last_good_epoch": good_epoch, "seconds": state.clock.elapsed})
