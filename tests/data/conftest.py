"""A data folder of its own for each test, and the real files where they are."""

import os
from pathlib import Path

import pytest

REAL = Path(os.environ.get("PLAYGROUND_DATA_DIR") or Path(__file__).parents[3] / "shared" / "data")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """PLAYGROUND_HOME; nothing was downloaded yet."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    return tmp_path / "home"


@pytest.fixture
def real(monkeypatch) -> Path:
    """The folder with the real files of MNIST and Fashion-MNIST."""
    for name in ("mnist", "fashion_mnist"):
        if len(list((REAL / name).glob("*-ubyte.gz"))) < 4:
            pytest.skip(f"no {name} files: set PLAYGROUND_DATA_DIR to the folder that holds them")
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(REAL))
    return REAL
