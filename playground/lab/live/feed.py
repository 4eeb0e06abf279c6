"""What one onlooker of a run is sent: the messages of the live view, merged while they wait, at most 30 deliveries a second.

A subscriber that is slow or dead costs its run nothing: beyond a bound all that waits for it is replaced by one snapshot.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.diagnosis import diagnose
from playground.values import events, wire
from playground.values.errors import PlaygroundError
from playground.values.events import Event
from playground.values.run import Run

log = logging.getLogger("playground.lab")

FRAME = 1 / 30  # seconds between two deliveries to one subscriber
MAX_WAITING = 400  # messages for one subscriber; more are replaced by a snapshot
MAX_POINTS = 20_000  # points waiting for one subscriber, likewise


def snapshot(run: Run) -> dict[str, Any]:
    """The body of the first message to a subscriber: all that is known of the run, curves and pictures as arrays."""
    return {"type": "Snapshot", "run": outline(run) | details(run) | curves(run)}


def outline(run: Run) -> dict[str, Any]:
    """What a list of runs, a single run and a live view all say of a run, as data."""
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status,
        "position": run.position,
        "created": run.created,
        "ended": run.ended,
        "metrics": [metric.to_json() for metric in run.metrics],
        "summary": dict(run.summary),
        "error": dict(run.error) if run.error else None,
        "checkpoint": list(run.checkpoint) if run.checkpoint else None,
    }


def details(run: Run) -> dict[str, Any]:
    """What a single run and a live view say besides, curves left out."""
    return {
        "started": _fields(run.started),
        "progress": _fields(run.progress),
        "changes": [list(change) for change in run.changes],
        "pictures": {view: _picture(picture) for view, picture in run.pictures.items()},
        "finding": _finding(run),
    }


def curves(run: Run) -> dict[str, Any]:
    """By batch and by epoch, as arrays."""
    kept = {"batches": run.batches, "epochs": run.epochs}
    return {name: {"x": curve.x, "values": dict(curve.values), "stride": curve.stride} for name, curve in kept.items()}


def status(run: Run) -> dict[str, Any]:
    """The body of the message at each change of status."""
    error = dict(run.error) if run.error else None
    return {"type": "Status", "status": run.status, "position": run.position, "error": error, "summary": dict(run.summary)}


@dataclass(frozen=True, eq=False)
class Folded:
    """A field of a run that is folded here and sent whole. Made into a message when it leaves: most are outdated before."""

    name: str  # "summary" or "changes"
    run: Run

    def body(self) -> dict[str, Any]:
        return {"type": FOLDED[self.name], self.name: getattr(self.run, self.name)}


FOLDED = {"summary": "Summary", "changes": "Changes"}  # field of a run → type of the message


def folded(before: Run, after: Run) -> list[Folded]:
    """What is other in the run. To be sent before the event that made it so: who hears of a change looks at all changes."""
    return [Folded(name, after) for name in FOLDED if getattr(after, name) is not getattr(before, name)]


def finding(run: Run) -> dict[str, Any]:
    """The body of the message that says what may be wrong with the training, or that nothing is."""
    return {"type": "Finding", "finding": _finding(run)}


def _finding(run: Run) -> dict[str, Any] | None:
    found = diagnose(run)
    return found.to_json() if found else None


def _fields(event: Event | None) -> dict[str, Any] | None:
    return {name: value for name, value in events.to_message(event).items() if name != "type"} if event else None


def _picture(picture: events.Picture) -> dict[str, Any]:
    return {"view": picture.view, "epoch": picture.epoch, "step": picture.step, "arrays": picture.arrays, "meta": picture.meta}


def refusal(error: PlaygroundError | Mapping[str, str]) -> dict[str, Any]:
    """The message for a command that could not be done."""
    return {"type": "Refused", "error": error.to_json() if isinstance(error, PlaygroundError) else dict(error)}


Message = Event | Folded | Mapping[str, Any]


class Buffer:
    """What waits for one subscriber, in order. Points are merged, of the rest only what is not outdated is kept. Not thread-safe."""

    def __init__(self) -> None:
        self._waiting: dict[Any, Any] = {}
        self._serial = 0
        self._points = 0
        self._era = 0  # points before and after a new start are never merged

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, message: Message) -> None:
        kind = type(message).__name__ if not isinstance(message, Mapping) else message["type"]
        if isinstance(message, Folded):
            self._waiting[message.name] = message  # where the old one stood: before the event that tells of it
        elif isinstance(message, events.BatchPoints):
            self._waiting.setdefault(("points", self._era), []).append(message)
            self._points += len(message.steps)
        elif isinstance(message, events.Picture):
            self._replace(("picture", message.view), message)
        elif kind in ("Progress", "Status", "Finding"):
            self._replace(kind, message)
        elif kind == "Snapshot" and isinstance(message, Mapping):
            self._start_again(message)
        else:
            self._era += isinstance(message, events.Started)
            self._serial += 1
            self._waiting[self._serial] = message

    @property
    def is_over_full(self) -> bool:
        return len(self._waiting) > MAX_WAITING or self._points > MAX_POINTS

    def _start_again(self, snapshot: Mapping[str, Any]) -> None:
        """Drop what waits in favour of a snapshot, which holds it all, thinned as the run's own curves are."""
        kept = [message for message in self._waiting.values() if isinstance(message, Mapping) and message["type"] in ("Refused", "Deleted")]
        Buffer.__init__(self)
        self._waiting = dict(enumerate([snapshot, *kept]))
        self._serial = len(kept)

    def take(self) -> list[bytes]:
        """All that waits, as wire messages; the buffer is empty then."""
        waiting = list(self._waiting.values())
        Buffer.__init__(self)
        return [wire.pack(_body(merge(item) if isinstance(item, list) else item)) for item in waiting]

    def _replace(self, key: Any, message: Any) -> None:
        self._waiting.pop(key, None)  # to the end: what it says is true now, not where the old one stood
        self._waiting[key] = message


def _body(message: Message) -> Mapping[str, Any]:
    if isinstance(message, Folded):
        return message.body()
    return message if isinstance(message, Mapping) else events.to_message(message)


def merge(points: Sequence[events.BatchPoints]) -> events.BatchPoints:
    """Several events as one, in order; NaN where one of them lacks a name."""
    if len(points) == 1:
        return points[0]
    names = dict.fromkeys(name for point in points for name in point.values)
    values = {
        name: np.concatenate([point.values.get(name, np.full(len(point.steps), np.nan, np.float32)) for point in points]) for name in names
    }
    return events.BatchPoints(np.concatenate([point.steps for point in points]), values)


class Subscription:
    """One onlooker's view of one run: iterate over it for wire messages, beginning with a snapshot, at most 30 deliveries a second.

    Events come from any thread; iterate in the event loop that made it.
    """

    def __init__(self, on_watch: Callable[[], None]) -> None:
        self.views: frozenset[str] = frozenset()
        self._on_watch = on_watch
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._lock = threading.Lock()
        self._buffer = Buffer()
        self._told = False
        self._over = False

    def add(self, message: Message, run: Run) -> None:
        """Take a message in, from any thread; `run` is the run after it."""
        with self._lock:
            self._buffer.add(message)
            if self._buffer.is_over_full:
                self._buffer.add(snapshot(run))
            self._over = self._over or (isinstance(message, Mapping) and message["type"] == "Deleted")
            if self._told:
                return
            self._told = True
        try:
            self._loop.call_soon_threadsafe(self._news.set)
        except RuntimeError:
            log.debug("A subscriber's event loop is closed.")

    async def watch(self, views: Sequence[str]) -> None:
        """Say which views are on this onlooker's screen."""
        self.views = frozenset(views)
        await asyncio.to_thread(self._on_watch)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._deliver()

    async def _deliver(self) -> AsyncIterator[bytes]:
        sent = 0.0
        while not self._over or len(self._buffer):
            await self._news.wait()
            await asyncio.sleep(max(0.0, sent + FRAME - time.monotonic()))
            with self._lock:
                messages = self._buffer.take()
                self._told = False
                self._news.clear()
            sent = time.monotonic()
            for message in messages:
                yield message
