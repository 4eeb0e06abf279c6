"""The lab as pages and routes use it, with the fake engine: from submit to delete."""

from __future__ import annotations

import asyncio
import threading
import time

import numpy as np
import pytest

from playground import data
from playground.lab import Lab, current, use
from playground.lab.rules import ALLOWED, WORDS, name_of
from playground.values import wire
from playground.values.command import Command
from playground.values.errors import Conflict, InvalidValue, LimitExceeded, NotFound, Unavailable
from playground.values.run import ACTIVE, ENDED
from playground.values.spec import Change, Layer, Network, part
from tests.lab.fake_lab import ended, experiment, in_state, until


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


def test_the_current_lab_is_the_one_in_use(lab):
    with pytest.raises(Unavailable):
        current()
    use(lab)
    try:
        assert current() is lab
    finally:
        use(None)
