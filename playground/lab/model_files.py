"""A run's network as a `.keras` file to take away, written by an engine from a checkpoint and kept until the next one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from typing import Any

from playground.lab.folders import RunFolders, written_at
from playground.values import spec
from playground.values.command import WEIGHTS
from playground.values.errors import Conflict, InvalidValue, NotFound, Unavailable
from playground.values.run import Run

TIMEOUT = 120.0  # seconds


class ModelFiles:
    """ask: puts a question to an engine that does not train."""

    def __init__(self, folders: RunFolders, ask: Callable[[dict[str, Any]], Future[Any]]) -> None:
        self._folders, self._ask = folders, ask

    def of(self, run: Run, weights: str) -> Path:
        """The file with the weights of the "last" or the "best" checkpoint. Raises InvalidValue, Conflict when there is none yet."""
        if weights not in WEIGHTS:
            raise InvalidValue("These weights are not kept.", expected=" or ".join(WEIGHTS), got=weights)
        folder = self._folders.of(run.id)
        target = folder / f"model-{weights}.keras"
        saved = self._folders.saved(run.id, weights)
        if saved is None:
            raise Conflict("The run has no saved weights yet.", fix="Wait for the end of its first epoch.")
        # A model file bears the time of its checkpoint; to be newer than it proves nothing, for one may have come while it was made.
        if written_at(target) != saved:
            fresh = folder / f".{secrets.token_hex(8)}.keras"
            self._write(run, folder=folder, weights=weights, path=fresh)
            try:
                os.utime(fresh, ns=(saved, saved))
                os.replace(fresh, target)
            except FileNotFoundError:
                raise NotFound("There is no such run.", fix="Choose one on the Runs page.") from None
        return target

    def _write(self, run: Run, *, folder: Path, weights: str, path: Path) -> None:
        question = {"ask": "export", "experiment": spec.to_json(run.experiment), "folder": str(folder), "weights": weights}
        future = self._ask(question | {"path": str(path)})
        try:
            future.result(TIMEOUT)
        except NotYet:
            future.add_done_callback(lambda _: path.unlink(missing_ok=True))
            raise Unavailable("The model could not be written in time.", fix="Try again when less is being trained.") from None
