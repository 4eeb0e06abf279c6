"""A run's weights as they were at the ends of epochs, kept so that one slider replays every view of the network."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from playground.engine.checkpoints.checkpoint import write_whole
from playground.values.errors import InvalidValue, PlaygroundError, Unavailable

MOST = 100  # of a run
MAX_BYTES = 200_000_000  # of a run; large networks get fewer
FEWEST = 3
FACTS = "facts"  # a keyframe's entry beside its weights
LATEST = 99_999_999  # epoch that can be asked for

log = logging.getLogger("playground.engine")


def folder_of(run: Path) -> Path:
    return run / "keyframes"


def kept(run: Path) -> tuple[int, ...]:
    """The epochs of which weights are kept, ascending; 0 is before training."""
    return tuple(sorted(int(path.stem) for path in folder_of(run).glob("[0-9]*.npz") if path.stem.isdigit()))


def path_of(run: Path, epoch: int) -> Path:
    return folder_of(run) / f"{epoch:06d}.npz"


def times(run: Path) -> dict[int, int]:
    """The kept epochs, ascending, and when each was written (ns): a run that is trained on after a NaN writes some anew."""
    found = {}
    for epoch in kept(run):
        with contextlib.suppress(FileNotFoundError):  # a run in training thins them out
            found[epoch] = path_of(run, epoch).stat().st_mtime_ns
    return found


def facts(run: Path, epoch: int) -> dict[str, Any]:
    """What is known of a kept epoch beside its weights: "step", and where they were edited "network" and "training". {} of old ones."""
    try:
        with np.load(path_of(run, epoch), allow_pickle=False) as file:
            return json.loads(file[FACTS].tobytes()) if FACTS in file.files else {}
    except (OSError, ValueError, KeyError, EOFError):
        return {}  # `load` says what is the matter


def load(run: Path, epoch: int) -> dict[str, np.ndarray]:
    """ "model/0" … → values. Raises InvalidValue where that epoch was not kept, Unavailable where its file is damaged."""
    try:
        with np.load(path_of(run, epoch), allow_pickle=False) as file:
            return {name: file[name] for name in file.files if name != FACTS}
    except FileNotFoundError:
        epochs = ", ".join(map(str, kept(run))) or "none"
        raise InvalidValue("The weights of this epoch were not kept.", expected=f"one of the epochs {epochs}", got=epoch) from None
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise Unavailable("The weights of this epoch cannot be read.", got=str(error), fix="Choose another epoch.") from error


class Keyframes:
    """Keeps weights at every epoch that the interval divides; the interval doubles when they become too many.

    run: the run's folder. What a full disk will not take is left out: a replay with gaps is better than a run that fails.
    """

    def __init__(self, run: Path, *, fresh: bool) -> None:
        self.run = run
        if fresh:
            shutil.rmtree(folder_of(run), ignore_errors=True)
        for left_over in folder_of(run).glob(".*.npz.*"):  # of an engine that was killed while it wrote
            left_over.unlink(missing_ok=True)
        self._epochs = list(kept(run))
        gaps = np.diff(self._epochs)
        self._interval = int(gaps.min()) if len(gaps) else 1
        self._is_full = False

    def forget_after(self, epoch: int) -> None:
        """What comes after a checkpoint is about to happen again."""
        self._drop([kept for kept in self._epochs if kept > epoch])

    def next_after(self, epoch: int) -> int:
        """The next epoch after this one whose turn it is."""
        return (epoch // self._interval + 1) * self._interval

    def keep(self, epoch: int, variables: Mapping[str, np.ndarray], *, facts: Mapping[str, Any] | None = None) -> None:
        """Keep the weights of this epoch, if its turn has come. variables: those whose names begin with "model/" are kept.

        facts: JSON data, of which what `facts` tells is kept.
        """
        if epoch % self._interval or epoch in self._epochs or self._is_full:
            return
        weights = {name: value for name, value in variables.items() if name.startswith("model/")}
        known = facts or {}
        told = {name: known[name] for name in ("step", "network", "training") if name in known}
        meta = np.frombuffer(json.dumps(told).encode(), np.uint8)
        try:
            write_whole(
                path_of(self.run, epoch), lambda stream: np.savez(stream, allow_pickle=False, **weights, **{FACTS: meta}), sync=False
            )
        except PlaygroundError as error:
            self._is_full = True
            log.warning("Weights of epoch %d are not kept for the replay. %s", epoch, error)
            return
        self._epochs.append(epoch)
        most = min(MOST, max(FEWEST, MAX_BYTES // max(1, sum(value.nbytes for value in weights.values()))))
        while len(self._epochs) > most:
            self._interval *= 2
            self._drop([kept for kept in self._epochs if kept % self._interval])

    def _drop(self, epochs: list[int]) -> None:
        for epoch in epochs:
            path_of(self.run, epoch).unlink(missing_ok=True)
            self._epochs.remove(epoch)
