"""What a lab is told from outside: where it keeps things, how many engines it runs, its limits. Read once, at start."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playground.values.errors import InvalidValue

ENGINE_PROGRAM = (sys.executable, "-m", "playground.engine")


@dataclass(frozen=True)
class Settings:
    """home: the folder for runs and the SQLite file. database_url: a PostgreSQL address, or "" for SQLite.

    engines: how many are kept, at least 2, so that one can answer questions. program: how an engine is started.
    runs_per_engine, networks_per_engine: after so many runs, or untrained networks that it was asked about, an engine is replaced, for
    Keras and XLA keep some MB of each for ever.
    waiting_per_owner, waiting: how many runs may stand in line, for one owner and in all.
    patience: seconds an engine may stay silent after a stop before it is ended by force.
    """

    home: Path
    database_url: str = ""
    engines: int = 2
    program: tuple[str, ...] = ENGINE_PROGRAM
    environment: tuple[tuple[str, str], ...] = field(default=())
    runs_per_engine: int = 20
    networks_per_engine: int = 100
    waiting_per_owner: int = 20
    waiting: int = 200
    patience: float = 30.0


def from_environment() -> Settings:
    """Settings from PLAYGROUND_HOME, PLAYGROUND_DATABASE_URL, PLAYGROUND_ENGINES and PLAYGROUND_WAITING."""
    home = Path(os.environ.get("PLAYGROUND_HOME") or "~/.neural-playground").expanduser().absolute()
    return Settings(
        home=home,
        database_url=os.environ.get("PLAYGROUND_DATABASE_URL", ""),
        engines=max(2, _whole("PLAYGROUND_ENGINES", os.cpu_count() or 2)),
        waiting_per_owner=_whole("PLAYGROUND_WAITING", Settings.waiting_per_owner),
    )


def _whole(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise InvalidValue(f"{name} is out of range.", expected="a whole number from 1 to 10,000", got=text, fix=f"Change or unset {name}.")
    return int(text)
