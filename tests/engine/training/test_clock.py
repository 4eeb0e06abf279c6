"""The run's clock, on a clock of the test's own."""

from __future__ import annotations

import pytest

from playground.engine.training import clock
from playground.engine.training.clock import Clock


@pytest.fixture
def now(monkeypatch) -> list[float]:
    """What time it is; tests move it on."""
    time = [0.0]
    monkeypatch.setattr(clock.time, "perf_counter", lambda: time[0])
    return time


def test_the_time_left_follows_the_pace_of_the_last_seconds_not_of_the_whole_run(now) -> None:
    run = Clock()
    run.start()
    step = 0
    for each in (100, 10):  # steps a second: a minute fast, then a minute slow
        for _ in range(60):
            now[0] += 1
            step += each
            run.mark(step)
    assert run.remaining(1_000) == pytest.approx(100, rel=0.1)


def test_a_pause_is_no_part_of_the_time_left(now) -> None:
    run = Clock()
    run.start()
    now[0] = 2
    run.mark(20)
    run.stop()
    now[0] = 500
    run.start()
    assert run.remaining(20) == pytest.approx(2)


def test_before_the_first_step_the_time_left_is_not_known(now) -> None:
    run = Clock(elapsed=7, step=70)
    run.start()
    now[0] = 1
    assert run.remaining(10) is None
