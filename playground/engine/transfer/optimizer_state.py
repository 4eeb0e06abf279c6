"""An optimizer's memory (momenta, squares of gradients …) carried into another model's optimizer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np


@dataclass(frozen=True, eq=False)
class Gather:
    """Where a variable's values came from. path: of the old variable; axes: for each axis the old index at each new place, -1 where new."""

    path: str
    axes: tuple[np.ndarray, ...]

    @property
    def is_whole(self) -> bool:
        return all(np.array_equal(axis, np.arange(len(axis))) for axis in self.axes)


def carry_slots(before: keras.Model, after: keras.Model, gathers: Mapping[str, Gather], *, keep_rate: bool) -> None:
    """Put the memory of `before.optimizer` into `after.optimizer`; both are built, and of one kind, else nothing is carried.

    What belongs to new weights stays as a new optimizer has it. Memory of another shape than its weight's is kept where the weight came
    over whole. keep_rate: the learning rate too.
    """
    if type(before.optimizer) is not type(after.optimizer):
        return
    if is_same(before, after, gathers):
        for variable, old in zip(after.optimizer.variables, before.optimizer.variables, strict=True):
            if keep_rate or variable.name != "learning_rate":
                variable.assign(old.value)
        return
    old_slots, old_rest = memory_of(before)
    slots, rest = memory_of(after)
    for name, variable in rest.items():
        old = old_rest.get(name)
        if old is not None and old.shape == variable.shape and (keep_rate or name != "learning_rate"):
            variable.assign(old.value)
    for (path, name), variable in slots.items():
        gather = gathers.get(path)
        if gather is None or (old := old_slots.get((gather.path, name))) is None:
            continue
        values = variable.value.numpy().copy()
        if values.ndim == len(gather.axes) and all(len(axis) == size for axis, size in zip(gather.axes, values.shape, strict=True)):
            new = np.ix_(*(np.flatnonzero(axis >= 0) for axis in gather.axes))
            values[new] = old.value.numpy()[np.ix_(*(axis[axis >= 0] for axis in gather.axes))]
            variable.assign(values)
        elif gather.is_whole and old.shape == variable.shape:
            variable.assign(old.value)


def is_same(before: keras.Model, after: keras.Model, gathers: Mapping[str, Gather]) -> bool:
    """Whether all weights came over whole, so that all memory does, also what has no name."""
    came = [gathers.get(variable.path) for variable in after.trainable_variables]
    if [gather and gather.path for gather in came] != [variable.path for variable in before.trainable_variables]:
        return False
    shapes = [[tuple(variable.shape) for variable in model.optimizer.variables] for model in (before, after)]
    return shapes[0] == shapes[1] and all(gather is not None and gather.is_whole for gather in came)


Slots = dict[tuple[str, str], keras.Variable]


def memory_of(model: keras.Model) -> tuple[Slots, dict[str, keras.Variable]]:
    """(weight's path, kind of memory) → variable; and by name what belongs to no weight: iterations, learning rate …

    What bears the same name as another (Keras numbers those that have none) is left out: there is no telling which is which.
    """
    names = {variable.path.replace("/", "_"): variable.path for variable in model.trainable_variables}
    slots: Slots = {}
    rest: dict[str, list[keras.Variable]] = {}
    for variable in model.optimizer.variables:
        name = variable.path.rpartition("/")[2]
        owner = max((each for each in names if name.startswith(each + "_")), key=len, default=None)
        if owner is None:
            rest.setdefault(re.sub(r"_\d+$", "", name), []).append(variable)
        else:
            slots[names[owner], name.removeprefix(owner + "_")] = variable
    return slots, {name: variables[0] for name, variables in rest.items() if len(variables) == 1}
