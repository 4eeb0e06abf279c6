"""Runs on the plane that nobody watches: they go on for millions of epochs, so they pause until somebody wants them to go on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time

from playground.lab import rules
from playground.lab.engines.pool import Pool
from playground.lab.live.hub import Hub
from playground.values.command import Command
from playground.values.errors import PlaygroundError
from playground.values.run import Run

log = logging.getLogger("playground.lab")

UNWATCHED = 30.0  # seconds after which such a run pauses: long enough to load a page anew


class Unwatched:
    """Is told who comes and goes; knows by the hub who watches."""

    def __init__(self, hub: Hub, pool: Pool) -> None:
        self._hub, self._pool = hub, pool
        self._left: set[str] = set()  # runs that somebody watched and nobody watches now
        self._asked_at: dict[str, float] = {}  # run → when it was last asked about, by the monotonic clock

    def asked(self, run: Run) -> None:
        """Somebody looks into a run, without watching it."""
        if rules.is_on_plane(run):
            self._asked_at[run.id] = time.monotonic()

    def joined(self, run: Run) -> None:
        """Somebody watches a run."""
        self._left.discard(run.id)

    def left(self, run: Run) -> None:
        """Somebody watches a run no more: it pauses some time later, unless it is watched again. Called on an event loop."""
        if rules.is_on_plane(run):
            self._left.add(run.id)
            self._rest_soon(run.id, asyncio.get_running_loop())

    def make_way(self, owner: str) -> None:
        """Pause what an owner trained and has left: who plays another network does not wait for it."""
        for run_id in tuple(self._left):
            run = self._hub.get(run_id)
            if run is not None and run.owner == owner and self._is_left_training(run):
                self._pause(run)

    def _rest_soon(self, run_id: str, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(UNWATCHED, lambda: loop.run_in_executor(None, self._rest, run_id, loop))

    def _rest(self, run_id: str, loop: asyncio.AbstractEventLoop) -> None:
        """Who reloads the page, or looks into the run elsewhere, keeps it going."""
        run = self._hub.get(run_id)
        if run is None or not self._is_left_training(run):
            self._left.discard(run_id)
        elif time.monotonic() - self._asked_at.pop(run_id, -math.inf) < UNWATCHED:
            loop.call_soon_threadsafe(self._rest_soon, run_id, loop)
        else:
            self._pause(run)

    def _is_left_training(self, run: Run) -> bool:
        return run.status == "training" and not self._hub.is_watched(run.id)

    def _pause(self, run: Run) -> None:
        self._left.discard(run.id)
        with contextlib.suppress(PlaygroundError):  # it has ended meanwhile
            self._pool.command(run.id, Command("pause"))
            log.info("run %s: paused, for nobody watches it.", run.id)
