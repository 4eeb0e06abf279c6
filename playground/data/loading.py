"""A choice of data → the arrays to train, validate and test with."""

from __future__ import annotations

import numpy as np

from playground.data.dataset import Arrays
from playground.data.sets import check
from playground.data.splits import split, standardise
from playground.spec import DataChoice


def load(choice: DataChoice) -> Arrays:
    """The arrays that `choice` names, split by its seed; `limit` shortens the training part only, so results stay comparable.

    The official test set is the test part where there is one; `choice.test` counts only where there is none.

    Raises:
        InvalidValue: the set or an argument is not offered.
        Unavailable: the files are not there (download them first) or damaged.
    """
    dataset = check(choice)
    raw = dataset.read(dataset, None)
    x, y = raw.train
    train, validation, test = split(len(x), validation=choice.validation, test=0 if raw.test else choice.test, seed=choice.seed)
    train = train[: choice.args.get("limit") or None]
    if dataset.kind == "table":
        x = standardise(x, train)
    pools = {"train": ("train", train), "validation": ("train", validation), "test": ("train", test)}
    if raw.test:
        pools["test"] = "test", np.arange(len(raw.test[1]))
    return Arrays(
        train=(x[train], y[train]),
        validation=(x[validation], y[validation]),
        test=raw.test or (x[test], y[test]),
        classes=dataset.classes,
        ids={split: (pool, positions.astype(np.int32)) for split, (pool, positions) in pools.items()},
    )


def sizes(choice: DataChoice) -> tuple[int, int, int]:
    """How many examples `load` will give to train, validate and test with, told without loading."""
    total, official = check(choice).counts
    train, validation, test = split(total, validation=choice.validation, test=0 if official else choice.test, seed=choice.seed)
    return len(train[: choice.args.get("limit") or None]), len(validation), official or len(test)
