"""The Playground page in Streamlit's test runner: what the tab remembers, where links lead, what a browser may tell."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground import lab
from playground.plane.sketch import FIRST
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.ui import plane, runs, state
from playground.values import spec
from playground.values.errors import NotFound
from playground.values.run import Run
from playground.values.spec import Experiment

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"
MLP = PRESETS["mlp"].experiment
MOONS = dataclasses.replace(FIRST, data=dataclasses.replace(FIRST.data, name="moons", args=spec.Args())).experiment()


RUNS = {"plane1": MOONS, "build1": MLP}


class Remembering:
    """What the pages ask of a lab: one run of each kind."""

    def health(self) -> SimpleNamespace:
        return SimpleNamespace(engine="ready", device="CPU, 2 cores", running=0, waiting=0, error=None)

    def run(self, owner: str, run: str) -> Run:
        if run not in RUNS:
            raise NotFound("There is no such run.")
        return Run(run, owner, RUNS[run], status="done")

    def runs(self, owner: str, **_: object) -> list[Run]:
        return []

    def describe(self, experiment: Experiment, timeout: float = 0) -> None:
        return None

    def downloads(self, name: str) -> None:
        return None


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "_current", Remembering())


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=60)
    page.session_state["owner"] = "me"
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def on_build(page: AppTest) -> bool:
    return any(button.label == "Train" for button in page.button)


def test_a_newcomer_finds_the_playground_with_a_sketch_that_is_in_the_address() -> None:
    page = opened()
    assert not on_build(page)
    assert link.decode(page.query_params["x"]) == FIRST.experiment()


def test_the_address_holds_experiment_run_and_what_is_hidden() -> None:
    page = opened(x=link.encode(MOONS), run="plane1", hide="loss,share")
    assert spec.loads(page.session_state["plane_experiment"]) == MOONS
    assert (page.query_params["run"], page.query_params["hide"]) == ("plane1", "loss,share")


@pytest.mark.parametrize("query", [{"x": link.encode(MLP)}, {"run": "build1"}, {"x": link.encode(MLP), "run": "build1"}])
def test_an_old_link_goes_on_to_build(query: dict[str, str]) -> None:
    page = opened(**query)
    assert on_build(page)
    assert page.session_state["run"] == query.get("run")
    assert spec.loads(page.session_state["experiment"]) == (MLP if "x" in query else PRESETS["lenet"].experiment)
    assert spec.loads(page.session_state["plane_experiment"]) == FIRST.experiment()


def test_build_and_playground_remember_an_experiment_each() -> None:
    page = opened(x=link.encode(MOONS))
    page.switch_page("build.py")
    page.query_params.clear()
    page.run()
    assert on_build(page)
    assert link.decode(page.query_params["x"]) == PRESETS["lenet"].experiment
    page.switch_page("plane.py")
    page.query_params.clear()
    page.run()
    assert link.decode(page.query_params["x"]) == MOONS


def test_points_too_few_to_train_with_are_kept_while_they_are_painted() -> None:
    few = dataclasses.replace(FIRST, data=dataclasses.replace(FIRST.data, name="points", args=spec.Args({"classes": 3}))).experiment()
    page = opened(x=link.encode(few))
    assert spec.loads(page.session_state["plane_experiment"]) == few


def told(monkeypatch: pytest.MonkeyPatch, message: object) -> list[tuple]:
    """What becomes of a browser's message: calls of the state."""
    calls: list[tuple] = []
    monkeypatch.setattr(state, "value", lambda key, default=None: {"act": message})
    monkeypatch.setattr(state, "keep_plane", lambda new, run, *, turn: calls.append((new, run, turn)))
    monkeypatch.setattr(state, "complain", lambda key, error: calls.append((key, error.what)))
    plane._acted()
    return calls


def test_what_the_browser_shows_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    message = {"do": "keep", "experiment": spec.to_json(MOONS), "id": "plane1", "turn": 4}
    assert told(monkeypatch, message) == [(MOONS, "plane1", 4)]


@pytest.mark.parametrize("message", [None, 3, "keep", {}, {"do": 3}, {"do": ["keep"]}])
def test_what_is_no_message_changes_nothing(monkeypatch: pytest.MonkeyPatch, message: object) -> None:
    assert told(monkeypatch, message) == []


@pytest.mark.parametrize("experiment", [{"data": 3}, {"networks": "x"}])
def test_what_is_no_experiment_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, experiment: object) -> None:
    ((key, what),) = told(monkeypatch, {"do": "keep", "experiment": experiment, "id": "", "turn": 1})
    assert key == plane.KEY
    assert what


def test_ways_lead_to_other_pages_with_what_is_on_show(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple] = []
    monkeypatch.setattr(state, "plane", lambda: MOONS)
    monkeypatch.setattr(state, "change", lambda new: done.append(("change", new)))
    monkeypatch.setattr(state, "show_run", lambda run: done.append(("run", run)))
    monkeypatch.setattr(plane.st, "switch_page", lambda page: done.append(("page", page)))
    plane.go({"do": "build", "id": "plane1"})
    plane.go({"do": "elsewhere"})
    assert done == [("change", MOONS), ("run", "plane1"), ("page", "build.py")]


@pytest.mark.parametrize(("do", "kept"), [("open", "plane1"), ("duplicate", None)])
def test_a_run_on_the_plane_opens_in_the_playground(monkeypatch: pytest.MonkeyPatch, do: str, kept: str | None) -> None:
    done: list[tuple] = []
    gone: list[str] = []
    monkeypatch.setattr(state, "owner", lambda: "me")
    monkeypatch.setattr(state, "keep_plane", lambda new, run: done.append((new, run)))
    monkeypatch.setattr(state, "show_run", lambda run, its: done.append((its, run)))
    monkeypatch.setattr(state, "start_from", lambda new: done.append((new, None)))
    monkeypatch.setattr(runs.st, "switch_page", gone.append)
    runs._go({"do": do, "id": "plane1"})
    assert (done[0], gone[0]) == ((MOONS, kept), "plane.py")
