"""The store on SQLite and on a real PostgreSQL: what was put is what is read, also by the next server and in trouble."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql

from playground.lab.store import tables
from playground.lab.store.store import Store
from playground.values import events
from playground.values.errors import InvalidValue, Unavailable
from playground.values.run import Run, fold
from tests.lab.fake_lab import experiment, until

NAN = float("nan")


def a_run(id: str = "a" * 16, owner: str = "me", **fields) -> Run:
    return Run(id, owner, experiment(), **{"name": "First", "created": 10.0} | fields)


def grown(run: Run, steps: int = 5) -> Run:
    """The run after a start and one epoch of `steps` batches."""
    happened = [
        events.Started(0, 0, 3, steps, {"train": 80}, ("a", "b"), 100, "CPU", 8, 0.1),
        events.BatchPoints(np.arange(1, steps + 1, dtype=np.int32), {"loss": np.arange(steps, dtype=np.float32)}),
        events.EpochPoint(1, steps, {"loss": 1.0, "val_loss": 0.5, "val_accuracy": 0.75}),
        events.Picture("confusion", 1, steps, {"matrix": np.eye(2, dtype=np.int32)}, {"split": "validation"}),
        events.Changed("learning_rate", 0.01),
        events.Saved(1, steps),
        events.Progress(1, steps, 0.5, None, 100.0, 10.0, 0.01),
    ]
    for event in happened:
        run = fold(run, event)
    return run


@pytest.fixture
def store(database: str, tmp_path: Path):
    store = Store(tmp_path, database)
    store.start()
    yield store
    store.close()


def another(store: Store, database: str, tmp_path: Path) -> Store:
    other = Store(tmp_path, database)
    other.start()
    return other


def assert_same(a: Run, b: Run) -> None:
    assert tables.to_row(a) == tables.to_row(b)
    for name in ("batches", "epochs"):
        one, two = getattr(a, name), getattr(b, name)
        assert one.stride == two.stride
        np.testing.assert_array_equal(one.x, two.x)
        assert list(one.values) == list(two.values)
        for column in one.values:
            np.testing.assert_array_equal(one.values[column], two.values[column])
    assert a.pictures.keys() == b.pictures.keys()
    for view in a.pictures:
        np.testing.assert_array_equal(a.pictures[view].arrays["matrix"], b.pictures[view].arrays["matrix"])


def test_the_best_of_a_metric_that_was_not_kept_is_that_of_the_curve():
    run = a_run().having(experiment=experiment().having(task="regressor"))
    for epoch, error in enumerate((0.5, 0.25, 0.75), start=1):
        run = fold(run, events.EpochPoint(epoch, epoch, {"val_loss": error, "val_mae": error}))
    before = run.having(summary={"val_loss": 0.75, "val_mae": 0.75, "best_epoch": 2, "best_val_loss": 0.25})
    read = tables.from_row(tables.to_row(before), tables.to_blobs(before, None))
    assert read.summary == before.summary | {"best_val_mae": 0.25}


def test_a_run_comes_back_as_it_was_put(store, database, tmp_path):
    run = grown(a_run())
    store.put(run)
    assert store.run(run.id) is run  # before it is written
    store.flush()
    read = store.run(run.id)
    assert read is not run
    assert_same(read, run)
    assert read.started == run.started
    assert read.changes == ((0, "learning_rate", 0.01),)


def test_a_summary_keeps_its_nan(store):
    run = a_run(status="failed", summary={"loss": NAN, "last_good_epoch": 2}, ended=12.0)
    store.put(run)
    store.flush()
    assert np.isnan(store.run(run.id).summary["loss"])


def test_only_what_changed_is_written_again(store):
    run = grown(a_run())
    store.put(run)
    store.flush()
    assert tables.to_blobs(run, run) == {}
    later = fold(run, events.Progress(1, 6, 0.6, None, 1.0, 1.0, 0.01))
    assert tables.to_blobs(later, run) == {}
    later = fold(later, events.BatchPoints(np.array([6], np.int32), {"loss": np.array([9], np.float32)}))
    assert list(tables.to_blobs(later, run)) == ["batches"]
    store.put(later)
    store.flush()
    assert_same(store.run(run.id), later)


def test_owners_see_their_own_runs_newest_first(store):
    for number, owner in enumerate(["me", "you", "me"]):
        store.put(a_run(f"{number:016x}", owner, created=float(number)))
    expected = [f"{2:016x}", f"{0:016x}"]
    assert [run.id for run in store.runs("me")] == expected
    store.flush()
    assert [run.id for run in store.runs("me")] == expected
    store.put(a_run(f"{0:016x}", name="Renamed", created=0.0))
    assert [run.id for run in store.runs("me")] == expected
    assert store.runs("me")[1].name == "Renamed"


def test_a_list_reads_curves_only_when_it_is_asked_for_them(store):
    run = grown(a_run())
    store.put(run)
    store.flush()
    statements: list[str] = []
    sql.event.listen(store._engine, "before_cursor_execute", lambda db, cursor, statement, *rest: statements.append(statement))
    assert store.runs("me")[0].epochs.x.tolist() == []
    assert not any("run_blobs" in statement for statement in statements)
    assert store.runs("me", curves=True)[0].epochs.values["val_loss"].tolist() == [0.5]


def test_a_deleted_run_is_gone_at_once_and_for_good(store, database, tmp_path):
    run = grown(a_run())
    store.put(run)
    store.flush()
    store.delete(run.id)
    store.put(run)  # a late event
    assert store.run(run.id) is None
    assert store.runs("me") == []
    store.flush()
    with store._engine.begin() as db:
        assert db.execute(sql.select(sql.func.count()).select_from(tables.blobs)).scalar() == 0
        assert db.execute(sql.select(sql.func.count()).select_from(tables.runs)).scalar() == 0


def test_the_writer_writes_by_itself(store, database, tmp_path):
    store.put(a_run())
    other = another(store, database, tmp_path)
    try:
        until(lambda: other.run("a" * 16))
    finally:
        other.close()


def test_runs_of_a_living_server_are_left_alone_and_those_of_a_dead_one_interrupted(store, database, tmp_path):
    store.put(grown(a_run()))
    store.put(a_run("b" * 16, status="done", ended=11.0))
    store.put(a_run("c" * 16))
    store.flush()
    other = another(store, database, tmp_path)
    try:
        assert other.run("a" * 16).status == "training"
        assert not other.claim("a" * 16)
        store._stopping = True  # the first server dies without a word: its lock is freed, its rows stay
        store._thread.join()
        store.me._file.close()
        other._beat()
        found = other.run("a" * 16)
        assert found.status == "interrupted"
        assert "from its last checkpoint" in found.error["fix"]
        assert "starts over" in other.run("c" * 16).error["fix"]
        assert not store.me.lock.exists()
        assert found.ended is not None
        assert other.run("b" * 16).status == "done"
        assert other.claim("a" * 16)
    finally:
        other.close()


def test_only_one_server_takes_up_a_run(store, database, tmp_path):
    store.put(a_run(status="interrupted", ended=11.0))
    store.flush()
    other = another(store, database, tmp_path)
    try:
        assert other.claim("a" * 16)
        assert not other.claim("a" * 16)
        assert not store.claim("a" * 16)
        other.put(a_run(status="training"))
        other.flush()
        store.put(a_run(status="failed", ended=12.0))  # what the first still had to say comes too late
        store.flush()
        assert other.run("a" * 16).status == "training"
    finally:
        other.close()


def test_a_server_elsewhere_counts_as_dead_only_when_its_heart_stands_still(store, monkeypatch):
    now = 1000.0
    monkeypatch.setattr("playground.lab.store.server.time.monotonic", lambda: now)
    row = {"id": "x", "host": "elsewhere", "lock": "/nowhere", "beat": 5.0}
    assert not store.me.finds_gone(row)  # whatever its clock says
    now += 29
    assert not store.me.finds_gone(row)
    assert not store.me.finds_gone(row | {"beat": 6.0})
    now += 31
    assert store.me.finds_gone(row | {"beat": 6.0})


def test_tables_of_a_newer_program_are_left_alone(database, tmp_path, monkeypatch):
    first = Store(tmp_path, database)
    first.start()
    with first._engine.begin() as db:
        db.execute(sql.update(tables.schema).values(version=tables.VERSION + 1))
    first.close()
    second = Store(tmp_path, database)
    second.start()
    assert "update it" in str(second.trouble)
    second.close()


def test_older_tables_are_brought_up_to_date(database, tmp_path, monkeypatch):
    first = Store(tmp_path, database)
    first.start()
    first.put(a_run())
    first.close()
    monkeypatch.setattr(tables, "VERSION", tables.VERSION + 1)
    monkeypatch.setitem(tables.MIGRATIONS, tables.VERSION, ("UPDATE runs SET name = 'Moved'",))
    second = Store(tmp_path, database)
    second.start()
    assert second.run("a" * 16).name == "Moved"
    second.close()


def test_a_locked_store_is_said_once_and_written_later(tmp_path):
    said: list[Unavailable | None] = []
    store = Store(tmp_path, on_trouble=said.append)
    store.start()
    lock = sqlite3.connect(tmp_path / "playground.sqlite", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    store.put(a_run())
    until(lambda: said)
    store.put(a_run(name="Still here"))
    assert store.run("a" * 16).name == "Still here"
    assert "locked" in said[0].what
    lock.execute("ROLLBACK")
    lock.close()
    until(lambda: len(said) == 2)
    assert said[1] is None
    assert store.trouble is None
    store.flush()
    assert store.run("a" * 16).name == "Still here"
    store.close()


def test_a_full_disk_costs_no_run(tmp_path):
    said: list[Unavailable | None] = []
    store = Store(tmp_path, on_trouble=said.append)
    store.start()
    pages = []

    @sql.event.listens_for(store._engine, "checkout")
    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count={pages[0] if pages else 10_000_000}")

    pages.append(1)  # SQLite takes the present size where that is larger, so nothing can be added
    many = grown(a_run(), steps=2_000)
    for number in range(20):
        store.put(many.having(id=f"{number:016x}"))
    until(lambda: said)
    assert said[0].what.startswith("The disk is full")
    assert len(store.runs("me")) == 20
    pages[0] = 10_000_000
    until(lambda: store.trouble is None)
    store.flush()
    assert len(store.run(f"{19:016x}").batches.x) == 2_000
    assert len(said) == 2
    store.close()


def test_a_home_that_cannot_be_written_is_told_and_tried_again(tmp_path):
    home = tmp_path / "home"
    home.write_text("a file where the folder should be")
    store = Store(home)
    store.start()
    assert store.trouble is not None
    with pytest.raises(Unavailable):
        store.runs("me")
    home.unlink()
    until(lambda: store.trouble is None)
    assert store.runs("me") == []
    store.close()


def test_a_run_that_cannot_be_written_does_not_keep_others_from_it(store):
    store.put(a_run("b" * 16, summary={"what": object()}))
    store.put(a_run())
    store.flush()
    assert store.run("a" * 16).name == "First"


def test_a_lock_file_goes_with_its_server(tmp_path):
    store = Store(tmp_path)
    store.start()
    assert store.me.lock.read_bytes() == str(os.getpid()).encode()
    store.close()
    assert not store.me.lock.exists()


@pytest.mark.parametrize("url", ["mysql://me:secret@host/db", "not an address", "sqlite:///x", "http://me:secret@host"])
def test_an_address_that_is_none_of_postgresql_is_refused_without_repeating_it(tmp_path, url):
    with pytest.raises(InvalidValue, match="PLAYGROUND_DATABASE_URL") as refused:
        Store(tmp_path, url)
    assert "secret" not in str(refused.value)
