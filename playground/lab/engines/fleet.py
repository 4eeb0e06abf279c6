"""The processes of the engines: enough of them are warm, worn ones are replaced, and one that cannot be started is tried again later.

Knows nothing of what is trained or asked.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from playground.lab.engines import placement
from playground.lab.engines.engine import Engine
from playground.lab.engines.process import EngineProcess, Exit
from playground.lab.settings import Settings
from playground.values.errors import Unavailable

log = logging.getLogger("playground.lab")

TICK = 0.25  # seconds between looks at what is due
LONGEST_BACK_OFF = 60.0  # seconds between two tries to start an engine


class Fleet:
    """device: what runs are trained on, once known. live_views: those that an engine in training answers. error: why none starts.

    Args:
        lock: the pool's. It is held whenever the engines change.
        waiting: tells how many runs wait for an engine.
        on_message: called with an engine and what it says, in the order it was sent; not with its being ready.
        on_lost: called with an engine whose process is gone, and how it ended, with the lock held.
        on_change: called when engines came or went, with the lock held.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        lock: threading.RLock,
        waiting: Callable[[], int],
        on_message: Callable[[Engine, Mapping[str, Any]], None],
        on_lost: Callable[[Engine, Exit], None],
        on_change: Callable[[], None],
    ) -> None:
        self._settings, self._lock, self._waiting = settings, lock, waiting
        self._on_message, self._on_lost, self._on_change = on_message, on_lost, on_change
        self.engines: list[Engine] = []
        self.device = ""
        self.live_views: frozenset[str] = frozenset()
        self.error: Unavailable | None = None
        self.failures = 0  # to start an engine, one after the other
        self._not_before = 0.0
        self._numbers = itertools.count(1)
        self._closing = threading.Event()
        self._clock = threading.Thread(target=self._keep_time, name="pool-clock", daemon=True)

    def start(self) -> None:
        """Start the first engine; the others follow one by one, so that the first page does not wait for them."""
        with self._lock:
            self._hire()
        self._clock.start()

    def begin_to_close(self) -> None:
        """No more engines are started, and one that leaves is not missed."""
        self._closing.set()

    @property
    def is_closing(self) -> bool:
        return self._closing.is_set()

    def close(self) -> None:
        """End all engines."""
        engines = list(self.engines)
        for engine in engines:
            if engine.ready:
                engine.process.close()
            else:  # it loads its libraries and would not notice for seconds
                engine.process.kill()
        for engine in engines:
            engine.process.wait(2.0)

    @property
    def unavailable(self) -> Unavailable:
        """Why nobody can answer now."""
        return self.error or Unavailable("No engine is free yet.", fix="Try again in a few seconds.")

    # What their processes say

    def _hear(self, engine: Engine, body: Mapping[str, Any]) -> None:
        engine.heard = time.monotonic()
        if "ready" in body:
            self._welcome(engine, body["ready"])
        else:
            self._on_message(engine, body)

    def _welcome(self, engine: Engine, facts: Mapping[str, Any]) -> None:
        with self._lock:
            log.info("Engine %d is ready (process %d, %s).", engine.number, engine.process.pid, facts.get("device", "unknown device"))
            engine.ready = True
            self.device = str(facts.get("device", ""))
            self.live_views = frozenset(facts.get("live_views", ()))
            self.failures, self.error = 0, None
            self._on_change()

    def _lose(self, engine: Engine, end: Exit) -> None:
        """An engine's process is gone: its run and its questions are told, another takes its place."""
        with self._lock:
            self.engines.remove(engine)
            expected = self.is_closing or (engine.retiring and engine.job is None)
            if not expected:
                last = "\n".join(end.lines) or "(none)"
                log.error("Engine %d (process %d) is gone: %s. Its last lines:\n%s", engine.number, engine.process.pid, end.reason, last)
            if not engine.ready and not expected:
                self._back_off(f"The engine could not be started: {end.reason}.", end.lines)
            self._on_lost(engine, end)
        engine.answers_no_more()
        with self._lock:
            self._on_change()
            self._hire()

    def _back_off(self, what: str, lines: Sequence[str] = ()) -> None:
        self.failures += 1
        wait = min(LONGEST_BACK_OFF, 2.0 ** (self.failures - 1))
        self._not_before = time.monotonic() + wait
        self.error = Unavailable(what, got=lines[-1] if lines else "", fix="See the server's log; it is tried again by itself.")
        log.error("%s Next try in %.0f s.", what, wait)

    # Keeping enough of them

    def _keep_time(self) -> None:
        while not self._closing.wait(TICK):
            with self._lock:
                self._hire()
                self._dismiss()

    def _hire(self) -> None:
        """Start one engine when there are too few."""
        is_needed = placement.is_another_needed(self.engines, waiting=self._waiting(), most=self._settings.engines)
        if not is_needed or self.is_closing or time.monotonic() < self._not_before:
            return
        engine = Engine(next(self._numbers), heard=time.monotonic())
        try:
            engine.process = EngineProcess(
                self._settings.program,
                on_message=lambda body: self._hear(engine, body),
                on_end=lambda end: self._lose(engine, end),
                environment=dict(self._settings.environment),
            )
        except OSError as error:
            self._back_off(f"The engine could not be started: {error.strerror or error}.")
            return
        self.engines.append(engine)

    def _dismiss(self) -> None:
        """Send away engines that have done their runs, once others are there, and those that do not answer a stop."""
        now = time.monotonic()
        fresh = sum(engine.ready and not engine.retiring for engine in self.engines)
        for engine in self.engines:
            if engine.closing:
                continue
            if engine.retiring and not engine.job and not engine.asked and fresh:
                engine.closing = True
                engine.process.close()
            if engine.job and engine.stop_sent and now - max(engine.stop_sent, engine.heard) > self._settings.patience:
                log.error("Engine %d does not answer to stop and is ended.", engine.number)
                engine.closing = True
                engine.process.kill()
