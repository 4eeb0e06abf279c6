"""Warm engines, the line of runs that wait for one, and the questions they answer. Knows nothing of storage or browsers.

Callbacks may come with the pool's lock held; they must not call the pool.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.lab import rules
from playground.lab.engines.process import End, ProcessLink
from playground.lab.settings import Settings
from playground.values import events, spec
from playground.values.command import WEIGHTS, Command
from playground.values.errors import Conflict, PlaygroundError, Unavailable, from_json
from playground.values.events import Event
from playground.values.spec import Experiment

log = logging.getLogger("playground.lab")

TICK = 0.25  # seconds between looks at what is due
LONGEST_BACK_OFF = 60.0  # seconds between two tries to start an engine
SPARE = 2  # engines kept warm beside those that train: one answers questions, one takes the next run at once
KEPT_OPEN = 3  # runs that an engine holds ready for whoever looks into them
KEPT_PREPARED = 4  # untrained networks that an engine holds ready
FEW = 3  # questions that an engine may have before another, which would have to open the run first, is the better choice
LAST = (events.Done, events.Failed, events.Interrupted)


@dataclass(eq=False)
class Job:
    """One run's way through the pool. resume: from the checkpoint in `folder`, with `learning_rate` if given.

    paused: it begins so. is_waiting: it is paused now. is_parking: its engine was told to give it up. commands: to be sent to the next
    engine that takes it.
    """

    run: str
    experiment: Experiment
    folder: Path
    resume: bool = False
    learning_rate: float | None = None
    paused: bool = False
    views: tuple[str, ...] = ()
    is_waiting: bool = False
    is_parking: bool = False
    commands: list[Command] = field(default_factory=list)
    after: Callable[[], None] | None = None  # set when the run was deleted: called once no engine works on it, instead of all events
    settled: threading.Event = field(default_factory=threading.Event)  # paused or ended

    @property
    def way_on(self) -> str:
        """What can be done when it is interrupted now."""
        return rules.way_on(has_checkpoint=(self.folder / WEIGHTS["last"]).is_file())


@dataclass(eq=False)
class Engine:
    """One process and what it is busy with.

    retiring: does what it is at and gets no new run if another can have it. closing: on its way out, gets nothing at all.
    looked_at: the runs that it was asked about last, which it holds ready.
    prepared: keys of the untrained networks that it was asked about last, whose tasks it holds ready; networks: how many it ever built.
    heard: when it last said something. stop_sent: when it was told to stop, or 0.
    """

    number: int
    link: ProcessLink = field(init=False, repr=False)  # which needs the engine first, to tell whom its messages are from
    ready: bool = False
    retiring: bool = False
    closing: bool = False
    job: Job | None = None
    runs: int = 0
    networks: int = 0
    asked: dict[int, Future[Any]] = field(default_factory=dict)
    looked_at: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_OPEN))
    prepared: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_PREPARED))
    heard: float = 0.0
    stop_sent: float = 0.0


@dataclass(frozen=True)
class Health:
    """engine: "warming", "ready" or "failed". device: what runs are trained on, once known. error: `PlaygroundError.to_json` or None."""

    engine: str
    device: str = ""
    running: int = 0
    waiting: int = 0
    error: Mapping[str, str] | None = None


class Pool:
    """Keeps engines warm, trains runs in the order they came, and passes on what the engines say.

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
        self._engines: list[Engine] = []
        self._line: list[Job] = []
        self._parked: dict[str, Job] = {}  # paused runs without an engine
        self._numbers = itertools.count(1)
        self._questions = itertools.count(1)
        self._device = ""
        self._live_views: frozenset[str] = frozenset()
        self._failures = 0
        self._not_before = 0.0
        self._error: Unavailable | None = None
        self._closing = threading.Event()
        self._clock = threading.Thread(target=self._keep_time, name="pool-clock", daemon=True)

    def start(self) -> None:
        """Start the first engine; the others follow one by one, so that the first page does not wait for them."""
        with self._lock:
            self._hire()
        self._clock.start()

    def close(self, grace: float = 3.0) -> None:
        """Pause what trains (so that a checkpoint is written), interrupt every run and end all engines."""
        self._closing.set()
        with self._lock:
            jobs = [job for _, job in self._busy()]
            for engine, job in self._busy():
                engine.link.send({"ask": "command", "run": job.run, "command": Command("pause").to_json()})
        deadline = time.monotonic() + grace
        for job in jobs:
            job.settled.wait(max(0.0, deadline - time.monotonic()))
        with self._lock:
            waiting, self._line = [*self._line, *self._parked.values()], []
            self._parked = {}
            engines = list(self._engines)
            for engine in engines:
                engine.job = None
        for job in jobs + waiting:
            stopped = Unavailable("The server was stopped while the run went on.", fix=job.way_on)
            self._tell(job, events.Interrupted(stopped.to_json()))
        for engine in engines:
            if engine.ready:
                engine.link.close()
            else:  # it loads its libraries and would not notice for seconds
                engine.link.kill()
        for engine in engines:
            engine.link.wait(2.0)
        for job in jobs:
            self._let_go(job)

    def health(self) -> Health:
        with self._lock:
            ready = any(engine.ready for engine in self._engines)
            state = "ready" if ready else "failed" if self._error else "warming"
            running = sum(engine.job is not None for engine in self._engines)
            error = None if ready or not self._error else self._error.to_json()
            return Health(state, self._device, running, len(self._line), error)

    @property
    def pids(self) -> dict[int, str]:
        """Process id of every engine → the run it trains, or ""."""
        with self._lock:
            return {engine.link.pid: engine.job.run if engine.job else "" for engine in self._engines}

    def ask(self, question: Mapping[str, Any], *, idle: bool = False) -> Future[Any]:
        """Put a question (`{"ask": "describe", …}`) to the least busy engine; the future holds its value or raises its error.

        idle: only an engine that does not train may answer. Raises Unavailable when there is none.
        """
        with self._lock:
            able = [engine for engine in self._engines if engine.ready and not engine.closing and not (idle and engine.job)]
            if not able:
                raise self._error or Unavailable("No engine is free yet.", fix="Try again in a few seconds.")
            return self._put(min(able, key=lambda engine: (engine.job is not None, len(engine.asked), engine.retiring)), question)

    def look(self, run: str, question: Mapping[str, Any], *, live: bool) -> Future[Any]:
        """Put a question about a run (`{"ask": "look", "run": …}`) to the engine that trains it, or to one that holds it ready.

        live: its present weights are meant. Only views quick enough disturb a training; others are answered from what is saved.
        Raises Unavailable when no engine can answer.
        """
        with self._lock:
            trainer = self._trainer_of(run)
            if trainer and live and question["question"].get("view") in self._live_views:
                return self._put(trainer[0], question)
            able = [engine for engine in self._engines if engine.ready and not engine.closing and not engine.job]
            if not able:
                raise self._error or Unavailable("No engine is free yet.", fix="Try again in a few seconds.")

            def effort(engine: Engine) -> tuple[bool, int]:
                return run not in engine.looked_at or len(engine.asked) > FEW, len(engine.asked)

            engine = min(able, key=effort)
            if run in engine.looked_at:
                engine.looked_at.remove(run)
            engine.looked_at.append(run)
            return self._put(engine, question)

    def look_untrained(self, question: Mapping[str, Any]) -> Future[Any]:
        """Put a question about a network that nobody trains (`{"ask": "look", "key": …}`) to the engine that has it ready or can best.

        Raises Unavailable when no engine is free.
        """
        with self._lock:
            able = [engine for engine in self._engines if engine.ready and not engine.closing and not engine.job]
            if not able:
                raise self._error or Unavailable("No engine is free yet.", fix="Try again in a few seconds.")
            key = question["key"]

            def effort(engine: Engine) -> tuple[bool, bool, int]:
                return engine.retiring, key not in engine.prepared or len(engine.asked) > FEW, len(engine.asked)

            engine = min(able, key=effort)
            if key in engine.prepared:
                engine.prepared.remove(key)
            else:
                engine.networks += 1
                engine.retiring = engine.retiring or engine.networks >= self._settings.networks_per_engine
            engine.prepared.append(key)
            return self._put(engine, question)

    def _put(self, engine: Engine, question: Mapping[str, Any]) -> Future[Any]:
        number = next(self._questions)
        future: Future[Any] = Future()
        engine.asked[number] = future
        try:
            engine.link.send(dict(question) | {"id": number})
        except PlaygroundError:
            del engine.asked[number]
            raise
        future.add_done_callback(lambda future: self._forget(engine, number) if future.cancelled() else None)
        return future

    def _forget(self, engine: Engine, number: int) -> None:
        """Nobody waits for this answer any more."""
        with self._lock:
            if engine.asked.pop(number, None):
                engine.link.send({"ask": "forget", "id": number})

    def train(self, job: Job) -> None:
        """Put a run at the end of the line. Raises Conflict when it is there already or is being trained, for two would share a folder."""
        with self._lock:
            if self._closing.is_set():
                raise Unavailable("The server is being stopped.", fix="Try again when it is back.")
            if self._trainer_of(job.run) or job.run in self._parked or any(other.run == job.run for other in self._line):
                raise Conflict("This run goes on already.", got="the same run again", fix="Reload the page to watch it.")
            self._line.append(job)
            self._serve()

    def command(self, run: str, command: Command) -> None:
        """Hand a command to the engine that trains `run`; a waiting run can only be stopped. Raises Conflict otherwise."""
        with self._lock:
            if trainer := self._trainer_of(run):
                engine, trained = trainer
                if command.do == "stop":
                    engine.stop_sent = time.monotonic()
                if trained.is_parking:
                    trained.commands.append(command)
                    return
                if command.do in ("resume", "step"):
                    trained.settled.clear()
                    trained.is_waiting = False
                engine.link.send({"ask": "command", "run": run, "command": command.to_json()})
                return
            if job := self._parked.get(run):
                if command.do != "stop":
                    self._take_up(job, command)
                    return
                del self._parked[run]
                self._line.append(job)  # from which it is taken at once
            job = next((job for job in self._line if job.run == run), None)
            if job is not None and job.commands and command.do != "stop":  # it was woken to do something, and does this too
                job.commands.append(command)
                self._wake(job, command)
                return
            if job is None or command.do != "stop":
                raise Conflict("The run is not being trained.", expected="a run that is trained", got=f'"{command.do}"')
            self._line.remove(job)
            self._serve()
        self._tell(job, events.Done(stopped=True, summary={}))

    def drop(self, run: str, after: Callable[[], None]) -> None:
        """Forget a run: nothing more is heard of it, and `after` is called once no engine works on it."""
        with self._lock:
            self._line = [job for job in self._line if job.run != run]
            self._parked.pop(run, None)
            self._serve()
            if trainer := self._trainer_of(run):
                _, trained = trainer
                trained.after = after
                self.command(run, Command("stop"))
                return
        after()

    def watch(self, run: str, views: Sequence[str]) -> None:
        """Say which views of a run somebody looks at."""
        with self._lock:
            for job in [*self._line, *self._parked.values()]:
                if job.run == run:
                    job.views = tuple(views)
            if trainer := self._trainer_of(run):
                engine, trained = trainer
                trained.views = tuple(views)
                engine.link.send({"ask": "watch", "run": run, "views": list(views)})

    def _busy(self) -> Iterator[tuple[Engine, Job]]:
        """The engines that have a run, each with its job."""
        return ((engine, engine.job) for engine in self._engines if engine.job)

    def _trainer_of(self, run: str) -> tuple[Engine, Job] | None:
        return next(((engine, job) for engine, job in self._busy() if job.run == run), None)

    # The line

    def _serve(self) -> None:
        """Give waiting runs to free engines; one engine is always left to answer questions, once there are several."""
        limit = max(1, self._settings.engines - 1)
        while self._line:
            free = [engine for engine in self._engines if engine.ready and not engine.closing and not engine.job]
            if not free or sum(engine.job is not None for engine in self._engines) >= limit:
                self._make_room()
                break
            key = task_key(self._line[0].experiment)
            engine = min(free, key=lambda engine: (engine.retiring, key not in engine.prepared, len(engine.asked)))
            self._begin(engine, self._line.pop(0))
        self._on_line([job.run for job in self._line])

    def _make_room(self) -> None:
        """Have a paused run give up its engine: it goes on exactly when somebody wants it to."""
        if any(job.is_parking for _, job in self._busy()):
            return
        for engine, job in self._busy():
            if job.is_waiting and job.after is None:
                job.is_parking = True
                engine.link.send({"ask": "park", "run": job.run})
                return

    def _take_up(self, job: Job, command: Command) -> None:
        """Put a parked run in line again, to do what it was told then."""
        del self._parked[job.run]
        job.commands.append(command)
        job.settled.clear()
        self._line.append(job)
        self._wake(job, command)
        self._serve()

    def _wake(self, job: Job, command: Command) -> None:
        if command.do in ("resume", "step"):
            self._on_wake(job.run)

    def _hear_parked(self, engine: Engine, job: Job, body: Mapping[str, Any] | None) -> None:
        """The engine has let go of a run, or (None) could not."""
        with self._lock:
            told, job.commands, job.is_parking = job.commands, [], False
            if body is None:
                job.is_waiting = False
                self._obey_late(job, told)
                return
            engine.job = None
            if job.after is None:
                job.resume = job.paused = True
                job.learning_rate = None
                job.commands = [Command("set", name="speed", value=body["speed"])] if body.get("speed") else []
                self._parked[job.run] = job
                self._obey_late(job, told)
            else:  # it was deleted meanwhile
                self._let_go(job)
            self._serve()

    def _obey_late(self, job: Job, told: Sequence[Command]) -> None:
        """Do what a run was told while its engine was letting go of it; who told it has long had an answer."""
        for command in told:
            try:
                self.command(job.run, command)
            except PlaygroundError as error:  # it was told to stop before
                self._on_refused(job.run, error.to_json())

    def _begin(self, engine: Engine, job: Job) -> None:
        engine.job, engine.stop_sent = job, 0.0
        job.is_waiting = job.is_parking = False
        key = task_key(job.experiment)
        if key in engine.prepared:
            engine.prepared.remove(key)
        self._on_begin(job.run)
        engine.link.send(
            {
                "ask": "train",
                "run": job.run,
                "experiment": spec.to_json(job.experiment),
                "folder": str(job.folder),
                "resume": job.resume,
                "paused": job.paused,
                "learning_rate": job.learning_rate,
                "key": key,
            }
        )
        commands, job.commands = job.commands, []
        for command in commands:
            engine.link.send({"ask": "command", "run": job.run, "command": command.to_json()})
        if job.views:
            engine.link.send({"ask": "watch", "run": job.run, "views": list(job.views)})

    def _tell(self, job: Job, event: Event) -> None:
        if isinstance(event, (*LAST, events.Paused)):
            job.settled.set()
        if job.after is None:
            self._on_event(job.run, event)

    def _let_go(self, job: Job) -> None:
        """No engine works on the job any more."""
        if job.after is not None:
            job.after()

    # What the engines say

    def _hear(self, engine: Engine, body: Mapping[str, Any]) -> None:
        engine.heard = time.monotonic()
        if "ready" in body:
            self._welcome(engine, body["ready"])
        elif "id" in body:
            future = engine.asked.pop(body["id"], None)
            if future and not future.set_running_or_notify_cancel():
                future = None  # given up in this very moment
            if future and "error" in body:
                future.set_exception(from_json(body["error"]))
            elif future:
                future.set_result(body.get("value"))
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
                    if job.is_waiting and self._line:
                        self._serve()
            return
        with self._lock:  # whoever hears of the end may train the run again, or delete it, and must not find it here still
            self._tell(job, event)
            engine.job = None
            self._let_go(job)
            engine.runs += 1
            engine.retiring = engine.retiring or engine.runs >= self._settings.runs_per_engine
            self._serve()

    def _welcome(self, engine: Engine, facts: Mapping[str, Any]) -> None:
        with self._lock:
            log.info("Engine %d is ready (process %d, %s).", engine.number, engine.link.pid, facts.get("device", "unknown device"))
            engine.ready = True
            self._device = str(facts.get("device", ""))
            self._live_views = frozenset(facts.get("live_views", ()))
            self._failures, self._error = 0, None
            self._serve()

    def _bury(self, engine: Engine, end: End) -> None:
        """An engine's process is gone: its run is interrupted, its questions fail, another takes its place."""
        with self._lock:
            self._engines.remove(engine)
            job, engine.job = engine.job, None
            expected = self._closing.is_set() or (engine.retiring and job is None)
            if not expected:
                last = "\n".join(end.lines) or "(none)"
                log.error("Engine %d (process %d) is gone: %s. Its last lines:\n%s", engine.number, engine.link.pid, end.reason, last)
            if not engine.ready and not expected:
                self._back_off(f"The engine could not be started: {end.reason}.", end.lines)
            if job:
                self._tell(job, events.Interrupted(loss_of_engine(end, way_on=job.way_on).to_json()))
                self._let_go(job)
        gone = Unavailable("The engine that should have answered is gone.", fix="Try again.")
        for future in list(engine.asked.values()):
            if future.set_running_or_notify_cancel():
                future.set_exception(gone)
        with self._lock:
            self._serve()
            self._hire()

    def _back_off(self, what: str, lines: Sequence[str] = ()) -> None:
        self._failures += 1
        wait = min(LONGEST_BACK_OFF, 2.0 ** (self._failures - 1))
        self._not_before = time.monotonic() + wait
        self._error = Unavailable(what, got=lines[-1] if lines else "", fix="See the server's log; it is tried again by itself.")
        log.error("%s Next try in %.0f s.", what, wait)

    # Keeping enough of them

    def _keep_time(self) -> None:
        while not self._closing.wait(TICK):
            with self._lock:
                self._hire()
                self._dismiss()

    def _hire(self) -> None:
        """Start one engine when there are too few, never two at once: each start takes a core for seconds."""
        staying = [engine for engine in self._engines if not engine.retiring]
        training = sum(engine.job is not None for engine in staying)
        wanted = min(self._settings.engines, training + len(self._line) + SPARE)
        due = len(staying) < wanted and all(engine.ready for engine in self._engines)
        if not due or self._closing.is_set() or time.monotonic() < self._not_before:
            return
        engine = Engine(next(self._numbers), heard=time.monotonic())
        try:
            engine.link = ProcessLink(
                self._settings.program,
                on_message=lambda body: self._hear(engine, body),
                on_end=lambda end: self._bury(engine, end),
                environment=dict(self._settings.environment),
            )
        except OSError as error:
            self._back_off(f"The engine could not be started: {error.strerror or error}.")
            return
        self._engines.append(engine)

    def _dismiss(self) -> None:
        """Send away engines that have done their runs, once others are there, and those that do not answer a stop."""
        now = time.monotonic()
        fresh = sum(engine.ready and not engine.retiring for engine in self._engines)
        for engine in self._engines:
            if engine.closing:
                continue
            if engine.retiring and not engine.job and not engine.asked and fresh:
                engine.closing = True
                engine.link.close()
            if engine.job and engine.stop_sent and now - max(engine.stop_sent, engine.heard) > self._settings.patience:
                log.error("Engine %d does not answer to stop and is ended.", engine.number)
                engine.closing = True
                engine.link.kill()


def task_key(experiment: Experiment) -> str:
    """Equal for experiments whose task is the same to an engine: neither name nor length nor what is changed later are part of it."""
    return spec.dumps(experiment.having(name="", changes=(), training=dataclasses.replace(experiment.training, epochs=1)))


def loss_of_engine(end: End, *, way_on: str) -> PlaygroundError:
    """The sentence for a run whose engine is gone. way_on: what can be done with the run."""
    hint = " This is often the system running out of memory." if end.code == -9 else ""
    return Unavailable(
        f"The engine that trained this run is gone: {end.reason}.{hint}",
        fix=f"{way_on} A new engine is being started.",
    )
