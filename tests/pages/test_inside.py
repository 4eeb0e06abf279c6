"""The pages about one run in Streamlit's test runner, with a lab that only remembers: no engine, no browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground import lab
from playground.sharing.presets import PRESETS
from playground.ui import pages, run_on_show, state
from playground.values.errors import Unavailable
from playground.values.events import Progress
from playground.values.run import Run

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"
MLP = PRESETS["mlp"].experiment
LEARNED = Progress(2, 20, 1.0, None, 100.0, 10.0, 0.001)


class Remembering:
    """A lab with these runs, newest first, or one whose store cannot be read."""

    def __init__(self, runs: list[Run]) -> None:
        self.found, self.unreadable = runs, False

    def health(self) -> SimpleNamespace:
        return SimpleNamespace(engine="ready", device="CPU, 2 cores", running=0, waiting=0, error=None)

    def runs(self, owner: str, **_: object) -> list[Run]:
        if self.unreadable:
            raise Unavailable("The store cannot be read.", fix="Start the database.")
        return self.found


def run_of(run: str, status: str, *, learned: bool) -> Run:
    return Run(run, "owner", MLP, status=status, progress=LEARNED if learned else None)


def opened(page: str, fake: Remembering, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setattr(lab, "_current", fake)
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state["owner"] = "me"
    app.switch_page(f"{page}.py")
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", ["inside", "mistakes"])
def test_the_newest_run_that_learned_something_is_on_show(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Remembering(
        [run_of("failed1", "failed", learned=False), run_of("good2", "done", learned=True), run_of("old3", "done", learned=True)]
    )
    app = opened(page, fake, monkeypatch)
    assert app.query_params["run"] == "good2"


def test_a_run_that_only_begins_comes_before_older_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Remembering([run_of("young1", "queued", learned=False), run_of("old2", "done", learned=True)])
    assert opened("inside", fake, monkeypatch).query_params["run"] == "young1"


def test_the_run_in_the_address_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Remembering([run_of("good2", "done", learned=True)])
    assert opened("inside", fake, monkeypatch, run="old3").query_params["run"] == "old3"


@pytest.mark.parametrize("page", ["inside", "mistakes"])
def test_without_runs_or_a_store_the_page_still_stands(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Remembering([])
    assert "run" not in opened(page, fake, monkeypatch).query_params
    fake.unreadable = True
    assert "run" not in opened(page, fake, monkeypatch).query_params


@pytest.mark.parametrize("message", [None, 7, "show", {}, {"do": 3}, {"do": "show", "id": ["a"]}, {"do": "show", "id": "x" * 500}])
def test_what_a_browser_sends_is_not_trusted(message: object, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(state, "show_run", shown.append)
    run_on_show.show(message)
    run_on_show.go(message)
    assert shown in ([], [None])  # None: nothing is on show, which the page says


def test_the_browser_leads_to_another_run_and_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, gone = [], []
    monkeypatch.setattr(state, "show_run", shown.append)
    monkeypatch.setattr(pages.st, "switch_page", gone.append)
    run_on_show.show({"do": "show", "id": "run7"})
    run_on_show.go({"do": "mistakes", "id": "run8"})
    run_on_show.go({"do": "build"})
    run_on_show.go({"do": "elsewhere", "id": "run9"})
    assert (shown, gone) == (["run7", "run8"], ["mistakes.py", "build.py"])
