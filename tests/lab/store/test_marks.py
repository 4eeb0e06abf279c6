"""Notes and tags on examples, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import sqlite3

import pytest

from playground.lab.store import marks
from playground.lab.store.marks import Mark, Marks, from_json
from playground.lab.store.store import Store
from playground.values.errors import InvalidValue, LimitExceeded, Unavailable


@pytest.fixture
def store(database: str, tmp_path):
    store = Store(tmp_path, database)
    store.start()
    yield store
    store.close()


@pytest.fixture
def kept(store: Store) -> Marks:
    return Marks(store.transaction)


def test_a_mark_comes_back_as_it_was_put(kept):
    mark = Mark("test/45", "Looks like a 7.\nReally.", ("odd", "schräg 手"))
    kept.put("me", "mnist", mark)
    assert kept.all("me", "mnist") == [mark]


def test_the_latest_mark_of_an_example_replaces_the_one_before(kept):
    kept.put("me", "digits", Mark("train/1", "first", ("a",)))
    kept.put("me", "digits", Mark("train/2", "second"))
    kept.put("me", "digits", Mark("train/1", "changed"))
    assert kept.all("me", "digits") == [Mark("train/1", "changed"), Mark("train/2", "second")]


def test_an_empty_mark_is_forgotten(kept):
    kept.put("me", "digits", Mark("train/1", "first"))
    kept.put("me", "digits", Mark("train/1"))
    assert kept.all("me", "digits") == []


def test_owners_and_data_sets_have_marks_of_their_own(kept):
    kept.put("me", "digits", Mark("train/1", "mine"))
    kept.put("you", "digits", Mark("train/1", "yours"))
    kept.put("me", "iris", Mark("train/1", "a flower"))
    assert [mark.note for mark in kept.all("me", "digits")] == ["mine"]
    assert [mark.note for mark in kept.all("you", "digits")] == ["yours"]


def test_marks_of_one_owner_are_bounded(kept, monkeypatch):
    monkeypatch.setattr(marks, "MAX_MARKS", 2)
    for number in range(2):
        kept.put("me", "digits", Mark(f"train/{number}", "x"))
    with pytest.raises(LimitExceeded):
        kept.put("me", "digits", Mark("train/2", "x"))
    kept.put("me", "digits", Mark("train/1", "changing one is no new one"))


def test_a_data_set_that_nobody_knows_is_refused(kept):
    for call in (lambda: kept.all("me", "mnits"), lambda: kept.put("me", "mnits", Mark("train/1", "x"))):
        with pytest.raises(InvalidValue, match="no such data set"):
            call()


def test_a_store_from_before_marks_gets_their_table_on_start(tmp_path):
    store = Store(tmp_path)
    store.start()
    store.close()
    with sqlite3.connect(tmp_path / "playground.sqlite") as db:
        db.execute("DROP TABLE marks")
    store = Store(tmp_path)
    store.start()
    Marks(store.transaction).put("me", "digits", Mark("train/1", "x"))
    assert len(Marks(store.transaction).all("me", "digits")) == 1
    store.close()


def test_trouble_of_the_store_is_told(tmp_path):
    store = Store(tmp_path)
    store.start()
    with sqlite3.connect(tmp_path / "playground.sqlite") as db:
        db.execute("DROP TABLE marks")
    with pytest.raises(Unavailable):
        Marks(store.transaction).put("me", "digits", Mark("train/1", "x"))
    store.close()


def test_a_mark_from_a_browser_is_tidied():
    given = {"example": "test/7", "note": "  a\tb\n\nc\x00 \n", "tags": [" odd ", "", "odd", "two  words"]}
    assert from_json(given) == Mark("test/7", "a b\n\nc", ("odd", "two words"))


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},
        {"note": "x"},
        {"example": "test/1", "rubbish": 1},
        {"example": "test/01"},
        {"example": 7},
        {"example": "validation/3"},
        {"example": "test/1", "note": None},
        {"example": "test/1", "note": "x" * 501},
        {"example": "test/1", "tags": "odd"},
        {"example": "test/1", "tags": [1]},
        {"example": "test/1", "tags": ["x" * 31]},
        {"example": "test/1", "tags": [str(n) for n in range(11)]},
    ],
)
def test_what_is_no_mark_is_refused(given):
    with pytest.raises(InvalidValue):
        from_json(given)
