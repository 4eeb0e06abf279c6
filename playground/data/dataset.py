"""What a data set is, as values. Knows nothing of where files lie or how they come onto this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.values.spec import DataChoice

Pair = tuple[np.ndarray, np.ndarray]  # examples and their labels


@dataclass(frozen=True)
class File:
    """A file that is downloaded on first use.

    packed: bytes of the archive on the server (for the badge and the progress bar; the server's own word counts more).
    size, sha256: bytes and checksum of what is inside, so that an archive packed again is as good as the official one; of the
        file itself where `form` is "zip".
    form: `"gzip"` or `"zip"`.
    """

    name: str
    url: str
    packed: int
    size: int
    sha256: str
    form: str = "gzip"


@dataclass(frozen=True, eq=False)
class Raw:
    """A data set as it is stored, not yet split. test: the official test set, or None where we split one off."""

    train: Pair
    test: Pair | None = None


@dataclass(frozen=True)
class DataSet:
    """One data set, told without loading it.

    kind: `"pictures"` (uint8 (n, height, width, channels), 0–255), `"table"` (float32 (n, columns), standardised before it is learnt)
        or `"plane"` (float32 (n, columns) made of points in the plane x, y ∈ [−3, 3], learnt as they are).
    task: `"classifier"` (labels int32 (n,)) or `"regressor"` (labels float32 (n,) in [−1, 1]; no classes, `balance` is (n,)).
    shape: of one example, no batch axis. classes: names in label order.
    balance: examples of each class before any are split off for validation (and for test, if there is no official test set).
    official_test: examples in the official test set, or None where we split one off.
    columns: names of a table's features; axes: the two (or the only one) that tell most about the classes, for a scatter plot.
    args: the knobs that a `DataChoice` of this set may turn.
    files: to download; empty when `package` ships the data. credit: who made it and under which licence.
    read: (the set, examples) → Raw. examples: how many of the training examples are needed, None for all; a reader may give more.
    head: how many of them a preview needs to find a few of each class.
    made: (the set, a choice of it) → the set that the choice's arguments make; None where they change nothing of the above.
    points: of kind "plane", as made by a choice: float32 (n, 2) in the plane and their labels.
    script: Python that gives the same arrays as `read`, for the exported script: defines x_train, y_train, x_test, y_test where
        there is an official test set, else x, y. Import lines first. functions: those it needs, shown by their source text.
    """

    name: str
    title: str
    summary: str
    kind: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    balance: tuple[int, ...]
    credit: str
    script: str
    read: Callable[[DataSet, int | None], Raw]
    official_test: int | None = None
    columns: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    args: tuple[str, ...] = ("limit", "exclude", "relabel")
    files: tuple[File, ...] = ()
    package: str = ""
    head: int = 400
    points: Pair | None = field(default=None, compare=False)  # arrays have no hash
    task: str = "classifier"
    made: Callable[[DataSet, DataChoice], DataSet] | None = None
    functions: tuple[Callable[..., Any], ...] = ()

    def __post_init__(self) -> None:
        if self.kind == "table" and self.official_test:
            raise ValueError(f"{self.name}: a table is standardised as a whole, so it cannot bring a test set of its own")

    @property
    def counts(self) -> tuple[int, int]:
        """Examples to split into training and validation (and test, where the second is 0), and in the official test set."""
        return sum(self.balance), self.official_test or 0

    @property
    def download_bytes(self) -> int:
        """Bytes to download, 0 when a package ships the data."""
        return sum(file.packed for file in self.files)


@dataclass(frozen=True, eq=False)
class Arrays:
    """A data set, split. x: uint8 (n, height, width, channels), unscaled, or float32 (n, columns), standardised, or the
    features of points, as they are. y: int32 (n,), or float32 (n,) where numbers are predicted. Points have one held-out part, which is
    both `validation` and `test`.

    ids: split → where its examples lie in the data set as stored: the pool ("train", or "test" for an official test set) and
    int32 (n,) positions in that pool.
    """

    train: Pair
    validation: Pair
    test: Pair
    classes: tuple[str, ...]
    ids: Mapping[str, tuple[str, npt.NDArray[np.int32]]] = field(default_factory=dict)
