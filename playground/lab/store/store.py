"""Where runs outlive the server: SQLite under the home folder, or PostgreSQL. One thread writes, twice a second.

What was put is what is read, written or not: a full disk or a locked file costs nobody a training. Curves and pictures are
wire messages; weights are files in the run's folder and no concern of this module.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from playground.lab.rules import way_on
from playground.lab.store import tables
from playground.lab.store.server import BEAT, Identity
from playground.lab.store.tables import blobs, runs, schema, servers
from playground.values.errors import InvalidValue, Unavailable
from playground.values.run import ACTIVE, ENDED, Run

log = logging.getLogger("playground.lab")

PAUSE = 0.5  # seconds between two writes
BREATH = 0.1  # seconds between them when something has to be written soon


class Store:
    """Runs on disk.

    Args:
        home: folder of the SQLite file and of this server's lock.
        url: a PostgreSQL address, or "" for SQLite.
        on_trouble: called once when writing begins to fail, with the error, and once when it works again, with None.
    """

    def __init__(self, home: Path, url: str = "", *, on_trouble: Callable[[Unavailable | None], None] = lambda error: None) -> None:
        self.me = Identity(home)
        self.trouble: Unavailable | None = None
        self._home = home
        self._engine = connect_to(home, url)
        self._on_trouble = on_trouble
        self._lock = threading.Lock()  # of the dictionaries below; held for moments
        self._turn_lock = threading.RLock()  # of the tables: one writes at a time
        self._pending: dict[str, Run] = {}
        self._written: dict[str, Run] = {}  # active runs as they stand in the tables, to write only what changed
        self._deleted: set[str] = set()
        self._ours: set[str] = set()  # rows that exist and carry our id
        self._is_open = False
        self._next_beat = 0.0
        self._kick = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)

    def start(self) -> None:
        """Open the tables, interrupt runs of servers that are gone, and start to write. A store in trouble is tried again and again."""
        self._turn()
        self._thread.start()

    def close(self) -> None:
        """Write what is left and let go."""
        self._stopping = True
        self._kick.set()
        if self._thread.is_alive():
            self._thread.join(10)
        with contextlib.suppress(SQLAlchemyError), self._begin() as db:
            db.execute(sql.delete(servers).where(servers.c.id == self.me.id))
        self._engine.dispose()
        self.me.release()

    # Writing

    def put(self, run: Run, *, soon: bool = False) -> None:
        """Keep a run in its present state; written within half a second, or at once if `soon`. Never fails, never waits for the disk."""
        with self._lock:
            if run.id not in self._deleted:
                self._pending[run.id] = run
        if soon:
            self._kick.set()

    def flush(self) -> None:
        """Write now, in the calling thread. Raises Unavailable."""
        with self._turn_lock, self._speaking():
            self._write_pending()

    def delete(self, run: str) -> None:
        """Remove a run for good: at once from all that is read here, within half a second from the tables."""
        with self._lock:
            self._deleted.add(run)
            self._pending.pop(run, None)

    def rename(self, run: str, name: str) -> None:
        """Give an ended run another name; one that goes on is renamed by `put`. Raises Unavailable."""
        self.flush()
        with self._speaking(), self._begin() as db:
            db.execute(sql.update(runs).where(runs.c.id == run).values(name=name, revision=runs.c.revision + 1))

    def claim(self, run: str) -> bool:
        """Take over an ended run to go on with it; False when somebody was quicker. Raises Unavailable."""
        self.flush()
        statement = sql.update(runs).where(runs.c.id == run, runs.c.status.in_(ENDED)).values(server=self.me.id, status="queued")
        with self._speaking(), self._begin() as db:
            claimed = db.execute(statement).rowcount == 1
        if claimed:
            self._ours.add(run)
        return claimed

    # Reading

    def run(self, run: str) -> Run | None:
        """A run with curves and pictures. Raises Unavailable."""
        with self._lock:
            if run in self._deleted or run in self._pending:
                return self._pending.get(run)
        with self._speaking(), self._begin() as db:
            row = db.execute(sql.select(runs).where(runs.c.id == run)).mappings().first()
            if row is None:
                return None
            parts = db.execute(sql.select(blobs.c.name, blobs.c.body).where(blobs.c.run == run))
            return tables.from_row(row, {name: bytes(body) for name, body in parts})

    def runs(self, owner: str, *, curves: bool = False) -> list[Run]:
        """An owner's runs, newest first, without the curves by batch and pictures, those by epoch only if `curves`. Raises Unavailable."""
        with self._lock:
            fresh = {run.id: run for run in self._pending.values() if run.owner == owner}
            hidden = self._deleted | set(fresh)
        with self._speaking(), self._begin() as db:
            found = db.execute(sql.select(runs).where(runs.c.owner == owner)).mappings().all()
            epochs = self._epochs(db, owner) if curves else {}
        old = {row["id"]: tables.from_row(row, epochs.get(row["id"])) for row in found if row["id"] not in hidden}
        return sorted((old | fresh).values(), key=lambda run: (run.created, run.id), reverse=True)

    def _epochs(self, db: Connection, owner: str) -> dict[str, dict[str, bytes]]:
        """The curves by epoch of an owner's runs, as `rows.from_row` takes them."""
        theirs = sql.select(runs.c.id).where(runs.c.owner == owner)
        bodies = db.execute(sql.select(blobs.c.run, blobs.c.body).where(blobs.c.name == "epochs", blobs.c.run.in_(theirs)))
        return {run: {"epochs": bytes(body)} for run, body in bodies}

    def place(self, run: str) -> tuple[str, int] | None:
        """Which server a run is with, and how often its row was written: a cheap way to see that it changed elsewhere."""
        with self._speaking(), self._begin() as db:
            row = db.execute(sql.select(runs.c.server, runs.c.revision).where(runs.c.id == run)).first()
            return tuple(row) if row else None

    # The writing thread

    def _work(self) -> None:
        while not self._stopping:
            self._kick.wait(PAUSE)
            self._kick.clear()
            self._turn()
            time.sleep(BREATH)
        self._turn()

    def _turn(self) -> None:
        with self._turn_lock:
            try:
                if time.monotonic() >= self._next_beat:
                    self._beat()
                self._write_pending()
            except (SQLAlchemyError, OSError) as error:
                self._next_beat = 0.0
                self._complain(error)
            else:
                self._recover()

    def _write_pending(self) -> None:
        with self._lock:
            batch, deleted = list(self._pending.values()), list(self._deleted)
        for gone in deleted:
            self._erase(gone)
        for run in batch:
            self._write(run)
            with self._lock:
                if self._pending.get(run.id) is run:
                    del self._pending[run.id]
                if run.is_active:
                    self._written[run.id] = run
                else:
                    self._written.pop(run.id, None)

    def _write(self, run: Run) -> None:
        try:
            row, parts = tables.to_row(run), tables.to_blobs(run, self._written.get(run.id))
        except (TypeError, ValueError):
            log.exception("run %s: cannot be written and is kept in memory only.", run.id)
            return
        mine = sql.update(runs).where(runs.c.id == run.id, runs.c.server == self.me.id)
        with self._begin() as db:
            if db.execute(mine.values(**row, revision=runs.c.revision + 1)).rowcount == 0:
                if run.id in self._ours:
                    log.warning("run %s: was deleted or taken over elsewhere; its news are not written.", run.id)
                    return
                db.execute(sql.insert(runs).values(**row, server=self.me.id, revision=1))
            for name, body in parts.items():
                db.execute(sql.delete(blobs).where(blobs.c.run == run.id, blobs.c.name == name))
                db.execute(sql.insert(blobs).values(run=run.id, name=name, body=body))
        self._ours.add(run.id)

    def _erase(self, run: str) -> None:
        with self._begin() as db:
            db.execute(sql.delete(blobs).where(blobs.c.run == run))
            db.execute(sql.delete(runs).where(runs.c.id == run))
        self._written.pop(run, None)
        self._ours.discard(run)
        with self._lock:
            self._deleted.discard(run)

    def _beat(self) -> None:
        """Say that we live, and interrupt what others left behind."""
        if not self._is_open:
            self._open()
        with self._begin() as db:
            if db.execute(sql.update(servers).where(servers.c.id == self.me.id).values(**self.me.row())).rowcount == 0:
                db.execute(sql.insert(servers).values(**self.me.row()))
            dead = [row for row in db.execute(sql.select(servers)).mappings() if self.me.finds_gone(row)]
            if dead:
                db.execute(sql.delete(servers).where(servers.c.id.in_([row["id"] for row in dead])))
            living = sql.select(servers.c.id)
            orphans = runs.c.status.in_(ACTIVE), runs.c.server.not_in(living)
            for row in db.execute(sql.select(runs).where(*orphans)).mappings().all():
                facts = json.loads(row["facts"])
                gone = Unavailable("The server that trained this run is gone.", fix=way_on(has_checkpoint=bool(facts["checkpoint"])))
                facts = json.dumps(facts | {"error": gone.to_json()})
                change = {"status": "interrupted", "position": 0, "ended": time.time(), "facts": facts, "revision": row["revision"] + 1}
                db.execute(sql.update(runs).where(runs.c.id == row["id"], *orphans).values(**change))
                log.info("run %s: interrupted, its server is gone.", row["id"])
        for row in dead:
            self.me.remove(row)
        self._next_beat = time.monotonic() + BEAT

    def _open(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self.me.hold()
        try:
            tables.metadata.create_all(self._engine)
        except DBAPIError:  # another server may have made them between our look and our try
            tables.metadata.create_all(self._engine)
        with self._begin() as db:
            version = db.execute(sql.select(schema.c.version)).scalar()
            if version is None:
                db.execute(sql.insert(schema).values(version=tables.VERSION))
            elif version > tables.VERSION:
                raise OSError(f"the tables are of version {version}, this program knows {tables.VERSION}; update it")
            else:
                for number in range(version + 1, tables.VERSION + 1):
                    for statement in tables.MIGRATIONS[number]:
                        db.execute(sql.text(statement))
                db.execute(sql.update(schema).values(version=tables.VERSION))
        self._is_open = True

    # Trouble

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction for what is kept beside the runs. Raises Unavailable."""
        with self._speaking(), self._begin() as db:
            yield db

    @contextlib.contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._engine.begin() as db:
            yield db

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn the database's errors into ours."""
        try:
            yield
        except SQLAlchemyError as error:
            raise sentence_for(error) from error

    def _complain(self, error: Exception) -> None:
        if self.trouble is None:
            self.trouble = sentence_for(error)
            log.error("%s", self.trouble, exc_info=error)
            self._on_trouble(self.trouble)

    def _recover(self) -> None:
        if self.trouble is not None:
            self.trouble = None
            log.info("The store works again.")
            self._on_trouble(None)


def connect_to(home: Path, url: str) -> sql.Engine:
    """The database's engine; connects on first use only. Raises InvalidValue for an address that is none of PostgreSQL."""
    if url:
        try:
            address = sql.make_url(url)
            if address.get_backend_name() not in ("postgres", "postgresql"):
                raise ArgumentError("another kind of database")
            address = address.set(drivername="postgresql+psycopg")
            return sql.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 5})
        except (ArgumentError, ImportError) as error:
            # the address itself may hold a password and is not repeated
            raise InvalidValue(
                "PLAYGROUND_DATABASE_URL cannot be used.",
                expected='"postgresql://user:password@host/database", and the package psycopg',
                got=type(error).__name__,
                fix="Correct it, or unset it to keep runs in a file.",
            ) from None
    engine = sql.create_engine(f"sqlite:///{home / 'playground.sqlite'}", connect_args={"timeout": 2.0})

    @sql.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        # WAL: readers never wait for the writer; NORMAL: a crash of the machine may cost the last half second, never the file.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def sentence_for(error: Exception) -> Unavailable:
    """What a person is told when the store fails."""
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    reasons = {
        "full": ("The disk is full", "Make room"),
        "No space": ("The disk is full", "Make room"),
        "locked": ("The store is locked by another program", "Close that program"),
        "readonly": ("The store may not be written", "Make the home folder writable"),
        "Permission": ("The store may not be written", "Make the home folder writable"),
        "Read-only": ("The store may not be written", "Make the home folder writable"),
    }
    what, fix = next((known for word, known in reasons.items() if word in text), ("The store cannot be reached", "See the server's log"))
    return Unavailable(f"{what}; runs go on but are not kept.", got=text.partition("\n")[0], fix=f"{fix}; what is new is written then.")
