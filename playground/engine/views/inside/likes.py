"""The likes views: the examples of the data that the units of a layer answer most and least to. Imports TensorFlow to run the network."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import tensorflow as tf

from playground.engine.graph.logits import cached
from playground.engine.inspection.probe import scaled
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject
from playground.engine.inspection.thumbs import shrunk
from playground.engine.inspection.top_activations import TopActivations, collect, compiled
from playground.engine.inspection.unit import EARLIER, Place, place_of, unit_of
from playground.values.errors import Conflict

MANY = 12  # examples shown of a ranking
LARGEST = 128  # pixels on the longer side of an example on show
CROP = 32  # pixels on the longer side of a crop in the overview
PAGE = 96  # units of one overview
MOST_CLASSES = 1_000

Answer = dict[str, Any]
Pieces = Generator[None, None, Answer]


def units(subject: Subject, question: Question) -> Pieces:
    """{"layer", "split"?, "first"?} → the layer's units at a glance, at most PAGE from `first` on, each with what it likes most.

    crops: a list of uint8 (h, w, channels), what the strongest cell sees; or rows, float32 (units, columns). For each unit: high, low and
    active as in `top`, and favourite, the class it answers most to on average.
    """
    place = place_of(subject, question)
    split = question.choice("split", SPLITS, "validation")
    first = question.whole("first", low=0, high=max(place.units - 1, 0), default=0)
    found = yield from top_activations_of(place, split)
    x = subject.split(split)[0]
    some = slice(first, first + PAGE)
    best = found.rankings["max", "most"]
    shown: Answer = {"rows": x[best.positions[0, some]]}
    if place.is_pictures:
        seen: dict[int, list[int]] = {}
        cells = best.cells[0, some].tolist()
        for cell in set(cells):
            seen[cell] = place.field(cell)
            yield
        corners = [seen[cell] for cell in cells]
        pictures = x[best.positions[0, some]]
        cut = [picture[t:b, left:r] for picture, (t, left, b, r) in zip(pictures, corners, strict=True)]
        shown = {"crops": [shrunk(crop[None], CROP)[0] for crop in cut]}
    return (
        described(place, found, split)
        | shown
        | {
            "first": first,
            "high": found.high[some],
            "low": found.low[some],
            "active": (found.active[some] / found.examples).astype(np.float32),
            "favourite": np.nan_to_num(found.per_class[:, some], nan=-np.inf).argmax(axis=0).astype(np.int32),
        }
    )


def top(subject: Subject, question: Question) -> Pieces:
    """{"layer", "unit", "split"?, "by"?: "max" | "mean"} → the examples that the unit answers most and least to.

    most, least: {"positions", "labels" int32 (k,), "values" float32 (k,), "fields" int32 (k, 4): what the strongest cell sees, "pictures"
    uint8 (k, h, w, channels) or "rows", "maps" float32 (k, rows, columns) where the layer has maps}. per_class: float32 (classes,).
    """
    place = place_of(subject, question)
    unit = unit_of(place, question)
    split = question.choice("split", SPLITS, "validation")
    by = question.choice("by", ("max", "mean"), "max")
    found = yield from top_activations_of(place, split)
    ends = {}
    for end in ("most", "least"):
        ranking = found.rankings[by, end]
        ends[end] = _examples(place, split, ranking.positions[:MANY, unit], ranking.values[:MANY, unit], ranking.cells[:MANY, unit], unit)
        yield
    return (
        described(place, found, split)
        | ends
        | {
            "unit": unit,
            "by": by,
            "high": float(found.high[unit]),
            "low": float(found.low[unit]),
            "active": float(found.active[unit] / found.examples),
            "is_dead": bool(found.high[unit] <= 0 and not place.is_last),
            "is_constant": bool(found.high[unit] == found.low[unit]),
            "per_class": found.per_class[:MOST_CLASSES, unit],
        }
    )


def top_activations_of(place: Place, split: str) -> Generator[None, None, TopActivations]:
    """Of all units of the layer, found once for these weights. Raises Conflict where answers are no numbers."""
    subject, key = place.subject, ("top_activations", place.name, split)
    found = subject.recall(key)
    if found is None:
        x, labels = subject.split(split)
        labels = labels if subject.classes else np.zeros(len(x), np.int32)  # numbers are no classes
        if not len(x):
            raise Conflict(f"The {split} part has no examples.", fix="Choose another part.")
        summed_up = cached(subject.model, ("top_activations", place.name), lambda: compiled(place.forward, x[0]))
        found = yield from collect(summed_up, x, labels, max(len(subject.classes), 1))
        if not np.isfinite(found.high).all():
            raise Conflict(f"Answers of {place.name} are not numbers.", fix=EARLIER)
        subject.remember(key, lambda: found)
    return found


def described(place: Place, found: TopActivations, split: str) -> Answer:
    return {
        "layer": place.name,
        "units": place.units,
        "shape": list(place.shape),
        "is_last": place.is_last,
        "values_are": place.cut.says,
        "split": split,
        "examples": found.examples,
        "field": place.field_size() if place.is_pictures else None,
    }


def _examples(place: Place, split: str, positions: np.ndarray, values: np.ndarray, cells: np.ndarray, unit: int) -> Answer:
    x, y = place.subject.split(split)
    some = x[positions]
    answer: Answer = {"positions": positions, "labels": y[positions].astype(np.int32), "values": values}
    if not place.is_pictures:
        return answer | {"rows": some}
    maps = place.forward(tf.constant(scaled(some))).numpy()[..., unit] if len(place.shape) == 3 else None
    return answer | {
        "pictures": shrunk(some, LARGEST),
        "size": list(some.shape[1:3]),
        "fields": np.array([place.field(int(cell)) for cell in cells], np.int32),
        "maps": maps,
    }
