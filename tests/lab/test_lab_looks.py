"""Questions about runs: who answers them, for whom, and how many may wait."""

from __future__ import annotations

import numpy as np
import pytest

from playground.lab import inspection as module
from playground.values.command import Command
from playground.values.errors import InvalidValue, LimitExceeded, NotFound
from tests.lab.fake_lab import experiment, lab, make_lab, until  # noqa: F401


def settled(lab, run: str):  # noqa: F811
    return until(lambda: (found := lab.run("me", run)) and not found.is_active and found)


def engines(lab, count: int) -> None:  # noqa: F811
    until(lambda: sum(engine.ready for engine in lab.pool.fleet.engines) >= count)


def test_an_ended_run_is_looked_into_by_the_engine_that_holds_it_ready(lab) -> None:  # noqa: F811
    run = lab.submit("me", experiment())
    settled(lab, run)
    engines(lab, 2)
    answers = [lab.look("me", run, {"view": "filters", "layer": "dense"}).result(20) for _ in range(4)]
    assert len({answer["by"] for answer in answers}) == 1
    np.testing.assert_array_equal(answers[0]["maps"], [[0, 1, 2], [3, 4, 5]])
    assert answers[0]["asked"] == {"view": "filters", "layer": "dense"}


def test_the_run_in_training_answers_quick_views_of_now_itself_and_nothing_else(lab) -> None:  # noqa: F811
    engines(lab, 2)
    run = lab.submit("me", experiment(name="slow", epochs=50))
    until(lambda: lab.run("me", run).status == "training")
    trainer = next(pid for pid, trains in lab.pool.pids.items() if trains == run)
    engines(lab, 2)
    assert lab.look("me", run, {"view": "maps"}).result(20)["by"] == trainer
    assert lab.look("me", run, {"view": "maps", "weights": "now"}).result(20)["by"] == trainer
    assert lab.look("me", run, {"view": "maps", "weights": 0}).result(20)["by"] != trainer
    assert lab.look("me", run, {"view": "top"}).result(20)["by"] != trainer
    lab.command("me", run, Command("stop"))
    settled(lab, run)


def test_what_is_no_question_or_somebody_elses_is_refused(lab) -> None:  # noqa: F811
    run = lab.submit("me", experiment())
    settled(lab, run)
    with pytest.raises(NotFound):
        lab.look("you", run, {"view": "maps"})
    for wrong in ({}, [], {"view": 3}, None, "maps"):
        with pytest.raises(InvalidValue):
            lab.look("me", run, wrong)
    with pytest.raises(InvalidValue, match="No such view"):
        lab.look("me", run, {"view": "wrong"}).result(20)
    with pytest.raises(NotFound):
        lab.look("me", run, {"view": "maps", "picture": "upload:../../etc/passwd"})


def test_a_question_that_makes_no_message_costs_no_engine(lab) -> None:  # noqa: F811
    run = lab.submit("me", experiment())
    settled(lab, run)
    before = lab.look("me", run, {"view": "maps"}).result(20)["by"]
    deep: list = []
    for _ in range(300):
        deep = [deep]
    for wrong in ({"$array": 0}, {"$array": 7}, deep):
        with pytest.raises(InvalidValue, match=r"reserved|deeply"):
            lab.look("me", run, {"view": "maps", "weights": wrong})
    assert lab.look("me", run, {"view": "maps"}).result(20)["by"] == before
    assert not lab._inspection._waiting and all(not engine.asked for engine in lab.pool.fleet.engines)


def test_an_owner_cannot_fill_the_engines_with_questions(lab, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(module, "LOOKS_PER_OWNER", 2)
    run = lab.submit("me", experiment())
    settled(lab, run)
    waiting = [lab.look("me", run, {"view": "slow"}) for _ in range(2)]
    with pytest.raises(LimitExceeded):
        lab.look("me", run, {"view": "maps"})
    for future in waiting:
        future.result(20)
    until(lambda: "me" not in lab._inspection._waiting)
    lab.look("me", run, {"view": "maps"}).result(20)


def test_an_answer_that_is_given_up_costs_nobody_anything(lab) -> None:  # noqa: F811
    run = lab.submit("me", experiment())
    settled(lab, run)
    future = lab.look("me", run, {"view": "slow"})
    assert future.cancel()
    assert "me" not in lab._inspection._waiting
    assert all(not engine.asked for engine in lab.pool.fleet.engines)
    assert lab.look("me", run, {"view": "maps"}).result(20)["asked"] == {"view": "maps"}
