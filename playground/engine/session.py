"""One training run: drives a task's chunks through the epochs, obeys commands between chunks, and says events.

Knows nothing of pipes. `Session.events()` is a generator; whenever it yields, commands may be given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from playground import catalog, data
from playground import events as say
from playground.command import Command
from playground.engine import confusion
from playground.engine.clock import Clock
from playground.engine.describe import describe
from playground.engine.look import Subject, Weights
from playground.engine.loop import place
from playground.engine.memory import Memory
from playground.engine.record import Record
from playground.engine.tasks import Score, Supervised, prepare
from playground.errors import Conflict, InvalidValue, PlaygroundError
from playground.spec import Experiment

SAVE_EVERY = 10.0  # seconds, within an epoch
SAVE_AT_MOST = 1.0  # seconds between saves at epochs' ends: a net that does 50 epochs a second must not wait for the disk
SAY_EVERY = 0.03  # seconds between batch points
SAY_WHILE_SCORING = 1.0  # seconds between signs of life while a large part is scored
MAX_RATE_CHANGES = 1_000  # learning rates set by hand in a run: each is kept, for the exported script repeats them

# An event; an error where something was refused and the run goes on; None where nothing is to be said but commands may be given.
Saying = say.Event | PlaygroundError | None


class NotFinite(Exception):
    """A loss was NaN or infinite. args: which loss ("loss" or "val_loss"), its value."""


def check(experiment: Experiment) -> None:
    """Raises InvalidValue before anything is built that could not be trained."""
    catalog.check(experiment)
    for problem in describe(experiment).problems:
        if problem.severity == "error":
            raise InvalidValue(problem.what, fix=f"{problem.fix_label}." if problem.fix_label else "")


class Session:
    """A run in training: `experiment` with its files in `folder`.

    resume: go on from the checkpoint in the folder, where there is one. learning_rate: put in force after resuming.
    watching: the views that are on somebody's screen.
    """

    def __init__(self, experiment: Experiment, folder: Path, *, device: str, resume: bool = False, learning_rate: float | None = None):
        self.experiment, self.device = experiment, device
        self.record = Record(folder, fresh=not resume)
        self.first_rate = learning_rate
        self.watching: frozenset[str] = frozenset()
        self.epoch = self.step = 0  # finished ones
        self._commands: list[Command] = []
        self._paused = self._stopping = self._ending = self._hurry = False
        self._until: tuple[str, int] | None = None  # pause when this many batches or epochs are done
        self._rows: list[np.ndarray] = []  # of the present epoch, float32 (steps, names)
        self._unsaid: list[np.ndarray] = []
        self._said_at = 0.0
        self._score: Score | None = None  # of the last epoch
        self._rate_changes = 0
        self._show = False
        self.task: Supervised | None = None
        self._looked_at, self._looked_at_stamp = Memory(), None

    def command(self, command: Command) -> None:
        """Taken up between two chunks."""
        self._commands.append(command)

    def watch(self, views: frozenset[str]) -> None:
        """Which views are on somebody's screen; a new one gets its last picture soon, the next at the next epoch's end."""
        self._show = self._shows_confusion(views - self.watching)
        self.watching = views

    def _shows_confusion(self, views: frozenset[str]) -> bool:
        return confusion.NAME in views and self._score is not None and self._score.confusion is not None

    @property
    def is_paused(self) -> bool:
        return self._paused

    @property
    def idle(self) -> float | None:
        """Seconds for which nothing will happen unless a command comes; None: for ever."""
        if self._commands or self._stopping or self._show:
            return 0.0
        return None if self._paused else self.clock.until_allowed(self.step)

    def subject(self, run: str) -> Subject | None:
        """The network as it learns, to be looked at between two chunks; None before it stands."""
        if self.task is None:
            return None
        weights = Weights("live", self.epoch, self.step)
        stamp = (run, "live", self.step, self._rate_changes)
        if stamp != self._looked_at_stamp:  # weights that were trained on do not come back
            self._looked_at, self._looked_at_stamp = Memory(), stamp
        return Subject(run, self.experiment, self.record.folder, self.task.model, self.task.arrays, weights, stamp, memory=self._looked_at)

    # Training

    def events(self) -> Iterator[Saying]:
        """Build, train, score. Ends behind Done or Failed; any other error is raised."""
        check(self.experiment)
        self.task = prepare(self.experiment, data.load(self.experiment.data))
        state = self.record.restore(self.task.model)
        self.clock = Clock(elapsed=state.get("elapsed", 0.0), step=state.get("step", 0))
        self.epoch, self.step = state.get("epoch", 0), state.get("step", 0)
        self._rate_changes = state.get("rate_changes", 0)
        self._rows = [self.record.rows] if self.record.rows is not None else []
        yield self._started()
        yield from self._flush()  # the counters go back to where the checkpoint stands
        if self.first_rate is not None:
            yield self._set_rate(self.first_rate)
            yield from self._flush()
        self.record.keep(self.task.model, self._counters(), self._epoch_rows())
        self.task.loop.prepare()
        self._said_at = time.monotonic()
        self.clock.start()
        try:
            while self.epoch < self.experiment.training.epochs and not self._stopping:
                yield from self._train_epoch()
            self._until = None
            yield from self._obey()
            yield from self._end()
        except NotFinite as reason:
            yield from self._fail(reason)

    def _train_epoch(self) -> Iterator[Saying]:
        loop = self.task.loop
        order = place(data.order(loop.examples, seed=self.experiment.training.seed, epoch=self.epoch).astype(np.int32))
        begin = self.epoch * loop.steps_per_epoch
        end = begin + loop.steps_per_epoch
        while self.step < end:
            yield from self._obey()
            if self._stopping:
                return
            most = self._most(end - self.step)
            if most == 0:
                yield None
                continue
            self._note(loop.train(order, first=self.step - begin, most=most))
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
        self._rows, self._score = [], score
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
        return max(-(-step // self.task.loop.steps_per_epoch), 1)

    # Commands

    def _obey(self, *, within_epoch: bool = True) -> Iterator[Saying]:
        """Let commands come, do what they say, and stay here while paused. A single step ends only between batches or epochs."""
        yield None
        while True:
            if self._show:
                self._show = False
                yield self._confusion(self._score, "validation")
            while self._commands:
                yield from self._take(self._commands.pop(0))
            if within_epoch and self._until and (self.epoch if self._until[0] == "epoch" else self.step) >= self._until[1]:
                yield from self._pause()
            if not self._paused or self._stopping or self._ending:
                return
            yield None

    def _take(self, command: Command) -> Iterator[Saying]:
        if command.do == "stop":
            self._hurry, self._stopping = self._stopping or self._ending, True
        elif command.do == "set" and command.name == "speed":
            self.clock.limit(command.value, self.step)
            yield say.Changed("speed", command.value, self.step)
        elif command.do == "set":
            yield from self._flush()
            yield self._set_rate(command.value)
            yield from self._flush()  # the counters show it at once, in a pause too
        elif self._stopping or self._ending:
            yield Conflict("The run is ending.", fix="Resume it when it has ended.")
        elif command.do == "pause" and not self._paused:
            yield from self._pause()
        elif command.do == "resume" and (self._paused or self._until):
            if command.value is not None:
                yield self._set_rate(command.value)
            yield from self._go(None)
        elif command.do == "step":
            yield from self._go(("batch", self.step + 1) if command.unit == "batch" else ("epoch", self.epoch + 1))

    def _go(self, until: tuple[str, int] | None) -> Iterator[Saying]:
        """A single batch is over before anybody could see that the run goes on, so only longer ways are said."""
        in_one_batch = self._until is not None and self._until[0] == "batch"
        if (self._paused or in_one_batch) and (until is None or until[0] == "epoch"):
            yield say.Resumed()
        self._paused, self._until = False, until
        self.clock.start()

    def _pause(self) -> Iterator[Saying]:
        self._paused, self._until = True, None
        self.clock.stop()
        yield from self._flush()
        yield from self._save()
        yield say.Paused(self.epoch, self.step)

    def _set_rate(self, rate: float) -> Saying:
        if not self.task.has_fixed_rate:
            return Conflict("This run's learning rate follows a schedule.", fix="Choose a fixed learning rate to change it in mid-run.")
        if self._rate_changes >= MAX_RATE_CHANGES:
            return Conflict(
                "The learning rate was changed too often in this run.",
                expected=f"at most {MAX_RATE_CHANGES:,} changes",
                fix="Start a run with a learning rate schedule instead.",
            )
        self._rate_changes += 1
        self.task.model.optimizer.learning_rate.assign(rate)
        return say.Changed("learning_rate", rate, self.step)

    # What is said

    def _started(self) -> say.Started:
        training = self.experiment.training
        return say.Started(
            self.epoch,
            self.step,
            epochs=training.epochs,
            steps_per_epoch=self.task.loop.steps_per_epoch,
            examples=self.task.examples,
            classes=self.task.classes,
            parameters=self.task.parameters,
            device=self.device,
            batch_size=training.batch_size,
            learning_rate=self._rate(),
            precision=training.precision,
        )

    def _flush(self) -> Iterator[Saying]:
        self._said_at = time.monotonic()
        if self._unsaid:
            rows = np.concatenate(self._unsaid)
            self._unsaid = []
            steps = np.arange(self.step - len(rows) + 1, self.step + 1, dtype=np.int32)
            yield say.BatchPoints(steps, {name: rows[:, i] for i, name in enumerate(self.task.loop.names)})
        left = self.experiment.training.epochs * self.task.loop.steps_per_epoch - self.step
        rate = self.clock.rate
        yield say.Progress(
            self.epoch,
            self.step,
            elapsed=self.clock.elapsed,
            eta=self.clock.remaining(left),
            examples_per_second=rate * self.experiment.training.batch_size,
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

    def _confusion(self, score: Score, split: str) -> say.Picture:
        return confusion.picture(score.confusion, epoch=self.epoch, step=self.step, split=split)

    def _means(self) -> dict[str, float]:
        """Of the epoch so far, each batch weighing as much as it has examples, as Keras's trackers do."""
        rows = self._epoch_rows().astype(np.float64)
        sizes = np.full(len(rows), self.experiment.training.batch_size)
        sizes[-1] = self.task.loop.examples - sizes[:-1].sum()
        return {name: float(np.average(rows[:, i], weights=sizes)) for i, name in enumerate(self.task.loop.names)}

    def _epoch_rows(self) -> np.ndarray:
        return np.concatenate(self._rows) if self._rows else np.zeros((0, len(self.task.loop.names)), np.float32)

    def _rate(self) -> float:
        return float(self.task.model.optimizer.learning_rate)

    def _counters(self) -> dict[str, object]:
        return {"epoch": self.epoch, "step": self.step, "elapsed": self.clock.elapsed, "rate_changes": self._rate_changes}
