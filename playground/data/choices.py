"""What follows from a choice of data without loading it: whether it is offered, who is dealt which example, and edits of it."""

from __future__ import annotations

import dataclasses

import numpy as np

from playground.data.corrections import Corrections, corrections
from playground.data.dataset import DataSet
from playground.data.examples import parsed
from playground.data.plane.sets import FEWEST, checked
from playground.data.sets import of
from playground.data.splits import split
from playground.values.errors import InvalidValue
from playground.values.spec import Args, DataChoice

MAX_LIMIT = 1_000_000


def check_offered(choice: DataChoice) -> DataSet:
    """The data set that `choice` names. Raises InvalidValue or LimitExceeded for a set or an argument that is not offered.

    Own points may be too few to learn from.
    """
    dataset = of(choice)
    for name, value in choice.args.items():
        if name not in dataset.args:
            expected = "only " + ", ".join(dataset.args) if dataset.args else "no arguments"
            raise InvalidValue(f"{dataset.title} has no argument {name}.", expected=expected, got=name)
        if name == "limit" and (type(value) is not int or not 0 <= value <= MAX_LIMIT):
            expected = f"a whole number from 0 to {MAX_LIMIT:,}, 0 for all"
            raise InvalidValue("The number of training examples is out of range.", expected=expected, got=value)
    if "exclude" in choice.args or "relabel" in choice.args:
        dealt(choice, dataset)
    return dataset


def check(choice: DataChoice) -> DataSet:
    """As `check_offered`; raises InvalidValue for points that are too few to learn from, too."""
    dataset = check_offered(choice)
    if dataset.kind == "plane":
        checked(dataset)
    return dataset


def dealt(choice: DataChoice, dataset: DataSet) -> dict[str, tuple[str, np.ndarray]]:
    """Split → the pool its examples lie in, and their places there: those of the split, shortened by the limit, less the excluded."""
    total, official = dataset.counts
    if dataset.kind == "plane":
        train, held, _ = split(total, validation=choice.test, test=0, seed=choice.seed)
        return {name: ("train", places.astype(np.int32)) for name, places in (("train", train), ("validation", held), ("test", held))}
    train, validation, test = split(total, validation=choice.validation, test=0 if official else choice.test, seed=choice.seed)
    parts = {
        "train": ("train", train[: choice.args.get("limit") or None]),
        "validation": ("train", validation),
        "test": ("test", np.arange(official)) if official else ("train", test),
    }
    corrected = corrections(choice, dataset)
    kept = {name: (pool, corrected.kept(pool, places).astype(np.int32)) for name, (pool, places) in parts.items()}
    for name, (_, places) in kept.items():
        if not len(places):
            raise InvalidValue(
                f"All {name} examples of {dataset.title} are excluded.", expected="at least one", got="none", fix="Use some of them again."
            )
    return kept


def plane_points(choice: DataChoice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All points of a set of kind "plane" and which are held out: float32 (n, 2), int32 (n,) or float32 (n,), bool (n,).

    Points that are too few to be trained on are given too, none of them held out. Raises InvalidValue for another kind of set.
    """
    dataset = of(choice)
    if dataset.points is None:
        raise InvalidValue(f"{dataset.title} is no set of points in the plane.", fix="Choose one that is.")
    points, labels = dataset.points
    held = np.zeros(len(points), bool)
    if len(points) >= FEWEST:
        held[dealt(choice, dataset)["test"][1]] = True
    return points, labels, held


def sizes(choice: DataChoice) -> tuple[int, int, int]:
    """How many examples `load` will give to train, validate and test with, told without loading."""
    parts = dealt(choice, check(choice))
    return len(parts["train"][1]), len(parts["validation"][1]), len(parts["test"][1])


def corrected(choice: DataChoice) -> tuple[int, int]:
    """How many examples are excluded and relabelled."""
    return corrections(choice, of(choice)).counts


def excluding(choice: DataChoice, example: str) -> DataChoice:
    """The choice without this example, named as by `data.example`. The split of all others stays. Raises InvalidValue, LimitExceeded."""
    pool, place = parsed(example)
    found = without(choice, pool, place)
    excluded = {**found.excluded, pool: (*found.excluded.get(pool, ()), place)}
    return having(choice, dataclasses.replace(found, excluded=excluded))


def relabelling(choice: DataChoice, example: str, label: int) -> DataChoice:
    """The choice in which this example bears `label`, from 0. Raises InvalidValue, LimitExceeded."""
    if type(label) is not int:
        raise InvalidValue("A label is a whole number.", expected="the place of a class, from 0", got=label)
    pool, place = parsed(example)
    found = without(choice, pool, place)
    relabelled = {**found.relabelled, pool: {**found.relabelled.get(pool, {}), place: label}}
    return having(choice, dataclasses.replace(found, relabelled=relabelled))


def restoring(choice: DataChoice, example: str) -> DataChoice:
    """The choice in which this example is used as the set has it."""
    return having(choice, without(choice, *parsed(example)))


def uncorrected(choice: DataChoice) -> DataChoice:
    """The choice with all examples as the set has them."""
    return having(choice, Corrections())


def without(choice: DataChoice, pool: str, place: int) -> Corrections:
    """The corrections of a choice less those of one example."""
    found = corrections(choice, of(choice))
    return Corrections(
        {**found.excluded, pool: tuple(each for each in found.excluded.get(pool, ()) if each != place)},
        {**found.relabelled, pool: {each: label for each, label in found.relabelled.get(pool, {}).items() if each != place}},
    )


def having(choice: DataChoice, found: Corrections) -> DataChoice:
    """The choice with these corrections, in ascending order, so that equal ones are equal values."""
    dataset = of(choice)
    if dataset.kind == "plane":
        what = "Your own points are not corrected here." if choice.name == "points" else f"{dataset.title} is drawn anew from its seed."
        raise InvalidValue(what, fix="Paint and erase points on the Playground page.")
    ordered = Corrections(
        {pool: tuple(sorted(places)) for pool, places in found.excluded.items()},
        {pool: dict(sorted(given.items())) for pool, given in found.relabelled.items()},
    )
    args = {name: value for name, value in choice.args.items() if name not in ("exclude", "relabel")}
    new = dataclasses.replace(choice, args=Args(args | ordered.as_args()))
    check(new)
    return new
