"""The lab as pages and routes use it, with the fake engine: from submit to delete, over restarts and beside other servers."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from playground import data
from playground.lab import Lab, answers, current, from_environment, use
from playground.lab.rules import ALLOWED, WORDS, name_of
from playground.values import wire
from playground.values.command import Command
from playground.values.errors import Conflict, InvalidValue, LimitExceeded, NotFound, Unavailable
from playground.values.run import ACTIVE, ENDED
from playground.values.spec import Change, Layer, Network, part
from tests.lab.fake_lab import ENVIRONMENT, FAKE, experiment, until


def ended(lab: Lab, run: str, owner: str = "me"):
    return until(lambda: (found := lab.run(owner, run)).status in ENDED and found)


def in_state(lab: Lab, run: str, status: str, owner: str = "me"):
    return until(lambda: (found := lab.run(owner, run)).status == status and found)


def test_an_experiment_becomes_a_run_with_all_its_points(lab):
    run = ended(lab, lab.submit("me", experiment("Mine")))
    assert (run.status, run.name) == ("done", "Mine")
    assert run.batches.x.tolist() == list(range(1, 31))
    np.testing.assert_allclose(run.batches.values["loss"], 1 / np.arange(1, 31), rtol=1e-6)
    assert run.epochs.x.tolist() == [1, 2, 3]
    assert run.pictures["confusion"].arrays["matrix"].tolist() == [[3, 0], [0, 3]]
    assert run.summary["test_accuracy"] == 0.75
    assert run.ended >= run.created
    assert [other.id for other in lab.runs("me")] == [run.id]


def test_a_run_without_a_name_is_called_after_its_data(lab):
    assert lab.run("me", lab.submit("me", experiment())).name == f"{data.find('digits').title}, 2 layers"


def test_commands_do_what_they_say(lab):
    run = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, run, "training")
    lab.command("me", run, Command("set", name="learning_rate", value=0.5))
    until(lambda: lab.run("me", run).changes)
    lab.command("me", run, Command("pause"))
    in_state(lab, run, "paused")
    step = lab.run("me", run).step
    lab.command("me", run, Command("step", unit="batch"))
    until(lambda: lab.run("me", run).step == step + 1)
    lab.command("me", run, Command("resume"))
    in_state(lab, run, "training")
    until(lambda: lab.run("me", run).step > step + 5)
    lab.command("me", run, Command("stop"))
    assert ended(lab, run).status == "stopped"


def test_a_new_rate_with_resume_is_put_in_force_first(lab):
    run = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, run, "training")
    lab.command("me", run, Command("pause"))
    in_state(lab, run, "paused")
    lab.command("me", run, Command("resume", value=0.25))
    in_state(lab, run, "training")
    assert lab.run("me", run).changes[-1][1:] == ("learning_rate", 0.25)


@pytest.mark.parametrize("status", [*ACTIVE, *ENDED])
def test_every_status_has_rules_and_words(status):
    assert status in ALLOWED
    assert status in WORDS


def test_a_finished_run_takes_no_commands(lab):
    run = lab.submit("me", experiment())
    ended(lab, run)
    for verb in ("pause", "resume", "step", "stop"):
        with pytest.raises(Conflict, match="is finished"):
            lab.command("me", run, Command(verb))


def test_a_running_run_is_stepped_to_the_end_of_its_epoch(lab):
    run = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, run, "training")
    lab.command("me", run, Command("step", unit="epoch"))
    assert in_state(lab, run, "paused").step % 10 == 0
    with pytest.raises(Conflict, match="is training"):
        lab.command("me", in_training(lab), Command("resume"))


def in_training(lab: Lab) -> str:
    """Another run, that trains."""
    for found in lab.runs("me"):
        lab.command("me", found.id, Command("stop"))
    run = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, run, "training")
    return run


def test_of_many_who_resume_a_run_at_a_time_one_does(lab, monkeypatch):
    busy = in_training(lab)
    run = lab.submit("me", experiment())
    lab.command("me", run, Command("stop"))
    (lab.settings.home / "runs" / run / "checkpoint.npz").write_bytes(b"")
    claim = lab.store.claim
    monkeypatch.setattr(lab.store, "claim", lambda run: [claim(run), time.sleep(0.1)][0])  # so that all are at it at a time
    start, told = threading.Barrier(8), []

    def resume() -> None:
        start.wait()
        try:
            lab.command("me", run, Command("resume"))
            told.append("done")
        except Conflict as error:
            told.append(error.what)

    threads = [threading.Thread(target=resume) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["This run waits for an engine."] * 7 + ["done"]
    assert lab.run("me", run).status == "queued"
    assert lab.health().waiting == 1
    lab.command("me", busy, Command("stop"))


def test_a_run_that_cannot_be_taken_up_stays_as_it_was(lab, monkeypatch):
    run = lab.submit("me", experiment("nan"))
    ended(lab, run)

    def refuse(job):
        raise Unavailable("The server is being stopped.")

    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(lab.pool, "train", refuse)
        lab.command("me", run, Command("resume"))
    assert lab.run("me", run).status == "failed"
    lab.command("me", run, Command("resume"))


def test_a_stopped_run_goes_on_from_its_checkpoint(lab):
    run = lab.submit("me", experiment("slow", epochs=8))
    until(lambda: lab.run("me", run).epoch >= 2)
    lab.command("me", run, Command("stop"))
    stopped = ended(lab, run)
    lab.command("me", run, Command("resume"))
    done = until(lambda: (found := lab.run("me", run)).status == "done" and found)
    assert done.started.step == stopped.checkpoint[1]
    assert done.batches.x.tolist() == list(range(1, 81))


def test_a_run_stopped_before_its_first_checkpoint_cannot_go_on(lab):
    run = lab.submit("me", experiment("hang"))
    queued = lab.submit("me", experiment())
    in_state(lab, run, "training")
    lab.command("me", queued, Command("stop"))
    with pytest.raises(Conflict, match="no checkpoint"):
        lab.command("me", queued, Command("resume"))


def test_after_a_nan_a_run_goes_on_with_a_smaller_rate(lab):
    run = lab.submit("me", experiment("nan", epochs=4))
    assert ended(lab, run).summary["last_good_epoch"] == 1
    lab.command("me", run, Command("resume", value=0.0001))
    again = until(lambda: (found := lab.run("me", run)).started.step == 10 and found)
    assert again.started.learning_rate == 0.0001


def test_a_crash_interrupts_one_run_and_it_can_go_on(lab):
    run = lab.submit("me", experiment("crash", epochs=2))
    crashed = ended(lab, run)
    assert crashed.status == "interrupted"
    assert crashed.checkpoint == (1, 10)
    other = lab.submit("me", experiment())
    assert ended(lab, other).status == "done"
    lab.command("me", run, Command("resume"))
    in_state(lab, run, "interrupted")  # it crashes at the same step again, which is what this fake does


def test_runs_wait_in_line_with_their_place_and_can_leave_it(lab):
    first = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, first, "training")
    waiting = [lab.submit("me", experiment()) for _ in range(3)]
    assert [lab.run("me", run).position for run in waiting] == [1, 2, 3]
    lab.command("me", waiting[0], Command("stop"))
    assert lab.run("me", waiting[0]).status == "stopped"
    assert [lab.run("me", run).position for run in waiting[1:]] == [1, 2]
    with pytest.raises(Conflict, match="waits for an engine"):
        lab.command("me", waiting[1], Command("pause"))


def test_only_so_many_runs_of_one_owner_may_wait(make_lab):
    lab = make_lab(waiting_per_owner=2)
    first = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, first, "training")
    for _ in range(2):
        lab.submit("me", experiment())
    with pytest.raises(LimitExceeded, match="at most 2"):
        lab.submit("me", experiment())
    lab.submit("you", experiment())


def test_what_is_not_offered_or_does_not_fit_is_refused(lab):
    evil = experiment().having(network=Network((8, 8, 1), (Layer(part("layers.Lambda"), "evil"),)))
    with pytest.raises(InvalidValue):
        lab.submit("me", evil)
    with pytest.raises(InvalidValue, match="too few units"):
        lab.submit("me", experiment("impossible"))
    with pytest.raises(InvalidValue, match="no such data set"):
        lab.submit("me", experiment().having(data=experiment().data.__class__("nothing")))
    with pytest.raises(InvalidValue, match="Unicode"):
        lab.submit("me", experiment("\ud800"))
    assert lab.runs("me") == []


def test_what_the_store_could_not_read_again_is_refused(lab):
    wide = tuple(Layer(part("layers.Dense", units=4), f"layer_{i}_{'x' * 30}") for i in range(150))
    network = Network((8, 8, 1), (Layer(part("layers.Flatten"), "flat"), *wide))
    many = experiment().having(changes=tuple(Change(i, "network", network) for i in range(20)))
    with pytest.raises(InvalidValue, match="too long"):
        lab.submit("me", many)


def test_data_that_is_not_here_is_refused_with_the_way_to_get_it(lab, monkeypatch):
    monkeypatch.setattr(data, "missing", lambda name: ("a file",))
    with pytest.raises(Conflict, match="Download it on the Build page"):
        lab.submit("me", experiment())


def test_describe_answers_once_and_remembers(lab, monkeypatch):
    asked = []
    ask = lab.pool.ask
    monkeypatch.setattr(lab.pool, "ask", lambda *args, **kwargs: asked.append(args) or ask(*args, **kwargs))
    for _ in range(3):
        assert lab.describe(experiment()).can_train
    assert len(asked) == 1
    assert not lab.describe(experiment("impossible")).can_train


def test_what_cannot_be_trained_is_looked_at_again_after_moments(lab, monkeypatch):
    """For want of memory, say, which may be free again."""
    assert not lab.describe(experiment("impossible")).can_train
    asked = []
    ask = lab.pool.ask
    monkeypatch.setattr(lab.pool, "ask", lambda *args, **kwargs: asked.append(args) or ask(*args, **kwargs))
    lab.describe(experiment("impossible"))
    assert len(asked) == 0
    monkeypatch.setattr(answers, "BELIEVED", 0.0)
    lab.describe(experiment("impossible"))
    assert len(asked) == 1


def test_describe_gives_none_when_the_answer_is_slow_and_has_it_later(lab):
    assert lab.describe(experiment("slow answer"), timeout=0.05) is None
    assert until(lambda: lab.describe(experiment("slow answer"), timeout=0.05))


def test_describe_gives_none_while_no_engine_is_warm(make_lab, tmp_path):
    from playground.lab import Settings

    lab = Lab(Settings(tmp_path, program=FAKE, environment=ENVIRONMENT))
    assert lab.describe(experiment()) is None
    assert lab.health().engine == "warming"


def test_describe_tells_what_is_not_offered_as_a_problem(lab):
    evil = experiment().having(network=Network((8, 8, 1), (Layer(part("layers.Lambda"), "evil"),)))
    assert "Lambda" in lab.describe(evil).problems[0].what


def test_activation_curves_come_from_the_engine(lab):
    assert lab.activation("relu")["y"].dtype == np.float32
    assert lab.activation(part("layers.LeakyReLU", negative_slope=0.1))["y"].dtype == np.float32


def test_owners_are_kept_apart(lab):
    run = lab.submit("me", experiment())
    ended(lab, run)
    for call in (
        lambda: lab.run("you", run),
        lambda: lab.command("you", run, Command("stop")),
        lambda: lab.rename("you", run, "Mine now"),
        lambda: lab.delete("you", run),
        lambda: lab.export_model("you", run),
    ):
        with pytest.raises(NotFound):
            call()
    assert lab.runs("you") == []
    with pytest.raises(NotFound):
        lab.run("me", "../../etc/passwd")


def test_a_run_is_renamed_also_after_its_end(lab):
    run = lab.submit("me", experiment("slow", epochs=3))
    lab.rename("me", run, "  New \n name ")
    assert lab.run("me", run).name == "New name"
    ended(lab, run)
    lab.store.flush()
    lab.rename("me", run, "Last name")
    assert lab.runs("me")[0].name == "Last name"
    with pytest.raises(InvalidValue):
        lab.rename("me", run, " \t ")
    with pytest.raises(InvalidValue):
        name_of("x" * 121)


def test_a_deleted_run_leaves_nothing_behind(lab):
    run = lab.submit("me", experiment("slow", epochs=1000))
    in_state(lab, run, "training")
    folder = lab.settings.home / "runs" / run
    assert folder.is_dir()
    lab.delete("me", run)
    with pytest.raises(NotFound):
        lab.run("me", run)
    until(lambda: not folder.exists())
    until(lambda: lab.health().running == 0)
    lab.store.flush()
    assert lab.runs("me") == []


def test_a_model_is_exported_once_for_each_checkpoint(lab):
    run = lab.submit("me", experiment())
    ended(lab, run)
    path = lab.export_model("me", run, "best")
    assert path.read_bytes() == b"keras best"
    time_of_checkpoint = path.stat().st_mtime_ns
    path.write_bytes(b"kept")
    os.utime(path, ns=(time_of_checkpoint, time_of_checkpoint))
    assert lab.export_model("me", run, "best").read_bytes() == b"kept"
    assert lab.export_model("me", run).read_bytes() == b"keras last"
    with pytest.raises(InvalidValue):
        lab.export_model("me", run, "../x")


def test_a_checkpoint_that_comes_while_the_model_is_made_is_not_missed(lab, monkeypatch):
    run = lab.submit("me", experiment())
    ended(lab, run)
    checkpoint = lab.settings.home / "runs" / run / "checkpoint.npz"
    ask = lab.pool.ask

    def ask_meanwhile(*args, **kwargs):
        future = ask(*args, **kwargs)
        future.result(5)
        os.utime(checkpoint)  # written after the engine had read it, and before the model's file is looked at
        return future

    with monkeypatch.context() as patch:
        patch.setattr(lab.pool, "ask", ask_meanwhile)
        path = lab.export_model("me", run)
    path.write_bytes(b"old")
    os.utime(path)
    assert lab.export_model("me", run).read_bytes() == b"keras last"
    assert sorted(file.name for file in path.parent.iterdir()) == ["best.npz", "checkpoint.npz", "model-last.keras"]


def test_there_is_no_model_before_the_first_checkpoint(lab):
    run = lab.submit("me", experiment("hang"))
    with pytest.raises(Conflict, match="no saved weights"):
        lab.export_model("me", run)


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


def test_training_goes_on_while_the_store_is_in_trouble(lab, monkeypatch):
    run = lab.submit("me", experiment("slow", epochs=20))
    in_state(lab, run, "training")
    write = lab.store._write

    def fail(run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lab.store, "_write", fail)

    async def look() -> dict:
        async with lab.subscribe("me", run) as onlooker:
            async for message in onlooker:
                if (body := wire.unpack(message))["type"] == "Refused":
                    return body

    assert "disk is full" in asyncio.run(look())["error"]["what"]
    assert "disk is full" in lab.health().error["what"]
    assert ended(lab, run).status == "done"
    monkeypatch.setattr(lab.store, "_write", write)
    until(lambda: lab.health().error is None)
    lab.store.flush()
    assert len(lab.store.run(run).batches.x) == 200


def test_a_home_without_room_refuses_new_runs_with_a_word(lab):
    (lab.settings.home / "runs").write_text("a file where a folder should be")
    with pytest.raises(Unavailable, match="folder"):
        lab.submit("me", experiment())


def test_a_run_leaves_lines_in_the_log_with_its_id(lab, caplog):
    caplog.set_level(logging.INFO, "playground.lab")
    run = lab.submit("me", experiment())
    ended(lab, run)
    lines = [record.getMessage() for record in caplog.records if run in record.getMessage()]
    text = "\n".join(lines)
    for word in ("queued, digits, 2 layers, 3 epochs", "started, 100 parameters", "epoch 1/3", "epoch 3/3", "val_loss", "done after"):
        assert word in text
    assert len(lines) < 10


def test_a_download_is_told_from_start_to_end(lab, monkeypatch):
    steps, go_on = [], threading.Event()

    def download(name, on_progress):
        on_progress(5, 10)
        steps.append(lab.downloads(name))
        go_on.wait(20)

    monkeypatch.setattr(data, "download", download)
    assert lab.downloads("mnist") is None
    assert lab.download("mnist").state == "running"
    go_on.set()
    assert until(lambda: lab.downloads("mnist").state == "done")
    assert (steps[0].received, steps[0].total) == (5, 10)
    with pytest.raises(InvalidValue):
        lab.download("nothing")


def test_a_download_that_fails_says_why_and_can_be_tried_again(lab, monkeypatch):
    def fail(name, on_progress):
        raise Unavailable("No network.", fix="Put the files there by hand.")

    monkeypatch.setattr(data, "download", fail)
    lab.download("mnist")
    failed = until(lambda: lab.downloads("mnist").state == "failed" and lab.downloads("mnist"))
    assert failed.error["what"] == "No network."
    monkeypatch.setattr(data, "download", lambda name, on_progress: None)
    lab.download("mnist")
    until(lambda: lab.downloads("mnist").state == "done")


def test_the_current_lab_is_the_one_in_use(lab):
    with pytest.raises(Unavailable):
        current()
    use(lab)
    try:
        assert current() is lab
    finally:
        use(None)


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_ENGINES", "1")
    assert from_environment().home == tmp_path
    assert from_environment().engines == 2
    monkeypatch.setenv("PLAYGROUND_ENGINES", "many")
    with pytest.raises(InvalidValue):
        from_environment()
