"""Whether a network is as good for some as for others: accuracy in groups of examples, and the largest gap between them.

After the table of Gender Shades (Buolamwini and Gebru 2018; notes, Morals of AI), with intervals, since small groups scatter.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground import data
from playground.data.examples import parsed
from playground.engine.inspection.measures import MEASURES
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.proportions import CONFIDENCE, difference, wilson
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.views.mistakes.predictions import predicted
from playground.values.errors import InvalidValue

FEWEST, MOST, GROUPS = 2, 6, 4  # quantile groups
SHOWN = 60  # groups told of, the least accurate; classes may be a thousand
SMALL = 10  # examples; smaller groups take no part in the largest gap
SETS = 30  # of own tags
NAMED = 20_000  # examples in them
KEPT = 24  # measured properties
PIECE = 1_500_000  # pixel values measured between two yields, some 15 ms of work
Pieces = Generator[None, None, Any]


@dataclass(frozen=True, eq=False)
class Group:
    """positions: int (n,), places in the part. low, high: what the group's values lie between, None for groups with names."""

    name: str
    positions: np.ndarray
    low: float | None = None
    high: float | None = None


def groups(subject: Subject, question: Question) -> Pieces:
    """Args of the question: split; by: one of the options ("class", "brightness" …, "column:2", "tags"); groups: how many, where values
    are cut into equal parts; sets: for "tags", {tag: [example ids]}.

    Returns what `compared` says, and "options": [{"by", "title", "explanation", "is_cut"}], "by", "total", "left_out" groups.
    """
    split = question.choice("split", SPLITS, "test")
    options = offered(subject)
    by = question.text("by", "class")
    if by not in (known := [option["by"] for option in options]):
        raise InvalidValue("The examples cannot be grouped by this.", expected="one of " + ", ".join(known), got=by)
    wanted = question.whole("groups", low=FEWEST, high=MOST, default=GROUPS)
    found = yield from predicted(subject, split)
    if by == "class":
        made = [Group(name, np.flatnonzero(found.truth == label)) for label, name in enumerate(subject.classes)]
    elif by == "tags":
        made = tagged(question.part("sets"), *subject.arrays.ids[split])
    else:
        values, names = yield from _values(subject, split, by)
        made = named(values, names) if names else cut(values, wanted)
    told = compared([group for group in made if len(group.positions)], found.is_right, are_apart=by != "tags")
    return {"split": split, "by": by, "options": options, "total": len(found.truth), **told}


def offered(subject: Subject) -> list[dict[str, Any]]:
    """By what the examples can be grouped."""
    dataset = data.of(subject.experiment.data)
    fixed = [("class", "True class", "the class that each example belongs to", False)]
    if dataset.kind == "pictures":
        has_colour = dataset.shape[-1] == 3
        told = [(name, each.title, each.explanation, not each.names) for name, each in MEASURES.items() if has_colour or not each.is_colour]
    else:
        what = "the column as stored, before it is standardised" if dataset.kind == "table" else "the column as the network gets it"
        told = [(f"column:{i}", name, what, True) for i, name in enumerate(dataset.columns)]
    own = [("tags", "Your own tags", "the tags that you gave to examples", False)]
    return [dict(zip(("by", "title", "explanation", "is_cut"), option, strict=True)) for option in fixed + told + own]


def cut(values: np.ndarray, wanted: int) -> list[Group]:
    """Groups of about equal size by value, equal values together; fewer than wanted where few values differ. values: float (n,)."""
    inner = np.unique(np.quantile(values, np.arange(1, wanted) / wanted, method="higher"))
    inner = inner[inner > values.min()]
    place = np.searchsorted(inner, values, side="right")
    made = []
    for number in range(len(inner) + 1):
        positions = np.flatnonzero(place == number)
        low, high = float(values[positions].min()), float(values[positions].max())
        made.append(Group(f"{_said(low)} to {_said(high)}" if low < high else _said(low), positions, low, high))
    return made


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def named(values: np.ndarray, names: tuple[str, ...]) -> list[Group]:
    return [Group(name, np.flatnonzero(values == number)) for number, name in enumerate(names)]


def tagged(sets: Mapping[str, Any], pool: str, places: np.ndarray) -> list[Group]:
    """One group for each tag, which may overlap, and one for the rest. Raises InvalidValue."""
    if len(sets) > SETS or not all(isinstance(ids, list) for ids in sets.values()) or sum(map(len, sets.values())) > NAMED:
        expected = f'at most {SETS} tags, each with a list of examples like "test/45", {NAMED:,} in all'
        raise InvalidValue("These are no tags with examples.", expected=expected, got=sets)
    made, rest = [], np.ones(len(places), bool)
    for tag, ids in sets.items():
        has = np.isin(places, [place for found, place in map(parsed, ids) if found == pool])
        rest &= ~has
        made.append(Group(tag, np.flatnonzero(has)))
    return [*made, Group("no tag", np.flatnonzero(rest))]


def compared(made: list[Group], right: np.ndarray, *, are_apart: bool = True) -> dict[str, Any]:
    """Accuracy of each group with its Wilson interval, and the largest gap.

    are_apart: no example is in two groups; else a difference has no interval by Newcombe's formula.

    Returns: "groups": [{"name", "low", "high", "n", "right", "share", "interval"}], "positions": an int32 array for each, "left_out":
    how many more groups there are; "gap": {"best", "worst" (names), "difference", "interval", "together", "pairs"} or None.
    interval: of the difference, 95 %. together: the same wide enough that all pairs' intervals hold at once in 95 of 100 cases
    (Bonferroni), since the largest of many differences is always large.
    """
    hits = [int(right[group.positions].sum()) for group in made]
    sizes = [len(group.positions) for group in made]
    told = [
        {"name": group.name, "low": group.low, "high": group.high, "n": n, "right": k, "share": k / n}
        for group, k, n in zip(made, hits, sizes, strict=True)
    ]
    shown = range(len(made))
    if len(made) > SHOWN:
        shown = sorted(shown, key=lambda i: told[i]["share"])[:SHOWN]
    return {
        "groups": [told[i] | {"interval": list(wilson(hits[i], sizes[i]))} for i in shown],
        "positions": [made[i].positions[:NAMED].astype(np.int32) for i in shown],
        "left_out": len(made) - len(shown),
        "small": SMALL,
        "gap": _gap(told, are_apart=are_apart),
    }


def _gap(told: list[dict[str, Any]], *, are_apart: bool) -> dict[str, Any] | None:
    large = [group for group in told if group["n"] >= SMALL]
    if len(large) < 2:
        return None
    best, worst = max(large, key=lambda group: group["share"]), min(large, key=lambda group: group["share"])
    pairs = len(list(itertools.combinations(large, 2)))
    said = {"best": best["name"], "worst": worst["name"], "pairs": pairs, "difference": best["share"] - worst["share"]}
    if not are_apart:
        return said | {"interval": None, "together": None}
    both = (best["right"], best["n"]), (worst["right"], worst["n"])
    return said | {
        "interval": list(difference(*both)[1:]),
        "together": list(difference(*both, confidence=1 - (1 - CONFIDENCE) / pairs)[1:]),
    }


# Measured once for a choice of data, whatever the weights: values by (choice, split, measure).
_measured = Memory(KEPT)


def _values(subject: Subject, split: str, by: str) -> Pieces:
    """The number by which to group, float (n,), and what whole numbers stand for."""
    choice = subject.experiment.data
    kind, _, column = by.partition(":")
    if kind == "column":
        everything = np.arange(len(subject.split(split)[1]))
        return data.stored(choice, subject.arrays, split, everything)[:, int(column)].astype(np.float64), ()
    measure = MEASURES[by]
    key = (choice, split, by)
    values = _measured.get(key)
    if values is None:
        x, _ = subject.split(split)
        step, pieces = max(1, PIECE // x[0].size), []
        for first in range(0, len(x), step):
            pieces.append(measure.of(x[first : first + step]))
            yield
        values = _measured[key] = np.concatenate(pieces)
    return values, measure.names
