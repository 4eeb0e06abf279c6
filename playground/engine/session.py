"""One training run: drives a task's chunks through the epochs, obeys commands between chunks, and says events.

Knows nothing of pipes. `Session.events()` is a generator; whenever it yields, commands may be given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground import data, spec
from playground import events as say
from playground.command import Command
from playground.engine import changes, checkpoint, confusion, frames, measured
from playground.engine.changes import Changes, changes_from_json, with_batch_size
from playground.engine.clock import Clock
from playground.engine.form import form_of
from playground.engine.frames import Frames
from playground.engine.fused import Chunk, Fused
from playground.engine.look import Subject, Weights
from playground.engine.loop import CHUNK_SECONDS, place
from playground.engine.measured import Finished
from playground.engine.memory import Memory
from playground.engine.orders import Orders
from playground.engine.plane import Plane
from playground.engine.prepared import Ready, check
from playground.engine.record import Record
from playground.engine.tasks import Score, Supervised, prepare
from playground.errors import Conflict, InvalidValue, PlaygroundError
from playground.spec import Change, Experiment

SAVE_EVERY = 10.0  # seconds, within an epoch
SAVE_AT_MOST = 1.0  # seconds between saves at epochs' ends: a net that does 50 epochs a second must not wait for the disk
SAY_EVERY = 0.03  # seconds between batch points
SCORE_EVERY = 0.2  # seconds between confusion matrices of a net that does many epochs in that time
SAY_WHILE_SCORING = 1.0  # seconds between signs of life while a large part is scored
MAX_STEPS = 2**31 - 1  # of a run: steps are counted in 32 bits


class Stays:
    """A run that was to be parked goes on here: it is paused no longer, or the disk would not take its checkpoint."""


# An event; an error where something was refused and the run goes on; None where nothing is to be said but commands may be given.
Saying = say.Event | PlaygroundError | Stays | None


class NotFinite(Exception):
    """A loss was NaN or infinite. args: which loss ("loss" or "val_loss"), its value."""


@dataclass(frozen=True, eq=False)
class Moment:
    """Where a chunk began: enough to train its epochs again."""

    step: int
    state: checkpoint.State


class Session:
    """A run in training: `experiment` with its files in `folder`; later the experiment in force, for network and training can be changed.

    resume: go on from the checkpoint in the folder, where there is one. learning_rate: put in force after resuming.
    paused: wait before the first step. ready: the experiment's task, where it has been prepared.
    watching: the views that are on somebody's screen.
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
        self.experiment, self.device = experiment, device
        self.record = Record(folder, fresh=not resume)
        self.first_rate = learning_rate
        self.watching: frozenset[str] = frozenset()
        self.epoch = self.step = 0  # finished ones
        self.is_parked = False
        self._ready, self._begins_paused = ready, paused
        self._commands: list[Command] = []
        self._parking = False
        self._paused = self._stopping = self._ending = self._hurry = False
        self._until: tuple[str, int] | None = None  # pause when this many batches or epochs are done
        self._rows: list[np.ndarray] = []  # of the present epoch, float32 (steps, names)
        self._unsaid: list[np.ndarray] = []
        self._finished: list[Finished] = []  # epochs that are not said yet
        self._scored_at = 0.0
        self._kept_as: tuple[int, int] | None = None  # the stamp of the state that the record took last
        self._frames: Frames | None = None
        self._wants_frame = False
        self._said_at = 0.0
        self._score: Score | None = None  # of the last epoch
        self.changes = Changes(experiment)
        self._left_behind: list[Ready] = []  # tasks that were changed while they were compiled
        self._origin = 0  # the step at which the first epoch would have begun with the present batches
        self._show = False
        self.task: Supervised | None = None
        self._looked_at, self._looked_at_stamp = Memory(), None

    def command(self, command: Command) -> None:
        """Taken up between two chunks."""
        self._commands.append(command)

    def watch(self, views: frozenset[str]) -> None:
        """Which views are on somebody's screen; a new one gets its last picture soon, the next at the next epoch's end."""
        self._show = self._show or self._shows_confusion(views - self.watching)
        self._wants_frame = self._wants_frame or frames.NAME in views - self.watching
        self.watching = views

    def park(self) -> None:
        """Save and end without a word, if the run is paused: the engine is needed, and the run goes on from its checkpoint later."""
        self._parking = True

    def _shows_confusion(self, views: frozenset[str]) -> bool:
        if confusion.NAME not in views or self.task is None:
            return False
        if isinstance(self.task.loop, Fused):
            return self.epoch > 0
        return self._score is not None and self._score.confusion is not None

    def wait(self) -> None:
        """Until nothing is being compiled for this run."""
        for ready in (*self._left_behind, self._ready):
            if ready is not None:
                ready.wait()

    @property
    def speed(self) -> float | None:
        """Steps a second at most; None: no limit."""
        return self.clock.speed

    @property
    def is_paused(self) -> bool:
        return self._paused

    @property
    def idle(self) -> float | None:
        """Seconds for which nothing will happen unless a command comes; None: for ever."""
        if self._commands or self._stopping or self._parking or self._show:
            return 0.0
        if self._paused:
            return None if self._until_frame() > 0 else 0.0
        return min(self.clock.until_allowed(self.step), self._until_frame())

    def subject(self, run: str) -> Subject | None:
        """The network as it learns, to be looked at between two chunks; None before it stands."""
        if self.task is None:
            return None
        weights = Weights("live", self.epoch, self.step)
        stamp = (run, "live", *self._stamp)
        if stamp != self._looked_at_stamp:  # weights that were trained on do not come back
            self._looked_at, self._looked_at_stamp = Memory(), stamp
        task, base = self.task, self.changes.base
        return Subject(run, self.experiment, self.record.folder, task.model, task.arrays, weights, stamp, memory=self._looked_at, base=base)

    # Training

    def events(self) -> Iterator[Saying]:
        """Build, train, score. Ends behind Done or Failed, or when parked; any other error is raised."""
        left = self.record.left
        if self._ready is None or left:
            check(self.experiment)
            self.changes = changes_from_json(self.experiment, left)
            self.experiment = self.changes.experiment
            now = with_batch_size(self.experiment, left.get("batch_size", self.experiment.training.batch_size))
            self._ready = Ready(prepare(now, data.load(self.experiment.data)))
        self.task = self._ready.task
        self._check_length(self.experiment)
        state = self.record.restore(self.task.model)
        self.clock = Clock(elapsed=state.get("elapsed", 0.0), step=state.get("step", 0))
        self.epoch, self.step = state.get("epoch", 0), state.get("step", 0)
        self._origin = state.get("origin", 0)
        self._rows = [self.record.rows] if self.record.rows is not None else []
        self._settle_in()
        yield self._started()
        yield from self._flush()  # the counters go back to where the checkpoint stands
        if self.first_rate is not None:
            yield from self._change(Change(self.step, "learning_rate", self.first_rate))
        self.record.keep(self.task.model, self._counters(), self._epoch_rows())
        if self._begins_paused:
            self._ready.begin()
            yield from self._pause()
            yield from self._obey()
        if not self._stopping and not self.is_parked:
            self._ready.finish()
        self._said_at = time.monotonic()
        if not self._paused:
            self.clock.start()
        try:
            while self.epoch < self.experiment.training.epochs and not self._is_over:
                yield from self._train_chunk() if isinstance(self.task.loop, Fused) else self._train_epoch()
            if self.is_parked:
                return
            self._until = None
            yield from self._obey()
            yield from self._end()
        except NotFinite as reason:
            yield from self._fail(reason)

    @property
    def _is_over(self) -> bool:
        return self._stopping or self.is_parked

    def _settle_in(self) -> None:
        """What hangs on the task; to be done again when the task is another."""
        self._orders = Orders(self.task.loop.examples, seed=self.experiment.training.seed)
        self._frames = Frames(Plane.of(self.task.model, self.experiment)) if data.of(self.experiment.data).kind == "plane" else None
        self._wants_frame = frames.NAME in self.watching

    def _check_length(self, experiment: Experiment) -> None:
        per_epoch = -(-self.task.loop.examples // experiment.training.batch_size)
        most = (MAX_STEPS - self._origin) // per_epoch
        if experiment.training.epochs > most:
            raise InvalidValue(
                "The run would take too many steps.",
                expected=f"at most {most:,} epochs of {per_epoch:,} batches",
                got=f"{experiment.training.epochs:,}",
                fix="Train fewer epochs, or larger batches.",
            )

    def _begin_of(self, epoch: int) -> int:
        """The finished steps when so many epochs are finished, with batches as they are now."""
        return self._origin + epoch * self.task.loop.steps_per_epoch

    # Many epochs in a chunk

    def _train_chunk(self) -> Iterator[Saying]:
        """A part of an epoch, or some epochs up to the end of the last one."""
        yield from self._obey()
        if self._is_over or not isinstance(self.task.loop, Fused):
            return
        self._ready.finish()
        most = self._most_at_once()
        if most == 0:
            yield None
            return
        loop, begin = self.task.loop, Moment(self.step, self._state())
        first = self.step - self._begin_of(self.epoch)
        orders = self._orders.of(self.epoch, -(-(first + most) // loop.steps_per_epoch))
        yield from self._take_in(begin, loop.train(orders, first=first, most=most))

    def _state(self) -> checkpoint.State:
        """What the model holds: that of the last chunk's end, if nothing has touched it since."""
        kept = self.record.now
        if kept is not None and self._kept_as == self._stamp:
            return kept
        return checkpoint.take(self.task.model, counters={}, arrays={})

    def _most_at_once(self) -> int:
        """How many steps the next chunk may have: as many as its pace allows, to where somebody wants to see or keep what is there."""
        a, loop = self.task.loop.steps_per_epoch, self.task.loop
        most = min(loop.pace.steps, self._most(self._last_step() - self.step), max(1, loop.epochs_at_most - 2) * a)
        if self._until and self._until[0] == "epoch":
            most = min(most, self._begin_of(self._until[1]) - self.step)
        if (seconds := self._until_frame()) > 0:
            most = min(most, max(loop.pace.least, int(loop.pace.steps * min(1.0, seconds / CHUNK_SECONDS))))
        end = self._begin_of((self.step + most - self._origin) // a)
        return min(end, self._begin_of(self.record.next_keyframe(self.epoch))) - self.step if end > self.step else most

    def _last_step(self) -> int:
        """Where the present way of training ends: with the run, or with the epoch where other batches follow."""
        other = self.experiment.training.batch_size != self.task.loop.batch_size
        return self._begin_of(self.epoch + 1 if other else self.experiment.training.epochs)

    def _take_in(self, begin: Moment, chunk: Chunk) -> Iterator[Saying]:
        """Note what a chunk has done, say what is due, and keep its states."""
        loop, rows, scores = self.task.loop, chunk.rows, chunk.scores
        per_epoch = loop.steps_per_epoch
        broken = np.flatnonzero(~np.isfinite(scores[:, 0]))
        if len(broken):  # what was trained behind such an epoch counts for nothing
            scores = scores[: broken[0] + 1]
            rows = rows[: self._begin_of(self.epoch + len(scores)) - self.step]
        self.step += len(rows)
        self._rows.append(rows)
        self._unsaid.append(rows)
        self.clock.mark(self.step)
        if count := len(scores):
            done = np.concatenate(self._rows)
            whole, self._rows = done[: count * per_epoch], [done[count * per_epoch :]]
            values = measured.means(whole.reshape(count, per_epoch, -1), loop.names, batch_size=loop.batch_size, examples=loop.examples) | {
                "val_loss": scores[:, 0].astype(np.float64),
                f"val_{self.task.metric}": scores[:, 1].astype(np.float64),
            }
            values["learning_rate"] = self._rates(self.epoch + 1, count)
            self._finished.append(Finished(self.epoch + 1, values))
            self.epoch += count
            self._keep_epochs(begin, scores[:, 0], is_broken=len(broken) > 0 or not np.isfinite(rows[-1, 0]))
        if time.monotonic() - self._said_at >= SAY_EVERY or self._until or len(broken):
            yield from self._flush()
        if len(rows) and not np.isfinite(rows[-1, 0]):
            raise NotFinite("loss", float(rows[-1, 0]))
        if len(broken):
            raise NotFinite("val_loss", float(scores[-1, 0]))
        if count and confusion.NAME in self.watching and time.monotonic() - self._scored_at >= SCORE_EVERY:
            self._show = True
        if time.monotonic() - self.record.saved_at >= (SAVE_AT_MOST if count else SAVE_EVERY):
            yield from self._save(kept=count > 0)

    def _keep_epochs(self, begin: Moment, losses: np.ndarray, *, is_broken: bool) -> None:
        """The states of a chunk's epochs: the last one's is there; others are trained again from the chunk's start if they are needed.

        losses: of validation, (epochs,); is_broken: the model is no longer that of a good epoch.
        """
        first = self.epoch - len(losses) + 1
        good = self.epoch - int(not np.isfinite(losses[-1]))
        finite = losses[: good - first + 1]
        best = first + int(finite.argmin()) if len(finite) else 0
        at_its_end = not is_broken and self.step == self._begin_of(self.epoch)
        if best and (best != self.epoch or not at_its_end):
            elapsed = self.clock.elapsed
            self.record.owe_best(float(finite.min()), lambda: self._trained_again(begin, best, elapsed=elapsed))
        if at_its_end:
            loss = float(losses[-1]) if best == self.epoch else None
            self.record.keep(self.task.model, self._counters(), self._epoch_rows(), loss=loss)
            self._kept_as = self._stamp
        elif good >= first:
            self.record.keep_good(self._trained_again(begin, good, elapsed=self.clock.elapsed))

    def _trained_again(self, begin: Moment, epoch: int, *, elapsed: float) -> checkpoint.State:
        """The state at the end of an epoch that lay inside a chunk, to the last bit. The model is left as it is."""
        model, loop = self.task.model, self.task.loop
        now = checkpoint.take(model, counters={}, arrays={})
        checkpoint.put(model, begin.state)
        step, end = begin.step, self._begin_of(epoch)
        while step < end:
            at = (step - self._origin) // loop.steps_per_epoch
            orders = self._orders.of(at, epoch - at)
            step += len(loop.train(orders, first=step - self._begin_of(at), most=end - step).rows)
        counters = self._counters() | {"epoch": epoch, "step": end, "elapsed": elapsed}
        state = checkpoint.take(model, counters=counters, arrays={"rows": np.zeros((0, len(loop.names)), np.float32)})
        checkpoint.put(model, now)
        return state

    def _rates(self, first: int, count: int) -> np.ndarray:
        """Learning rates in force at the ends of `count` epochs from the `first` on, which are behind us."""
        if self.task.has_fixed_rate:
            return np.full(count, self._rate())
        optimizer = self.task.model.optimizer
        ends = self._origin + np.arange(first, first + count) * self.task.loop.steps_per_epoch
        at = int(optimizer.iterations) - (self.step - ends)
        try:
            return np.asarray(optimizer._learning_rate(at.astype(np.float32)), np.float64) * np.ones(count)
        except Exception:  # a schedule with a branch takes one step at a time; what is raised depends on the branch
            return np.array([float(optimizer._learning_rate(int(step))) for step in at])

    # One epoch after the other

    def _train_epoch(self) -> Iterator[Saying]:
        loop = self.task.loop
        order = place(data.order(loop.examples, seed=self.experiment.training.seed, epoch=self.epoch).astype(np.int32))
        while self.step < self._begin_of(self.epoch + 1):
            yield from self._obey()
            loop = self.task.loop
            if self._is_over or isinstance(loop, Fused):
                return
            self._ready.finish()
            most = self._most(self._begin_of(self.epoch + 1) - self.step)
            if most == 0:
                yield None
                continue
            self._note(loop.train(order, first=self.step - self._begin_of(self.epoch), most=most))
            if time.monotonic() - self._said_at >= SAY_EVERY or self._until:
                yield from self._flush()
            if not np.isfinite(self._rows[-1][-1, 0]):
                raise NotFinite("loss", float(self._rows[-1][-1, 0]))
            if time.monotonic() - self.record.saved_at >= SAVE_EVERY:
                yield from self._save()
        yield from self._finish_epoch()

    def _most(self, left: int) -> int:
        """How many steps the next chunk may have."""
        if self._until and self._until[0] == "batch":
            left = min(left, self._until[1] - self.step)
        if self.changes.next_step is not None:
            left = min(left, self.changes.next_step - self.step)
        allowed = self.clock.allowed(self.step)
        return left if allowed is None else min(left, allowed)

    def _note(self, columns: dict[str, np.ndarray]) -> None:
        rows = np.stack([columns[name] for name in self.task.loop.names], axis=1)
        self.step += len(rows)
        self._rows.append(rows)
        self._unsaid.append(rows)
        self.clock.mark(self.step)

    def _finish_epoch(self) -> Iterator[Saying]:
        score = yield from self._scored("validation")
        if score is None:
            return
        scores = {"val_loss": score.loss, f"val_{self.task.metric}": score.metric}
        values: dict[str, float] = self._means() | scores | {"learning_rate": self._rate()}
        self.epoch += 1
        self._rows, self._score, self._scored_at = [], score, time.monotonic()
        yield from self._flush()
        yield say.EpochPoint(self.epoch, self.step, values)
        if self._shows_confusion(self.watching):
            yield self._confusion(score, "validation")
        if not math.isfinite(score.loss):
            raise NotFinite("val_loss", score.loss)
        self.record.keep(self.task.model, self._counters(), self._epoch_rows(), loss=score.loss)
        if time.monotonic() - self.record.saved_at >= SAVE_AT_MOST:
            yield from self._save(kept=True)

    def _scored(self, split: str) -> Iterator[Saying]:
        """Returns the Score, or None where the run was stopped meanwhile."""
        for score in self.task.scoring(split):
            if score is not None:
                return score
            yield from self._obey(within_epoch=False)
            if time.monotonic() - self._said_at >= SAY_WHILE_SCORING:
                yield from self._flush()
            if self._hurry or (self._stopping and not self._ending):
                break
        return None

    # Ends

    def _end(self) -> Iterator[Saying]:
        self._ending = True
        yield from self._flush()
        self._wants_frame = True
        yield from self._show_plane()
        yield from self._save()
        summary: dict[str, object] = {}
        if self.epoch:
            score = yield from self._scored("test")
            if score is not None:
                summary |= {"test_loss": score.loss, f"test_{self.task.metric}": score.metric, "test_examples": self.task.examples["test"]}
                if score.confusion is not None:
                    yield self._confusion(score, "test")
                    summary["per_class"] = confusion.per_class(score.confusion, self.task.classes)
        self.clock.stop()
        yield say.Done(self.epoch < self.experiment.training.epochs, summary | {"seconds": self.clock.elapsed})

    def _fail(self, reason: NotFinite) -> Iterator[Saying]:
        """The last good epoch's checkpoint is put back in place, so that the run can be resumed from it with a smaller learning rate."""
        self.clock.stop()
        yield from self._flush()
        which, value = reason.args
        rate, good = self._rate(), self.record.kept_at
        fix = f"Resume from epoch {good[0]} with a learning rate below {rate:g}, for instance {rate / 10:g}, or clip the gradients."
        if not self.task.has_fixed_rate:
            fix = "Lower the schedule's rate or clip the gradients, and train again."
        error = PlaygroundError(
            f"The {'loss' if which == 'loss' else 'validation loss'} became {'NaN' if math.isnan(value) else 'infinite'} "
            f"in step {self.step:,} of epoch {self._epoch_of(self.step)}: the weights grew beyond what numbers can hold.",
            fix=fix,
        )
        yield from self._save(kept=True)
        yield say.Failed(error.to_json(), {"last_good_epoch": good[0], "seconds": self.clock.elapsed})

    def _epoch_of(self, step: int) -> int:
        return max(-(-(step - self._origin) // self.task.loop.steps_per_epoch), 1)

    # Commands

    def _obey(self, *, within_epoch: bool = True) -> Iterator[Saying]:
        """Let commands come, do what they say, and stay here while paused. A single step ends only between batches or epochs."""
        yield None
        while True:
            if self._show and within_epoch:
                yield from self._show_confusion()
            while within_epoch and (due := self.changes.due(self.step)) is not None and not self._is_done:
                yield from self._change(due)
            yield from self._take_up(within_epoch=within_epoch)
            if within_epoch and not self._is_done and self._begin_of(self.epoch) == self.step:
                self._take_other_batches()
            yield from self._show_plane()
            if self._parking and (within_epoch or self._paused):
                yield from self._park()
            if within_epoch and self._until and (self.epoch if self._until[0] == "epoch" else self.step) >= self._until[1]:
                yield from self._pause()
            if not self._paused or self._is_over or self._ending:
                return
            self._prepare_aside()
            yield None

    def _prepare_aside(self) -> None:
        """In a pause, when what was edited has been shown: compile it. One after the other, for an edit seldom comes alone."""
        self._left_behind = [ready for ready in self._left_behind if ready.is_compiling]
        if not self._left_behind:
            self._ready.begin()

    def _take_up(self, *, within_epoch: bool) -> Iterator[Saying]:
        """Do as told. While a part is scored, nothing is changed: the score is that of one moment."""
        waiting = []
        while self._commands:
            command = self._commands.pop(0)
            if command.do == "set" and command.name != "speed" and not within_epoch and not self._ending:
                waiting.append(command)
            else:
                yield from self._take(command)
        self._commands = waiting

    def _take(self, command: Command) -> Iterator[Saying]:
        if command.do == "stop":
            self._hurry, self._stopping = self._stopping or self._ending, True
        elif command.do == "set" and command.name == "speed":
            self.clock.limit(command.value, self.step)
            yield say.Changed("speed", command.value, self.step)
        elif command.do == "set" and not (self._ending or (self._is_done and command.name != "learning_rate")):
            yield from self._change(Change(self.step, command.name, command.value))
        elif self._stopping or self._ending or command.do == "set":
            yield Conflict("The run is ending.", fix="Resume it when it has ended.")
        elif command.do == "pause" and not self._paused:
            yield from self._pause()
        elif command.do == "resume" and (self._paused or self._until):
            if command.value is not None:
                yield from self._change(Change(self.step, "learning_rate", command.value))
            yield from self._go(None)
        elif command.do == "step":
            yield from self._go(("batch", self.step + 1) if command.unit == "batch" else ("epoch", self.epoch + 1))

    def _go(self, until: tuple[str, int] | None) -> Iterator[Saying]:
        """A single batch is over before anybody could see that the run goes on, so only longer ways are said."""
        in_one_batch = self._until is not None and self._until[0] == "batch"
        if (self._paused or in_one_batch) and (until is None or until[0] == "epoch"):
            yield say.Resumed()
        self._ready.finish()
        self._paused, self._until = False, until
        self.clock.start()

    def _pause(self) -> Iterator[Saying]:
        self._paused, self._until = True, None
        self.clock.stop()
        yield from self._flush()
        yield from self._save()
        yield say.Paused(self.epoch, self.step)
        self._wants_frame = True

    def _park(self) -> Iterator[Saying]:
        """Only a pause can be left and taken up again unnoticed, and only with its checkpoint on disk."""
        self._parking = False
        if self._paused and not self._stopping and not self._commands:
            yield from self._save()
            self.is_parked = self.record.is_saved
        if not self.is_parked:
            yield Stays()

    # Changes

    @property
    def _is_done(self) -> bool:
        return self.epoch >= self.experiment.training.epochs

    def _change(self, change: Change) -> Iterator[Saying]:
        """Do it, or say why not. Everything hangs on the step, nothing on the clock, so that it can be repeated."""
        is_planned = change is self.changes.due(self.step)
        yield from self._flush()
        self.record.settle()  # the best epoch's state can be made only while all is as it was then
        try:
            said = self._changed(change, is_planned=is_planned)
        except PlaygroundError as error:
            if is_planned:
                self.changes.give_up()
            yield error
            return
        if said is not None:
            yield said
        yield from self._flush()  # the counters show it at once, in a pause too
        self._wants_frame = True

    def _changed(self, change: Change, *, is_planned: bool) -> say.Changed | None:
        """Put it into effect; None where it would change nothing. Raises InvalidValue or Conflict for what cannot be."""
        after = self.changes.after(change)
        if change.name == "learning_rate" and not self.task.has_fixed_rate:
            raise Conflict("This run's learning rate follows a schedule.", fix="Choose a fixed learning rate to change it in mid-run.")
        if not change.is_deep:
            self._ready.wait()  # compiling writes the variables back as it found them
            if change.name == "learning_rate":
                self.task.model.optimizer.learning_rate.assign(change.value)
            else:
                changes.set_weight(self.task.model, change.value)
            self.changes.note(change)
            self.experiment = after
            return say.Changed(change.name, spec.to_json(change.value), self.step)
        if after == self.experiment and not is_planned:
            return None
        if after.training.epochs <= self.epoch:
            raise InvalidValue(
                "So many epochs are finished already.", expected=f"more than {self.epoch:,}", got=after.training.epochs, fix="Stop the run."
            )
        self._check_length(after)
        begins = self._begin_of(self.epoch) == self.step  # an epoch ends with batches as it began
        batch_size = after.training.batch_size if begins else self.task.loop.batch_size
        new = changes.edited(self.task, self.experiment, after, batch_size=batch_size, step=self.step)
        self.changes.note(change)
        self.experiment = after
        if new.task is not self.task:
            self._exchange(new.task)
        if begins:
            self._origin = self.step - self.epoch * self.task.loop.steps_per_epoch
            self.record.keep_good(checkpoint.take(self.task.model, counters=self._counters(), arrays={"rows": self._epoch_rows()}))
        started = {name: getattr(self._started(), name) for name in ("epochs", "steps_per_epoch", "batch_size", "parameters")}
        return say.Changed(change.name, spec.to_json(change.value), self.step, kept=new.kept, says=new.says, started=started)

    def _exchange(self, task: Supervised) -> None:
        """Go on with another task. Numbers of the present epoch keep their names; a penalty that was not there was 0."""
        names = self.task.loop.names
        rows = {name: column for name, column in zip(names, self._epoch_rows().T, strict=True)}
        none = np.zeros(len(self._epoch_rows()), np.float32)
        if len(none):
            self._rows = [np.stack([rows.get(name, none) for name in task.loop.names], axis=1)]
        self._left_behind = [ready for ready in (*self._left_behind, self._ready) if ready.is_compiling]
        self.task, self._ready, self._score = task, Ready(task), None
        self._settle_in()

    def _take_other_batches(self) -> None:
        """At the beginning of an epoch: batches of the size that was chosen meanwhile."""
        if self.task.loop.batch_size == self.experiment.training.batch_size:
            return
        new = changes.edited(self.task, self.experiment, self.experiment, batch_size=self.experiment.training.batch_size, step=self.step)
        self._exchange(new.task)
        self._origin = self.step - self.epoch * self.task.loop.steps_per_epoch

    # What is said

    def _started(self) -> say.Started:
        training = self.experiment.training
        return say.Started(
            self.epoch,
            self.step,
            epochs=training.epochs,
            steps_per_epoch=-(-self.task.loop.examples // training.batch_size),
            examples=self.task.examples,
            classes=self.task.classes,
            parameters=self.task.parameters,
            device=self.device,
            batch_size=training.batch_size,
            learning_rate=self._rate(),
            precision=training.precision,
            paused=self._begins_paused,
            changes=self.changes.triples if "changes" in self.record.left or not self.record.left else None,
        )

    def _flush(self) -> Iterator[Saying]:
        self._said_at = time.monotonic()
        if self._unsaid:
            rows = np.concatenate(self._unsaid)
            self._unsaid = []
            yield measured.batch_points(rows, self.task.loop.names, last=self.step)
        if self._finished:
            parts, self._finished = self._finished, []
            yield measured.epoch_points(parts, steps_per_epoch=self.task.loop.steps_per_epoch, origin=self._origin)
        left = self._begin_of(self.experiment.training.epochs) - self.step
        rate = self.clock.rate
        yield say.Progress(
            self.epoch,
            self.step,
            elapsed=self.clock.elapsed,
            eta=self.clock.remaining(left),
            examples_per_second=rate * self.task.loop.batch_size,
            steps_per_second=rate,
            learning_rate=self._rate(),
        )

    def _save(self, *, kept: bool = False) -> Iterator[Saying]:
        """kept: the last good epoch's state, else the present one. A disk that will not take it is complained of once."""
        if not kept:
            self.record.present(self.task.model, self._counters(), self._epoch_rows())
        try:
            yield say.Saved(*self.record.save(kept=kept))
        except PlaygroundError as error:
            if self.record.complain():
                yield error

    def _show_confusion(self) -> Iterator[Saying]:
        """The matrix of the last epoch; where many epochs pass before anybody has seen one, that of this moment."""
        self._show = False
        if isinstance(self.task.loop, Fused):
            self._scored_at = time.monotonic()
            self._score = yield from self._scored("validation")
        if self._score is not None and self._score.confusion is not None:
            yield self._confusion(self._score, "validation")

    def _confusion(self, score: Score, split: str) -> say.Picture:
        return confusion.picture(score.confusion, epoch=self.epoch, step=self.step, split=split)

    def _show_plane(self) -> Iterator[Saying]:
        """A frame, if one is due."""
        if self._until_frame() == 0:
            self._wants_frame = False
            yield self._frames.picture(epoch=self.epoch, step=self.step, stamp=self._stamp)

    def _until_frame(self) -> float:
        """Seconds until the next frame is due, 0 for now; infinity where nobody looks or nothing has moved since they saw it."""
        if self._frames is None or frames.NAME not in self.watching:
            return math.inf
        return 0.0 if self._wants_frame else self._frames.until_due(self._stamp)

    @property
    def _stamp(self) -> tuple[int, int]:
        return self.step, self.changes.count

    def _means(self) -> dict[str, float]:
        """Of the finished epoch."""
        loop = self.task.loop
        found = measured.means(self._epoch_rows()[np.newaxis], loop.names, batch_size=loop.batch_size, examples=loop.examples)
        return {name: float(values[0]) for name, values in found.items()}

    def _epoch_rows(self) -> np.ndarray:
        return np.concatenate(self._rows) if self._rows else np.zeros((0, len(self.task.loop.names)), np.float32)

    def _rate(self) -> float:
        return float(self.task.model.optimizer.learning_rate)

    def _counters(self) -> dict[str, object]:
        now = {"epoch": self.epoch, "step": self.step, "elapsed": self.clock.elapsed}
        batches = {"origin": self._origin, "batch_size": self.task.loop.batch_size}
        return now | batches | {"changes": self.changes.to_json()} | form_of(self.changes.made)
