"""Prints a benchmark's result as a table: what was measured, the figure, the bound, whether it holds."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence


def show(title: str, rows: Sequence[Sequence[object]], head: Sequence[str]) -> None:
    """A plain text table, columns as wide as their widest cell."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}  ({platform.processor() or platform.machine()}, Python {platform.python_version()})")
    for number, row in enumerate(cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def verdict(value: float, bound: float, *, at_most: bool = True) -> str:
    holds = value <= bound if at_most else value >= bound
    return "holds" if holds else "MISSED"
