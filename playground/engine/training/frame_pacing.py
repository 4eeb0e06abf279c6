"""When the network on points in the plane is shown to whoever watches it train, and how often."""

from __future__ import annotations

import time

from playground.engine.plane.plane import Plane
from playground.values.events import Picture

NAME = "plane"
EVERY = 0.075  # seconds between frames: more than twelve a second
BYTES = 900_000  # a second at most
SHARE = 0.2  # of the time that frames may take
SOON = 0.004  # seconds; what is due so soon is due now, for a chunk of a millisecond is mostly overhead


class FramePacing:
    """Of one run. plane: draws its model as it is."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self._due_at = 0.0  # by the monotonic clock
        self._shown: tuple[int, int] | None = None  # the last frame's step, and how many changes had been made

    def until_due(self, stamp: tuple[int, int]) -> float:
        """Seconds until the next frame is due, 0 for now; a frame of what is on the screen already is never due (infinity)."""
        if stamp == self._shown:
            return float("inf")
        left = self._due_at - time.monotonic()
        return left if left > SOON else 0.0

    def picture(self, *, epoch: int, step: int, stamp: tuple[int, int]) -> Picture:
        """The frame of this moment. stamp: changes whenever the weights do."""
        begun = time.monotonic()
        arrays, meta = self.plane.frame(epoch=epoch, step=step)
        now = time.monotonic()
        size = sum(array.nbytes for array in arrays.values())
        self._due_at = begun + max(EVERY, size / BYTES, (now - begun) / SHARE)
        self._shown = stamp
        return Picture(NAME, epoch, step, arrays, meta)
