"""What a person has noted on single examples of a data set: a note and tags each, kept in the store until both are empty.

An example is named by its place in the data set as stored ("test/45"), so that marks outlive runs and splits.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sql
from sqlalchemy.engine import Connection

from playground.data import find
from playground.data.examples import parsed
from playground.lab.store.tables import marks as table
from playground.values.errors import InvalidValue, LimitExceeded

MAX_NOTE = 500  # characters
MAX_TAGS = 10
MAX_TAG = 30  # characters
MAX_MARKS = 10_000  # of one owner on one data set


@dataclass(frozen=True)
class Mark:
    """example: "train/12". note: of one or more lines. tags: without doubles, in the order given."""

    example: str
    note: str = ""
    tags: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.note and not self.tags

    def to_json(self) -> dict[str, Any]:
        return {"example": self.example, "note": self.note, "tags": list(self.tags)}


def from_json(given: Any) -> Mark:
    """A mark as a browser sends it, tidied: no control characters, no spaces around, no tag twice. Raises InvalidValue."""
    expected = '{"example": "test/45", "note": "…", "tags": ["…"]}'
    if not isinstance(given, dict) or not {"example"} <= set(given) <= {"example", "note", "tags"}:
        raise InvalidValue("This is no mark.", expected=expected, got=given)
    note, tags = given.get("note", ""), given.get("tags", [])
    if not isinstance(note, str) or not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidValue("This is no mark.", expected=expected, got=given)
    pool, place = parsed(given["example"])
    note = "\n".join(_line(line) for line in note.splitlines()).strip()
    kept = tuple(dict.fromkeys(filter(None, map(_line, tags))))
    if len(note) > MAX_NOTE:
        raise InvalidValue("The note is too long.", expected=f"at most {MAX_NOTE} characters", got=str(len(note)), fix="Shorten it.")
    if len(kept) > MAX_TAGS:
        raise InvalidValue("There are too many tags.", expected=f"at most {MAX_TAGS}", got=str(len(kept)), fix="Leave some out.")
    if longest := next((tag for tag in kept if len(tag) > MAX_TAG), ""):
        raise InvalidValue("A tag is too long.", expected=f"at most {MAX_TAG} characters", got=longest, fix="Put it into the note.")
    return Mark(f"{pool}/{place}", note, kept)


class Marks:
    """The marks in a store.

    begin: opens a transaction whose errors are the store's sentences (Unavailable). Unlike a run's news a mark is written before the
    answer goes out, for whoever wrote a note wants to know that it is kept.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._begin = begin

    def all(self, owner: str, data: str) -> list[Mark]:
        """An owner's marks on a data set, the latest first. Raises InvalidValue for an unknown data set, Unavailable."""
        find(data)
        mine = sql.select(table).where(table.c.owner == owner, table.c.data == data).order_by(table.c.changed.desc(), table.c.example)
        with self._begin() as db:
            return [Mark(row["example"], row["note"], tuple(json.loads(row["tags"]))) for row in db.execute(mine).mappings()]

    def put(self, owner: str, data: str, mark: Mark) -> None:
        """Keep a mark in place of the one before; an empty one is forgotten. Raises InvalidValue, LimitExceeded, Unavailable."""
        find(data)
        mine = table.c.owner == owner, table.c.data == data
        with self._begin() as db:
            db.execute(sql.delete(table).where(*mine, table.c.example == mark.example))
            if mark.is_empty:
                return
            count = db.execute(sql.select(sql.func.count()).select_from(table).where(*mine)).scalar_one()
            if count >= MAX_MARKS:
                limit = f"at most {MAX_MARKS:,} examples"
                raise LimitExceeded("Too many examples of this data set are marked.", expected=limit, fix="Clear some marks.")
            values = {"note": mark.note, "tags": json.dumps(mark.tags), "changed": time.time()}
            db.execute(sql.insert(table).values(owner=owner, data=data, example=mark.example, **values))


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
