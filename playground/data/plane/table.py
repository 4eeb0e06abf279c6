"""A CSV file of points as a table: encoding, delimiter, columns, and the rows as text. Strangers' files: bounded, and refused by row.

pandas is imported only when a file is read: it takes half a second and 70 MB, and many servers never read one.
"""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.values.errors import InvalidValue, LimitExceeded, shorten

if TYPE_CHECKING:
    import pandas as pd

HEAD = 1_000_000  # characters; the first row ends there
MOST_ROWS, MOST_COLUMNS = 10_000_000, 2_000  # of a file; empty ones count, because they too take time
PARSED = 50_000  # rows that are looked at, evenly chosen from longer files
CELLS = 5_000_000  # read at a time, about: many columns in small pieces take long
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
DECLARED = re.compile(rf"sep=([{''.join(DELIMITERS)}])\r?$", re.MULTILINE | re.IGNORECASE)  # Excel's first line
NO_LABEL = ("", "nan", "NaN", "NAN")  # how pandas and R write that nothing is there
NAMES = {  # by which a column is known, in lower case
    "x": ("x", "x1", "x_1", "x0"),
    "y": ("y", "x2", "x_2"),
    "label": ("class", "label", "value", "target", "category", "species", "colour", "color", "z"),
}
FIX = "Give it three columns: x, y and label."


@dataclass(frozen=True)
class Layout:
    """Where the points stand in a file. begin: how many rows come before them; width: columns; places: those of x, y and label.

    label_name: the name of the column of labels in lower case, or "". said: how the columns were understood, a sentence each.
    """

    delimiter: str
    begin: int
    width: int
    places: tuple[int, int, int]
    label_name: str
    said: tuple[str, ...]


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


def layout_of(text: str) -> Layout:
    """How the columns are to be understood, told by the first row that is not empty. Raises InvalidValue where there is no telling."""
    import pandas as pd

    declared = DECLARED.match(text)
    delimiter = declared[1] if declared else delimiter_of(text)
    begin, first = first_row(text, delimiter, after=1 if declared else 0)
    has_header = not np.isfinite(numbers(pd.Series(first, dtype=str), delimiter)).any()
    places, name, said = understood(first, has_header=has_header)
    return Layout(delimiter, begin + has_header, len(first), places, name, said)


def first_row(text: str, delimiter: str, *, after: int) -> tuple[int, list[str]]:
    """The first row from row `after` (from 0) that is not empty: its place, and its cells."""
    reader = csv.reader(io.StringIO(text[:HEAD], newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        place, first = next(((n, cells) for n, cells in enumerate(reader) if n >= after and any(map(str.strip, cells))), (after, [""]))
    except csv.Error as error:
        raise wrong(max(1, reader.line_num), f"a {error}", "cells of ordinary length") from None
    if len(first) > MOST_COLUMNS:
        raise LimitExceeded("The file has too many columns.", expected=f"at most {MOST_COLUMNS:,}", got=f"{len(first):,} or more", fix=FIX)
    return place, first


def understood(first: Sequence[str], *, has_header: bool) -> tuple[tuple[int, int, int], str, tuple[str, ...]]:
    """The places of x, y and label, the label's name, and what is to be said. Raises InvalidValue where there is no telling."""
    names = [cell.strip().lower() for cell in first] if has_header else []
    x, y, label = (next((names.index(name) for name in NAMES[axis] if name in names), None) for axis in ("x", "y", "label"))
    others = [place for place in range(len(names)) if place not in (x, y)]
    if x is not None and y is not None and label is None and len(others) == 1:
        label = others[0]
    if x is not None and y is not None and label is not None:
        name = names[label]
        said = (f"Columns x, y and {shorten(name, 40)} are used, the others are not.",) if len(names) > 3 else ()
        return (x, y, label), name, said
    if len(first) != 3:
        got = f"{len(first)} {'column' if len(first) == 1 else 'columns'}" + (f": {', '.join(first)}" if has_header else "")
        raise InvalidValue(
            "There is no telling which columns hold the points.",
            expected="three columns, or columns named x, y and label, with comma, semicolon or tab between them",
            got=got,
            fix=FIX,
        )
    if not names:
        return (0, 1, 2), "", ()
    shown = [shorten(cell.strip(), 40) or "no name" for cell in first]
    return (0, 1, 2), names[2], (f"{shown[0]} became x, {shown[1]} became y, {shown[2]} the label.",)


def rows_of(text: str, layout: Layout) -> tuple[pd.DataFrame, int]:
    """The rows of points, and how many the file has: of long files evenly chosen ones. Empty rows do not count.

    Columns: "x", "y", "label" and "more" (what stands to the right of the last column), text without spaces around it, missing where
    nothing stands. Index: the row in the file, from 1. Raises InvalidValue with the row that breaks the table, LimitExceeded.
    """
    import pandas as pd

    lines = max(text.count("\n"), text.count("\r")) + 1
    if lines > MOST_ROWS:
        raise LimitExceeded(
            "The file has too many rows.", expected=f"at most {MOST_ROWS:,}", got=f"{lines:,}", fix="Take out most of them."
        )
    chosen, kept, count = evenly(lines), [], 0
    columns = dict(zip((*layout.places, layout.width), ("x", "y", "label", "more"), strict=True))
    missing: dict[Hashable, Sequence[str]] = {place: NO_LABEL if place == layout.places[2] else ("",) for place in range(layout.width + 1)}
    try:
        with pd.read_csv(
            io.BytesIO(text.encode(errors="replace")),
            sep=layout.delimiter,
            header=None,
            names=range(layout.width + 1),
            dtype=str,
            keep_default_na=False,  # "None" and "NA" may be classes
            na_values=missing,
            skipinitialspace=True,
            skip_blank_lines=False,  # so that the index tells the row
            chunksize=max(1, min(PARSED, CELLS // layout.width)),
        ) as chunks:
            for chunk in chunks:
                points = chunk[(chunk.index >= layout.begin) & chunk.notna().any(axis=1)]
                kept.append(points.iloc[chosen[(chosen >= count) & (chosen < count + len(points))] - count][list(columns)])
                count += len(points)
    except pd.errors.ParserError as error:
        raise broken(str(error), layout) from None
    rows = pd.concat(kept).rename(columns=columns).apply(lambda column: column.str.strip())
    return rows.replace("", None).set_axis(rows.index + 1), count


def evenly(lines: int) -> np.ndarray:
    """Places int (n,) among so many rows: one from each of about 50,000 equal parts."""
    step = max(1, lines // PARSED)
    starts = np.arange(0, lines, step)
    draw = random.Random(0)  # not every tenth row: files may repeat themselves
    return starts if step == 1 else starts + [draw.randrange(step) for _ in starts]


def numbers(cells: pd.Series, delimiter: str) -> np.ndarray:
    """float64 (n,), NaN for what is no number. A comma is the decimal sign where it does not stand between columns."""
    import pandas as pd

    text = cells.str.strip().str.replace("\u2212", "-")
    if delimiter != ",":
        text = text.str.replace(",", ".")
    return np.asarray(pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan))


def fault_of(row: pd.Series, number: int, layout: Layout) -> InvalidValue:
    """What is wrong with a row of `rows_of`."""
    import pandas as pd

    if pd.notna(row["more"]):
        return ragged(number, layout.width + 1, layout)
    for axis in "xy":
        if pd.isna(row[axis]):
            return wrong(number, f"no {axis}", "a finite number")
        if not np.isfinite(numbers(pd.Series([row[axis]], dtype=str), layout.delimiter)).all():
            return wrong(number, f"{shorten(row[axis], 30)} for {axis}", "a finite number")
    return wrong(number, "no label", "the class of the point, or a number")


def broken(said: str, layout: Layout) -> InvalidValue:
    """What the parser said, as an error with the row."""
    if found := re.search(r"EOF inside string starting at row (\d+)", said):
        what = f"Row {int(found[1]) + 1} opens a quotation mark that is never closed."
        return InvalidValue(what, expected='another " where the cell ends', got="the end of the file", fix="Close it, or take it out.")
    if found := re.search(r"Expected \d+ fields in line (\d+), saw (\d+)", said):
        return ragged(int(found[1]), int(found[2]), layout)
    return InvalidValue("The file cannot be read as a table.", expected="a CSV file", got=said, fix="Export the table as CSV.")


def ragged(line: int, cells: int, layout: Layout) -> InvalidValue:
    return InvalidValue(
        f"Row {line} has {cells:,} cells.",
        expected=f"{layout.width:,}, as many as the first row has",
        fix="Part the columns by semicolons if a comma is the decimal sign, and put texts with a comma into quotation marks.",
    )


def wrong(line: int, got: str, expected: str) -> InvalidValue:
    return InvalidValue(f"Row {line} has {got}.", expected=expected, fix="Correct the row, or take it out.")


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
