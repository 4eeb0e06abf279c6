"""A data folder of its own for each test, and the real files where they are."""

import os
from pathlib import Path

import pytest

from playground import data
from playground.values.spec import DataChoice

REAL = Path(os.environ.get("PLAYGROUND_DATA_DIR") or Path(__file__).parents[3] / "shared" / "data")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """PLAYGROUND_HOME; nothing was downloaded yet."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    return tmp_path / "home"


@pytest.fixture
def real(monkeypatch) -> Path:
    """The folder with the real files of all sets that are downloaded."""
    for name, dataset in data.SETS.items():
        if not all((REAL / name / file.name).is_file() for file in dataset.files):
            pytest.skip(f"no {name} files: set PLAYGROUND_DATA_DIR to the folder that holds them")
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(REAL))
    return REAL


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    """The cache of the pictures that take long to decode."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_HOME", str(tmp_path_factory.mktemp("decoded")))
        patch.setenv("PLAYGROUND_DATA_DIR", str(REAL))
        data.load(DataChoice("rock_paper_scissors"))
        return data.folder() / "cache"


@pytest.fixture
def hands(real, home, request) -> Path:
    """The folder with the archives of rock, paper, scissors, whose pictures were decoded before."""
    (home / "data" / "cache").mkdir(parents=True)
    for kept in request.getfixturevalue("cache").iterdir():
        os.link(kept, home / "data" / "cache" / kept.name)
    return real / "rock_paper_scissors"
