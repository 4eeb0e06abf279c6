"""A run: what is known of one training, folded from its events. Results only; the settings stand in `experiment`, untouched."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.values import events
from playground.values.changes import SPEED, Change, Entry, noted, remaining
from playground.values.events import Event, Picture
from playground.values.experiment import Experiment
from playground.values.metric import LOSS, METRICS, Metric

MAX_POINTS = 2_000  # a curve; more are thinned evenly

# queued: waits for an engine; starting: the model is being built; then training ⇄ paused; and one of four ends.
ACTIVE = ("queued", "starting", "training", "paused")
ENDED = ("done", "stopped", "failed", "interrupted")


@dataclass(frozen=True, eq=False)
class Curve:
    """Columns over a common x (steps, int32 ascending), thinned evenly: only x with `x % stride == 0` are kept, stride doubling as needed.

    values: name → float32, NaN where a name has no value at that x.
    """

    x: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    stride: int = 1

    def extended(self, x: np.ndarray, values: Mapping[str, np.ndarray]) -> Curve:
        """The curve with points added behind its end. x: int (n,); values: name → (n,)."""
        keep = np.asarray(x) % self.stride == 0
        names = list(self.values) + [name for name in values if name not in self.values]
        xs = np.concatenate([self.x, np.asarray(x)[keep].astype(np.int32)])
        columns = {}
        for name in names:
            old = self.values.get(name, np.full(len(self.x), np.nan, np.float32))
            new = np.asarray(values[name], np.float32)[keep] if name in values else np.full(int(keep.sum()), np.nan, np.float32)
            columns[name] = np.concatenate([old, new])
        stride = self.stride
        while len(xs) > MAX_POINTS:
            stride *= 2
            keep = xs % stride == 0
            xs = xs[keep]
            columns = {name: column[keep] for name, column in columns.items()}
        return Curve(xs, columns, stride)


def stride_at(last: int) -> int:
    """The stride of a curve that was given every x from 1 to `last`: who knows it need not send what would not be kept."""
    stride = 1
    while last // stride > MAX_POINTS:
        stride *= 2
    return stride


@dataclass(frozen=True, eq=False)
class Run:
    """One training and what came of it.

    batches: x = step, each metric by its name (, "penalty"). epochs: x = epoch, with "step", `val_<name>` and "learning_rate" too.
    progress: the last Progress; started: the last Started. pictures: view → its latest Picture.
    created, ended: Unix seconds. position: place in the queue, from 1, while queued.
    changes: (step, name, value) of what was changed in mid-run, as `spec.Change` with the value as JSON, and the speed in force.
    summary: of the last epoch each metric as `<name>` and `val_<name>`; `best_val_<name>` of any epoch, each in its own direction, and
        "best_epoch", that of "best_val_loss". When ended with a finished epoch also `test_<name>`, "test_examples", "seconds" and, where
        there are classes, "per_class": [{"class", "precision", "recall", "f1", "support"}]; after NaN {"last_good_epoch"}.
    error: `PlaygroundError.to_json` or None.
    """

    id: str
    owner: str
    experiment: Experiment
    name: str = ""
    status: str = "queued"
    created: float = 0.0
    ended: float | None = None
    position: int = 0
    started: events.Started | None = None
    progress: events.Progress | None = None
    batches: Curve = field(default_factory=Curve)
    epochs: Curve = field(default_factory=Curve)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Entry, ...] = ()
    checkpoint: tuple[int, int] | None = None  # (epoch, step) of the last one on disk
    error: Mapping[str, str] | None = None

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return self.progress.epoch if self.progress else 0

    @property
    def step(self) -> int:
        """Finished steps."""
        return self.progress.step if self.progress else 0

    @property
    def seconds(self) -> float:
        """Seconds spent training, pauses left out."""
        return self.progress.elapsed if self.progress else 0.0

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured, the main one first. A run that has not begun, or began before metrics were told, has those of its task."""
        return (self.started.metrics if self.started else ()) or METRICS[self.experiment.task]

    def having(self, **fields: Any) -> Run:
        return dataclasses.replace(self, **fields)

    def shared(self) -> Experiment:
        """The experiment with all changes so far: trained from the start it gives this run again.

        What the experiment itself has in store is part of it for as long as nothing else was changed.
        """
        made = tuple(Change(step, name, value) for step, name, value in self.changes if name != SPEED)
        return self.experiment.having(changes=(*made, *remaining(self.experiment.changes, made)))


def fold(run: Run, event: Event) -> Run:
    """The run after one more event. Events of an ended run change nothing, save those that start it again."""
    if run.status in ENDED and not isinstance(event, (events.Started, events.Saved)):
        return run
    return FOLDS[type(event)](run, event)


def _started(run: Run, event: events.Started) -> Run:
    """Also after an interruption: what lies behind the checkpoint is forgotten, for it is about to happen again.

    A new session has no speed limit, whatever the last one had.
    """
    epochs = _until(run.epochs, event.epoch)
    return run.having(
        status="paused" if event.paused else "training",
        started=event,
        progress=_standing_at(event, run.progress),
        batches=_until(run.batches, event.step),
        epochs=epochs,
        summary=_summary(epochs, event.metrics or run.metrics),
        changes=_changes_at(event, run),
        error=None,
        ended=None,
        position=0,
    )


def _changes_at(event: events.Started, run: Run) -> tuple[Entry, ...]:
    if event.changes is not None:
        return tuple((step, name, value) for step, name, value in event.changes)
    return tuple(change for change in run.changes if change[0] <= event.step and change[1] != SPEED)


def _standing_at(event: events.Started, progress: events.Progress | None) -> events.Progress | None:
    """Where a resumed run stands until its first Progress; None for a new one."""
    if progress is None:
        return None
    return dataclasses.replace(
        progress,
        epoch=event.epoch,
        step=event.step,
        eta=None,
        examples_per_second=0.0,
        steps_per_second=0.0,
        learning_rate=event.learning_rate,
    )


def _summary(epochs: Curve, metrics: tuple[Metric, ...]) -> dict[str, Any]:
    """What the kept epochs say: the last one's numbers and the best of each metric."""
    if not len(epochs.x):
        return {}
    return {name: float(column[-1]) for name, column in epochs.values.items() if name != "step"} | bests(epochs, metrics)


def bests(epochs: Curve, metrics: tuple[Metric, ...]) -> dict[str, Any]:
    """`best_val_<name>` of each metric over the kept epochs, and "best_epoch", that of the lowest validation loss."""
    found: dict[str, Any] = {}
    for metric in metrics:
        values = epochs.values.get(f"val_{metric.name}", np.zeros(0))
        if (place := metric.best(values)) is not None:
            found[f"best_val_{metric.name}"] = float(values[place])
            if metric.name == LOSS.name:
                found["best_epoch"] = int(epochs.x[place])
    return found


def _batch_points(run: Run, event: events.BatchPoints) -> Run:
    return run.having(batches=run.batches.extended(event.steps, event.values))


def _epoch_point(run: Run, event: events.EpochPoint) -> Run:
    values = {"step": event.step} | dict(event.values)
    epochs = run.epochs.extended(np.array([event.epoch]), {name: np.array([value], np.float32) for name, value in values.items()})
    best = {"best_epoch": event.epoch} | {f"best_{name}": value for name, value in event.values.items() if name.startswith("val_")}
    return run.having(epochs=epochs, summary=_bettered(dict(run.summary) | dict(event.values), best, run.metrics))


def _epoch_points(run: Run, event: events.EpochPoints) -> Run:
    """As its epochs would fold one by one, of which the curve would not keep all."""
    columns = {"step": np.asarray(event.steps, np.float32)} | dict(event.values)
    epochs = run.epochs.extended(event.epochs, columns)
    summary = dict(run.summary) | {name: value for name, value in event.last.items() if name not in ("epoch", "step")}
    return run.having(epochs=epochs, summary=_bettered(summary, event.best, run.metrics))


def _bettered(summary: dict[str, Any], best: Mapping[str, Any], metrics: tuple[Metric, ...]) -> dict[str, Any]:
    """The summary with what is better in `best`, each metric in its own direction."""
    for metric in metrics:
        name = f"best_val_{metric.name}"
        value = best.get(name)
        if value is not None and metric.is_better(value, summary.get(name)):
            summary[name] = value
            if metric.name == LOSS.name:
                summary["best_epoch"] = int(best["best_epoch"])
    return summary


def _progress(run: Run, event: events.Progress) -> Run:
    return run.having(progress=event)


def _picture(run: Run, event: Picture) -> Run:
    return run.having(pictures=dict(run.pictures) | {event.view: event})


def _paused(run: Run, event: events.Paused) -> Run:
    return run.having(status="paused")


def _resumed(run: Run, event: events.Resumed) -> Run:
    return run.having(status="training")


def _changed(run: Run, event: events.Changed) -> Run:
    step = run.step if event.step is None else event.step
    started = run.started and dataclasses.replace(run.started, **event.started)
    return run.having(changes=noted(run.changes, (step, event.name, event.value)), started=started)


def _saved(run: Run, event: events.Saved) -> Run:
    return run.having(checkpoint=(event.epoch, event.step))


def _done(run: Run, event: events.Done) -> Run:
    return run.having(status="stopped" if event.stopped else "done", summary=dict(run.summary) | dict(event.summary))


def _failed(run: Run, event: events.Failed) -> Run:
    return run.having(status="failed", error=dict(event.error), summary=dict(run.summary) | dict(event.summary))


def _interrupted(run: Run, event: events.Interrupted) -> Run:
    return run.having(status="interrupted", error=dict(event.error) if event.error else None)


def _until(curve: Curve, last: int) -> Curve:
    keep = curve.x <= last
    return Curve(curve.x[keep], {name: column[keep] for name, column in curve.values.items()}, curve.stride)


FOLDS: dict[type[Event], Callable[[Run, Any], Run]] = {
    events.Started: _started,
    events.BatchPoints: _batch_points,
    events.EpochPoint: _epoch_point,
    events.EpochPoints: _epoch_points,
    events.Progress: _progress,
    events.Picture: _picture,
    events.Paused: _paused,
    events.Resumed: _resumed,
    events.Changed: _changed,
    events.Saved: _saved,
    events.Done: _done,
    events.Failed: _failed,
    events.Interrupted: _interrupted,
}
