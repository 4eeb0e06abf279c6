"""A choice of data → the arrays to train, validate and test with."""

from __future__ import annotations

import functools

import numpy as np

from playground.data.choices import check, dealt
from playground.data.corrections import corrections
from playground.data.dataset import Arrays, DataSet, Raw
from playground.data.sets import of
from playground.data.splits import standardise
from playground.values.spec import DataChoice


def load(choice: DataChoice) -> Arrays:
    """The arrays that `choice` names, split by its seed; `limit` shortens the training part only, so results stay comparable.

    The official test set is the test part where there is one; `choice.test` counts only where there is none. Excluded examples are in
    no part and count for nothing, relabelled ones bear their new label everywhere.

    Raises:
        InvalidValue, LimitExceeded: the set or an argument is not offered, or nothing is left of a part.
        Unavailable: the files are not there (download them first) or damaged.
    """
    dataset = check(choice)
    raw = dataset.read(dataset, None)
    parts = dealt(choice, dataset)
    corrected = corrections(choice, dataset)
    x, y = {"train": raw.train[0]}, {"train": corrected.labels("train", raw.train[1])}
    if raw.test:
        x["test"], y["test"] = raw.test[0], corrected.labels("test", raw.test[1])
    if dataset.kind == "table":
        x["train"] = standardise(x["train"], parts["train"][1])
    pairs = {name: (x[pool][places], y[pool][places]) for name, (pool, places) in parts.items()}
    return Arrays(**pairs, classes=dataset.classes, ids=parts)


def stored(choice: DataChoice, arrays: Arrays, split: str, positions: np.ndarray) -> np.ndarray:
    """Examples as a person knows them: pictures uint8 (k, h, w, c), or rows float32 (k, columns) in the columns' own units.

    arrays: what `load(choice)` gave. positions: int (k,), in the split.
    """
    if of(choice).kind == "pictures":
        pictures: np.ndarray = getattr(arrays, split)[0][positions]
        return pictures
    pool, places = arrays.ids[split]
    rows: np.ndarray = getattr(_table(of(choice)), pool)[0][places[positions]]
    return rows


@functools.lru_cache(maxsize=4)
def _table(dataset: DataSet) -> Raw:
    return dataset.read(dataset, None)
