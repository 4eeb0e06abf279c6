"""Which engine does what: trains the next run, answers a question, gives up a paused run; and whether another one is needed.

Pure decisions about engines as they are now: nothing is sent, started or changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground.lab.engines.engine import Engine

SPARE = 2  # engines kept warm beside those that train: one answers questions, one takes the next run at once
FEW = 3  # questions that an engine may have before another, which would have to open the run first, is the better choice


def trainer_of(engines: Iterable[Engine], run: str) -> Engine | None:
    """The engine that trains a run."""
    return next((engine for engine in engines if engine.job and engine.job.run == run), None)


def for_training(engines: Sequence[Engine], key: str, *, most: int) -> Engine | None:
    """The engine that takes the next run, one that has its network ready before others; None while there is none.

    key: of the run's network. most: engines that there may be; one of several is always left to answer questions.
    """
    free = [engine for engine in engines if engine.is_free]
    if not free or sum(engine.job is not None for engine in engines) >= max(1, most - 1):
        return None
    return min(free, key=lambda engine: (engine.retiring, key not in engine.prepared, len(engine.asked)))


def for_question(engines: Iterable[Engine], *, idle: bool) -> Engine | None:
    """The least busy engine. idle: only one that does not train."""
    able = [engine for engine in engines if engine.can_answer and not (idle and engine.job)]
    return min(able, key=lambda engine: (engine.job is not None, len(engine.asked), engine.retiring), default=None)


def for_run(engines: Iterable[Engine], run: str) -> Engine | None:
    """The engine that is asked about a run which it does not train: one that has it open, unless that one has much to do."""
    able = [engine for engine in engines if engine.is_free]
    return min(able, key=lambda engine: (run not in engine.looked_at or len(engine.asked) > FEW, len(engine.asked)), default=None)


def for_network(engines: Iterable[Engine], key: str) -> Engine | None:
    """The engine that is asked about an untrained network: one that has it ready, unless that one has much to do."""
    able = [engine for engine in engines if engine.is_free]

    def effort(engine: Engine) -> tuple[bool, bool, int]:
        return engine.retiring, key not in engine.prepared or len(engine.asked) > FEW, len(engine.asked)

    return min(able, key=effort, default=None)


def to_park(engines: Sequence[Engine]) -> Engine | None:
    """The engine whose paused run makes room for one that waits: it goes on exactly when somebody wants it to. One at a time."""
    jobs = [engine.job for engine in engines if engine.job]
    if any(job.is_parking for job in jobs):
        return None
    return next((engine for engine in engines if engine.job and engine.job.is_waiting and engine.job.after is None), None)


def is_another_needed(engines: Sequence[Engine], *, waiting: int, most: int) -> bool:
    """Whether one more engine should be started: never two at once, for each start takes a core for seconds. waiting: runs in line."""
    staying = [engine for engine in engines if not engine.retiring]
    training = sum(engine.job is not None for engine in staying)
    return len(staying) < min(most, training + waiting + SPARE) and all(engine.ready for engine in engines)
