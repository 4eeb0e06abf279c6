"""What engines have answered, remembered by question, so that drawing a page again asks nobody."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from playground.values.errors import Unavailable

MOST = 200  # answers remembered
BELIEVED = 3.0  # seconds that a description with an error is: it may speak of memory that others hold for a while


@dataclass(frozen=True, eq=False)
class Answer:
    """One answer, here or on its way. asked: by the monotonic clock."""

    future: Future[Any]
    asked: float

    @property
    def is_outdated(self) -> bool:
        if not self.future.done():
            return False
        if error := self.future.exception():
            return isinstance(error, Unavailable)
        return time.monotonic() - self.asked > BELIEVED and _has_error(self.future.result())


class Answers:
    """Answers by key. ask: puts a question to an engine."""

    def __init__(self, ask: Callable[[Mapping[str, Any]], Future[Any]]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Answer] = OrderedDict()

    def get(self, key: str, question: Mapping[str, Any]) -> Future[Any]:
        """The answer to a question; several who ask the same at a time wait for the same one. Raises what `ask` raises."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.is_outdated:
                found = self._kept[key] = Answer(self._ask(question), time.monotonic())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found.future


def _has_error(value: Any) -> bool:
    """Whether an answer is a description of what cannot be trained."""
    problems = value.get("problems", ()) if isinstance(value, Mapping) else ()
    return any(problem["severity"] == "error" for problem in problems)
