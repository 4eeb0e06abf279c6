"""Trains runs in the order they came, and passes on what the engines say. Knows nothing of storage or browsers.

Callbacks may come with the pool's lock held; they must not call the pool.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from playground.lab.engines import placement
from playground.lab.engines.engine import Engine, loss_of_engine
from playground.lab.engines.fleet import Fleet
from playground.lab.engines.job import Job
from playground.lab.engines.line import Line
from playground.lab.engines.process import Exit
from playground.lab.engines.questions import Questions
from playground.lab.settings import Settings
from playground.values import events
from playground.values.command import Command
from playground.values.errors import Conflict, PlaygroundError, Unavailable
from playground.values.events import Event

log = logging.getLogger("playground.lab")

LAST = (events.Done, events.Failed, events.Interrupted)


@dataclass(frozen=True)
class Health:
    """engine: "warming", "ready" or "failed". device: what runs are trained on, once known. error: `PlaygroundError.to_json` or None."""

    engine: str
    device: str = ""
    running: int = 0
    waiting: int = 0
    error: Mapping[str, str] | None = None


class Pool:
    """The line of runs and the engines that train them.

    Args:
        on_event: called with (run, event) for each event, in order within a run.
        on_refused: called with (run, error as JSON) when an engine could not do what it was told.
        on_begin: called with the run when an engine takes it.
        on_line: called with the runs that wait, in order, whenever the line has changed.
        on_wake: called with a paused run that had given up its engine and stands in line to go on.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        on_event: Callable[[str, Event], None],
        on_refused: Callable[[str, Mapping[str, str]], None],
        on_begin: Callable[[str], None],
        on_line: Callable[[Sequence[str]], None],
        on_wake: Callable[[str], None] = lambda run: None,
    ) -> None:
        self._settings = settings
        self._on_event, self._on_refused, self._on_begin, self._on_line = on_event, on_refused, on_begin, on_line
        self._on_wake = on_wake
        self._lock = threading.RLock()
        self._line = Line()
        self.fleet = Fleet(
            settings,
            lock=self._lock,
            waiting=lambda: len(self._line.waiting),
            on_message=self._hear,
            on_lost=self._interrupt,
            on_change=self._serve,
        )
        self._questions = Questions(self.fleet, lock=self._lock, networks_per_engine=settings.networks_per_engine)

    def start(self) -> None:
        """Begin to warm engines, one by one."""
        self.fleet.start()

    def close(self, grace: float = 3.0) -> None:
        """Pause what trains (so that a checkpoint is written), interrupt every run and end all engines."""
        self.fleet.begin_to_close()
        with self._lock:
            jobs = [engine.job for engine in self.fleet.engines if engine.job]
            for engine in self.fleet.engines:
                if engine.job:
                    engine.tell(Command("pause"))
        deadline = time.monotonic() + grace
        for job in jobs:
            job.settled.wait(max(0.0, deadline - time.monotonic()))
        with self._lock:
            waiting = self._line.clear()
            for engine in self.fleet.engines:
                engine.job = None
        for job in jobs + waiting:
            stopped = Unavailable("The server was stopped while the run went on.", fix=job.way_on)
            self._tell(job, events.Interrupted(stopped.to_json()))
        self.fleet.close()
        for job in jobs:
            job.let_go()

    def health(self) -> Health:
        with self._lock:
            engines = self.fleet.engines
            ready = any(engine.ready for engine in engines)
            state = "ready" if ready else "failed" if self.fleet.error else "warming"
            running = sum(engine.job is not None for engine in engines)
            error = None if ready or not self.fleet.error else self.fleet.error.to_json()
            return Health(state, self.fleet.device, running, len(self._line.waiting), error)

    @property
    def pids(self) -> dict[int, str]:
        """Process id of every engine → the run it trains, or ""."""
        with self._lock:
            return {engine.process.pid: engine.job.run if engine.job else "" for engine in self.fleet.engines}

    # Questions

    def ask(self, question: Mapping[str, Any], *, idle: bool = False) -> Future[Any]:
        """See `Questions.ask`."""
        return self._questions.ask(question, idle=idle)

    def look(self, run: str, question: Mapping[str, Any], *, live: bool) -> Future[Any]:
        """See `Questions.look`."""
        return self._questions.look(run, question, live=live)

    def look_untrained(self, question: Mapping[str, Any]) -> Future[Any]:
        """See `Questions.look_untrained`."""
        return self._questions.look_untrained(question)

    # Runs

    def train(self, job: Job) -> None:
        """Put a run at the end of the line. Raises Conflict when it is there already or is being trained, for two would share a folder."""
        with self._lock:
            if self.fleet.is_closing:
                raise Unavailable("The server is being stopped.", fix="Try again when it is back.")
            if self._trainer_of(job.run) or self._line.find(job.run):
                raise Conflict("This run goes on already.", got="the same run again", fix="Reload the page to watch it.")
            self._line.waiting.append(job)
            self._serve()

    def command(self, run: str, command: Command) -> None:
        """Hand a command to the engine that trains `run`; a waiting run can only be stopped. Raises Conflict otherwise."""
        with self._lock:
            if engine := self._trainer_of(run):
                self._pass_on(engine, command)
                return
            job = self._line.find(run)
            if job is None or (command.do != "stop" and run not in self._line.parked and not job.commands):
                raise Conflict("The run is not being trained.", expected="a run that is trained", got=f'"{command.do}"')
            if command.do != "stop":
                self._take_up(job, command)
                return
            self._line.remove(run)
            self._serve()
        self._tell(job, events.Done(stopped=True, summary={}))

    def _pass_on(self, engine: Engine, command: Command) -> None:
        if command.do == "stop":
            engine.stop_sent = time.monotonic()
        job = engine.training
        if job.is_parking:
            job.commands.append(command)
            return
        if command.do in ("resume", "step"):
            job.settled.clear()
            job.is_waiting = False
        engine.tell(command)

    def drop(self, run: str, after: Callable[[], None]) -> None:
        """Forget a run: nothing more is heard of it, and `after` is called once no engine works on it."""
        with self._lock:
            self._line.remove(run)
            self._serve()
            if engine := self._trainer_of(run):
                engine.training.after = after
                self.command(run, Command("stop"))
                return
        after()

    def watch(self, run: str, views: Sequence[str]) -> None:
        """Say which views of a run somebody looks at."""
        with self._lock:
            if job := self._line.find(run):
                job.views = tuple(views)
            if engine := self._trainer_of(run):
                engine.watch(tuple(views))

    def _trainer_of(self, run: str) -> Engine | None:
        return placement.trainer_of(self.fleet.engines, run)

    # The line

    def _serve(self) -> None:
        """Give waiting runs to engines; where none is free, have a paused run give up its own."""
        while self._line.waiting:
            engine = placement.for_training(self.fleet.engines, self._line.waiting[0].key, most=self._settings.engines)
            if engine is None:
                if paused := placement.to_park(self.fleet.engines):
                    paused.park()
                break
            job = self._line.waiting.pop(0)
            self._on_begin(job.run)
            engine.begin(job)
        self._on_line([job.run for job in self._line.waiting])

    def _take_up(self, job: Job, command: Command) -> None:
        """Have a parked run, or one that was woken and waits, do this when an engine takes it."""
        job.commands.append(command)
        if command.do in ("resume", "step"):
            self._on_wake(job.run)
        if job.run in self._line.parked:
            job.settled.clear()
            self._line.wake(job)
            self._serve()

    def _hear_parked(self, engine: Engine, job: Job, body: Mapping[str, Any] | None) -> None:
        """The engine has let go of a run, or could not."""
        with self._lock:
            told, job.commands, job.is_parking = job.commands, [], False
            if body is None:
                job.is_waiting = False
                self._obey_late(job, told)
                return
            engine.job = None
            if job.after is None:
                job.park(body.get("speed"))
                self._line.parked[job.run] = job
                self._obey_late(job, told)
            else:  # it was deleted meanwhile
                job.let_go()
            self._serve()

    def _obey_late(self, job: Job, told: Sequence[Command]) -> None:
        """Do what a run was told while its engine was letting go of it; who told it has long had an answer."""
        for command in told:
            try:
                self.command(job.run, command)
            except PlaygroundError as error:  # it was told to stop before
                self._on_refused(job.run, error.to_json())

    # What the engines say

    def _hear(self, engine: Engine, body: Mapping[str, Any]) -> None:
        if "id" in body:
            engine.answered(body)
        elif "run" in body:
            job = engine.job
            if job is None or job.run != body["run"]:
                log.debug("Engine %d spoke of run %s, which it no longer trains.", engine.number, body["run"])
            elif "refused" in body:
                self._on_refused(job.run, body["refused"])
            elif "parked" in body:
                self._hear_parked(engine, job, body["parked"])
            else:
                self._hear_event(engine, job, events.from_message(body["event"]))

    def _hear_event(self, engine: Engine, job: Job, event: Event) -> None:
        if not isinstance(event, LAST):
            self._tell(job, event)
            if isinstance(event, (events.Paused, events.Resumed)):
                with self._lock:
                    job.is_waiting = isinstance(event, events.Paused)
                    if job.is_waiting and self._line.waiting:
                        self._serve()
            return
        with self._lock:  # whoever hears of the end may train the run again, or delete it, and must not find it here still
            self._tell(job, event)
            engine.job = None
            job.let_go()
            engine.runs += 1
            engine.retiring = engine.retiring or engine.runs >= self._settings.runs_per_engine
            self._serve()

    def _interrupt(self, engine: Engine, end: Exit) -> None:
        """The engine that trained a run is gone."""
        job, engine.job = engine.job, None
        if job:
            self._tell(job, events.Interrupted(loss_of_engine(end, way_on=job.way_on).to_json()))
            job.let_go()

    def _tell(self, job: Job, event: Event) -> None:
        if isinstance(event, (*LAST, events.Paused)):
            job.settled.set()
        if job.after is None:
            self._on_event(job.run, event)
