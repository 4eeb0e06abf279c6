"""Several servers, one after the other or at a time, on one store."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from playground.values import wire
from playground.values.command import Command
from playground.values.errors import Conflict
from tests.lab.fake_lab import ENVIRONMENT, experiment, in_state, until


def test_after_a_clean_stop_a_run_is_interrupted_and_goes_on_with_the_next_server(make_lab):
    lab = make_lab()
    run = lab.submit("me", experiment("slow", epochs=6))
    until(lambda: lab.run("me", run).step > 12)
    lab.close()
    lab = make_lab()
    found = lab.run("me", run)
    assert found.status == "interrupted"
    assert "Resume" in found.error["fix"]
    assert found.checkpoint[1] >= 12
    lab.command("me", run, Command("resume"))
    done = until(lambda: (found := lab.run("me", run)).status == "done" and found)
    assert done.error is None
    assert done.batches.x.tolist() == list(range(1, 61))


SERVER = """
import sys, time
from tests.lab.fake_lab import ENVIRONMENT, FAKE, experiment
from playground.lab import Lab, Settings
from pathlib import Path
lab = Lab(Settings(Path(sys.argv[1]), sys.argv[2], program=FAKE, environment=ENVIRONMENT))
lab.start()
print(lab.submit("me", experiment("slow", epochs=20)), flush=True)
time.sleep(60)
"""


@pytest.fixture
def other_server(tmp_path, database):
    """Another server on the same store, in a process of its own: the process and the run it trains."""
    command = [sys.executable, "-c", SERVER, str(tmp_path / "home"), database]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(ENVIRONMENT))
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()


def test_runs_of_another_server_are_readable_but_not_ours_to_command(make_lab, other_server, database):
    _, run = other_server
    lab = make_lab(database_url=database)
    until(lambda: lab.run("me", run).step > 0)
    assert [found.id for found in lab.runs("me")] == [run]
    for call in (lambda: lab.command("me", run, Command("pause")), lambda: lab.delete("me", run), lambda: lab.rename("me", run, "x")):
        with pytest.raises(Conflict, match="another server"):
            call()

    async def look() -> list[dict]:
        seen = []
        async with lab.subscribe("me", run) as onlooker:
            await onlooker.watch(["confusion"])
            async for message in onlooker:
                seen.append(wire.unpack(message))
                if len(seen) == 3:
                    return seen

    steps = [body["run"]["progress"]["step"] for body in asyncio.run(look())]
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]


@pytest.mark.slow(reason="a server is started, killed and found dead by another")
def test_a_killed_server_leaves_its_run_interrupted_and_another_takes_it_up(make_lab, other_server, database):
    process, run = other_server
    lab = make_lab(database_url=database)
    until(lambda: (lab.run("me", run).checkpoint or (0, 0))[1] >= 10)
    process.kill()
    process.wait()
    lab.store._next_beat = 0.0
    found = in_state(lab, run, "interrupted")
    lab.command("me", run, Command("resume"))
    started = until(lambda: (found := lab.run("me", run)).status == "training" and found).started
    assert started.step >= found.checkpoint[1] > 0
    done = until(lambda: (found := lab.run("me", run)).status == "done" and found)
    # A checkpoint may be on the disk whose points the killed server had not handed to the database yet.
    known = [step for step in found.batches.x.tolist() if step <= started.step]
    assert done.batches.x.tolist() == known + list(range(started.step + 1, 201))
    assert known[:10] == list(range(1, 11))
