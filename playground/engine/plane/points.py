"""The points of a run on the plane, and the grids its maps are drawn on, as its network gets them. Numpy only."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from playground import data
from playground.data.plane.features import features
from playground.values.errors import Conflict
from playground.values.spec import DataChoice

STEP = 1 / 64  # of the differences that slopes of features are taken by


@dataclass(frozen=True, eq=False)
class Points:
    """xy: float32 (n, 2); labels: int32 (n,), or float32 (n,) where a number is predicted; held: bool (n,), those for testing;
    x: float32 (n, k), what the network is given of them."""

    xy: np.ndarray
    labels: np.ndarray
    held: np.ndarray
    x: np.ndarray


def input_features(choice: DataChoice) -> tuple[str, ...]:
    """The ids of the features that the network is given. Raises Conflict where the data lie in no plane."""
    if data.of(choice).kind != "plane":
        raise Conflict("This run's data are no points in the plane.", got=choice.name, fix="Open a run of the Playground page.")
    return tuple(choice.args.get("inputs", ("x", "y")))


@functools.lru_cache(maxsize=4)
def points_of(choice: DataChoice) -> Points:
    """Raises Conflict where the data lie in no plane."""
    inputs = input_features(choice)
    xy, labels, held = data.plane_points(choice)
    return Points(xy, labels, held, features(xy, inputs))


def lattice(side: int) -> np.ndarray:
    """float32 (side², 2): where the values of a side × side map belong, row by row: row 0 at y = +3, column 0 at x = -3, the last at the
    opposite edges."""
    x = np.linspace(-3, 3, side, dtype=np.float32)
    return np.stack([each.ravel() for each in np.meshgrid(x, -x)], axis=1)


@functools.lru_cache(maxsize=16)
def grid_of(inputs: tuple[str, ...], side: int) -> np.ndarray:
    """float32 (side², k): what the network is given at the places of a side × side map."""
    return features(lattice(side), inputs)


def slopes(xy: np.ndarray, inputs: tuple[str, ...]) -> np.ndarray:
    """How the features change with x and with y: float32 (n, k, 2). By central differences, which is exact for the first five."""
    xy = np.asarray(xy, np.float64)
    found = []
    for axis in np.eye(2):
        change = features(xy + STEP * axis, inputs).astype(np.float64) - features(xy - STEP * axis, inputs)
        for column, name in enumerate(inputs):
            if name == "theta":  # from -π it goes on with π
                change[:, column] = (change[:, column] + np.pi) % (2 * np.pi) - np.pi
        found.append(change / (2 * STEP))
    return np.stack(found, axis=2).astype(np.float32)
