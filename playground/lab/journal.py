"""One line in the log for each thing that happens to a run and is worth a line."""

from __future__ import annotations

import logging

from playground.values import events
from playground.values.events import Event
from playground.values.run import Run

log = logging.getLogger("playground.lab")

EVERY = 5.0  # seconds between two epochs that get a line; tiny networks finish hundreds a second
_last_epoch: dict[str, float] = {}


def note(before: Run, after: Run, event: Event | None) -> None:
    """Log what happened between two states of a run."""
    if line := line_for(before, after, event):
        log.info("run %s: %s", after.id, line)


def line_for(before: Run, after: Run, event: Event | None) -> str:
    """The words for it, or "" when it is not worth a line."""
    match event:
        case None if after is before:
            layers = len(after.experiment.network.layers)
            return f"{after.status}, {after.experiment.data.name}, {layers} layers, {after.experiment.training.epochs} epochs."
        case None if after.status != before.status:
            return f"{after.status}."
        case events.Started():
            how = "started" if event.step == 0 else f"goes on from epoch {event.epoch}, step {event.step}"
            return f"{how}, {event.parameters:,} parameters, on {event.device}."
        case events.EpochPoint() if _is_due(after, event.epoch):
            numbers = ", ".join(f"{name} {value:.4g}" for name, value in event.values.items() if value is not None)
            return f"epoch {event.epoch}/{after.experiment.training.epochs}, {numbers}."
        case events.EpochPoints() if _is_due(after, int(event.last["epoch"])):
            numbers = ", ".join(f"{name} {value:.4g}" for name, value in event.last.items() if name not in ("epoch", "step"))
            return f"epoch {event.last['epoch']:.0f}/{after.experiment.training.epochs}, {numbers}."
        case events.Paused():
            return f"paused at epoch {event.epoch}, step {event.step}."
        case events.Resumed():
            return "resumed."
        case events.Changed():
            what = f"is {event.value} now" if event.name in ("learning_rate", "speed") else "changed"
            return f"{event.name} {what}. {event.says}".strip()
        case events.Done():
            names = [f"test_{metric.name}" for metric in after.metrics]
            scores = [f"{name} {after.summary[name]:.4g}" for name in names if name in after.summary]
            return ", ".join([f"{after.status} after {after.seconds:.1f} s", *scores]) + "."
        case events.Failed():
            return f"failed. {event.error.get('what', '')}"
        case events.Interrupted():
            return f"interrupted. {(event.error or {}).get('what', '')}"
    return ""


def _is_due(run: Run, epoch: int) -> bool:
    """At most one line every few seconds of training, and the last epoch in any case."""
    seconds = run.seconds
    if epoch < run.experiment.training.epochs and 0 <= seconds - _last_epoch.get(run.id, -EVERY) < EVERY:
        return False
    _last_epoch.pop(run.id, None)
    _last_epoch[run.id] = seconds
    while len(_last_epoch) > 100:
        del _last_epoch[next(iter(_last_epoch))]
    return True
