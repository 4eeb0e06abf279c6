"""One script per component: its ES modules and what they import, in one answer instead of twenty, for a cold browser's sake.

Knows the one form that our modules keep to: `import { a, b as c } from "./x.js";` and `export function | class | const name`.
Each module becomes a function that returns its exports, in the order in which they need each other.
"""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(entry: Path) -> str:
    """The script of a component as one ES module with the exports of `entry`. Raises ValueError for forms it does not know."""
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    names = {path: f"m{number}" for number, path in enumerate(order)}
    parts = [_wrapped(path, names) for path in order]
    return "\n".join([*parts, f"export const {{ {', '.join(_exports(entry.resolve()))} }} = {names[entry.resolve()]};\n"])


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise ValueError(f"{path.name} imports itself by way of others")
    if path in order:
        return
    for _, source in IMPORT.findall(path.read_text()):
        _visit((path.parent / source).resolve(), order, (*above, path))
    order.append(path)


def _exports(path: Path) -> list[str]:
    return [name for _, name in EXPORT.findall(path.read_text())]


def _wrapped(path: Path, names: dict[Path, str]) -> str:
    def taken(match: re.Match[str]) -> str:
        return f"const {{{match[1].replace(' as ', ': ')}}} = {names[(path.parent / match[2]).resolve()]};\n"

    text = EXPORT.sub(r"\1 \2", IMPORT.sub(taken, path.read_text()))
    if unknown := OTHER.search(text):
        raise ValueError(f"{path.name}: {unknown[0]!r} is not a form that can be bundled")
    return f"const {names[path]} = (() => {{\n{text}\nreturn {{ {', '.join(_exports(path))} }};\n}})();"
