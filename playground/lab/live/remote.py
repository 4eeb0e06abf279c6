"""Looking at a run that another server on the same store trains: its stored state, read again every second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from playground.lab.live.feed import snapshot
from playground.lab.store.store import Store
from playground.values import wire
from playground.values.errors import Unavailable
from playground.values.run import Run

LOOK = 1.0  # seconds between two looks


class RemoteSubscription:
    """Iterate over it for snapshots, one whenever the stored run has changed; ends with the run, which may be taken up here then."""

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self._run = run

    async def watch(self, views: Sequence[str]) -> None:
        """Which views are on screen cannot be passed on to another server."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield wire.pack(snapshot(self._run))
        seen = await asyncio.to_thread(self._store.place, self._run.id)
        while True:
            await asyncio.sleep(LOOK)
            try:
                place = await asyncio.to_thread(self._store.place, self._run.id)
                run = await asyncio.to_thread(self._store.run, self._run.id) if place != seen else None
            except Unavailable:
                continue
            if place is None:
                yield wire.pack({"type": "Deleted"})
                return
            if run:
                seen = place
                yield wire.pack(snapshot(run))
                if not run.is_active:
                    return
