"""Questions about what a network has learnt: answered from the run in training between two chunks, or from a run's folder.

A run in training gives at most a fifth of its time to its onlookers. Slow views work in pieces, one view at a time.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.engine.explain import explain
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import OpenRuns, Subject
from playground.engine.training.warm_models import WarmModels
from playground.engine.views import VIEWS, View
from playground.values import spec
from playground.values.errors import InvalidValue, PlaygroundError, Unavailable

if TYPE_CHECKING:
    from playground.engine.training.session import Session

SHARE = 0.2  # of a training run's time that its onlookers may take
MOST = 100  # questions that wait

log = logging.getLogger("playground.engine")
Message = Mapping[str, Any]


class Inspector:
    """send: takes answers, `{"id", "value"}` or `{"id", "error"}`. warm_models: networks that nobody trains yet."""

    def __init__(self, send: Callable[[dict[str, Any]], None], warm_models: WarmModels) -> None:
        self._send = send
        self._warm_models = warm_models
        self._opened = OpenRuns()
        self._live: deque[Message] = deque()
        self._slow: deque[tuple[Message, Subject, Iterator[None]]] = deque()
        self._next_at = 0.0  # by the monotonic clock: when the run in training may be looked at again

    @property
    def is_busy(self) -> bool:
        """Whether a slow view has work left."""
        return bool(self._slow)

    def idle(self, *, is_paused: bool) -> float | None:
        """Seconds until something can be done; None while nobody asks."""
        if self._slow:
            return 0.0
        if not self._live:
            return None
        return 0.0 if is_paused else max(0.0, self._next_at - time.monotonic())

    def take(self, message: Message, *, live: bool) -> None:
        """Answer, begin, or put in line. live: the run that it is about is being trained here."""
        if len(self._live) + len(self._slow) >= MOST:
            self._refuse(message, Unavailable("Too many questions wait for this engine.", fix="Try again in a few seconds."))
        elif live and _is_live(message):
            self._live.append(message)
        else:
            self._attempt(message, lambda: self._begin(message))

    def forget(self, number: object) -> None:
        """Nobody waits for this answer any more."""
        self._live = deque(message for message in self._live if message.get("id") != number)
        self._slow = deque(work for work in self._slow if work[0].get("id") != number)

    def look_at(self, session: Session, run: str) -> None:
        """Answer one who looks at the run in training, if it is time."""
        if not self._live or (time.monotonic() < self._next_at and not session.is_paused):
            return
        message = self._live.popleft()
        begun = time.monotonic()
        subject = session.subject(run)
        if subject is None:
            self._refuse(message, Unavailable("The run is still being started.", fix="Try again in a moment."))
            return
        self._attempt(message, lambda: self._finish(message, subject, _view(message).answer(subject, _question(message)), begun))
        now = time.monotonic()
        self._next_at = now + (now - begun) * (1 / SHARE - 1)

    def let_go(self) -> None:
        """The training has ended: who still waits is answered from its folder."""
        while self._live:
            message = self._live.popleft()
            self._attempt(message, lambda message=message: self._begin(message))

    def work(self) -> None:
        """One piece of the first slow view."""
        if not self._slow:
            return
        message, subject, pieces = self._slow[0]

        def advance() -> None:
            subject.hold()
            next(pieces)

        if not self._attempt(message, advance):
            self._slow.popleft()

    def _begin(self, message: Message) -> None:
        begun = time.monotonic()
        subject = self._subject(message)
        answer = _view(message).answer(subject, _question(message))
        if inspect.isgenerator(answer):
            self._slow.append((message, subject, self._carried(message, subject, answer, begun)))
        else:
            self._finish(message, subject, answer, begun)

    def _subject(self, message: Message) -> Subject:
        if message.get("run") is None:
            return self._warm_models.subject(message["key"], spec.experiment_from_json(message["experiment"]))
        return self._opened.subject(message)

    def _carried(self, message: Message, subject: Subject, pieces: Iterator[None], begun: float) -> Iterator[None]:
        answer = yield from pieces
        self._finish(message, subject, answer, begun)

    def _finish(self, message: Message, subject: Subject, answer: Mapping[str, Any], begun: float) -> None:
        said = {"view": message["question"].get("view"), "weights": asdict(subject.weights), "seconds": time.monotonic() - begun}
        self._send({"id": message["id"], "value": dict(answer) | said})

    def _attempt(self, message: Message, act: Callable[[], None]) -> bool:
        """Whether it could be done; if not, that was said, unless the view had simply come to its end."""
        try:
            act()
        except StopIteration:
            return False
        except Exception as error:  # whatever a view runs into, the engine goes on and says it
            if not isinstance(error, PlaygroundError):
                log.exception("look at %s failed", message["question"].get("view"))
            self._refuse(message, error)
            return False
        return True

    def _refuse(self, message: Message, error: Exception) -> None:
        self._send({"id": message.get("id"), "error": explain(error).to_json()})


def _is_live(message: Message) -> bool:
    """Whether the run in training itself can answer."""
    view = VIEWS.get(str(message["question"].get("view")))
    return view is not None and view.live and message["question"].get("weights") in (None, "now")


def _view(message: Message) -> View:
    name = message["question"].get("view")
    if not isinstance(name, str) or name not in VIEWS:
        raise InvalidValue("There is no such view.", expected="one of " + ", ".join(VIEWS), got=name)
    return VIEWS[name]


def _question(message: Message) -> Question:
    return Question(message["question"], Path(message["upload"]) if message.get("upload") else None)
