"""Where a run stands: its task, the experiment in force, the steps that are done, and what a change makes of all this.

Knows nothing of commands, files and what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from playground import data
from playground.engine.checkpoints.record import Record
from playground.engine.compiled.chunk import Position
from playground.engine.model.describe import check_trainable
from playground.engine.tasks import Task, prepare
from playground.engine.training import changes, curve_points
from playground.engine.training.changes import Changes, changes_from_json, with_batch_size
from playground.engine.training.clock import Clock
from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.warm_models import WarmModel
from playground.values import events as say
from playground.values import spec
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import Change, Experiment

MAX_STEPS = 2**31 - 1  # of a run: steps are counted in 32 bits


class TrainingState:
    """experiment: the one in force, for network and training can be changed. warm_model: its task, where one was compiled ahead.

    epoch, step: finished ones. task: None before `begin`.
    """

    def __init__(self, experiment: Experiment, warm_model: WarmModel | None) -> None:
        self.experiment = experiment
        self.changes = Changes(experiment)
        self.warm_model = warm_model
        self.task: Task | None = None
        self.clock = Clock()
        self.epoch = self.step = 0
        self._origin = 0  # the step at which the first epoch would have begun with the present batches
        self._rows: list[np.ndarray] = []  # of the present epoch, float32 (steps, names)
        self._replaced: list[WarmModel] = []  # tasks that were changed while they were compiled

    def begin(self, record: Record) -> None:
        """Build the task, if none was compiled ahead, and go to where the record's checkpoint is. Raises InvalidValue."""
        left = record.left
        if self.warm_model is None or left:
            check_trainable(self.experiment)
            self.changes = changes_from_json(self.experiment, left)
            self.experiment = self.changes.experiment
            now = with_batch_size(self.experiment, left.get("batch_size", self.experiment.training.batch_size))
            self.warm_model = WarmModel(prepare(now, data.load(self.experiment.data)))
        self.task = self.warm_model.task
        self._check_length(self.experiment)
        counters = record.restore(self.task.models)
        self.clock = Clock(elapsed=counters.get("elapsed", 0.0), step=counters.get("step", 0))
        self.epoch, self.step = counters.get("epoch", 0), counters.get("step", 0)
        self._origin = counters.get("origin", 0)
        self._rows = [record.rows] if record.rows is not None else []

    def wait(self) -> None:
        """Until nothing is being compiled for this run."""
        for model in (*self._replaced, self.warm_model):
            if model is not None:
                model.wait()

    def prepare_aside(self) -> None:
        """Compile what was edited, in a pause and when it has been shown. One after the other, for an edit seldom comes alone."""
        self._replaced = [model for model in self._replaced if model.is_compiling]
        if not self._replaced:
            self.warm_model.begin()

    # Steps and epochs

    def begin_of(self, epoch: int) -> int:
        """The finished steps when so many epochs are finished, with batches as they are now."""
        return self._origin + epoch * self.task.trainer.steps_per_epoch

    def epoch_at(self, step: int) -> int:
        """The finished epochs when so many steps are finished."""
        return (step - self._origin) // self.task.trainer.steps_per_epoch

    def epoch_of(self, step: int) -> int:
        """The number of the epoch, from 1, to which the last of so many finished steps belongs."""
        return max(-(-(step - self._origin) // self.task.trainer.steps_per_epoch), 1)

    def position_at(self, step: int) -> Position:
        """Where so many finished steps are, with batches as they are now."""
        epoch = self.epoch_at(step)
        return Position(epoch, step - self.begin_of(epoch))

    @property
    def origin(self) -> int:
        """The step at which the first epoch would have begun with the present batches."""
        return self._origin

    @property
    def is_at_epochs_end(self) -> bool:
        return self.begin_of(self.epoch) == self.step

    @property
    def lacks_score(self) -> bool:
        """Whether all batches of the present epoch are done: it is finished when it has been scored."""
        return self.begin_of(self.epoch + 1) == self.step

    @property
    def is_done(self) -> bool:
        return self.epoch >= self.experiment.training.epochs

    @property
    def last_step(self) -> int:
        """Where the present way of training ends: with the run, or with the epoch where other batches follow."""
        other = self.experiment.training.batch_size != self.task.trainer.batch_size
        return self.begin_of(self.epoch + 1 if other else self.experiment.training.epochs)

    @property
    def stamp(self) -> tuple[int, int]:
        """Another one whenever the weights are others."""
        return self.step, self.changes.count

    def _check_length(self, experiment: Experiment) -> None:
        per_epoch = -(-self.task.trainer.examples // experiment.training.batch_size)
        most = (MAX_STEPS - self._origin) // per_epoch
        if experiment.training.epochs > most:
            raise InvalidValue(
                "The run would take too many steps.",
                expected=f"at most {most:,} epochs of {per_epoch:,} batches",
                got=f"{experiment.training.epochs:,}",
                fix="Train fewer epochs, or larger batches.",
            )

    # Numbers

    def note(self, rows: np.ndarray) -> None:
        """So many steps more are done. rows: float32 (steps, names)."""
        self.step += len(rows)
        self._rows.append(rows)
        self.clock.mark(self.step)

    @property
    def rows(self) -> np.ndarray:
        """float32 (steps, names): of the present epoch."""
        return np.concatenate(self._rows) if self._rows else np.zeros((0, len(self.task.trainer.names)), np.float32)

    def finish_epochs(self, losses: ArrayLike, metrics: ArrayLike) -> FinishedEpochs:
        """So many epochs more are finished. losses, metrics: of the held-out part after each, (epochs,)."""
        trainer, done, held_out = self.task.trainer, self.rows, np.asarray(losses, np.float64)
        count = len(held_out)
        steps = count * trainer.steps_per_epoch
        whole, self._rows = done[:steps].reshape(count, trainer.steps_per_epoch, -1), [done[steps:]]
        self.epoch += count
        values = curve_points.means(whole, trainer.names, batch_size=trainer.batch_size, examples=trainer.examples)
        values |= {"val_loss": held_out, f"val_{self.task.metric}": np.asarray(metrics, np.float64)}
        ends = self._origin + np.arange(self.epoch - count + 1, self.epoch + 1) * trainer.steps_per_epoch
        values["learning_rate"] = self.task.learning_rate.before(self.step - ends)
        return FinishedEpochs(self.epoch - count + 1, values)

    @property
    def counters(self) -> dict[str, Any]:
        """What a checkpoint tells of this moment."""
        now = {"epoch": self.epoch, "step": self.step, "elapsed": self.clock.elapsed}
        batches = {"origin": self._origin, "batch_size": self.task.trainer.batch_size}
        return now | batches | self.changes.facts

    @property
    def sizes(self) -> Mapping[str, int]:
        """What a change can make others of in `events.Started`."""
        training = self.experiment.training
        steps = -(-self.task.trainer.examples // training.batch_size)
        return {
            "epochs": training.epochs,
            "steps_per_epoch": steps,
            "batch_size": training.batch_size,
            "parameters": self.task.parameters,
        }

    # Changes

    def change(self, change: Change, *, is_planned: bool) -> say.Changed | None:
        """Put it into effect; None where it would change nothing. Raises InvalidValue or Conflict for what cannot be."""
        after = self.changes.after(change)
        if change.name == "learning_rate" and not self.task.learning_rate.is_fixed:
            raise Conflict("This run's learning rate follows a schedule.", fix="Choose a fixed learning rate to change it in mid-run.")
        if not change.is_deep:
            if change.name == "learning_rate":
                self.task.learning_rate.set(change.value)
            else:
                changes.set_weight(self.task.model, change.value)
            self.changes.note(change)
            self.experiment = after
            return say.Changed(change.name, spec.to_json(change.value), self.step)
        if after == self.experiment and not is_planned:
            return None
        return self._change_deeply(change, after)

    def _change_deeply(self, change: Change, after: Experiment) -> say.Changed:
        if after.training.epochs <= self.epoch:
            raise InvalidValue(
                "So many epochs are finished already.", expected=f"more than {self.epoch:,}", got=after.training.epochs, fix="Stop the run."
            )
        self._check_length(after)
        begins = self.is_at_epochs_end  # an epoch ends with batches as it began
        batch_size = after.training.batch_size if begins else self.task.trainer.batch_size
        new = changes.edited(self.task, self.experiment, after, batch_size=batch_size, step=self.step)
        self.changes.note(change)
        self.experiment = after
        if new.task is not self.task:
            self._exchange(new.task)
        if begins:
            self._begin_epochs_here()
        return say.Changed(change.name, spec.to_json(change.value), self.step, kept=new.kept, says=new.says, started=self.sizes)

    def take_other_batches(self) -> None:
        """At the beginning of an epoch: batches of the size that was chosen meanwhile."""
        size = self.experiment.training.batch_size
        if self.task.trainer.batch_size == size:
            return
        self._exchange(changes.edited(self.task, self.experiment, self.experiment, batch_size=size, step=self.step).task)
        self._begin_epochs_here()

    def _begin_epochs_here(self) -> None:
        self._origin = self.step - self.epoch * self.task.trainer.steps_per_epoch

    def _exchange(self, task: Task) -> None:
        """Go on with another task. Numbers of the present epoch keep their names; a penalty that was not there was 0."""
        rows, names = self.rows, self.task.trainer.names
        columns = dict(zip(names, rows.T, strict=True))
        none = np.zeros(len(rows), np.float32)
        self._rows = [np.stack([columns.get(name, none) for name in task.trainer.names], axis=1)]
        self._replaced = [model for model in (*self._replaced, self.warm_model) if model.is_compiling]
        self.warm_model = WarmModel(task)
        self.task = task
