"""The one declaration of pages: what follows from it, proved with a page that exists in a test only."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import app
from playground import lab
from playground.ui import pages, plane, run_on_show, runs, state
from playground.ui.build import watch
from playground.ui.pages import PAGES, Page

ROOT = Path(__file__).resolve().parents[2]
SPARE = Page("spare", "Spare page", "star", "run", "What only a test needs")


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.key)
def test_a_page_has_a_script_modules_and_an_icon_in_the_navigation(page: Page) -> None:
    assert (ROOT / "pages" / page.script).is_file()
    for module in page.imports:
        importlib.import_module(module)
    assert page.help and not page.help.endswith(".")


def test_every_script_but_the_frame_is_a_page() -> None:
    scripts = {path.name for path in (ROOT / "pages").glob("*.py")} - {"shell.py"}
    assert scripts == {page.script for page in PAGES.values()}


def test_keys_are_no_words_that_messages_use_for_something_else() -> None:
    assert not set(PAGES) & {*runs.MOVES, *runs.CHANGES, "refresh", "show", "keep", "exclude", "relabel", "restore"}


def test_warming_up_imports_what_all_pages_need(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []
    monkeypatch.setattr(app.importlib, "import_module", imported.append)
    app.load_pages()
    assert {"playground.ui.plane", "playground.ui.build.editor", "playground.ui.runs"} <= set(imported)


@pytest.mark.parametrize("key", [None, 3, ["inside"], "", "elsewhere", "inside.py"])
def test_what_is_no_key_names_no_page(key: object) -> None:
    assert pages.named(key) is None


def test_no_module_in_the_browser_knows_a_page_by_its_title_or_key() -> None:
    """Words about a page are fine; what leads there or stands on a button is sent."""
    keys, titles = "|".join(PAGES), "|".join(page.title for page in PAGES.values())
    known = re.compile(rf'do: "({keys})"|text: "({titles})"')
    for folder in ("page", "inside", "mistakes", "plane", "runs", "live", "navigation"):
        for path in (ROOT / "assets" / folder).rglob("*.js"):
            assert not known.search(path.read_text()), path


# One line more


class Remembering:
    """What the pages ask of a lab that has no runs."""

    def health(self) -> SimpleNamespace:
        return SimpleNamespace(engine="ready", device="CPU, 2 cores", running=0, waiting=0, error=None)

    def runs(self, owner: str, **_: object) -> list:
        return []

    def run(self, owner: str, run: str) -> SimpleNamespace:
        return SimpleNamespace(id=run)


@pytest.fixture
def spare(monkeypatch: pytest.MonkeyPatch) -> Page:
    """One entry more in PAGES."""
    monkeypatch.setitem(PAGES, SPARE.key, SPARE)
    monkeypatch.setattr(lab, "_current", Remembering())
    return SPARE


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the script goes, and with which run on show."""
    steps: list[str] = []
    monkeypatch.setattr(pages.st, "switch_page", steps.append)
    monkeypatch.setattr(state, "show_run", steps.append)
    monkeypatch.setattr(state, "owner", lambda: "me")
    return steps


def test_one_more_entry_is_in_the_navigation_and_opens(spare: Page, tmp_path: Path) -> None:
    for path in (ROOT / "pages").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / spare.script).write_text('import streamlit as st\nst.title("It is here")')
    test = AppTest.from_file(str(tmp_path / "shell.py"), default_timeout=60)
    test.session_state["owner"] = "me"
    test.switch_page(spare.script)
    test.run()
    assert not test.exception
    assert [title.value for title in test.title] == ["It is here"]


def test_one_more_entry_is_told_to_every_component_in_its_place(spare: Page) -> None:
    told = pages.for_browser("plane")
    assert told["page"] == "plane"
    assert told["pages"][-1] == {
        "key": "spare", "title": "Spare page", "icon": "star", "about": "run", "help": "What only a test needs", "address": "/spare"
    }  # fmt: skip
    assert [page["address"] for page in told["pages"]][:2] == ["/", "/build"]


@pytest.mark.parametrize("go", [run_on_show.go, plane.go, lambda message: runs._go(runs.act_of(message))])
def test_one_more_entry_is_reached_from_the_other_pages_with_the_run(spare: Page, gone: list[str], go) -> None:
    go({"do": "spare", "id": "run7"})
    assert gone == ["run7", "spare.py"]


def test_one_more_entry_is_reached_from_the_live_view(spare: Page, gone: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "shown_run", lambda: None)
    monkeypatch.setattr(state, "run_id", lambda: "run7")
    monkeypatch.setattr(state, "experiment", lambda: SimpleNamespace(task="classifier"))
    monkeypatch.setattr(state, "complaint", lambda key, once: None)
    monkeypatch.setattr(watch, "live", lambda *args, **settings: SimpleNamespace(look="spare"))
    watch.watch()
    assert gone == ["spare.py"]
