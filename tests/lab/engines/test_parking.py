"""A paused run gives up its engine when others wait, and goes on exactly where it was when somebody wants it to. With the fake engine."""

from __future__ import annotations

import pytest

from playground.lab.engines.job import Job
from playground.values import events
from playground.values.command import Command
from playground.values.errors import Conflict
from playground.values.run import Run
from tests.lab.fake_lab import experiment, until


def submit(lab, name: str = "slow", *, epochs: int = 30, paused: bool = False) -> str:
    return lab.submit("me", experiment(name, epochs=epochs), paused=paused)


def status(lab, run: str) -> str:
    return lab.run("me", run).status


def paused(lab, run: str) -> Run:
    return until(lambda: lab.run("me", run) if status(lab, run) == "paused" else None)


def test_a_run_may_begin_paused(lab):
    run = submit(lab, paused=True)
    assert paused(lab, run).step == 0
    lab.command("me", run, Command("step", unit="batch"))
    assert until(lambda: lab.run("me", run).step) == 1
    paused(lab, run)


def test_a_paused_run_keeps_nobody_waiting_and_stays_paused_for_all(lab):
    first = submit(lab, paused=True)
    paused(lab, first)
    second = submit(lab, epochs=2)
    assert until(lambda: status(lab, second) == "done")
    assert status(lab, first) == "paused"
    assert lab.health().waiting == 0


def test_a_parked_run_goes_on_from_where_it_was_with_its_speed(lab):
    first = submit(lab, epochs=3)
    until(lambda: lab.run("me", first).step >= 5)
    lab.command("me", first, Command("pause"))
    step = paused(lab, first).step
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    lab.command("me", first, Command("resume"))
    ended = until(lambda: lab.run("me", first) if status(lab, first) == "done" else None)
    assert ended.started.step == step
    assert ended.batches.x.tolist() == list(range(1, 31))
    assert (step, "speed", 7.0) in ended.changes


@pytest.mark.parametrize("command", [Command("step", unit="epoch"), Command("set", name="learning_rate", value=0.5)], ids=lambda c: c.do)
def test_a_parked_run_does_what_it_is_told_and_waits_again(lab, command):
    first = submit(lab, paused=True)
    paused(lab, first)
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    lab.command("me", first, command)
    expected = (10, ()) if command.do == "step" else (0, ((0, "learning_rate", 0.5),))
    until(lambda: status(lab, first) == "paused" and lab.run("me", first).step == expected[0])
    until(lambda: tuple(change for change in lab.run("me", first).changes if change[1] != "speed") == expected[1])
    assert paused(lab, first).step == expected[0]


def test_a_parked_run_takes_one_command_after_the_other_without_waiting(lab):
    first = submit(lab, paused=True, epochs=2)
    paused(lab, first)
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    for value in (0.5, 0.25):
        lab.command("me", first, Command("set", name="learning_rate", value=value))
    lab.command("me", first, Command("resume"))
    until(lambda: status(lab, first) == "done")
    assert [change[2] for change in lab.run("me", first).changes if change[1] == "learning_rate"] == [0.25]


def test_a_parked_run_can_be_resumed_with_another_rate_stopped_and_deleted(lab):
    runs = []
    for _ in range(3):
        runs.append(submit(lab, paused=True))
        paused(lab, runs[-1])
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    lab.command("me", runs[0], Command("stop"))
    assert status(lab, runs[0]) == "stopped"
    lab.delete("me", runs[1])
    lab.command("me", runs[2], Command("resume", value=0.25))
    until(lambda: any(change[2] == 0.25 for change in lab.run("me", runs[2]).changes))
    lab.command("me", runs[2], Command("stop"))
    until(lambda: status(lab, runs[2]) == "stopped")


def test_a_run_that_cannot_be_parked_stays_and_hears_what_it_was_told_meanwhile(lab):
    first = submit(lab, "stays", paused=True)
    paused(lab, first)
    second = submit(lab, epochs=1)
    lab.command("me", first, Command("step", unit="epoch"))
    until(lambda: lab.run("me", first).step == 10)
    assert status(lab, second) == "queued"
    lab.command("me", first, Command("stop"))
    until(lambda: status(lab, second) == "done")


@pytest.mark.parametrize("told", ["deleted", "stopped twice"])
def test_who_waits_for_the_engine_of_a_run_being_parked_gets_it_whatever_that_run_is_told(lab, told):
    first = submit(lab, paused=True)
    paused(lab, first)
    until(lambda: len(lab.pool.pids) == lab.settings.engines and lab.health().engine == "ready")
    until(lambda: all(engine.ready for engine in lab.pool.fleet.engines))  # so that none that comes serves the line
    hear = lab.pool._hear_parked

    def late(engine, job, body):
        """The engine's word comes when the run has been told what it is told."""
        lab.pool._hear_parked = hear
        if told == "deleted":
            lab.delete("me", first)
        else:
            lab.pool.command(first, Command("stop"))
            lab.pool.command(first, Command("stop"))
        hear(engine, job, body)

    lab.pool._hear_parked = late
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    if told == "stopped twice":
        assert status(lab, first) == "stopped"
    else:
        until(lambda: not (lab.settings.home / "runs" / first).exists())


def test_a_server_that_closes_interrupts_what_is_parked(make_lab):
    lab = make_lab()
    first = submit(lab, paused=True)
    paused(lab, first)
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    lab.close()
    assert lab.hub.get(first) is None or lab.hub.get(first).status == "interrupted"


def test_a_parked_run_is_not_trained_twice(lab, tmp_path):
    first = submit(lab, paused=True)
    paused(lab, first)
    second = submit(lab, epochs=1)
    until(lambda: status(lab, second) == "done")
    with pytest.raises(Conflict):
        lab.pool.train(Job(first, experiment(), tmp_path))
    assert isinstance(lab.run("me", first).started, events.Started)
