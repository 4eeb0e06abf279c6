"""Where the files of a data set lie: in PLAYGROUND_DATA_DIR, in our own data folder, or inside an installed package."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from playground.data.dataset import DataSet, File
from playground.values.errors import Unavailable


def folder() -> Path:
    """The folder that downloads go to: `$PLAYGROUND_HOME/data`, by default `~/.neural-playground/data`. It need not exist."""
    return Path(os.environ.get("PLAYGROUND_HOME") or Path.home() / ".neural-playground") / "data"


def places(dataset: DataSet, file: File) -> list[Path]:
    """Where `file` may lie, the first choice first."""
    given = os.environ.get("PLAYGROUND_DATA_DIR")
    return [Path(root) / dataset.name / file.name for root in (given, folder()) if root]


def absent(dataset: DataSet) -> tuple[File, ...]:
    """The files that have to be downloaded before the set can be used."""
    return tuple(file for file in dataset.files if not any(path.is_file() for path in places(dataset, file)))


def located(dataset: DataSet, file: File) -> Path:
    """Where `file` lies. Raises Unavailable when it was not downloaded."""
    for path in places(dataset, file):
        if path.is_file():
            return path
    raise Unavailable(f"{dataset.title} is not on this machine yet.", got=f"no {file.name}", fix=by_hand(dataset, "Download it, or put"))


def by_hand(dataset: DataSet, verb: str = "Put") -> str:
    """How a person brings the files here without us."""
    return f"{verb} its files into {folder() / dataset.name}, or set PLAYGROUND_DATA_DIR to a folder that holds {dataset.name}/."


def packaged(package: str, *path: str) -> Path:
    """A file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    found = Path(spec.origin).parent.joinpath(*path) if spec and spec.origin else None
    if found is None or not found.is_file():
        raise Unavailable(
            f"The data that the package {package} ships is not there.",
            expected="/".join((package, *path)),
            fix="Install the requirements again: pip install -r requirements.txt.",
        )
    return found
