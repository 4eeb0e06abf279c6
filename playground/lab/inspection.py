"""What people ask engines: what an experiment is, how an activation bends, what a network has learned; so many at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from playground import validation
from playground.lab.answers import Answers
from playground.lab.engines.job import task_key
from playground.lab.engines.pool import Pool
from playground.lab.folders import RunFolders
from playground.lab.uploads import Uploads
from playground.values import description, spec
from playground.values.description import Description, Problem
from playground.values.errors import InvalidValue, LimitExceeded, PlaygroundError, Unavailable
from playground.values.run import Run
from playground.values.spec import Experiment, Part

LOOKS_PER_OWNER = 30  # questions about runs that may wait at a time


class Inspection:
    """Puts questions to the pool's engines; what was answered about an experiment is remembered."""

    def __init__(self, pool: Pool, folders: RunFolders, uploads: Uploads) -> None:
        self._pool, self._folders, self._uploads = pool, folders, uploads
        self._answers = Answers(lambda question: pool.ask(question))
        self._waiting: Counter[str] = Counter()  # questions without an answer yet, by owner
        self._counting = threading.Lock()  # questions come and are answered on several threads

    def describe(self, experiment: Experiment, timeout: float) -> Description | None:
        """See `Lab.describe`."""
        try:
            validation.check_complete(experiment)
            text = spec.dumps(experiment)
            future = self._answers.get("describe " + text, {"ask": "describe", "experiment": spec.to_json(experiment)})
            return description.from_json(future.result(timeout))
        except (Unavailable, NotYet):
            return None
        except PlaygroundError as error:
            return Description(layers=(), problems=(Problem(str(error)),))

    def activation(self, activation: str | Part, timeout: float) -> dict[str, Any] | None:
        """See `Lab.activation`."""
        question = {"name": activation} if isinstance(activation, str) else {"part": spec.to_json(activation)}
        try:
            curve: dict[str, Any] = self._answers.get(f"activation {activation!r}", {"ask": "activation"} | question).result(timeout)
            return curve
        except (Unavailable, NotYet):
            return None

    def look(self, owner: str, run: Run, question: Mapping[str, Any]) -> Future[Any]:
        """See `Lab.look`."""
        self._check(question, about="a run", example="maps")
        message = self._message(owner, run.experiment, question) | {"run": run.id, "folder": str(self._folders.of(run.id))}
        return self._counted(owner, lambda: self._pool.look(run.id, message, live=question.get("weights") in (None, "now")))

    def look_untrained(self, owner: str, experiment: Experiment, question: Mapping[str, Any]) -> Future[Any]:
        """See `Lab.look_untrained`."""
        self._check(question, about="a network", example="plane")
        validation.check_trainable(experiment)
        message = self._message(owner, experiment, question) | {"run": None, "key": task_key(experiment)}
        return self._counted(owner, lambda: self._pool.look_untrained(message))

    def _check(self, question: Mapping[str, Any], *, about: str, example: str) -> None:
        if not isinstance(question, Mapping) or not isinstance(question.get("view"), str):
            raise InvalidValue(f"This is no question about {about}.", expected=f'{{"view": "{example}", …}}', got=question)

    def _message(self, owner: str, experiment: Experiment, question: Mapping[str, Any]) -> dict[str, Any]:
        upload = self._picture_of(owner, question)
        return {"ask": "look", "experiment": spec.to_json(experiment), "question": dict(question), "upload": upload}

    def _picture_of(self, owner: str, question: Mapping[str, Any]) -> str | None:
        """Where the uploaded picture lies that a question names. Raises NotFound, also for somebody else's."""
        named = question.get("picture")
        if not isinstance(named, str) or not named.startswith("upload:"):
            return None
        return str(self._uploads.path(owner, named.removeprefix("upload:")))

    def _counted(self, owner: str, ask: Callable[[], Future[Any]]) -> Future[Any]:
        """An owner's question, unless too many of them wait."""
        with self._counting:
            if self._waiting[owner] >= LOOKS_PER_OWNER:
                fix = "Wait for the answers, or close a page."
                raise LimitExceeded(
                    "Too many questions wait for an answer.", expected=f"at most {LOOKS_PER_OWNER} of yours", got="one more", fix=fix
                )
            self._waiting[owner] += 1
        try:
            future = ask()
        except BaseException:
            self._answered(owner)
            raise
        future.add_done_callback(lambda _: self._answered(owner))
        return future

    def _answered(self, owner: str) -> None:
        with self._counting:
            self._waiting[owner] -= 1
            if not self._waiting[owner]:
                del self._waiting[owner]
