"""Where the runs' files lie: a folder for each, with its checkpoints, keyframes and model files."""

from __future__ import annotations

import re
from pathlib import Path

from playground.values.command import WEIGHTS
from playground.values.errors import Unavailable


class RunFolders:
    """home: the folder of everything that this server keeps."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def of(self, run_id: str) -> Path:
        """The folder of a run, whether it is there or not."""
        assert re.fullmatch(r"[0-9a-f]{16}", run_id), "run ids are made here"
        return self._home / "runs" / run_id

    def make(self, run_id: str) -> Path:
        """The folder of a run, which is there now. Raises Unavailable."""
        folder = self.of(run_id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                "The folder for the run cannot be made.", got=error.strerror, fix="Make room or make PLAYGROUND_HOME writable."
            ) from error
        return folder

    def saved(self, run_id: str, weights: str) -> int | None:
        """When a run's "last" or "best" checkpoint was written, in nanoseconds; None when there is none."""
        return written_at(self.of(run_id) / WEIGHTS[weights])


def written_at(path: Path) -> int | None:
    """When a file was last written, in nanoseconds; None when it is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
