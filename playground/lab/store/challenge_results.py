"""The best result of each person in each challenge of the Playground, kept in the store."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sql
from sqlalchemy.engine import Connection

from playground.lab.store.tables import results as table


@dataclass(frozen=True)
class Best:
    """value: weights or epochs, the fewer the better. run: whose result it is."""

    value: int
    run: str


class ChallengeResults:
    """The results in a store. begin: opens a transaction whose errors are the store's sentences (Unavailable)."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._begin = begin

    def all(self, owner: str) -> dict[str, Best]:
        """Challenge → an owner's best result."""
        with self._begin() as db:
            rows = db.execute(sql.select(table).where(table.c.owner == owner)).mappings()
            return {row["challenge"]: Best(row["value"], row["run"]) for row in rows}

    def keep(self, owner: str, challenge: str, value: int, run: str) -> Best:
        """The best result after this one."""
        mine = table.c.owner == owner, table.c.challenge == challenge
        with self._begin() as db:
            before = db.execute(sql.select(table).where(*mine)).mappings().first()
            if before and before["value"] <= value:
                return Best(before["value"], before["run"])
            db.execute(sql.delete(table).where(*mine))
            db.execute(sql.insert(table).values(owner=owner, challenge=challenge, value=value, run=run, reached=time.time()))
        return Best(value, run)
