"""What is changed in mid-run: what the experiment has in store, what comes by hand, and how each is put into effect."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from playground.engine.checkpoints.architecture import architecture_of
from playground.engine.model.describe import check_trainable
from playground.engine.tasks import Task, prepare
from playground.engine.transfer.weight_transfer import Transfer
from playground.values import spec
from playground.values.changes import extended, made, remaining
from playground.values.errors import InvalidValue
from playground.values.spec import Change, Experiment, Training


class Changes:
    """The changes of one run, in order. base: its experiment; made: those that are in force already, in mid-run.

    What the base has in store is done at its steps for as long as nothing else happens: a change by hand, or one that had to be refused,
    ends the plan.
    """

    def __init__(self, base: Experiment, made: Iterable[Change] = ()) -> None:
        self.base = base
        self.made = tuple(made)
        self.count = len(self.made)  # grows with each, so that it stamps the weights
        self._told: tuple[tuple[Change, ...], Mapping[str, Any]] | None = None  # facts, and of which changes
        self._plan = remaining(base.changes, self.made)

    @property
    def experiment(self) -> Experiment:
        """The one in force."""
        return self.base.having(changes=self.made).at(math.inf)

    @property
    def next_step(self) -> int | None:
        """When the next one in store is due."""
        return self._plan[0].step if self._plan else None

    def due(self, step: int) -> Change | None:
        """What is in store for this step."""
        return self._plan[0] if self._plan and self._plan[0].step <= step else None

    def after(self, change: Change) -> Experiment:
        """The experiment in force after one more change. Raises InvalidValue or Conflict for an invalid change."""
        changes = made(self.made, change, network=self.base.network, training=self.base.training)
        return self.base.having(changes=changes).at(math.inf)

    def note(self, change: Change) -> None:
        """It is in force now."""
        is_planned = bool(self._plan) and self._plan[0] == change
        self._plan = self._plan[1:] if is_planned else ()
        self.made = extended(self.made, change)
        self.count += 1

    def give_up(self) -> None:
        """What is in store cannot be repeated."""
        self._plan = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a kept state tells of them, JSON data: worked out once, for many are kept between two changes."""
        if self._told is None or self._told[0] is not self.made:
            self._told = self.made, {"changes": [spec.to_json(change) for change in self.made]} | architecture_of(self.made)
        return self._told[1]

    @property
    def triples(self) -> tuple[tuple[int, str, Any], ...]:
        """As `Run.changes` has them."""
        return tuple((change.step, change.name, spec.to_json(change.value)) for change in self.made)


def changes_from_json(base: Experiment, counters: Mapping[str, Any]) -> Changes:
    """Those that a checkpoint tells; one of an older version tells none."""
    return Changes(base, (spec.change_from_json(item) for item in counters.get("changes", ())))


# Putting into effect


@dataclass(frozen=True, eq=False)
class Edited:
    """A task made anew. says: what became of what was learned, in sentences."""

    task: Task
    kept: str
    says: str


def edited(task: Task, before: Experiment, after: Experiment, *, batch_size: int, step: int) -> Edited:
    """The task of `after`, going on with what `task` has learned; `task` itself where nothing of it changes. batch_size: of this epoch.

    Raises InvalidValue where the edited experiment could not be trained.
    """
    check_trainable(after)
    if batch_size == task.trainer.batch_size and lasting(before) == lasting(after):
        return Edited(task, "", says_of(before, after, None, batch_size=batch_size))
    new = prepare(with_batch_size(after, batch_size), task.arrays)
    rates = [each.training.optimizer.args.get("learning_rate") for each in (before, after)]
    kept = new.take_over(task, step=step, keep_rate=rates[0] == rates[1])
    return Edited(new, kept.kept if before.network != after.network else "", says_of(before, after, kept, batch_size=batch_size))


def lasting(experiment: Experiment) -> Experiment:
    """What a task is made of but for the batches' size: how long it is trained does not count."""
    return with_batch_size(experiment.having(training=dataclasses.replace(experiment.training, epochs=1)), 1)


def says_of(before: Experiment, after: Experiment, kept: Transfer | None, *, batch_size: int) -> str:
    said = [kept.says] if kept is not None and before.network != after.network else []
    if before.training.optimizer.kind != after.training.optimizer.kind:
        said.append("The weights stay, and the optimizer begins without memory.")
    if after.training.batch_size not in (before.training.batch_size, batch_size):
        said.append("The new batch size counts from the next epoch.")
    return " ".join(said)


def with_batch_size(experiment: Experiment, batch_size: int) -> Experiment:
    training: Training = dataclasses.replace(experiment.training, batch_size=batch_size)
    return experiment.having(training=training)


def set_weight(model: keras.Model, weight: spec.Weight) -> None:
    """Raises InvalidValue for a weight that is not there."""
    name, which, index, value = weight
    layers = {layer.name: layer for layer in model.layers if isinstance(getattr(layer, "kernel", None), keras.Variable)}
    if name not in layers:
        raise InvalidValue("There is no such layer with weights.", expected=" or ".join(layers) or "a layer", got=name)
    variable = getattr(layers[name], which)
    if variable is None:
        raise InvalidValue(f"{name} has no bias.", expected="kernel", got=which)
    values = np.asarray(variable.value).copy()
    if index >= values.size:
        raise InvalidValue(f"The {which} of {name} has no such weight.", expected=f"an index from 0 to {values.size - 1:,}", got=index)
    values.flat[index] = value
    variable.assign(values)
