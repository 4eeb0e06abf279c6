"""Which engine does what, decided without any process."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from playground.lab.engines import placement
from playground.lab.engines.engine import Engine
from playground.lab.engines.job import Job, task_key
from playground.lab.engines.line import Line
from tests.lab.fake_lab import experiment


def job(run: str = "run", **fields: object) -> Job:
    return Job(run, experiment(), Path("nowhere"), **fields)


def engine(number: int, *, asked: int = 0, **fields: object) -> Engine:
    made = Engine(number, **{"ready": True} | fields)
    made.asked = {i: Future() for i in range(asked)}
    return made


def number_of(found: Engine | None) -> int | None:
    return found and found.number


@pytest.mark.parametrize(
    ("engines", "most", "chosen"),
    [
        ([], 3, None),
        ([engine(1, ready=False), engine(2)], 3, 2),
        ([engine(1, closing=True)], 3, None),
        ([engine(1)], 1, 1),
        ([engine(1, job=job()), engine(2)], 2, None),
        ([engine(1, job=job()), engine(2)], 3, 2),
        ([engine(1, asked=2), engine(2, asked=1)], 3, 2),
        ([engine(1, retiring=True), engine(2, asked=1)], 3, 2),
        ([engine(1), engine(2, asked=1, prepared=["key"])], 3, 2),
        ([engine(1), engine(2, prepared=["key"], retiring=True)], 3, 1),
    ],
    ids=[
        "none",
        "not ready",
        "closing",
        "the only one",
        "one is left to answer",
        "there is room",
        "less asked",
        "not one that leaves",
        "has it ready",
        "not one that leaves, though it has it ready",
    ],
)
def test_a_run_goes_to_the_engine_that_begins_it_soonest(engines: list[Engine], most: int, chosen: int | None) -> None:
    assert number_of(placement.for_training(engines, "key", most=most)) == chosen


def test_a_question_goes_to_the_least_busy_engine() -> None:
    busy, asked, free = engine(1, job=job()), engine(2, asked=3), engine(3, asked=1)
    assert placement.for_question([busy, asked, free], idle=False) is free
    assert placement.for_question([busy], idle=False) is busy
    assert placement.for_question([busy], idle=True) is None
    assert placement.for_question([engine(4, ready=False)], idle=False) is None


@pytest.mark.parametrize(("asked", "chosen"), [(0, 2), (3, 2), (4, 1)])
def test_who_has_a_run_or_a_network_ready_is_asked_unless_it_has_much_to_do(asked: int, chosen: int) -> None:
    engines = [engine(1), engine(2, asked=asked, looked_at=["run"], prepared=["key"]), engine(3, job=job("run"))]
    assert number_of(placement.for_run(engines, "run")) == chosen
    assert number_of(placement.for_network(engines, "key")) == chosen
    assert placement.for_run(engines[2:], "run") is placement.for_network(engines[2:], "key") is None


def test_a_paused_run_makes_room_one_at_a_time_and_not_one_that_was_deleted() -> None:
    training, deleted = engine(1, job=job("a")), engine(2, job=job("b", is_waiting=True, after=lambda: None))
    paused, other = engine(3, job=job("c", is_waiting=True)), engine(4, job=job("d", is_waiting=True))
    assert placement.to_park([training, deleted]) is None
    assert placement.to_park([training, deleted, paused, other]) is paused
    paused.job.is_parking = True
    assert placement.to_park([training, deleted, paused, other]) is None


@pytest.mark.parametrize(
    ("engines", "waiting", "most", "needed"),
    [
        ([], 0, 3, True),
        ([engine(1, ready=False)], 3, 3, False),
        ([engine(1)], 0, 3, True),
        ([engine(1), engine(2)], 0, 3, False),
        ([engine(1), engine(2)], 1, 3, True),
        ([engine(1), engine(2, job=job())], 0, 3, True),
        ([engine(1), engine(2, job=job())], 5, 2, False),
        ([engine(1), engine(2, retiring=True)], 0, 2, True),
    ],
    ids=["none", "one is starting", "a spare", "enough", "somebody waits", "one trains", "no more allowed", "one leaves"],
)
def test_another_engine_is_started_when_there_are_too_few(engines: list[Engine], waiting: int, most: int, needed: bool) -> None:
    assert placement.is_another_needed(engines, waiting=waiting, most=most) == needed


def test_networks_that_differ_in_name_or_length_have_the_same_task() -> None:
    assert task_key(experiment("a", epochs=1)) == task_key(experiment("b", epochs=9)) == job().key


def test_a_parked_run_waits_until_it_is_woken_and_then_comes_last() -> None:
    line, first, parked = Line(), job("first"), job("parked", learning_rate=0.1)
    line.waiting.append(first)
    parked.park(7.0)
    assert parked.resume and parked.paused and parked.learning_rate is None
    assert [command.to_json() for command in parked.commands] == [{"do": "set", "name": "speed", "value": 7.0}]
    line.parked["parked"] = parked
    assert line.find("parked") is parked and line.find("nobody") is None
    line.wake(parked)
    assert [each.run for each in line.waiting] == ["first", "parked"] and not line.parked
    line.remove("first")
    assert line.clear() == [parked] and list(line) == []
