"""The structure that docs/architecture.md promises: who imports whom, and what must never load where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FRAMEWORKS = {  # package → the only modules that may import it
    "keras": {"engine"},
    "tensorflow": {"engine"},
    "streamlit": {"ui", "pages", "app"},
    "starlette": {"web", "app"},
    "sqlalchemy": {"lab"},
    "sklearn": {"engine"},
    "scipy": {"engine"},
    "pandas": {"data"},
}


def allowed() -> dict[str, set[str]]:
    """module → what it may import, as the table in docs/architecture.md says."""
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", (ROOT / "docs/architecture.md").read_text(), re.M)
    table = {}
    for module, cell in rows:
        table[module] = {name.strip() for name in cell.split(",")} - {"–"}
    return table


def files() -> list[tuple[str, Path]]:
    """(module, path) for every Python file of the product."""
    found = [("app", ROOT / "app.py")] + [("pages", path) for path in sorted((ROOT / "pages").glob("*.py"))]
    for path in sorted((ROOT / "playground").rglob("*.py")):
        module = path.relative_to(ROOT / "playground").parts[0].removesuffix(".py")
        found += [] if module == "__init__" else [(module, path)]
    return found


def imports(path: Path) -> set[str]:
    """Full dotted names that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize(("module", "path"), files(), ids=lambda value: str(getattr(value, "name", value)))
def test_a_module_imports_only_what_the_table_allows(module: str, path: Path) -> None:
    table = allowed()
    assert module in table, f"{module} is missing in the table of docs/architecture.md"
    inner = {name.split(".")[1] for name in imports(path) if name.startswith("playground.")}
    assert inner - {module} <= table[module], f"{path.name} imports {sorted(inner - {module} - table[module])}"


@pytest.mark.parametrize(("module", "path"), files(), ids=lambda value: str(getattr(value, "name", value)))
def test_frameworks_stay_in_their_place(module: str, path: Path) -> None:
    packages = {name.split(".")[0] for name in imports(path)}
    strangers = {package for package in packages & set(FRAMEWORKS) if module not in FRAMEWORKS[package]}
    assert not strangers, f"{path.name} imports {sorted(strangers)}"


def test_every_row_of_the_table_exists() -> None:
    present = {module for module, _ in files()}
    assert set(allowed()) <= present


def test_only_state_touches_session_state_and_the_url() -> None:
    for module, path in files():
        if path.name != "state.py" or module != "ui":
            assert not re.search(r"session_state|query_params", path.read_text()), path


def test_the_app_process_never_loads_keras() -> None:
    paths = [path.relative_to(ROOT).with_suffix("") for module, path in files() if module not in ("engine", "pages")]
    modules = ", ".join(".".join(path.parts).removesuffix(".__init__") for path in paths)
    heavy = ("keras", "tensorflow", "sklearn", "scipy", "pandas")  # pandas comes when a CSV file is read
    code = f"import sys; sys.path.insert(0, '.'); import {modules}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().endswith("[]"), done.stdout
