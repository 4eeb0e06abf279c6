"""Questions on their way to engines: each goes to the engine that can answer it best."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from playground.lab.engines import placement
from playground.lab.engines.engine import Engine
from playground.lab.engines.fleet import Fleet


class Questions:
    """lock: the pool's. networks_per_engine: after so many untrained networks an engine is replaced."""

    def __init__(self, fleet: Fleet, *, lock: threading.RLock, networks_per_engine: int) -> None:
        self._fleet, self._lock, self._networks_per_engine = fleet, lock, networks_per_engine
        self._numbers = itertools.count(1)

    def ask(self, question: Mapping[str, Any], *, idle: bool = False) -> Future[Any]:
        """Put a question (`{"ask": "describe", …}`) to the least busy engine; the future holds its value or raises its error.

        idle: only an engine that does not train may answer. Raises Unavailable when there is none.
        """
        with self._lock:
            return self._put(placement.for_question(self._fleet.engines, idle=idle), question)

    def look(self, run: str, question: Mapping[str, Any], *, live: bool) -> Future[Any]:
        """Put a question about a run (`{"ask": "look", "run": …}`) to the engine that trains it, or to one that holds it ready.

        live: its present weights are meant. Only views quick enough disturb a training; others are answered from what is saved.
        Raises Unavailable when no engine can answer.
        """
        with self._lock:
            trainer = placement.trainer_of(self._fleet.engines, run)
            if trainer and live and question["question"].get("view") in self._fleet.live_views:
                return self._put(trainer, question)
            engine = placement.for_run(self._fleet.engines, run)
            if engine is not None:
                if run in engine.looked_at:
                    engine.looked_at.remove(run)
                engine.looked_at.append(run)
            return self._put(engine, question)

    def look_untrained(self, question: Mapping[str, Any]) -> Future[Any]:
        """Put a question about a network that nobody trains (`{"ask": "look", "key": …}`) to the engine that has it ready or can best.

        Raises Unavailable when no engine is free.
        """
        key = question["key"]
        with self._lock:
            engine = placement.for_network(self._fleet.engines, key)
            if engine is not None:
                if key in engine.prepared:
                    engine.prepared.remove(key)
                else:
                    engine.networks += 1
                    engine.retiring = engine.retiring or engine.networks >= self._networks_per_engine
                engine.prepared.append(key)
            return self._put(engine, question)

    def _put(self, engine: Engine | None, question: Mapping[str, Any]) -> Future[Any]:
        if engine is None:
            raise self._fleet.unavailable
        number = next(self._numbers)
        future = engine.ask(number, question)
        future.add_done_callback(lambda future: self._forget(engine, number) if future.cancelled() else None)
        return future

    def _forget(self, engine: Engine, number: int) -> None:
        with self._lock:
            engine.forget(number)
