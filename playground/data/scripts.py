"""A choice of data → the part of the exported script that loads, splits and prepares it, equal to `load` array for array."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from playground.data.choices import check
from playground.data.corrections import Corrections, corrections
from playground.data.splits import split, standardise
from playground.values.spec import DataChoice


@dataclass(frozen=True)
class Script:
    """Pieces of Python, to be placed in this order; they need `np` and, with an official test set, `keras`.

    imports: lines. functions: source texts, each a whole function.
    body: defines x_train, y_train, x_validation, y_validation, x_test, y_test, as `Arrays` has them.
    """

    imports: tuple[str, ...]
    functions: tuple[str, ...]
    body: str


def script(choice: DataChoice) -> Script:
    """The Python that gives the arrays of `load(choice)`. Pictures are left as uint8, tables come out standardised."""
    dataset = check(choice)
    lines = dataset.script.splitlines()
    imports = tuple(line for line in lines if line.startswith(("import ", "from ")))
    body = [line for line in lines if line not in imports]
    found = corrections(choice, dataset)
    limit = choice.args.get("limit")
    shorter = [f"train = train[:{limit}]  # only so many to learn from"] if limit else []
    if dataset.kind == "plane":
        body += [
            f"train, test, _ = split(len(x), validation={choice.test}, test=0, seed={choice.seed})",
            "x_train, y_train = x[train], y[train]",
            "x_validation, y_validation = x_test, y_test = x[test], y[test]",
        ]
    elif dataset.official_test:
        body += [
            *relabelled(found, "train", "y_train"),
            *relabelled(found, "test", "y_test"),
            *excluded(found, "test", "x_test, y_test = np.delete(x_test, excluded, axis=0), np.delete(y_test, excluded)"),
            f"train, validation, _ = split(len(x_train), validation={choice.validation}, test=0, seed={choice.seed})",
            *shorter,
            *excluded(found, "train", "train, validation = (part[~np.isin(part, excluded)] for part in (train, validation))"),
            "x_validation, y_validation = x_train[validation], y_train[validation]",
            "x_train, y_train = x_train[train], y_train[train]",
        ]
    else:
        body += [
            *relabelled(found, "train", "y"),
            f"train, validation, test = split(len(x), validation={choice.validation}, test={choice.test}, seed={choice.seed})",
            *shorter,
            *excluded(found, "train", "train, validation, test = (part[~np.isin(part, excluded)] for part in (train, validation, test))"),
            *(["x = standardise(x, train)"] if dataset.kind == "table" else []),
            "x_train, y_train = x[train], y[train]",
            "x_validation, y_validation = x[validation], y[validation]",
            "x_test, y_test = x[test], y[test]",
        ]
    functions: list[Callable[..., Any]] = [*dataset.functions, split, *([standardise] if dataset.kind == "table" else [])]
    return Script(imports, tuple(map(inspect.getsource, functions)), "\n".join(body).strip() + "\n")


def relabelled(found: Corrections, pool: str, y: str) -> list[str]:
    """Lines that give examples of a pool their new labels; y: the name of its labels."""
    given = found.relabelled.get(pool)
    return ["# Labels corrected by hand", f"{y}[{listed(given)}] = {listed(given.values())}"] if given else []


def excluded(found: Corrections, pool: str, taken_out: str) -> list[str]:
    """Lines that take examples of a pool out; taken_out: the line that does it with the list `excluded`."""
    places = found.excluded.get(pool)
    return ["# Examples excluded by hand", f"excluded = {listed(places)}", taken_out] if places else []


def listed(numbers: Iterable[int]) -> str:
    """A list in Python, on lines of its own where it is long."""
    text = ", ".join(map(str, numbers))
    return f"[{text}]" if len(text) <= 60 else "[\n" + textwrap.indent(textwrap.fill(text, 90), "    ") + ",\n]"
