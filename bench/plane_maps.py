"""How long the engine takes to draw a network on the plane: `python -m bench.plane_maps`, also a part of `bench.playground2d`.

A frame is what the page gets, all units at 32 × 32 (fewer where they are many) with the decision map, weights, guesses and losses; beside
it the same with all units at 100 × 100. The first frame is worked out step by step, the later ones are compiled.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.table import median, show, verdict
from playground.engine.model.build import build
from playground.engine.plane.plane import Plane
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

NETS = {"2-4-2-1": (4, 2), "2-8-8-1": (8, 8), "six layers of eight": (8,) * 6, "eight layers of sixteen": (16,) * 8}
TIMES = 30
BOUND = 5.0  # milliseconds, all units at 100 × 100, of the first net
HEAD = ("network", "first frame", "a frame", "all units at 100 × 100", "kB a frame", "bound", "")


def experiment(hidden: Sequence[int]) -> Experiment:
    layers = [Layer(part("layers.Dense", units=units, activation="tanh"), f"hidden_{i}") for i, units in enumerate(hidden, 1)]
    layers.append(Layer(part("layers.Dense", units=1, activation="sigmoid"), "output"))
    return Experiment(DataChoice("circles"), (Network((2,), tuple(layers)),), Training(loss=part("losses.BinaryCrossentropy")))


def milliseconds(plane: Plane) -> float:
    """Of one frame, the median of TIMES."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        plane.frame()
        taken.append(1000 * (time.perf_counter() - begun))
    return median(taken)


def rows() -> list[list[str]]:
    """A line of the table for each net."""
    found = []
    for name, hidden in ("", (2,)), *NETS.items():  # the first pays for what TensorFlow loads at first use, as a warm engine has
        wished = experiment(hidden)
        model = build(wished.network, wished.training)
        begun = time.perf_counter()
        plane = Plane(model, wished)
        arrays, _ = plane.frame()
        first = 1000 * (time.perf_counter() - begun)
        fine = Plane(model, wished, side=100)
        for each in (plane, fine):
            each.compile()
        if not name:
            continue
        large = milliseconds(fine)
        bound = [f"{BOUND:.0f} ms", verdict(large, BOUND)] if not found else ["", ""]
        size = sum(array.nbytes for array in arrays.values()) / 1000
        found.append([name, f"{first:.1f} ms", f"{milliseconds(plane):.2f} ms", f"{large:.2f} ms", f"{size:.0f}", *bound])
    return found


if __name__ == "__main__":
    show("Drawing networks on the plane", rows(), HEAD)
