"""The state of a training on disk: every variable of models and optimizers, the counters, and what the epoch has seen so far.

A `State` is numpy arrays and plain numbers; it is taken from a task's models, written, read and put back without loss. Never half a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import keras
import numpy as np

from playground.values.command import WEIGHTS
from playground.values.errors import NotFound, Unavailable

LAST, BEST = WEIGHTS["last"], WEIGHTS["best"]

Models = Mapping[str, keras.Model]  # by role, as `Task.models`


@dataclass(frozen=True, eq=False)
class State:
    """variables: name, as `named` has it → values; counters: JSON data; arrays: further numpy arrays by name."""

    variables: Mapping[str, np.ndarray]
    counters: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


def take(models: Models, *, counters: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> State:
    """The state of compiled models now, copied."""
    variables = {name: v.value.numpy() for name, v in named(models).items()}
    return State(variables, dict(counters), {name: np.array(array) for name, array in arrays.items()})


def put(models: Models, state: State, *, optimizer: bool = True) -> None:
    """Set the models' variables (and their optimizers') to those of `state`. Raises Unavailable when they are other models'."""
    for name, variable in named(models, optimizer=optimizer).items():
        value = state.variables.get(name)
        if value is None or tuple(value.shape) != tuple(variable.shape):
            raise Unavailable(
                "The checkpoint belongs to another network.",
                expected=f"{variable.path} of shape {tuple(variable.shape)}",
                got="nothing" if value is None else f"shape {tuple(value.shape)}",
                fix="Start the run again.",
            )
        variable.assign(value)


def named(models: Models, *, optimizer: bool = True) -> dict[str, keras.Variable]:
    """All state by a name that is the same whenever the same experiment is built; seeds of dropout are among it.

    The first model's are "model/0" and "optimizer/0" …, a further one's "model/<role>/0" and "optimizer/<role>/0" ….
    """
    groups: dict[str, Sequence[keras.Variable]] = {}
    for place, (role, model) in enumerate(models.items()):
        suffix = f"/{role}" if place else ""
        groups[f"model{suffix}"] = model.variables
        if optimizer:
            groups[f"optimizer{suffix}"] = model.optimizer.variables
    return {f"{group}/{i}": variable for group, variables in groups.items() for i, variable in enumerate(variables)}


def save(path: Path, state: State) -> None:
    """Write to a temporary neighbour, sync, and rename. Raises Unavailable when the disk will not take it."""
    meta = np.frombuffer(json.dumps(dict(state.counters)).encode(), np.uint8)
    columns = {f"array/{name}": array for name, array in state.arrays.items()}
    write_whole(path, lambda stream: np.savez(stream, allow_pickle=False, **state.variables, **columns, meta=meta))


def load(path: Path, *, only: str = "") -> State:
    """The inverse of `save`. only: variables whose names begin so. Raises NotFound or Unavailable."""
    try:
        with np.load(path, allow_pickle=False) as file:
            content = {name: file[name] for name in file.files if name.startswith((only, "meta"))}
            counters = json.loads(content.pop("meta").tobytes())
    except FileNotFoundError:
        raise NotFound("This run has no checkpoint yet.", expected=path.name, fix="Start the run again.") from None
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise Unavailable("The checkpoint cannot be read.", got=str(error), fix="Start the run again.") from error
    arrays = {name.removeprefix("array/"): content.pop(name) for name in list(content) if name.startswith("array/")}
    return State(content, counters, arrays)


def weights(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The model's variables in a checkpoint and its counters, the optimizer's left unread. Raises NotFound or Unavailable."""
    state = load(path, only="model/")
    return dict(state.variables), dict(state.counters)


def counters(path: Path) -> dict[str, Any]:
    """The counters in a checkpoint, nothing else read. Raises NotFound or Unavailable."""
    return dict(load(path, only="meta").counters)


def write_whole(path: Path, write: Callable[[BinaryIO], None], *, sync: bool = True) -> None:
    """Let `write(stream)` fill a file that appears under its name only when it is complete and, with `sync`, on disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as stream:
            write(stream)
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Unavailable(
            f"{path.name} could not be written.", got=error.strerror or str(error), fix="Free some space or check the folder's rights."
        ) from error
