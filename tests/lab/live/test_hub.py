"""The hub: every point reaches every onlooker, slow ones cost nothing, what is outdated is dropped."""

from __future__ import annotations

import asyncio
import threading
import time

import numpy as np
import pytest

from playground.diagnosis import Finding
from playground.lab.live import feed
from playground.lab.live.feed import MAX_POINTS, MAX_WAITING, Buffer, folded, merge, refusal, snapshot
from playground.lab.live.hub import DIAGNOSE_EVERY, MAX_ONLOOKERS, Hub
from playground.values import events, wire
from playground.values.errors import LimitExceeded
from playground.values.run import Run, fold
from tests.lab.fake_lab import experiment

STARTED = events.Started(0, 0, 3, 5, {"train": 80}, ("a", "b"), 100, "CPU", 8, 0.1)


def a_run() -> Run:
    return Run("a" * 16, "me", experiment())


def points(*steps: int) -> events.BatchPoints:
    return events.BatchPoints(np.array(steps, np.int32), {"loss": np.array(steps, np.float32)})


def progress(step: int) -> events.Progress:
    return events.Progress(0, step, 0.0, None, 0.0, 0.0, 0.1)


def picture(view: str, step: int) -> events.Picture:
    return events.Picture(view, 0, step)


def taken(buffer: Buffer) -> list[dict]:
    return [wire.unpack(message) for message in buffer.take()]


def types(bodies: list[dict]) -> list[str]:
    return [body["type"] for body in bodies]


def test_points_that_wait_are_merged_in_order():
    buffer = Buffer()
    for step in range(1, 11):
        buffer.add(points(step))
        buffer.add(progress(step))
    first, second = taken(buffer)
    assert first["steps"].tolist() == list(range(1, 11))
    assert first["values"]["loss"].tolist() == list(range(1, 11))
    assert second["step"] == 10
    assert taken(buffer) == []


def test_merging_fills_missing_names_with_nan():
    other = events.BatchPoints(np.array([2], np.int32), {"loss": np.array([2], np.float32), "penalty": np.array([7], np.float32)})
    found = merge([points(1), other])
    np.testing.assert_array_equal(found.values["penalty"], np.array([np.nan, 7], np.float32))


def test_pictures_are_latest_wins_per_view_and_epochs_are_all_kept():
    buffer = Buffer()
    for step in (1, 2, 3):
        buffer.add(picture("confusion", step))
        buffer.add(picture("filters", step * 10))
        buffer.add(events.EpochPoint(step, step, {"loss": 1.0}))
    bodies = taken(buffer)
    assert [(body["view"], body["step"]) for body in bodies if body["type"] == "Picture"] == [("confusion", 3), ("filters", 30)]
    assert [body["epoch"] for body in bodies if body["type"] == "EpochPoint"] == [1, 2, 3]


def test_points_before_and_after_a_new_start_are_not_merged():
    buffer = Buffer()
    for message in (points(1, 2), STARTED, points(1)):
        buffer.add(message)
    assert types(taken(buffer)) == ["BatchPoints", "Started", "BatchPoints"]


def test_what_is_folded_here_is_sent_once_a_delivery_before_the_change_it_holds():
    run = a_run()
    buffer = Buffer()
    for step in (3, 4):
        event = events.Changed("learning_rate", step / 10, step)
        before, run = run, fold(run, event)
        for message in (*folded(before, run), event):
            buffer.add(message)
    first, *changes = taken(buffer)
    assert first == {"type": "Changes", "changes": [[3, "learning_rate", 0.3], [4, "learning_rate", 0.4]]}
    assert types(changes) == ["Changed", "Changed"]
    point = events.EpochPoint(1, 5, {"val_loss": 0.5})
    assert [(message.name, message.run.summary) for message in folded(run, fold(run, point))] == [("summary", fold(run, point).summary)]
    assert folded(run, fold(run, progress(9))) == []


def test_a_snapshot_replaces_what_waits_but_not_refusals():
    buffer = Buffer()
    for message in (points(1), progress(1), refusal({"what": "No."}), snapshot(a_run()), points(2)):
        buffer.add(message)
    assert types(taken(buffer)) == ["Snapshot", "Refused", "BatchPoints"]


def look_on(hub: Hub, run: Run, act, *, wait: float = 0.0) -> list[dict]:
    """What an onlooker gets who joins, sees `act` happen in another thread, and reads until the run is deleted."""

    async def main() -> list[dict]:
        subscription = hub.join(run)
        thread = threading.Thread(target=act)
        thread.start()
        bodies = []
        async for message in subscription:
            bodies.append(wire.unpack(message))
            await asyncio.sleep(wait)
        thread.join()
        return bodies

    return asyncio.run(main())


def test_no_point_is_lost_between_threads_and_loops():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)

    def act():
        hub.tell(run.id, STARTED)
        for step in range(1, 1501):
            hub.tell(run.id, points(step))
        hub.remove(run.id)

    bodies = look_on(hub, run, act)
    assert bodies[0]["type"] == "Snapshot"
    assert bodies[-1]["type"] == "Deleted"
    steps = np.concatenate([body["steps"] for body in bodies if body["type"] == "BatchPoints"])
    assert steps.tolist() == list(range(1, 1501))


def test_a_slow_onlooker_gets_a_snapshot_instead_of_a_flood_and_holds_nobody_up():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)
    finished = threading.Event()

    def act():
        hub.tell(run.id, STARTED)
        for step in range(1, 4 * MAX_WAITING):
            hub.tell(run.id, events.EpochPoint(step, step, {"loss": 1.0, "val_loss": 1.0}))
            hub.tell(run.id, points(*range(step * 50, step * 50 + 50)))
        finished.set()
        hub.remove(run.id)

    async def main() -> list[dict]:
        subscription = hub.join(run)
        thread = threading.Thread(target=act)
        thread.start()
        await asyncio.to_thread(finished.wait)  # not one message is read before all is over
        assert len(subscription._buffer) <= MAX_WAITING + 1
        assert subscription._buffer._points <= MAX_POINTS + 50
        bodies = [wire.unpack(message) async for message in subscription]
        thread.join()
        return bodies

    bodies = asyncio.run(main())
    assert bodies[0]["type"] == "Snapshot"
    epochs = bodies[0]["run"]["epochs"]["x"].tolist() + [body["epoch"] for body in bodies if body["type"] == "EpochPoint"]
    assert epochs == list(range(1, 4 * MAX_WAITING))  # below the curve's own bound none is missing
    assert bodies[-1]["type"] == "Deleted"


def test_every_state_is_put_and_status_is_told_when_it_changes():
    put: list[Run] = []
    hub = Hub(put=lambda run, soon: put.append(run))
    run = a_run()

    def act():
        hub.update(run.id, status="starting", position=0)
        hub.tell(run.id, STARTED)
        hub.tell(run.id, points(1))
        hub.tell(run.id, events.Done(False, {"test_loss": 0.5}))
        hub.remove(run.id)

    hub.add(run)
    bodies = look_on(hub, run, act, wait=0.1)
    assert [state.status for state in put] == ["queued", "starting", "training", "training", "done"]
    assert put[-1].ended is not None
    last = [body for body in bodies if body["type"] == "Status"][-1]
    assert last["status"] == "done"
    assert last["summary"] == {"test_loss": 0.5}


def test_onlookers_hear_what_may_be_wrong_now_and_then_and_where_the_run_comes_to_rest(monkeypatch):
    looks: list[int] = []
    monkeypatch.setattr(feed, "diagnose", lambda run: looks.append(run.epoch) or Finding(f"After epoch {len(run.epochs.x)}", "So it is."))
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)
    hub.tell(run.id, STARTED)
    assert not looks, "nobody looks on"

    def act():
        for epoch in range(1, MAX_WAITING // 2):
            hub.tell(run.id, events.EpochPoint(epoch, epoch, {"loss": 1.0}))
        hub.tell(run.id, events.Paused(9, 9))
        hub.remove(run.id)

    begin = time.monotonic()
    bodies = look_on(hub, run, act)
    most = 3 + (time.monotonic() - begin) / DIAGNOSE_EVERY  # with the snapshot, the first point and the pause
    assert len(looks) <= most
    found = [body["finding"] for body in bodies if body["type"] == "Finding"]
    assert found[-1] == {"title": f"After epoch {MAX_WAITING // 2 - 1}", "text": "So it is.", "fix": None}


def test_what_a_checkpoint_stands_on_is_kept_soon():
    kept: list[bool] = []
    hub = Hub(put=lambda run, soon: kept.append(soon))
    run = a_run()
    hub.add(run)
    for event in (STARTED, points(1), progress(1), events.Saved(0, 1), points(2)):
        hub.tell(run.id, event)
    assert kept == [True, True, False, False, True, False]


def test_going_on_after_an_interruption_takes_back_what_lay_behind_the_checkpoint():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)
    hub.tell(run.id, STARTED)
    hub.tell(run.id, points(*range(1, 9)))

    def act():
        hub.tell(run.id, events.Interrupted(None))
        hub.tell(run.id, events.Started(0, 5, 3, 5, {}, (), 100, "CPU", 8, 0.1))
        hub.remove(run.id)

    bodies = look_on(hub, run, act)
    final = [body for body in bodies if body["type"] == "Snapshot"][-1]["run"]
    assert final["batches"]["x"].tolist() == [1, 2, 3, 4, 5]
    assert final["status"] == "training"


def test_an_ended_run_is_forgotten_when_nobody_looks():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)

    async def main() -> None:
        subscription = hub.join(run)
        hub.tell(run.id, events.Done(True, {}))
        assert hub.get(run.id).status == "stopped"
        hub.leave(run.id, subscription)
        assert hub.get(run.id) is None

    asyncio.run(main())


def test_views_of_all_onlookers_are_watched_together():
    watched = []
    hub = Hub(put=lambda run, soon: None, on_watch=lambda run, views: watched.append(views))
    run = a_run()
    hub.add(run)

    async def main() -> None:
        one, two = hub.join(run), hub.join(run)
        await one.watch(["filters"])
        await two.watch(["confusion", "filters"])
        hub.leave(run.id, two)

    asyncio.run(main())
    assert watched == [("filters",), ("confusion", "filters"), ("filters",)]


def test_only_so_many_pages_may_show_one_run():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)

    async def main() -> None:
        for _ in range(MAX_ONLOOKERS):
            hub.join(run)
        with pytest.raises(LimitExceeded):
            hub.join(run)

    asyncio.run(main())


def test_events_for_a_closed_browser_loop_do_no_harm():
    hub = Hub(put=lambda run, soon: None)
    run = a_run()
    hub.add(run)

    async def main():
        return hub.join(run)

    asyncio.run(main())
    hub.tell(run.id, STARTED)
    hub.tell(run.id, points(1))
    assert hub.get(run.id).status == "training"
