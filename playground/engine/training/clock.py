"""Time as a run sees it: pauses left out, rates over the last second, the time still to go, and a speed limit."""

from __future__ import annotations

import time
from collections import deque

WINDOW = 1.0  # seconds over which rates are taken
PACE_WINDOW = 10.0  # seconds over which the time still to go is judged: long enough to hold some scoring
PACE_EVERY = 0.2  # seconds between what is noted for it


class Clock:
    """Stands still until `start`. elapsed: seconds of training so far, those before a resume included."""

    def __init__(self, *, elapsed: float = 0.0, step: int = 0) -> None:
        self._before = elapsed
        self._since: float | None = None
        self._marks: deque[tuple[float, int]] = deque([(elapsed, step)])
        self._paces: deque[tuple[float, int]] = deque([(elapsed, step)])
        self._limit: tuple[float, float, int] | None = None  # steps a second, from when, from which step

    @property
    def elapsed(self) -> float:
        return self._before + (time.perf_counter() - self._since if self._since is not None else 0.0)

    def start(self) -> None:
        if self._since is None:
            self._since = time.perf_counter()

    def stop(self) -> None:
        self._before, self._since = self.elapsed, None

    def mark(self, step: int) -> None:
        """Note that `step` steps are done."""
        now = self.elapsed
        self._marks.append((now, step))
        while len(self._marks) > 2 and self._marks[1][0] < now - WINDOW:
            self._marks.popleft()
        if now - self._paces[-1][0] >= PACE_EVERY:
            self._paces.append((now, step))
        while len(self._paces) > 2 and self._paces[1][0] < now - PACE_WINDOW:
            self._paces.popleft()

    @property
    def rate(self) -> float:
        """Steps a second over the last second."""
        (begun, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - begun) if now > begun else 0.0

    def remaining(self, steps: int) -> float | None:
        """Seconds for `steps` more at the pace of the last seconds, scoring included; None before there is one."""
        begun, first = self._paces[0]
        took, done = self.elapsed - begun, self._marks[-1][1] - first
        return steps * took / done if done and took > 0 else None

    def limit(self, speed: float | None, step: int) -> None:
        """From now on at most `speed` steps a second; None: no limit."""
        self._limit = None if speed is None else (speed, self.elapsed, step)

    @property
    def speed(self) -> float | None:
        """The limit in steps a second; None: none."""
        return self._limit and self._limit[0]

    def allowed(self, step: int) -> int | None:
        """How many steps may be done now under the limit; None: as many as you like."""
        if self._limit is None:
            return None
        speed, begun, first = self._limit
        # The first step is allowed at once. Steps missed during a slow chunk are not made up for beyond a tenth of a second.
        due = 1 + (self.elapsed - begun) * speed - (step - first)
        if due > 1 + speed * 0.1:
            self._limit = (speed, self.elapsed, step)
            due = 1
        return max(int(due), 0)

    def until_allowed(self, step: int) -> float:
        """Seconds until a step is allowed."""
        if self._limit is None:
            return 0.0
        speed, begun, first = self._limit
        return max((step - first) / speed - (self.elapsed - begun), 0.0)
