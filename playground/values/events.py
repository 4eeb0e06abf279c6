"""What an engine says while it works: small frozen facts, from engine to lab to browser.

`to_message` and `from_message` turn an event into the body of a wire message and back; the names and fields here are what
`assets/live/` reads. Arrays are one-dimensional float32 unless said otherwise.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.values.errors import InvalidValue
from playground.values.metric import Metric, metric_from_json


@dataclass(frozen=True)
class Started:
    """The model stands and training is about to begin (or to go on, when epoch or step are not 0).

    steps_per_epoch: batches; examples: {"train": n, "validation": n, "test": n}; classes: names, in label order;
    parameters: trainable weights; device: what it runs on. paused: it waits before the next step. changes: those in force
    from the start of the run to here, as `Run.changes` has them; None: as far as they are known. metrics: what is measured, the main
    one first; none in runs stored before they were told.
    """

    epoch: int
    step: int
    epochs: int
    steps_per_epoch: int
    examples: Mapping[str, int]
    classes: tuple[str, ...]
    parameters: int
    device: str
    batch_size: int
    learning_rate: float
    precision: str = "float32"
    paused: bool = False
    changes: tuple[tuple[int, str, Any], ...] | None = None
    metrics: tuple[Metric, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", tuple(metric_from_json(metric) for metric in self.metrics))


@dataclass(frozen=True)
class Progress:
    """Where the run stands now. epoch: finished epochs; step: finished steps since the start of the run.

    elapsed: seconds of training, pauses left out; eta: seconds to the end or None; examples_per_second, steps_per_second: over the
    last second; learning_rate: 1/step, now in force.
    """

    epoch: int
    step: int
    elapsed: float
    eta: float | None
    examples_per_second: float
    steps_per_second: float
    learning_rate: float


@dataclass(frozen=True)
class BatchPoints:
    """Each batch's own numbers since the last such event. steps: int32 (n,), counted from 1; values: name → float32 (n,).

    Names: those of the run's metrics ("loss" with the penalty), and "penalty" where regularisers add one.
    """

    steps: np.ndarray
    values: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class EpochPoint:
    """Means over a finished epoch. epoch: counted from 1; step: the last step of it.

    values: each of the run's metrics by its name and as `val_<name>`, "learning_rate", and "penalty" where regularisers add one.
    """

    epoch: int
    step: int
    values: Mapping[str, float]


@dataclass(frozen=True)
class EpochPoints:
    """Several finished epochs at once, for a net that does thousands a second.

    epochs, steps: int32 (k,), those that the run's curve keeps, as in EpochPoint; values: name → float32 (k,).
    last: the values of the last finished epoch, kept or not, with its "epoch" and "step".
    best: over all of them, kept or not: "best_epoch" (of the lowest "val_loss"), `best_val_<name>` of each metric, those that are finite.
    """

    epochs: np.ndarray
    steps: np.ndarray
    values: Mapping[str, np.ndarray]
    last: Mapping[str, float]
    best: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """One frame of a view. view: its name ("confusion"); arrays and meta: what that view's drawing needs.

    "confusion": arrays {"matrix": int32 (classes, classes), rows true, columns predicted}, meta {"split": "validation" | "test"}.
    """

    view: str
    epoch: int
    step: int
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paused:
    """The engine waits; weights and optimizer state are kept, and a checkpoint of this moment is on disk."""

    epoch: int
    step: int


@dataclass(frozen=True)
class Resumed:
    """Training goes on after a pause."""


@dataclass(frozen=True)
class Changed:
    """Something was changed while the run goes on. name, value: as in `spec.Change`, the value as JSON; or "speed" (steps a second,
    None for as fast as it can).

    step: finished steps at that moment; None: those of the last Progress. kept, says: of what was learnt, "exactly", "nearly" or
    "partly", and a sentence about it; "" where that is no question. started: the fields of Started that are others now.
    """

    name: str
    value: Any
    step: int | None = None
    kept: str = ""
    says: str = ""
    started: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """A checkpoint is on disk, from which the run can go on with the same continuation."""

    epoch: int
    step: int


@dataclass(frozen=True)
class Done:
    """The run ended by itself or was stopped. summary: see `run.Run.summary`."""

    stopped: bool
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class Failed:
    """The run ended by an error (`PlaygroundError.to_json`). summary: what can still be said, e.g. the last good epoch."""

    error: Mapping[str, str]
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Interrupted:
    """The server or the engine went away in mid-run; said by the lab. error: `PlaygroundError.to_json` or None."""

    error: Mapping[str, str] | None = None


Points = BatchPoints | EpochPoint | EpochPoints
Event = Started | Progress | Points | Picture | Paused | Resumed | Changed | Saved | Done | Failed | Interrupted
TYPES: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__args__}


def to_message(event: Event) -> dict[str, Any]:
    """The body of a wire message: `{"type": "Progress", …fields}`."""
    return {"type": type(event).__name__} | {f.name: _told(getattr(event, f.name)) for f in dataclasses.fields(event)}


def _told(value: Any) -> Any:
    """Metrics as JSON, all else as it is."""
    return [metric.to_json() for metric in value] if isinstance(value, tuple) and value and isinstance(value[0], Metric) else value


def from_message(body: Mapping[str, Any]) -> Event:
    """The inverse of `to_message`. Raises InvalidValue for a type or field that is not known."""
    try:
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in body.items() if name != "type"
        }
        return TYPES[body["type"]](**fields)
    except (KeyError, TypeError) as error:
        raise InvalidValue("An event could not be read.", expected="one of " + ", ".join(TYPES), got=str(error)) from None
