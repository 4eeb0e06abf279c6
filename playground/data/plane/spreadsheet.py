"""Points as a CSV file, in and out. What comes in is a stranger's file: it is mended where that is honest, said, and else refused."""

from __future__ import annotations

import codecs
import csv
import io
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.plane.own_points import MOST, written
from playground.values.errors import InvalidValue, shorten

LARGEST = 50 * 1024 * 1024  # bytes
PARSED = 50_000  # rows that are looked at, evenly chosen from longer files
CLASSES = 6
REACH = 2.85  # how far scaled points reach from the middle
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
NAMES = {  # by which a column is known, in lower case
    "x": ("x", "x1", "x_1", "x0"),
    "y": ("y", "x2", "x_2"),
    "label": ("class", "label", "value", "target", "category", "species", "colour", "color", "z"),
}
NUMBERS = ("value", "target", "z")  # names of labels that are numbers to be predicted, however few
FIX = "Give it three columns: x, y and label."


@dataclass(frozen=True)
class Imported:
    """args: of a choice of the set "points". said: what was done to the file's points, a sentence each."""

    args: dict[str, object]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """line: in the file, from 1. place: float x and y. label: as text, never empty."""

    line: int
    place: tuple[float, float]
    label: str


def imported(file: bytes) -> Imported:
    """The points of a CSV file. Raises InvalidValue with the row at fault, or what was expected of the whole."""
    table = Table(text_of(file))
    rows, said = table.rows(), list(table.said)
    fault = table.fault or InvalidValue("The file holds no points.", expected="a row for each point", got="none", fix=FIX)
    if not rows or table.left_out > len(rows):
        raise fault
    if table.left_out:
        count = "1 row was" if table.left_out == 1 else f"{table.left_out:,} rows were"
        said.append(f"{count} left out. {fault.what} Expected {fault.expected}.")
    if len(rows) > MOST:
        rows = [rows[place] for place in sorted(random.Random(0).sample(range(len(rows)), MOST))]
        said.append(f"Of {table.count:,} rows, {MOST:,} are used, drawn evenly from all of them.")
    points = np.array([row.place for row in rows])
    if np.abs(points).max() > 3:
        points, factor = scaled(points)
        said.append(f"The points were moved to the middle of the plane and made {factor} times as large to fit into it.")
    labels, args, notes = labelled([row.label for row in rows], table.label_name, table.number)
    return Imported({"points": written(points, labels), **args}, (*said, *notes))


def exported(points: np.ndarray, labels: np.ndarray) -> str:
    """The text of a CSV file: x, y and class (from 1), or value. `imported` gives the same points again."""
    is_class = labels.dtype.kind in "iu"
    shown = [str(label + 1) for label in labels] if is_class else [f"{value:.4f}" for value in labels]
    lines = [f"{x:.4f},{y:.4f},{label}" for (x, y), label in zip(points, shown, strict=True)]
    return "\r\n".join([f"x,y,{'class' if is_class else 'value'}", *lines, ""])


class Table:
    """The rows of a text, read as points.

    delimiter: between columns. label_name: the name of the column of labels in lower case, or "". said: how the columns were understood.
    After `rows`: count: rows in the file. left_out: those of the rows looked at that are no points. fault: what is wrong with the first.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.said: list[str] = []
        self.count = self.left_out = 0
        self.fault: InvalidValue | None = None
        self.delimiter = delimiter_of(text)
        first = next(self.lines(), (1, [""]))[1]
        self.has_header = not any(math.isfinite(self.number(cell)) for cell in first)
        self.columns, self.label_name = self.understood(first)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Line numbers from 1, and cells; empty lines left out."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, skipinitialspace=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise wrong(max(1, reader.line_num), f"a {error}", "cells of ordinary length") from None

    def number(self, cell: str) -> float:
        """NaN for what is none. A comma is the decimal sign where it does not stand between columns."""
        text = cell.strip().replace("\u2212", "-")
        if self.delimiter != ",":
            text = text.replace(",", ".")
        try:
            return math.nan if "_" in text else float(text)
        except ValueError:
            return math.nan

    def understood(self, first: Sequence[str]) -> tuple[tuple[int, int, int], str]:
        """The places of x, y and label, and the label's name. Raises InvalidValue where there is no telling."""
        names = [cell.strip().lower() for cell in first] if self.has_header else []
        x, y, label = (next((names.index(name) for name in NAMES[axis] if name in names), None) for axis in ("x", "y", "label"))
        others = [place for place in range(len(names)) if place not in (x, y)]
        if x is not None and y is not None and label is None and len(others) == 1:
            label = others[0]
        if x is not None and y is not None and label is not None:
            if len(names) > 3:
                self.said.append(f"Columns x, y and {shorten(names[label], 40)} are used, the others are not.")
            return (x, y, label), names[label]
        if len(first) != 3:
            got = f"{len(first)} {'column' if len(first) == 1 else 'columns'}" + (f": {', '.join(first)}" if self.has_header else "")
            raise InvalidValue(
                "There is no telling which columns hold the points.",
                expected="three columns, or columns named x, y and label, with comma, semicolon or tab between them",
                got=got,
                fix=FIX,
            )
        if names:
            shown = [shorten(cell.strip(), 40) or "no name" for cell in first]
            self.said.append(f"{shown[0]} became x, {shown[1]} became y, {shown[2]} the label.")
        return (0, 1, 2), names[2] if names else ""

    def rows(self) -> list[Row]:
        """The points among the rows, of long files those of evenly chosen rows."""
        step = max(1, (self.text.count("\n") + 1) // PARSED)
        draw = random.Random(0)  # not every tenth row: files may repeat themselves
        chosen, found = draw.randrange(step), []
        for line, cells in self.lines():
            if self.has_header and self.count == 0:
                self.has_header = False
                continue
            self.count += 1
            if self.count - 1 < chosen:
                continue
            chosen = (chosen // step + 1) * step + draw.randrange(step)
            try:
                found.append(self.row(line, cells))
            except InvalidValue as error:
                self.left_out += 1
                self.fault = self.fault or error
        return found

    def row(self, line: int, cells: Sequence[str]) -> Row:
        values = []
        for axis, place in zip("xy", self.columns[:2], strict=True):
            cell = cells[place] if place < len(cells) else ""
            values.append(value := self.number(cell))
            if not math.isfinite(value):
                raise wrong(line, f"{shorten(cell.strip(), 30)} for {axis}" if cell.strip() else f"no {axis}", "a finite number")
        label = cells[self.columns[2]].strip() if self.columns[2] < len(cells) else ""
        if not label:
            raise wrong(line, "no label", "the class of the point, or a number")
        return Row(line, (values[0], values[1]), label)


def wrong(line: int, got: str, expected: str) -> InvalidValue:
    return InvalidValue(f"Row {line} has {got}.", expected=expected, fix="Correct the row, or take it out.")


def text_of(file: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or Windows' western letters. Raises InvalidValue for what is no text."""
    if not file.strip():
        raise InvalidValue("The file is empty.", expected="a row for each point", fix=FIX)
    if file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = file.decode("utf-16", errors="replace")
    else:
        try:
            text = file.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = file.decode("cp1252", errors="replace")
    head = text[:10_000]
    strange = sum(not (char.isprintable() or char in "\r\n\t\f") or char == "\ufffd" for char in head)
    if "\0" in head or strange > len(head) / 50:
        raise InvalidValue("This file is no text.", expected="a CSV file", got="bytes that mean no letters", fix="Export the table as CSV.")
    return text.replace("\0", "")


def delimiter_of(text: str) -> str:
    """What stands between the columns: the first of tab, semicolon and comma that parts most of the first lines into three or more."""
    head = [line for line in text[:20_000].splitlines() if line.strip()][:20]

    def parted(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in csv.reader(head, delimiter=delimiter, skipinitialspace=True)]
        except csv.Error:
            return 0, 0
        return sum(width >= 3 for width in widths), sum(width >= 2 for width in widths)

    return max(DELIMITERS, key=parted)


def scaled(points: np.ndarray) -> tuple[np.ndarray, str]:
    """Into the plane, both axes by one factor and around the middle; and the factor as text."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = low / 2 + high / 2, (high / 2 - low / 2).max()  # halves first: the sum of large numbers may be infinite
    factor = REACH / half if half else 0.0
    return (points - middle) * factor, f"{factor:.3g}"


def labelled(labels: Sequence[str], name: str, number: Callable[[str], float]) -> tuple[np.ndarray, dict[str, object], list[str]]:
    """Labels as classes int (n,) or values float (n,), the arguments that say which, and what was done to them."""
    values = np.array([number(label) for label in labels])
    is_number = bool(np.isfinite(values).all())
    is_whole = is_number and bool((values == np.round(values)).all())
    distinct = sorted(set(labels), key=lambda label: (number(label), label)) if is_number else sorted(set(labels))
    if name == "class" and is_whole and values.min() >= 1 and values.max() <= CLASSES:  # as `exported` writes them
        classes = max(2, int(values.max()))
        return (values - 1).astype(int), {"classes": classes}, only_one(distinct)
    if is_number and (name in NUMBERS or (len(set(values)) > CLASSES and not (is_whole and name == "class"))):
        return numbers(values)
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


def numbers(values: np.ndarray) -> tuple[np.ndarray, dict[str, object], list[str]]:
    """Values to be predicted, brought into [−1, 1] where they are not."""
    low, high = values.min(), values.max()
    said = ["The labels are numbers, which the network learns to predict."]
    if max(-low, high) > 1:
        half = high / 2 - low / 2
        values = (values - (low / 2 + high / 2)) / half if half else np.zeros(len(values))
        said.append(f"They were scaled: {low:g} became −1 and {high:g} became 1." if half else "They are all the same, and became 0.")
    return values, {"target": "number"}, said
