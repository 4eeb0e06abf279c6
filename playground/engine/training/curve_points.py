"""From rows of batches to the points of a run's curves: each batch's numbers and means over epochs, thinned as the curves are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.values.events import BatchPoints, EpochPoints
from playground.values.metric import LOSS, Metric
from playground.values.run import stride_at


@dataclass(frozen=True, eq=False)
class FinishedEpochs:
    """Epochs that were finished and scored one after the other. first: the number of the first of them, from 1.

    values: name → float64 (epochs,): means over the batches, the held-out part's scores ("val_…") and "learning_rate".
    """

    first: int
    values: Mapping[str, np.ndarray]

    @property
    def last(self) -> int:
        return self.first + len(self.values["loss"]) - 1


def batch_points(rows: np.ndarray, names: Sequence[str], *, last: int) -> BatchPoints:
    """Of the steps up to `last` those that the run keeps. rows: float32 (steps, names)."""
    before = last - len(rows)
    steps = np.arange(before + 1, last + 1, dtype=np.int32)
    kept = steps % stride_at(before) == 0
    return BatchPoints(steps[kept], {name: rows[kept, i] for i, name in enumerate(names)})


def epoch_points(parts: Sequence[FinishedEpochs], *, metrics: Sequence[Metric], steps_per_epoch: int, origin: int = 0) -> EpochPoints:
    """What was finished since the last such event, in order and without gaps. origin: the step at which epoch 1 would have begun."""
    first, last = parts[0].first, parts[-1].last
    values = {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
    epochs = np.arange(first, last + 1, dtype=np.int32)
    kept = epochs % stride_at(first - 1) == 0
    columns = {name: column[kept].astype(np.float32) for name, column in values.items()}
    end = {"epoch": last, "step": origin + last * steps_per_epoch} | {name: float(column[-1]) for name, column in values.items()}
    steps = (origin + epochs[kept].astype(np.int64) * steps_per_epoch).astype(np.int32)
    return EpochPoints(epochs[kept], steps, columns, end, best_of(values, metrics, first=first))


def best_of(values: Mapping[str, np.ndarray], metrics: Sequence[Metric], *, first: int) -> dict[str, float]:
    """`best_val_<name>` of each metric, those that are finite, and the epoch of the lowest validation loss, the first of equal ones."""
    found: dict[str, float] = {}
    for metric in metrics:
        column = values.get(f"val_{metric.name}")
        if column is None or (place := metric.best(column)) is None:
            continue
        found[f"best_val_{metric.name}"] = float(column[place])
        if metric.name == LOSS.name:
            found["best_epoch"] = first + place
    return found


def means(rows: np.ndarray, names: Sequence[str], *, batch_size: int, examples: int) -> dict[str, np.ndarray]:
    """Over each epoch, each batch weighing as much as it has examples, as Keras's trackers do: name → float64 (epochs,).

    rows: float32 (epochs, steps, names), of whole epochs or of the beginning of one.
    """
    sizes = np.full(rows.shape[1], batch_size, np.float64)
    sizes[-1] = min(batch_size, examples - sizes[:-1].sum())
    # Each name's numbers lie side by side, so that an epoch's sum is the same bits however many epochs are added at once.
    columns = np.ascontiguousarray(np.moveaxis(rows, 2, 0), np.float64)
    return {name: (columns[i] * sizes).sum(axis=1) / sizes.sum() for i, name in enumerate(names)}
