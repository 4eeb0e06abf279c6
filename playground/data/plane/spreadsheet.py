"""Points as a CSV file, in and out. What comes in is a stranger's file: it is mended where that is honest, said, and else refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.plane.own_points import MOST, written
from playground.data.plane.table import FIX, fault_of, layout_of, numbers, rows_of, text_of
from playground.values.errors import InvalidValue, shorten

LARGEST = 50 * 1024 * 1024  # bytes
CLASSES = 6
REACH = 2.85  # how far scaled points reach from the middle
NUMBERS = ("value", "target", "z")  # names of labels that are numbers to be predicted, however few


@dataclass(frozen=True)
class Imported:
    """args: of a choice of the set "points". said: what was done to the file's points, a sentence each."""

    args: dict[str, object]
    said: tuple[str, ...]


def imported(file: bytes) -> Imported:
    """The points of a CSV file. Raises InvalidValue with the row at fault or what was expected of the whole, LimitExceeded."""
    text = text_of(file)
    layout = layout_of(text)
    rows, count = rows_of(text, layout)
    if rows.empty:
        raise InvalidValue("The file holds no points.", expected="a row for each point", got="none", fix=FIX)
    points = np.stack([numbers(rows[axis], layout.delimiter) for axis in "xy"], axis=1)
    is_good = np.isfinite(points).all(axis=1) & rows["label"].notna().to_numpy() & rows["more"].isna().to_numpy()
    said = list(layout.said)
    if left_out := int((~is_good).sum()):
        place = int(np.flatnonzero(~np.asarray(is_good))[0])
        fault = fault_of(rows.iloc[place], int(rows.index[place]), layout)
        if left_out > is_good.sum():
            raise fault
        rows_were = "1 row was" if left_out == 1 else f"{left_out:,} rows were"
        said.append(f"{rows_were} left out. {fault.what} Expected {fault.expected}.")
    kept = np.flatnonzero(is_good)
    if len(kept) > MOST:
        kept = kept[sorted(random.Random(0).sample(range(len(kept)), MOST))]
        said.append(f"Of {count:,} rows, {MOST:,} are used, drawn evenly from all of them.")
    points, labels = points[kept], rows["label"].iloc[kept]
    if np.abs(points).max() > 3:
        points, factor = scaled(points)
        said.append(f"The points were moved to the middle of the plane and made {factor} times as large to fit into it.")
    values, args, notes = labelled(labels.tolist(), numbers(labels, layout.delimiter), layout.label_name)
    return Imported({"points": written(points, values), **args}, (*said, *notes))


def exported(points: np.ndarray, labels: np.ndarray) -> str:
    """The text of a CSV file: x, y and class (from 1), or value. `imported` gives the same points again."""
    is_class = labels.dtype.kind in "iu"
    shown = [str(label + 1) for label in labels] if is_class else [f"{value:.4f}" for value in labels]
    lines = [f"{x:.4f},{y:.4f},{label}" for (x, y), label in zip(points, shown, strict=True)]
    return "\r\n".join([f"x,y,{'class' if is_class else 'value'}", *lines, ""])


def scaled(points: np.ndarray) -> tuple[np.ndarray, str]:
    """Into the plane, both axes by one factor and around the middle; and the factor as text."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = low / 2 + high / 2, (high / 2 - low / 2).max()  # halves first: the sum of large numbers may be infinite
    factor = REACH / half if half else 0.0
    return (points - middle) * factor, f"{factor:.3g}"


def labelled(labels: Sequence[str], values: np.ndarray, name: str) -> tuple[np.ndarray, dict[str, object], list[str]]:
    """Labels as classes int (n,) or values float (n,), the arguments that say which, and what was done to them.

    values: float (n,), the labels as numbers, NaN for those that are none. name: of their column.
    """
    is_number = bool(np.isfinite(values).all())
    is_whole = is_number and bool((values == np.round(values)).all())
    distinct = [label for _, label in sorted(set(zip(values.tolist() if is_number else labels, labels, strict=True)))]
    if name == "class" and is_whole and values.min() >= 1 and values.max() <= CLASSES:  # as `exported` writes them
        classes = max(2, int(values.max()))
        return (values - 1).astype(int), {"classes": classes}, only_one(distinct)
    if is_number and (name in NUMBERS or (len(set(values)) > CLASSES and not (is_whole and name == "class"))):
        return to_predict(values)
    kept = sorted(set(values)) if is_number else distinct
    if len(kept) > CLASSES:
        raise InvalidValue(
            "There are too many classes.",
            expected=f"at most {CLASSES}",
            got=f"{len(kept):,}, among them {', '.join(shorten(label, 20) for label in distinct[:3])}",
            fix="Leave some out, or name the column value if it holds numbers to predict.",
        )
    places = {label: place for place, label in enumerate(kept)}
    found = np.array([places[label] for label in (values if is_number else labels)])
    shown = [shorten(label, 20) for label in distinct] if not is_number else [f"{value:g}" for value in kept]
    says = ", ".join(f"class {place} is {label}" for place, label in enumerate(shown, 1))
    return found, {"classes": max(2, len(kept))}, [f"{says[0].upper()}{says[1:]}.", *only_one(kept)]


def only_one(distinct: Sequence[object]) -> list[str]:
    return [] if len(distinct) > 1 else ["All points are of one class: paint some of another before you train."]


def to_predict(values: np.ndarray) -> tuple[np.ndarray, dict[str, object], list[str]]:
    """Values to be predicted, brought into [−1, 1] where they are not."""
    low, high = values.min(), values.max()
    said = ["The labels are numbers, which the network learns to predict."]
    if max(-low, high) > 1:
        half = high / 2 - low / 2
        values = (values - (low / 2 + high / 2)) / half if half else np.zeros(len(values))
        said.append(f"They were scaled: {low:g} became −1 and {high:g} became 1." if half else "They are all the same, and became 0.")
    return values, {"target": "number"}, said
