"""Pages of examples with what the network says about them: by default its mistakes, those it is surest of first."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from playground import data
from playground.data.examples import parsed
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.inspection.thumbs import shrunk
from playground.engine.views.mistakes.predictions import Predicted, predicted
from playground.values.errors import InvalidValue

SIDE = 96  # pixels of the longer side at most
MOST = 120  # examples on a page
NAMED = 20_000  # examples that a question may name
LISTED = 5_000  # positions sent along, so that one can step from picture to picture
TOP = 3
SORTS = ("confidence", "loss", "margin", "position")
ORDERS = ("falling", "rising")


def gallery(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """Examples of a part, chosen, sorted and cut into pages.

    Args of the question: split; only: "wrong" (default), "right" or "all"; true, predicted: only these classes; sort: "confidence"
    (default), "loss", "margin" or "position"; order: "falling" (default, of positions "rising") or "rising"; page: from 0; size: examples
    on a page; positions: only these places in the part, or ids: only these example ids (those of other parts are left out).

    Returns:
        {"total", "page", "pages", "size", "counts": {"wrong", "right", "all"} with the same classes and ids, "list": int32 positions of
        all of them in order (at most 5,000), and of the page, k long: "pictures": uint8 (k, h, w, c) or rows as stored,
        float32 (k, columns), "positions", "truth", "labels": int32, "examples": ids, "top_labels": int32 (k, 3), "top", "confidence",
        "margin", "loss": float32}
    """
    split = question.choice("split", SPLITS, "test")
    size = question.whole("size", low=1, high=MOST, default=60)
    found = yield from predicted(subject, split)
    chosen, counts = _chosen(subject, question, split, found)
    chosen = _sorted(found, chosen, question)
    pages = max(1, -(-len(chosen) // size))
    page = min(question.whole("page", low=0, high=10_000_000, default=0), pages - 1)
    here = chosen[page * size : (page + 1) * size]
    top = np.argsort(-found.probabilities[here], axis=1, kind="stable")[:, :TOP]
    return {
        "split": split,
        "total": len(chosen),
        "page": page,
        "pages": pages,
        "size": size,
        "counts": counts,
        "list": chosen[:LISTED].astype(np.int32),
        "pictures": small(subject, split, here),
        "positions": here.astype(np.int32),
        "examples": [data.example(subject.arrays, split, int(position)) for position in here],
        "truth": found.truth[here],
        "labels": found.label[here],
        "top_labels": top.astype(np.int32),
        "top": np.take_along_axis(found.probabilities[here], top, axis=1),
        "confidence": found.confidence[here],
        "margin": found.margin[here],
        "loss": found.loss[here],
    }


def small(subject: Subject, split: str, positions: np.ndarray) -> np.ndarray:
    """The examples as pictures of at most 96 pixels, uint8 (k, h, w, c), or as rows, float32 (k, columns), as they are stored."""
    x = data.stored(subject.experiment.data, subject.arrays, split, positions)
    return shrunk(x, SIDE) if subject.is_pictures else x


def _chosen(subject: Subject, question: Question, split: str, found: Predicted) -> tuple[np.ndarray, dict[str, int]]:
    """Positions, ascending, and how many wrong, right and in all the classes and names leave."""
    highest = max(found.classes - 1, 0)
    kept = np.ones(len(found.truth), bool)
    for name, values in (("true", found.truth), ("predicted", found.label)):
        label = question.whole(name, low=0, high=highest, default=None)
        if label is not None:
            kept &= values == label
    named = _named(subject, question, split)
    if named is not None:
        kept &= named
    counts = {"wrong": int((kept & ~found.is_right).sum()), "right": int((kept & found.is_right).sum()), "all": int(kept.sum())}
    only = question.choice("only", ("wrong", "right", "all"), "wrong")
    if only != "all":
        kept &= found.is_right == (only == "right")
    return np.flatnonzero(kept), counts


def _named(subject: Subject, question: Question, split: str) -> np.ndarray | None:
    """bool (n,): which examples the question names; None where it names none."""
    n = len(subject.split(split)[1])
    positions = question.wholes("positions", low=0, high=max(n - 1, 0), most=NAMED, default=None)
    ids = question.args.get("ids")
    if positions is None and ids is None:
        return None
    marked = np.zeros(n, bool)
    if positions is not None:
        marked[positions] = True
    if ids is not None:
        if not isinstance(ids, Sequence) or isinstance(ids, str) or len(ids) > NAMED:
            raise InvalidValue("ids is no list of examples.", expected=f'at most {NAMED:,} of the form "train/4711"', got=ids)
        pool, places = subject.arrays.ids[split]
        marked |= np.isin(places, [place for found, place in map(parsed, ids) if found == pool])
    return marked


def _sorted(found: Predicted, chosen: np.ndarray, question: Question) -> np.ndarray:
    """Equal ones stay in the order of their positions."""
    sort = question.choice("sort", SORTS, "confidence")
    order = question.choice("order", ORDERS, "rising" if sort == "position" else "falling")
    if sort == "position":
        return chosen if order == "rising" else chosen[::-1]
    values = getattr(found, sort)[chosen]
    return chosen[np.argsort(values if order == "rising" else -values, kind="stable")]
