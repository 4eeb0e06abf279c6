"""What the lab does for the Playground: looks at networks that nobody trains, and forgets runs that nobody has named."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from playground.lab import rules
from playground.lab.engines.job import task_key
from playground.lab.unwatched import UNWATCHED
from playground.values.errors import InvalidValue, LimitExceeded
from playground.values.run import Run
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part
from tests.lab.fake_lab import experiment, until

NET = Network((2,), (Layer(part("layers.Dense", units=2, activation="softmax"), "output"),))


def on_plane(*, seed: int = 0, epochs: int = 1, name: str = "") -> Experiment:
    return Experiment(DataChoice("spirals", test=0.3), (NET,), Training(seed=seed, epochs=epochs), name=name)


def test_an_untrained_network_is_looked_at_by_the_engine_that_has_it_ready(lab):
    until(lambda: sum(engine.ready for engine in lab.pool.fleet.engines) == 2)
    by = [lab.look_untrained("me", on_plane(seed=seed), {"view": "plane"}).result(20)["by"] for seed in (1, 2, 1, 2, 1)]
    assert by[0] == by[2] == by[4]
    assert by[1] == by[3]
    (first,) = [engine for engine in lab.pool.fleet.engines if engine.process.pid == by[0]]
    run = lab.submit("me", on_plane(seed=1, epochs=50))
    until(lambda: lab.run("me", run).step)
    assert first.job is None or first.job.run == run
    assert task_key(on_plane(seed=1)) not in first.prepared


def test_an_engine_that_has_built_many_networks_is_replaced(make_lab):
    lab = make_lab(networks_per_engine=3)
    until(lambda: sum(engine.ready for engine in lab.pool.fleet.engines) == 2)
    before = set(lab.pool.pids)
    for seed in range(6):
        lab.look_untrained("me", on_plane(seed=seed), {"view": "plane"}).result(20)
    until(lambda: not before & set(lab.pool.pids))
    assert lab.look_untrained("me", on_plane(seed=7), {"view": "plane"}).result(20)


def test_what_is_no_question_or_no_network_is_refused(lab):
    with pytest.raises(InvalidValue):
        lab.look_untrained("me", on_plane(), {"weights": "now"})
    with pytest.raises(InvalidValue):
        lab.look_untrained("me", on_plane().having(data=DataChoice("nowhere")), {"view": "plane"})


def test_an_owner_has_a_bounded_number_of_questions(lab, monkeypatch):
    monkeypatch.setattr("playground.lab.inspection.LOOKS_PER_OWNER", 1)
    first = lab.look_untrained("me", on_plane(), {"view": "endless"})
    with pytest.raises(LimitExceeded):
        lab.look_untrained("me", on_plane(), {"view": "plane"})
    first.cancel()
    until(lambda: not lab._inspection._waiting)


def test_experiments_that_differ_in_name_and_length_alone_share_a_task():
    assert task_key(on_plane(epochs=1)) == task_key(on_plane(epochs=99, name="Mine"))
    assert task_key(on_plane(seed=1)) != task_key(on_plane(seed=2))


def test_of_ended_runs_without_a_name_only_the_newest_are_kept(lab, monkeypatch):
    monkeypatch.setattr(rules, "KEPT_PASSING", 2)
    other = lab.submit("me", experiment(epochs=1))
    named = lab.submit("me", on_plane(name="Mine"))
    runs = []
    for _ in range(4):
        runs.append(lab.submit("me", on_plane()))
        until(lambda: lab.run("me", runs[-1]).status == "done")
        lab.store.flush()
    theirs = lab.submit("you", on_plane())
    until(lambda: lab.run("you", theirs).status == "done")
    lab.rename("me", runs[1], "Kept")
    last = lab.submit("me", on_plane())
    until(lambda: lab.run("me", last).status == "done")
    kept = {run.id for run in lab.runs("me")}
    assert {other, named, runs[1], runs[2], runs[3], last} == kept
    assert len(lab.runs("you")) == 1


def test_only_runs_of_the_plane_that_bear_no_name_of_their_own_pass_by():
    plain = Run("a" * 16, "me", on_plane(), name=rules.plain_name(on_plane()), status="done")
    assert rules.is_passing(plain)
    assert not rules.is_passing(plain.having(name="Mine"))
    assert not rules.is_passing(plain.having(experiment=experiment(), name=rules.plain_name(experiment())))
    assert rules.outdated([plain.having(status="training")] * 60) == []
    assert len(rules.outdated([plain] * 60)) == 10


async def watched_for_a_moment(lab, run: str) -> None:
    async with lab.subscribe("me", run):
        pass


class Timers:
    """The timers of the loop that is running, and the lab's clock: seconds pass when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.waiting = 0.0, []
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda delay, call: self.waiting.append((self.now + delay, call)))
        monkeypatch.setattr("playground.lab.unwatched.time", SimpleNamespace(monotonic=lambda: self.now))

    async def let_pass(self, seconds: float) -> None:
        self.now += seconds
        due = [call for at, call in self.waiting if at <= self.now]
        self.waiting = [(at, call) for at, call in self.waiting if at > self.now]
        for call in due:
            await call()
        await asyncio.sleep(0)  # what they asked the loop to do


def test_a_run_on_the_plane_pauses_when_nobody_watches_it_any_more(lab, monkeypatch):
    run = lab.submit("me", on_plane(epochs=1_000_000))
    unseen = lab.submit("me", experiment(epochs=1_000_000))
    until(lambda: lab.run("me", run).step)

    async def comes_and_goes() -> None:
        timers = Timers(monkeypatch)
        await watched_for_a_moment(lab, run)
        await timers.let_pass(UNWATCHED - 10)  # a page that is loaded anew
        async with lab.subscribe("me", run):
            await timers.let_pass(UNWATCHED + 20)
        assert lab.run("me", run).status == "training"
        await timers.let_pass(UNWATCHED - 10)
        lab.look("me", run, {"view": "maps"})  # on another page
        await timers.let_pass(15)
        assert lab.run("me", run).status == "training"
        await timers.let_pass(UNWATCHED)

    asyncio.run(comes_and_goes())
    until(lambda: lab.run("me", run).status == "paused")
    assert lab.run("me", unseen).status != "paused"


def test_who_plays_another_network_does_not_wait_for_the_one_that_was_left(lab):
    left, unseen = (lab.submit(owner, on_plane(epochs=1_000_000)) for owner in ("me", "you"))
    until(lambda: lab.run("me", left).step)
    asyncio.run(watched_for_a_moment(lab, left))
    lab.submit("you", on_plane(epochs=1_000_000))
    assert lab.run("me", left).status == "training"
    lab.submit("me", on_plane(epochs=1_000_000))
    until(lambda: lab.run("me", left).status == "paused")
    assert lab.run("you", unseen).status != "paused"


def test_other_runs_go_on_unwatched(lab, monkeypatch):
    run = lab.submit("me", experiment(epochs=1_000_000))
    until(lambda: lab.run("me", run).step)

    async def leaves() -> None:
        timers = Timers(monkeypatch)
        await watched_for_a_moment(lab, run)
        await timers.let_pass(10 * UNWATCHED)
        assert not timers.waiting

    asyncio.run(leaves())
    assert lab.run("me", run).status == "training"
