"""The runs that have no engine: those that wait for one, in the order they came, and paused ones that gave theirs up. Starts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from playground.lab.engines.job import Job


class Line:
    """waiting: the next one first. parked: by run; each stays paused until it is told something."""

    def __init__(self) -> None:
        self.waiting: list[Job] = []
        self.parked: dict[str, Job] = {}

    def __iter__(self) -> Iterator[Job]:
        yield from self.waiting
        yield from self.parked.values()

    def find(self, run: str) -> Job | None:
        """A run that waits or is parked."""
        return next((job for job in self if job.run == run), None)

    def remove(self, run: str) -> None:
        """Take a run out, if it is here."""
        self.waiting = [job for job in self.waiting if job.run != run]
        self.parked.pop(run, None)

    def wake(self, job: Job) -> None:
        """Put a parked run at the end of those that wait."""
        del self.parked[job.run]
        self.waiting.append(job)

    def clear(self) -> list[Job]:
        """All of them, who are here no longer."""
        found = list(self)
        self.waiting, self.parked = [], {}
        return found
