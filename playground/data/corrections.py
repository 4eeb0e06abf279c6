"""Examples that a person took out of a data set or gave another label: what `exclude` and `relabel` of a choice say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from playground.data.dataset import DataSet
from playground.data.examples import parsed
from playground.values.errors import InvalidValue, LimitExceeded
from playground.values.spec import DataChoice

MAX = 2_000  # examples in each of the two
RELABELLED = re.compile(r"([a-z]+/[0-9]{1,8})=(0|[1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Corrections:
    """excluded: pool → places in it. relabelled: pool → place → label. Both in ascending order of the places."""

    excluded: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    relabelled: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def counts(self) -> tuple[int, int]:
        """How many examples are excluded and relabelled."""
        return sum(map(len, self.excluded.values())), sum(map(len, self.relabelled.values()))

    def kept(self, pool: str, places: np.ndarray) -> np.ndarray:
        """Those of `places`, in their order, that are not excluded."""
        excluded = self.excluded.get(pool)
        return places[~np.isin(places, excluded)] if excluded else places

    def labels(self, pool: str, y: np.ndarray) -> np.ndarray:
        """The labels of a whole pool, corrected; y stays as it is."""
        given = self.relabelled.get(pool)
        if not given:
            return y
        y = y.copy()
        y[list(given)] = list(given.values())
        return y

    def as_args(self) -> dict[str, tuple[str, ...]]:
        """The arguments of a choice that say this; what is empty is left out."""
        exclude = tuple(f"{pool}/{place}" for pool in sorted(self.excluded) for place in self.excluded[pool])
        relabel = tuple(f"{pool}/{place}={label}" for pool in sorted(self.relabelled) for place, label in self.relabelled[pool].items())
        return ({"exclude": exclude} if exclude else {}) | ({"relabel": relabel} if relabel else {})


def corrections(choice: DataChoice, dataset: DataSet) -> Corrections:
    """What the arguments of `choice` say.

    Raises:
        InvalidValue: an entry that names no example or class of the set, or an example twice.
        LimitExceeded: more than 2,000 of one kind.
    """
    excluded: dict[str, set[int]] = {}
    relabelled: dict[str, dict[int, int]] = {}
    for entry in entries(choice, "exclude"):
        pool, place = placed(entry, dataset)
        if place in excluded.setdefault(pool, set()):
            raise InvalidValue("An example is excluded twice.", expected="each example once", got=entry)
        excluded[pool].add(place)
    for entry in entries(choice, "relabel"):
        match = RELABELLED.fullmatch(entry) if isinstance(entry, str) else None
        if not match or int(match[2]) >= len(dataset.classes):
            expected = f'an example, "=" and a label from 0 to {len(dataset.classes) - 1}, as "train/12=0"'
            raise InvalidValue("This gives no example a label.", expected=expected, got=entry)
        pool, place = placed(match[1], dataset)
        if place in relabelled.setdefault(pool, {}) or place in excluded.get(pool, ()):
            raise InvalidValue("An example is relabelled twice, or excluded too.", expected="each example once", got=entry)
        relabelled[pool][place] = int(match[2])
    return Corrections(
        {pool: tuple(sorted(places)) for pool, places in excluded.items()},
        {pool: dict(sorted(given.items())) for pool, given in relabelled.items()},
    )


def entries(choice: DataChoice, name: str) -> tuple[object, ...]:
    found = choice.args.get(name, ())
    if not isinstance(found, tuple):
        raise InvalidValue(f"{name} is not a list.", expected='a list such as ["train/12"]', got=found)
    if len(found) > MAX:
        raise LimitExceeded(
            f"{name} names too many examples.",
            expected=f"at most {MAX:,}",
            got=f"{len(found):,}",
            fix="Take some back, or mend the data set itself.",
        )
    return found


def placed(entry: object, dataset: DataSet) -> tuple[str, int]:
    """Pool and place of an example of this set."""
    pool, place = parsed(entry)
    total, official = dataset.counts
    size = total if pool == "train" else official
    if place >= size:
        expected = f"a number below {size:,} behind {pool}/" if size else f"train/ and a number below {total:,}"
        raise InvalidValue(f"{dataset.title} has no such example.", expected=expected, got=entry)
    return pool, place
