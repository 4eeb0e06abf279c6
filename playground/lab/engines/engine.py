"""One engine as the pool sees it: its process, what it is busy with, what it holds ready, and the questions it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from playground.lab.engines.job import Job
from playground.lab.engines.process import EngineProcess, Exit
from playground.values.command import Command
from playground.values.errors import PlaygroundError, Unavailable, from_json

KEPT_OPEN = 3  # runs that an engine holds ready for whoever looks into them
KEPT_PREPARED = 4  # untrained networks that an engine holds ready


@dataclass(eq=False)
class Engine:
    """retiring: does what it is at and gets no new run if another can have it. closing: on its way out, gets nothing at all.

    looked_at: the runs that it was asked about last, which it holds ready.
    prepared: keys of the untrained networks that it was asked about last, whose tasks it holds ready; networks: how many it ever built.
    heard: when it last said something. stop_sent: when it was told to stop, or 0.
    """

    number: int
    process: EngineProcess = field(init=False, repr=False)  # which needs the engine first, to tell whom its messages are from
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

    @property
    def can_answer(self) -> bool:
        return self.ready and not self.closing

    @property
    def is_free(self) -> bool:
        """Whether it can train a run, or answer what takes time."""
        return self.can_answer and self.job is None

    # Runs

    @property
    def training(self) -> Job:
        """The run that it trains. Only asked of an engine that trains one."""
        assert self.job, "the engine trains no run"
        return self.job

    def begin(self, job: Job) -> None:
        """Have it train a run, and tell it what the run was told meanwhile."""
        self.job, self.stop_sent = job, 0.0
        job.is_waiting = job.is_parking = False
        if job.key in self.prepared:
            self.prepared.remove(job.key)
        self.process.send(job.order)
        commands, job.commands = job.commands, []
        for command in commands:
            self.tell(command)
        if job.views:
            self.watch(job.views)

    def tell(self, command: Command) -> None:
        """Hand a command to the run that it trains."""
        self.process.send({"ask": "command", "run": self.training.run, "command": command.to_json()})

    def watch(self, views: tuple[str, ...]) -> None:
        """Say which views of the run that it trains are on somebody's screen."""
        self.training.views = views
        self.process.send({"ask": "watch", "run": self.training.run, "views": list(views)})

    def park(self) -> None:
        """Ask it to give up the run that it trains."""
        self.training.is_parking = True
        self.process.send({"ask": "park", "run": self.training.run})

    # Questions

    def ask(self, number: int, question: Mapping[str, Any]) -> Future[Any]:
        """Put a question to it, under a number that no other has. Raises InvalidValue for one that makes no message."""
        future: Future[Any] = Future()
        self.asked[number] = future
        try:
            self.process.send(dict(question) | {"id": number})
        except PlaygroundError:
            del self.asked[number]
            raise
        return future

    def forget(self, number: int) -> None:
        """Nobody waits for this answer any more."""
        if self.asked.pop(number, None):
            self.process.send({"ask": "forget", "id": number})

    def answered(self, body: Mapping[str, Any]) -> None:
        """It has answered a question."""
        future = self.asked.pop(body["id"], None)
        if future is None or not future.set_running_or_notify_cancel():  # given up, perhaps in this very moment
            return
        if "error" in body:
            future.set_exception(from_json(body["error"]))
        else:
            future.set_result(body.get("value"))

    def answers_no_more(self) -> None:
        """It is gone: whoever waits for an answer is told."""
        gone = Unavailable("The engine that should have answered is gone.", fix="Try again.")
        for future in list(self.asked.values()):
            if future.set_running_or_notify_cancel():
                future.set_exception(gone)


def loss_of_engine(end: Exit, *, way_on: str) -> PlaygroundError:
    """The sentence for a run whose engine is gone. way_on: what can be done with the run."""
    hint = " This is often the system running out of memory." if end.code == -9 else ""
    return Unavailable(
        f"The engine that trained this run is gone: {end.reason}.{hint}",
        fix=f"{way_on} A new engine is being started.",
    )
