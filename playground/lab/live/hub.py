"""The live runs: folds events into them, hands them to the store and fans messages out to whoever looks on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from playground.lab.live.feed import Message, Subscription, finding, folded, snapshot, status
from playground.values import events
from playground.values.errors import LimitExceeded
from playground.values.events import Event
from playground.values.run import Run, fold

MAX_ONLOOKERS = 50  # of one run
DIAGNOSE_EVERY = 1.0  # seconds between two diagnoses of a run that trains; tiny networks finish thousands of epochs a second


NEWS = (events.EpochPoint, events.EpochPoints, events.Picture)  # what a diagnosis looks at


class LiveRun:
    """A run in memory and who looks at it. `lock` orders its events; reading `run` needs none, for it is a value."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lock = threading.RLock()
        self.subscribers: list[Subscription] = []
        self.is_deleted = False
        self.diagnosed_at = 0.0

    @property
    def views(self) -> tuple[str, ...]:
        return tuple(sorted(frozenset().union(*(subscriber.views for subscriber in self.subscribers))))


class Hub:
    """All live runs of this server.

    Args:
        put: takes each new state of a run, to keep it; with `soon=True` it should be kept before much else happens.
        on_change: called with (run before, run after, event or None) under the run's lock; must be quick.
        on_watch: called with (run, views) when what is looked at has changed.
    """

    def __init__(
        self,
        *,
        put: Callable[..., None],
        on_change: Callable[[Run, Run, Event | None], None] = lambda before, after, event: None,
        on_watch: Callable[[str, tuple[str, ...]], None] = lambda run, views: None,
    ) -> None:
        self._put, self._on_change, self._on_watch = put, on_change, on_watch
        self._lock = threading.Lock()
        self._lives: dict[str, LiveRun] = {}

    def add(self, run: Run) -> None:
        """Bring a run to life and keep it; one that is looked at already gets its new state."""
        live = None
        while live is None or (run.is_active and self._lives.get(run.id) is not live):  # it may have been forgotten in between
            with self._lock:
                live = self._lives.setdefault(run.id, LiveRun(run))
            with live.lock:
                self._settle(live, live.run, run, None)

    def get(self, run: str) -> Run | None:
        live = self._lives.get(run)
        return live.run if live else None

    def runs(self) -> list[Run]:
        with self._lock:
            return [live.run for live in self._lives.values()]

    def tell(self, run: str, event: Event) -> None:
        """Fold an event into a run and pass it on."""
        if live := self._lives.get(run):
            with live.lock:
                before, after = live.run, fold(live.run, event)
                if after.is_active != before.is_active:
                    after = after.having(ended=None if after.is_active else time.time())
                if after is before:
                    return
                for field in folded(before, after):
                    self._send(live, field, after)
                had_points = isinstance(event, events.Started) and (len(before.batches.x) or len(before.epochs.x))
                self._send(live, event, after)
                if had_points:  # what lay behind the checkpoint is taken back
                    self._send(live, snapshot(after), after)
                self._settle(live, before, after, event)
                self._diagnose(live, before, event)

    def update(self, run: str, **fields: Any) -> None:
        """Change what no event tells: status "starting", the place in line, the name."""
        if live := self._lives.get(run):
            with live.lock:
                after = live.run.having(**fields)
                self._settle(live, live.run, after, None)
                if "name" in fields:
                    self._send(live, snapshot(after), after)

    def send(self, run: str, message: Mapping[str, Any]) -> None:
        """Pass a message on that changes nothing."""
        if live := self._lives.get(run):
            with live.lock:
                self._send(live, message, live.run)

    def remove(self, run: str) -> None:
        """Forget a deleted run and tell its onlookers."""
        with self._lock:
            live = self._lives.pop(run, None)
        if live:
            with live.lock:
                live.is_deleted = True
                self._send(live, {"type": "Deleted"}, live.run)

    def join(self, run: Run) -> Subscription:
        """A new onlooker of `run`, which is brought into memory for that; its first message is a snapshot. Call in the event loop.

        Raises LimitExceeded when too many look already.
        """
        if (found := self._lives.get(run.id)) and len(found.subscribers) >= MAX_ONLOOKERS:
            raise LimitExceeded("Too many pages show this run.", expected=f"at most {MAX_ONLOOKERS}", got="one more", fix="Close one.")
        subscription = Subscription(lambda: self._look(run.id))
        live = None
        while live is None or self._lives.get(run.id) is not live:  # as in `add`
            with self._lock:
                live = self._lives.setdefault(run.id, LiveRun(run))
            with live.lock:
                live.subscribers.append(subscription)
                subscription.add(snapshot(live.run), live.run)
        return subscription

    def leave(self, run: str, subscription: Subscription) -> None:
        live = self._lives.get(run)
        if live and subscription in live.subscribers:
            with live.lock:
                live.subscribers.remove(subscription)
            self._look(run)
            self._forget(live)

    def _look(self, run: str) -> None:
        if live := self._lives.get(run):
            self._on_watch(run, live.views)

    def is_watched(self, run: str) -> bool:
        """Whether somebody looks on."""
        live = self._lives.get(run)
        return live is not None and bool(live.subscribers)

    def views(self, run: str) -> tuple[str, ...]:
        """Which views of a run somebody looks at."""
        live = self._lives.get(run)
        return live.views if live else ()

    def _settle(self, live: LiveRun, before: Run, after: Run, event: Event | None) -> None:
        if live.is_deleted:
            return
        live.run = after
        # A run goes on from its checkpoint, taken at the end of an epoch: the points before it had better be in the store.
        soon = before is after or before.status != after.status or isinstance(event, (events.EpochPoint, events.Saved))
        self._put(after, soon=soon)
        if (before.status, before.position, before.error) != (after.status, after.position, after.error):
            self._send(live, status(after), after)
        self._on_change(before, after, event)
        if not after.is_active:
            self._forget(live)

    def _diagnose(self, live: LiveRun, before: Run, event: Event) -> None:
        """Tell onlookers what may be wrong: now and then while there is news, and where the run comes to rest."""
        if not live.subscribers:
            return
        rests = live.run.status != before.status
        if rests or (isinstance(event, NEWS) and time.monotonic() - live.diagnosed_at >= DIAGNOSE_EVERY):
            live.diagnosed_at = time.monotonic()
            self._send(live, finding(live.run), live.run)

    def _forget(self, live: LiveRun) -> None:
        """Drop an ended run that nobody looks at; the store has it."""
        with self._lock:
            if not live.run.is_active and not live.subscribers and self._lives.get(live.run.id) is live:
                del self._lives[live.run.id]

    def _send(self, live: LiveRun, message: Message, run: Run) -> None:
        for subscriber in live.subscribers:
            subscriber.add(message, run)
