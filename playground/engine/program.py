"""The command loop: reads messages, answers questions, and drives at most one session, a chunk at a time."""

from __future__ import annotations

import gc
import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import keras

from playground.engine.checkpoints.export import export
from playground.engine.compiled import device
from playground.engine.explain import explain
from playground.engine.inspection.inspector import Inspector
from playground.engine.inspection.question import Question
from playground.engine.model.activation import curve
from playground.engine.model.describe import describe
from playground.engine.plane import plane
from playground.engine.training.report import NotParked, Saying
from playground.engine.training.session import Session
from playground.engine.training.warm_models import WarmModels
from playground.engine.views import VIEWS
from playground.values import command, description, events, spec, wire
from playground.values.errors import Conflict, InvalidValue, PlaygroundError

QUIET = 0.15  # seconds without a message after which a network that was looked at is compiled
SMALL = spec.Experiment(spec.DataChoice("iris"), (spec.Network((4,), (spec.Layer(spec.part("layers.Dense", units=3), "dense"),)),))

DRAWN = spec.Experiment(  # what drawing a network loads at first use is paid for before anybody sees one
    spec.DataChoice("spirals"),
    (spec.Network((2,), (spec.Layer(spec.part("layers.Dense", units=2, activation="softmax"), "output"),)),),
)

log = logging.getLogger("playground.engine")
Message = dict[str, Any]


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Get warm, say so, and work until stdin closes (which ends the process)."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    inbox = Inbox(stdin)
    facts = device.prepare()
    device.warm()
    describe(SMALL)  # reads the catalogue
    VIEWS["plane"].answer(WarmModels().subject("", DRAWN), Question({"view": "plane"}, None))
    wire.write(stdout, {"ready": facts | {"live_views": [name for name, view in VIEWS.items() if view.live]}})
    Program(inbox, lambda body: wire.write(stdout, body), device=str(facts["device"])).work()


class Inbox:
    """Messages as they come. A thread reads, so that the end of stdin ends the process at once, also in mid-training."""

    def __init__(self, stream: BinaryIO) -> None:
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def take(self, seconds: float | None) -> Message | None:
        """The next message, waited for so long (None: for ever), or None."""
        try:
            return self._messages.get(timeout=seconds) if seconds is None or seconds > 0 else self._messages.get_nowait()
        except queue.Empty:
            return None

    def _read(self, stream: BinaryIO) -> None:
        try:
            while (message := wire.read(stream)) is not None:
                self._messages.put(message)
        except InvalidValue as error:
            log.error("%s", error)
        # Files appear under their names only when complete, so there is nothing to put in order.
        os._exit(0)


class Program:
    """Answers each message; `work` never returns."""

    def __init__(self, inbox: Inbox, send: Callable[[Message], None], *, device: str) -> None:
        self.inbox, self.send, self.device = inbox, send, device
        self.run: str | None = None
        self.session: Session | None = None
        self._next: Message | None = None
        self.warm_models = WarmModels()
        self.inspector = Inspector(send, self.warm_models)

    def work(self) -> None:
        while True:
            patience = 0.0 if self.inspector.is_busy else QUIET if self.warm_models.is_waiting else None
            if (message := self.inbox.take(patience)) is not None:
                self.handle(message)
            elif not self.inspector.is_busy:
                self.warm_models.work()
            self.inspector.work()
            while self._next is not None:
                message, self._next = self._next, None
                self.train(message)

    def handle(self, message: Message) -> None:
        ask = message.get("ask")
        if ask == "train":
            self.begin(message)
        elif ask == "command":
            self.obey(message)
        elif ask == "park":
            if self.session is not None and message.get("run") == self.run:
                self.session.park()
        elif ask == "watch":
            if self.session is not None and message.get("run") == self.run:
                self.session.watch(frozenset(message["views"]))
        elif ask == "look":
            self.inspector.take(message, live=self.session is not None and message.get("run") == self.run)
        elif ask == "forget":
            self.inspector.forget(message.get("id"))
        else:
            self.answer(message)

    def answer(self, message: Message) -> None:
        """A question, with its id."""
        try:
            question = QUESTIONS.get(message.get("ask"))
            if question is None:
                raise InvalidValue("The engine does not know this question.", expected=", ".join(QUESTIONS), got=message.get("ask"))
            self.send({"id": message.get("id"), "value": question(message)})
        except Exception as error:  # whatever a question runs into, the engine goes on and says it
            if not isinstance(error, PlaygroundError):
                log.exception("question %s failed", message.get("ask"))
            self.send({"id": message.get("id"), "error": explain(error).to_json()})

    def begin(self, message: Message) -> None:
        if self.session is not None or self._next is not None:
            error = Conflict("This engine trains another run.", fix="Wait until it has ended.")
            self.send({"run": message["run"], "event": events.to_message(events.Failed(error.to_json()))})
        else:
            self._next = message

    def obey(self, message: Message) -> None:
        try:
            if self.session is None or message.get("run") != self.run:
                raise Conflict("This run is not being trained.", fix="Resume it first.")
            self.session.command(command.from_json(message.get("command")))
        except PlaygroundError as error:
            self.send({"run": message.get("run"), "refused": error.to_json()})

    def train(self, message: Message) -> None:
        """One run from begin to end; messages are handled whenever the session pauses for breath."""
        self.run = message["run"]
        names: tuple[str, ...] = ()
        try:
            experiment = spec.experiment_from_json(message["experiment"])
            names = tuple(layer.name for network in experiment.networks for layer in network.layers)
            self.session = Session(
                experiment,
                Path(message["folder"]),
                device=self.device,
                resume=bool(message.get("resume")),
                paused=bool(message.get("paused")),
                learning_rate=message.get("learning_rate"),
                warm_model=self.warm_models.take(message.get("key", "")),
            )
            for said in self.session.events():
                self.say(said)
        except Exception as error:  # the run fails with a sentence, the engine lives on
            if not isinstance(error, PlaygroundError):
                log.exception("run %s failed", self.run)
            self.say(events.Failed(explain(error, layers=names).to_json()))
        self.inspector.let_go()
        if self.session is not None:
            self.session.wait()
            if self.session.is_parked:
                self.send({"run": self.run, "parked": {"speed": self.session.speed}})
        self.run = self.session = None
        self.warm_models.wait()
        plane.wait()  # what is forgotten now would be missed by a thread that builds a graph
        gc.collect()
        keras.backend.clear_session()

    def say(self, said: Saying) -> None:
        if isinstance(said, PlaygroundError):
            self.send({"run": self.run, "refused": said.to_json()})
        elif isinstance(said, NotParked):
            self.send({"run": self.run, "parked": None})
        elif said is not None:
            self.send({"run": self.run, "event": events.to_message(said)})
        else:
            while (message := self.inbox.take(self._patience())) is not None:
                self.handle(message)
            self.inspector.look_at(self.session, self.run)
            self.inspector.work()

    def _patience(self) -> float | None:
        """Seconds to wait for a message: as long as neither the session nor a look has anything to do; None: for ever."""
        found = [seconds for seconds in (self.session.idle, self.inspector.idle(is_paused=self.session.is_paused)) if seconds is not None]
        return min(found) if found else None


def _describe(message: Message) -> Message:
    return description.to_json(describe(spec.experiment_from_json(message["experiment"])))


def _activation(message: Message) -> Message:
    return curve(spec.part_from_json(message["part"]) if "part" in message else message["name"])


def _export(message: Message) -> str:
    experiment = spec.experiment_from_json(message["experiment"])
    export(experiment, folder=Path(message["folder"]), weights=message.get("weights", "last"), path=Path(message["path"]))
    return message["path"]


QUESTIONS: dict[str, Callable[[Message], Any]] = {"describe": _describe, "activation": _activation, "export": _export}
