"""Engines come, go, crash and are replaced; runs wait in line and fail alone. With the fake engine."""

from __future__ import annotations

import logging
import os
import signal
import threading

import pytest

from playground.lab.engines.engine import loss_of_engine
from playground.lab.engines.job import Job
from playground.lab.engines.pool import Pool
from playground.lab.engines.process import Exit, LogLevels
from playground.lab.settings import Settings
from playground.values import events
from playground.values.command import Command
from playground.values.errors import Conflict, Unavailable
from tests.lab.fake_lab import ENVIRONMENT, FAKE, experiment, until


class Listener:
    """Keeps what a pool says."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self.begun: list[str] = []
        self.line: list[str] = []
        self.last: dict[str, object] = {}

    def on_event(self, run, event):
        self.events.append((run, type(event).__name__))
        self.last[run] = event

    def on_refused(self, run, error):
        self.refused.append(error["what"])

    def on_begin(self, run):
        self.begun.append(run)

    def on_line(self, runs):
        self.line = list(runs)

    def ended(self, run: str) -> object:
        return until(lambda: self.last.get(run) if self.events and self.type_of(run) in ("Done", "Failed", "Interrupted") else None)

    def type_of(self, run: str) -> str:
        return type(self.last.get(run)).__name__


@pytest.fixture
def make_pool(tmp_path):
    pools = []

    def make(**fields) -> tuple[Pool, Listener]:
        heard = Listener()
        settings = Settings(**{"home": tmp_path, "program": FAKE, "environment": ENVIRONMENT} | fields)
        pool = Pool(settings, on_event=heard.on_event, on_refused=heard.on_refused, on_begin=heard.on_begin, on_line=heard.on_line)
        pools.append(pool)
        pool.start()
        return pool, heard

    yield make
    for pool in pools:
        pool.close()


def job(tmp_path, run: str, name: str = "", *, epochs: int = 2, resume: bool = False) -> Job:
    folder = tmp_path / run
    folder.mkdir(exist_ok=True)
    return Job(run, experiment(name, epochs=epochs), folder, resume=resume)


def both_ready(pool: Pool) -> None:
    until(lambda: len(pool.pids) == 2 and all(engine.ready for engine in pool.fleet.engines))


def test_engines_become_ready_and_answer(make_pool):
    pool, _ = make_pool()
    assert pool.health().engine == "warming"
    with pytest.raises(Unavailable):
        pool.ask({"ask": "activation", "name": "relu"})
    until(lambda: pool.health().engine == "ready")
    assert pool.health().device == "Fake, 2 cores"
    value = pool.ask({"ask": "activation", "name": "relu"}).result(20)
    assert value["y"].tolist() == [0, 0, 0, 0.5, 1]


def test_a_run_waits_for_an_engine_that_is_not_warm_yet(make_pool, tmp_path):
    pool, heard = make_pool()
    pool.train(job(tmp_path, "first"))
    heard.ended("first")
    assert heard.type_of("first") == "Done"


def test_one_trains_and_one_answers_while_others_wait_in_order(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    for run in ("two", "three", "four"):
        pool.train(job(tmp_path, run))
    assert heard.line == ["two", "three", "four"]
    assert pool.health().running == 1
    assert pool.health().waiting == 3
    assert pool.ask({"ask": "activation", "name": "relu"}, idle=True).result(20) is not None
    pool.command("three", Command("stop"))
    assert heard.type_of("three") == "Done"
    assert heard.line == ["two", "four"]
    pool.command("one", Command("stop"))
    for run in ("one", "two", "four"):
        heard.ended(run)
    assert heard.begun == ["one", "two", "four"]


def test_a_waiting_run_can_only_be_stopped(make_pool, tmp_path):
    pool, _ = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    pool.train(job(tmp_path, "two"))
    with pytest.raises(Conflict):
        pool.command("two", Command("pause"))
    with pytest.raises(Conflict):
        pool.command("unknown", Command("stop"))


def test_an_engine_that_crashes_fails_only_its_run_and_is_replaced(make_pool, tmp_path):
    pool, heard = make_pool(engines=3)
    until(lambda: sum(engine.ready for engine in pool.fleet.engines) >= 2)
    pool.train(job(tmp_path, "good", "slow", epochs=20))
    pool.train(job(tmp_path, "bad", "crash"))
    pool.train(job(tmp_path, "next"))
    event = heard.ended("bad")
    assert heard.type_of("bad") == "Interrupted"
    assert "left with status 9" in event.error["what"]
    assert "Resume it" in event.error["fix"]
    heard.ended("next")
    heard.ended("good")
    assert heard.type_of("next") == heard.type_of("good") == "Done"


def test_an_engine_that_is_killed_says_so_and_the_next_run_works(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    pid = until(lambda: next((pid for pid, run in pool.pids.items() if run == "one"), None))
    os.kill(pid, signal.SIGKILL)
    event = heard.ended("one")
    assert "signal 9" in event.error["what"]
    assert "memory" in event.error["what"]
    pool.train(job(tmp_path, "two"))
    heard.ended("two")
    assert heard.type_of("two") == "Done"
    both_ready(pool)


def test_a_question_to_an_engine_that_dies_fails_at_once(make_pool):
    pool, _ = make_pool()
    until(lambda: pool.health().engine == "ready")
    for pid in pool.pids:
        os.kill(pid, signal.SIGSTOP)
    future = pool.ask({"ask": "activation", "name": "relu"})
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(Unavailable, match="gone"):
        future.result(20)


def test_an_engine_that_does_not_answer_a_stop_is_ended(make_pool, tmp_path):
    pool, heard = make_pool(patience=0.5)
    both_ready(pool)
    pool.train(job(tmp_path, "one", "hang"))
    until(lambda: heard.type_of("one") == "Started")
    pool.command("one", Command("stop"))
    assert heard.ended("one").error
    assert heard.type_of("one") == "Interrupted"


def test_an_engine_that_goes_on_speaking_after_a_stop_is_given_its_time(make_pool, tmp_path):
    pool, heard = make_pool(patience=0.8)
    both_ready(pool)
    pool.train(job(tmp_path, "one", "scoring", epochs=100_000))
    until(lambda: ("one", "BatchPoints") in heard.events)
    pool.command("one", Command("stop"))
    heard.ended("one")
    assert heard.type_of("one") == "Done"


def test_an_engine_on_its_way_out_gets_neither_runs_nor_questions(make_pool, tmp_path):
    pool, heard = make_pool(engines=3)
    until(lambda: pool.health().engine == "ready")
    leaving = pool.fleet.engines[0]
    leaving.process.close = lambda: None  # as slow to leave as can be
    leaving.retiring = True
    until(lambda: leaving.closing)
    for run in ("one", "two"):
        pool.train(job(tmp_path, run, "slow", epochs=1000))
    until(lambda: len(heard.begun) == 2)
    assert leaving.job is None
    futures = [pool.ask({"ask": "activation", "name": "relu"}) for _ in range(5)]
    assert not leaving.asked
    assert all(future.result(20) is not None for future in futures)


def test_engines_that_die_at_start_are_tried_again_later_and_their_words_are_told(make_pool):
    pool, _ = make_pool(environment=(*ENVIRONMENT, ("FAKE_ENGINE", "dead")))
    until(lambda: pool.health().engine == "failed")
    health = pool.health()
    assert "status 3" in health.error["what"]
    assert health.error["got"] == "no such device"
    until(lambda: pool.fleet.failures >= 2)
    assert len(pool.pids) <= 1
    with pytest.raises(Unavailable, match="could not be started"):
        pool.ask({"ask": "activation", "name": "relu"})


def test_a_program_that_is_not_there_is_told(make_pool):
    pool, _ = make_pool(program=("/nowhere/python",))
    until(lambda: pool.health().engine == "failed")
    assert "could not be started" in pool.health().error["what"]


def test_an_engine_is_replaced_after_its_runs_without_a_gap(make_pool, tmp_path):
    pool, heard = make_pool(runs_per_engine=2)
    both_ready(pool)
    before = set(pool.pids)
    for number in range(5):
        pool.train(job(tmp_path, f"run{number}", epochs=1))
        heard.ended(f"run{number}")
        assert pool.health().engine == "ready"
    until(lambda: len(pool.pids) == 2 and len(before & set(pool.pids)) <= 1)
    assert all(heard.type_of(f"run{number}") == "Done" for number in range(5))


def test_a_dropped_run_is_heard_of_no_more(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    until(lambda: ("one", "BatchPoints") in heard.events)
    gone = threading.Event()
    pool.drop("one", after=gone.set)
    assert gone.wait(10)
    assert "Done" not in [kind for _, kind in heard.events]
    assert pool.health().running == 0


def test_whoever_hears_of_a_runs_end_may_train_it_again_or_delete_it(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    gone = threading.Event()
    hear = pool._on_event

    def again(run, event):
        hear(run, event)
        if isinstance(event, events.Done):
            act = (lambda: pool.train(job(tmp_path, run))) if heard.begun == [run] else (lambda: pool.drop(run, after=gone.set))
            acting.append(threading.Thread(target=act))
            acting[-1].start()
            acting[-1].join(0.2)  # it would go wrong while the engine still counts as busy with the run

    acting: list[threading.Thread] = []
    pool._on_event = again
    pool.train(job(tmp_path, "one"))
    assert gone.wait(20)
    assert heard.begun == ["one", "one"]


def test_a_run_is_never_trained_twice_at_a_time(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    for run in ("one", "two"):
        pool.train(job(tmp_path, run, "slow", epochs=1000))
    for run in ("one", "two"):  # one is on an engine, the other in line
        with pytest.raises(Conflict, match="goes on already"):
            pool.train(job(tmp_path, run))
    assert heard.line == ["two"]


def test_closing_pauses_first_so_that_a_checkpoint_is_there(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    pool.train(job(tmp_path, "two"))
    until(lambda: ("one", "BatchPoints") in heard.events)
    pids = list(pool.pids)
    pool.close()
    assert (tmp_path / "one" / "checkpoint.npz").exists()
    assert heard.events[-2:] == [("one", "Interrupted"), ("two", "Interrupted")]
    assert heard.last["one"].error["what"].startswith("The server was stopped")
    assert "from its last checkpoint" in heard.last["one"].error["fix"]
    assert "starts over" in heard.last["two"].error["fix"]  # it waited and has no checkpoint
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(Unavailable):
        pool.train(job(tmp_path, "three"))


def test_views_are_told_to_the_engine_also_before_it_begins(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "slow", epochs=1000))
    pool.train(job(tmp_path, "two"))
    pool.watch("two", ["filters"])
    pool.command("one", Command("stop"))
    heard.ended("two")
    assert ("two", "Picture") in heard.events


def test_what_an_engine_refuses_is_passed_on(make_pool, tmp_path):
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "schedule", epochs=1000))
    until(lambda: heard.type_of("one") != "NoneType")
    pool.command("one", Command("set", name="learning_rate", value=0.1))
    until(lambda: heard.refused == ["The schedule decides."])


def test_the_reason_of_a_lost_engine_is_put_into_words():
    assert Exit(-15).reason == "it was ended by signal 15"
    assert Exit(1).reason == "it left with status 1"
    assert "memory" in str(loss_of_engine(Exit(-9), way_on="Resume it."))
    assert "memory" not in str(loss_of_engine(Exit(1), way_on="Resume it."))


def test_a_killed_engine_leaves_its_last_words_and_promises_no_checkpoint_that_is_not_there(make_pool, tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "playground.engine")
    pool, heard = make_pool()
    both_ready(pool)
    pool.train(job(tmp_path, "one", "hang"))
    os.kill(until(lambda: next((pid for pid, run in pool.pids.items() if run == "one"), None)), signal.SIGKILL)
    assert heard.ended("one").error["fix"].startswith("Resume it: it starts over")
    said = [record for record in caplog.records if "the fake engine says hello" in record.message]
    assert {record.levelno for record in said if record.name == "playground.engine"} == {logging.DEBUG}
    assert logging.ERROR in [record.levelno for record in said if record.name == "playground.lab"]


def test_what_an_engine_writes_is_logged_by_its_weight():
    lines = """WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1 port.cc:153] oneDNN custom operations are on.
INFO playground.engine ready
WARNING playground.engine the disk is slow
ERROR playground.engine run a failed
Traceback (most recent call last):
  File "x.py", line 1, in <module>
    1 / 0
ZeroDivisionError: division by zero
E0000 cuda_dnn.cc:1] Unable to register""".splitlines()
    levels = LogLevels()
    words = [logging.getLevelName(levels.of(line)).lower() for line in lines]
    assert words == ["debug", "debug", "debug", "warning", "error", "error", "error", "error", "error", "debug"]
