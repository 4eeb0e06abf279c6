"""A choice of data → the part of the exported script that loads, splits and prepares it, equal to `load` array for array."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from playground.data.sets import check
from playground.data.splits import split, standardise
from playground.spec import DataChoice


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
    limit = choice.args.get("limit")
    shorter = [f"train = train[:{limit}]  # only so many to learn from"] if limit else []
    if dataset.official_test:
        body += [
            f"train, validation, _ = split(len(x_train), validation={choice.validation}, test=0, seed={choice.seed})",
            *shorter,
            "x_validation, y_validation = x_train[validation], y_train[validation]",
            "x_train, y_train = x_train[train], y_train[train]",
        ]
    else:
        body += [
            f"train, validation, test = split(len(x), validation={choice.validation}, test={choice.test}, seed={choice.seed})",
            *shorter,
            *(["x = standardise(x, train)"] if dataset.kind == "table" else []),
            "x_train, y_train = x[train], y[train]",
            "x_validation, y_validation = x[validation], y[validation]",
            "x_test, y_test = x[test], y[test]",
        ]
    functions = (*dataset.functions, split, standardise) if dataset.kind == "table" else (*dataset.functions, split)
    return Script(imports, tuple(map(inspect.getsource, functions)), "\n".join(body).strip() + "\n")
