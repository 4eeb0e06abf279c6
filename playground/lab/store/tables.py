"""The tables of the store, and how a Run becomes rows and comes back. Knows SQL types, but no connection."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, RowMapping, String, Table, Text

from playground.values import events, spec, wire
from playground.values.errors import InvalidValue
from playground.values.run import Curve, Run, bests
from playground.values.spec import Experiment

EventT = TypeVar("EventT", bound=events.Event)
MOVING = ("plane",)  # views whose pictures follow each other many times a second
VERSION = 1  # of the tables; a change needs an entry in MIGRATIONS
MIGRATIONS: dict[int, tuple[str, ...]] = {}  # version → the statements that lead from the one before to it

metadata = MetaData()
schema = Table("playground_schema", metadata, Column("version", Integer, primary_key=True))
servers = Table(
    "servers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("lock", Text, nullable=False),  # a file that its process holds locked
    Column("beat", Float, nullable=False),  # Unix seconds, by the clock of that server
)
runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("server", String(40), nullable=False),  # who trains or trained it
    Column("name", Text, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("created", Float, nullable=False),
    Column("ended", Float),
    Column("position", Integer, nullable=False),
    Column("experiment", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON, for NaN's sake as text
    Column("revision", Integer, nullable=False),
)
blobs = Table(
    "run_blobs",
    metadata,
    Column("run", String(40), primary_key=True),
    Column("name", String(80), primary_key=True),  # "batches", "epochs", "picture:confusion"
    Column("body", LargeBinary, nullable=False),  # a wire message
)
marks = Table(
    "marks",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("data", String(80), primary_key=True),  # name of the data set
    Column("example", String(40), primary_key=True),  # "test/45"
    Column("note", Text, nullable=False),
    Column("tags", Text, nullable=False),  # JSON list
    Column("changed", Float, nullable=False),  # Unix seconds
)
results = Table(
    "results",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("challenge", String(80), primary_key=True),
    Column("value", Integer, nullable=False),  # weights or epochs
    Column("run", String(40), nullable=False),
    Column("reached", Float, nullable=False),  # Unix seconds
)


def to_row(run: Run) -> dict[str, Any]:
    """The columns of `runs`, but for server and revision."""
    facts = {
        "started": events.to_message(run.started) if run.started else None,
        "progress": events.to_message(run.progress) if run.progress else None,
        "summary": dict(run.summary),
        "changes": [list(change) for change in run.changes],
        "checkpoint": list(run.checkpoint) if run.checkpoint else None,
        "error": dict(run.error) if run.error else None,
    }
    return {
        "id": run.id,
        "owner": run.owner,
        "name": run.name,
        "status": run.status,
        "created": run.created,
        "ended": run.ended,
        "position": run.position,
        "experiment": spec.dumps(run.experiment),
        "facts": json.dumps(facts, default=_plain),
    }


def from_row(row: RowMapping, parts: Mapping[str, bytes] | None = None) -> Run:
    """A Run from its columns, with curves and pictures when their blobs are given."""
    facts = json.loads(row["facts"])
    bodies = {name: wire.unpack(body) for name, body in (parts or {}).items()}
    pictures = {name.partition(":")[2]: _event(events.Picture, body) for name, body in bodies.items() if name.startswith("picture:")}
    run = Run(
        id=row["id"],
        owner=row["owner"],
        experiment=_experiment(row["experiment"]),
        name=row["name"],
        status=row["status"],
        created=row["created"],
        ended=row["ended"],
        position=row["position"],
        started=_event(events.Started, facts["started"]) if facts["started"] else None,
        progress=_event(events.Progress, facts["progress"]) if facts["progress"] else None,
        batches=_curve(bodies.get("batches")),
        epochs=_curve(bodies.get("epochs")),
        pictures=pictures,
        summary=facts["summary"],
        changes=tuple(tuple(change) for change in facts["changes"]),
        checkpoint=tuple(facts["checkpoint"]) if facts["checkpoint"] else None,
        error=facts["error"],
    )
    known = run.summary  # in which not each metric's best was always kept
    return run.having(summary={**known, **bests(run.epochs, run.metrics), **known})


def _event(kind: type[EventT], body: Mapping[str, Any]) -> EventT:
    """The event of this kind that a message holds. Raises InvalidValue for another."""
    found = events.from_message(body)
    if not isinstance(found, kind):
        raise InvalidValue("The store holds another event than it should.", expected=kind.__name__, got=type(found).__name__)
    return found


def to_blobs(run: Run, last: Run | None) -> dict[str, bytes]:
    """Curves and pictures that differ from those of `last`, the run as it was written before.

    A picture that moves a dozen times a second is written when it stands still.
    """
    found = {}
    for name in ("batches", "epochs"):
        curve = getattr(run, name)
        if last is None or curve is not getattr(last, name):
            found[name] = wire.pack({"x": curve.x, "values": dict(curve.values), "stride": curve.stride})
    for view, picture in run.pictures.items():
        if view in MOVING and run.status == "training":
            continue
        if last is None or picture is not last.pictures.get(view) or (view in MOVING and last.status == "training"):
            found[f"picture:{view}"] = wire.pack(events.to_message(picture))
    return found


def _curve(body: Mapping[str, Any] | None) -> Curve:
    return Curve(body["x"], body["values"], body["stride"]) if body else Curve()


@functools.lru_cache(maxsize=256)
def _experiment(text: str) -> Experiment:
    return spec.loads(text)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not kept")
