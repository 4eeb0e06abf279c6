"""Which examples of the data make the units of a layer answer most and least: one pass over a split for all units at once.

Imports TensorFlow for the compiled pass. Knows nothing of runs and views.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from playground.engine.compiled.loop import scaled

KEPT = 24  # examples of each ranking
NUMBERS = 24 * 128 * 128 * 3  # of the examples that go through the network at once: some 50 ms
RANKINGS = tuple((by, end) for by in ("max", "mean") for end in ("most", "least"))

Forward = Callable[[tf.Tensor], tf.Tensor]  # float32 (n, …) examples → float32 (n, …, units), a layer's output


@dataclass(eq=False)
class Ranking:
    """The examples at one end, best first. values: float32 (k, units); positions: int32 (k, units), in the split; cells: int32 (k, units),
    where in the flattened map the unit answers most."""

    values: np.ndarray
    positions: np.ndarray
    cells: np.ndarray


@dataclass(eq=False)
class TopActivations:
    """What a pass found. rankings: ("max" or "mean" over the map, "most" or "least") → Ranking.

    examples: how many were seen. active: int (units,), on how many the unit was above 0 somewhere. low, high: float32 (units,), the
    strongest answer to the example it likes least and most. per_class: float32 (classes, units), the mean strongest answer on each
    class, NaN for a class without examples.
    """

    examples: int
    active: np.ndarray
    low: np.ndarray
    high: np.ndarray
    per_class: np.ndarray
    rankings: dict[tuple[str, str], Ranking] = field(default_factory=dict)

    @property
    def units(self) -> int:
        return len(self.active)


def compiled(forward: Forward, example: np.ndarray) -> Callable[[tf.Tensor], tuple[tf.Tensor, ...]]:
    """Examples, all like `example` → the units' largest and mean answers, float32 (n, units), and the largest one's cell, int32."""

    def summed_up(x: tf.Tensor) -> tuple[tf.Tensor, ...]:
        output = tf.cast(forward(scaled(x)), tf.float32)
        flat = tf.reshape(output, (tf.shape(output)[0], -1, output.shape[-1]))
        return tf.reduce_max(flat, axis=1), tf.reduce_mean(flat, axis=1), tf.argmax(flat, axis=1, output_type=tf.int32)

    given = tf.TensorSpec((None, *example.shape), example.dtype)
    return tf.function(summed_up, autograph=False).get_concrete_function(given)


def collect(
    summed_up: Callable[[tf.Tensor], tuple[tf.Tensor, ...]], x: np.ndarray, labels: np.ndarray, classes: int
) -> Generator[None, None, TopActivations]:
    """One pass over x, uint8 or float32 (n, …), labels int (n,). Yields None after each batch."""
    size = max(8, min(256, NUMBERS // max(x[0].size, 1)))
    found: TopActivations | None = None
    sums, counts = np.zeros(0), np.bincount(labels, minlength=classes)
    for first in range(0, len(x), size):
        batch = x[first : first + size]
        rest = size - len(batch)
        full = np.concatenate([batch, np.zeros((rest, *batch.shape[1:]), batch.dtype)]) if rest else batch  # so that one graph serves all
        largest, mean, cells = (value.numpy()[: len(batch)] for value in summed_up(tf.constant(full)))
        if found is None:
            found, sums = _nothing(largest.shape[1], classes), np.zeros((classes, largest.shape[1]))
        np.add.at(sums, labels[first : first + size], largest)
        _fold(found, first, largest, mean, cells)
        yield
    if found is None:
        raise ValueError("no examples")
    with np.errstate(invalid="ignore"):
        found.per_class = np.where(counts[:, None] > 0, sums / counts[:, None], np.nan).astype(np.float32)
    return found


def _nothing(units: int, classes: int) -> TopActivations:
    none = np.zeros((0, units), np.int32)
    rankings = {key: Ranking(np.zeros((0, units), np.float32), none, none) for key in RANKINGS}
    full = np.full(units, np.inf, np.float32)
    return TopActivations(0, np.zeros(units, np.int64), full, -full, np.zeros((classes, units), np.float32), rankings)


def _fold(found: TopActivations, first: int, largest: np.ndarray, mean: np.ndarray, cells: np.ndarray) -> None:
    positions = np.broadcast_to(np.arange(first, first + len(largest), dtype=np.int32)[:, None], largest.shape)
    for (by, end), ranking in found.rankings.items():
        values = np.concatenate([ranking.values, largest if by == "max" else mean])
        order = np.argsort(-values if end == "most" else values, axis=0, kind="stable")[:KEPT]
        ranking.values = np.take_along_axis(values, order, axis=0)
        ranking.positions = np.take_along_axis(np.concatenate([ranking.positions, positions]), order, axis=0)
        ranking.cells = np.take_along_axis(np.concatenate([ranking.cells, cells]), order, axis=0)
    found.examples += len(largest)
    found.active += (largest > 0).sum(axis=0)
    found.low = np.minimum(found.low, largest.min(axis=0))
    found.high = np.maximum(found.high, largest.max(axis=0))
