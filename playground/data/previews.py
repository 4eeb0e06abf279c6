"""What a card shows of a data set: a few pictures of each class, or points in the plane. Quick and small."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from playground.data.choices import plane_points
from playground.data.dataset import DataSet
from playground.data.reading.files import absent
from playground.data.sets import find
from playground.values.spec import DataChoice

EACH = 4  # pictures of each class


@dataclass(frozen=True, eq=False)
class Preview:
    """pictures: uint8 (k, height, width, channels), one of each class in label order, then another of each, and so on.

    points: float32 (n, 2), scaled to 0..1; axes: the names of their two columns. Both None when the files are not here yet.
    labels: int32, of the pictures or points. counts: examples of each class.
    """

    pictures: npt.NDArray[np.uint8] | None
    points: npt.NDArray[np.float32] | None
    labels: npt.NDArray[np.int32]
    counts: tuple[int, ...]
    axes: tuple[str, ...] = ()


def preview(name: str) -> Preview:
    """A look at the data set `name`, without downloading anything. Raises InvalidValue, or Unavailable for a damaged file."""
    dataset = find(name)
    if absent(dataset):
        return Preview(None, None, np.zeros(0, np.int32), dataset.balance, dataset.axes)
    return drawn(dataset)


@lru_cache(maxsize=16)
def drawn(dataset: DataSet) -> Preview:
    x, y = dataset.read(dataset, dataset.head).train
    if dataset.kind == "plane":
        labels = y if dataset.task == "classifier" else (y > 0).astype(np.int32)
        points, _, _ = plane_points(DataChoice(dataset.name))
        return Preview(None, frozen((points + 3) / 6), frozen(labels), dataset.balance, dataset.axes)
    if dataset.kind == "table":
        points = x[:, [dataset.columns.index(axis) for axis in dataset.axes]]
        low, high = points.min(axis=0), points.max(axis=0)
        return Preview(None, frozen((points - low) / (high - low)), frozen(y), dataset.balance, dataset.axes)
    members = [np.flatnonzero(y == label) for label in range(len(dataset.classes))]
    each = min(EACH, *map(len, members))
    # of sorted data, spread over the class: neighbours often come from one hand
    chosen = np.stack([found[np.linspace(0, len(found) - 1, each).astype(int)] for found in members], axis=1).ravel()
    return Preview(frozen(x[chosen]), None, frozen(y[chosen]), dataset.balance)


def frozen(array: np.ndarray) -> np.ndarray:
    """The array, no longer writeable: it is cached and shared."""
    array.setflags(write=False)
    return array
