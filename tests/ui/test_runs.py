"""The Runs page: what a row says, and what its acts do, with a lab that only remembers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from playground import lab
from playground.sharing.presets import PRESETS
from playground.ui import runs as page
from playground.values import events
from playground.values.errors import NotFound, Unavailable
from playground.values.metric import ACCURACY
from playground.values.run import Curve, Run
from playground.values.spec import DataChoice, Layer, Part, part

ROOT = Path(__file__).resolve().parents[2]
LENET = PRESETS["lenet"].experiment


def progress(epoch: int = 3, elapsed: float = 12.5) -> events.Progress:
    return events.Progress(epoch, epoch * 10, elapsed, None, 1000.0, 10.0, 0.001)


def test_settings_say_what_was_trained_on_what_and_how() -> None:
    assert page.settings(LENET) == "Small LeNet on MNIST sample · Adam 0.001 · batch 64 · 8 epochs · seed 0"
    assert page.settings(LENET, named=False) == "MNIST sample · Adam 0.001 · batch 64 · 8 epochs · seed 0"


def test_settings_mention_what_is_unusual() -> None:
    training = LENET.training.__class__(optimizer=part("optimizers.SGD"), epochs=1, batch_size=2048, seed=7, precision="mixed_bfloat16")
    experiment = LENET.having(training=training, data=DataChoice("mnist", {"limit": 10_000}), name="")
    assert page.settings(experiment) == "MNIST (10,000 examples) · SGD 0.01 · batch 2,048 · 1 epoch · seed 7 · mixed bfloat16"


@pytest.mark.parametrize(
    ("optimizer", "expect"),
    [
        (part("optimizers.Adam"), "Adam 0.001"),
        (part("optimizers.SGD", learning_rate=0.5), "SGD 0.5"),
        (part("optimizers.Adam", learning_rate=part("optimizers.schedules.CosineDecay", decay_steps=10)), "Adam with CosineDecay"),
        (part("optimizers.Gone"), "Gone"),
    ],
)
def test_the_optimizer_is_named_with_its_learning_rate(optimizer: Part, expect: str) -> None:
    assert page.optimizer(optimizer) == expect


def test_a_data_set_that_is_gone_keeps_its_bare_name() -> None:
    assert page.settings(LENET.having(data=DataChoice("gone"), name="")).startswith("gone · ")


def test_the_network_is_told_without_its_inactive_layers() -> None:
    layers = (Layer(part("layers.Flatten"), "a"), Layer(part("layers.Dropout", rate=0.5), "b", active=False))
    network = LENET.network.__class__((2, 2), (*layers, Layer(part("layers.Dense", units=10), "c")))
    assert page.network(LENET.having(network=network)) == "Flatten → Dense 10"


def test_a_row_is_json_and_holds_what_the_run_knows() -> None:
    started = events.Started(0, 0, 8, 10, {"train": 640}, ("0", "1"), 61_706, "CPU", 64, 0.001)
    summary = {"best_val_accuracy": 0.97, "val_accuracy": 0.96, "test_accuracy": 0.965}
    run = Run("r1", "me", LENET, name="Mine", status="done", created=100.0, started=started, progress=progress(), summary=summary)
    found = page.row(run)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["best"], found["last"], found["test"]) == (0.97, 0.96, 0.965)
    assert (found["epoch"], found["epochs"], found["seconds"], found["parameters"]) == (3, 8, 12.5, 61_706)
    assert (found["name"], found["settings"].partition(" · ")[0]) == ("Mine", "Small LeNet on MNIST sample")


def test_a_regression_shows_its_error() -> None:
    curve = Curve(np.arange(1, 4), {"val_mae": np.array([0.5, 0.25, 0.000123456], np.float32)})
    summary = {"best_val_mae": 0.25, "val_mae": 0.3, "test_mae": 0.31, "val_loss": 0.1}
    found = page.row(Run("r1", "me", LENET.having(task="regressor"), summary=summary, epochs=curve))
    assert (found["best"], found["last"], found["test"]) == (0.25, 0.3, 0.31)
    assert (found["metric"]["title"], found["metric"]["better"]) == ("Mean absolute error", "lower")
    assert found["curve"] == [0.5, 0.25, 0.0001235]


def test_a_run_that_has_not_begun_has_a_row_too() -> None:
    found = page.row(Run("r1", "me", LENET, position=2))
    assert (found["name"], found["status"], found["position"], found["epoch"]) == ("Small LeNet", "queued", 2, 0)
    assert found["best"] is found["last"] is found["test"] is found["parameters"] is None
    assert found["settings"].startswith("MNIST sample · ")


def test_numbers_that_are_none_never_reach_the_browser() -> None:
    run = Run("r1", "me", LENET, summary={"val_accuracy": math.nan, "best_val_accuracy": None}, error={"what": "The loss became NaN."})
    found = page.row(run)
    assert (found["last"], found["best"], found["error"]) == (None, None, "The loss became NaN.")


def test_the_small_curve_is_thinned_but_keeps_both_ends() -> None:
    values = np.linspace(0.1, 0.9, 500, dtype=np.float32)
    values[7] = np.nan
    thin = page.small_curve(Curve(np.arange(500), {"val_accuracy": values}), ACCURACY)
    assert len(thin) == page.CURVE_POINTS
    assert (thin[0], thin[-1]) == (0.1, 0.9)
    assert page.small_curve(Curve(), ACCURACY) == []


@pytest.mark.parametrize("message", [None, "open", {}, {"do": "format"}, {"id": "r1"}, ["open"]])
def test_a_message_that_is_no_act_is_ignored(message: object) -> None:
    assert page.act_of(message) is None


def test_an_act_holds_nothing_but_text() -> None:
    assert page.act_of({"do": "rename", "id": 7, "name": " New ", "more": 1}) == {"do": "rename", "id": "7", "name": "New"}


# The page itself


class Remembering:
    """A lab of two runs that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []
        self.is_broken = False
        self.kept = {id: Run(id, "me", PRESETS[name].experiment, name=title) for id, name, title in RUNS}

    def runs(self, owner: str, *, curves: bool = False) -> list[Run]:
        assert curves, "the rows show small curves"
        if self.is_broken:
            raise Unavailable("The store cannot be read.", fix="Free some space on the disk.")
        self.told.append(("runs", owner))
        return list(self.kept.values())

    def run(self, owner: str, run_id: str) -> Run:
        if run_id not in self.kept:
            raise NotFound("There is no such run.", fix="Choose one on the Runs page.")
        return self.kept[run_id]

    def rename(self, owner: str, run_id: str, name: str) -> None:
        self.told.append(("rename", owner, run_id, name))
        self.kept[run_id] = self.run(owner, run_id).having(name=name)

    def delete(self, owner: str, run_id: str) -> None:
        self.run(owner, run_id)
        self.told.append(("delete", owner, run_id))
        del self.kept[run_id]


RUNS = (("r1", "lenet", "First"), ("r2", "mlp", ""))
SHELL = """
import streamlit as st
from playground.ui import state
page = st.navigation([st.Page("runs.py", default=True), st.Page("build.py"), st.Page("inside.py"), st.Page("mistakes.py")])
state.begin()
page.run()
"""
PAGE = """
import streamlit as st
from playground.ui import state
st.title("NAME")
st.text(state.experiment().name)
st.text(str(state.run_id()))
"""


class Opened:
    """The page in a test runner. A click is said by a stand-in for the component, which AppTest cannot click."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lab = Remembering()
        self.rows: list[dict] = []
        self.clicked: dict[str, str] | None = None
        monkeypatch.setattr(lab, "_current", self.lab)
        monkeypatch.setattr(page, "component", self._mount)
        (folder / "shell.py").write_text(SHELL)
        for name in ("Build", "Inside", "Mistakes"):
            (folder / f"{name.lower()}.py").write_text(PAGE.replace("NAME", name))
        (folder / "runs.py").write_text((ROOT / "pages" / "runs.py").read_text())
        self.test = AppTest.from_file(str(folder / "shell.py"), default_timeout=30)
        self.test.session_state["owner"] = "me"
        self.test.run()

    def click(self, **act: str) -> None:
        self.clicked = act
        self.test.run()
        assert not self.test.exception

    def text(self) -> list[str]:
        return [element.value for element in (*self.test.title, *self.test.header, *self.test.text)]

    def _mount(self, *, key: str, data: dict, on_act_change: Callable[[], None]) -> SimpleNamespace:
        self.rows = data["rows"]
        act, self.clicked = self.clicked, None
        if act:
            st.session_state[key] = {"act": act}
            on_act_change()
        return SimpleNamespace(act=act)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(tmp_path, monkeypatch)


def test_the_page_shows_the_owner_their_runs(opened: Opened) -> None:
    assert [row["name"] for row in opened.rows] == ["First", "Multilayer perceptron"]
    assert set(opened.lab.told) == {("runs", "me")}


def test_open_shows_the_run_and_its_settings_on_build(opened: Opened) -> None:
    opened.click(do="open", id="r2")
    assert opened.text() == ["Build", "Multilayer perceptron", "r2"]


def test_duplicate_puts_the_settings_into_build_under_the_runs_name(opened: Opened) -> None:
    opened.click(do="duplicate", id="r1")
    assert opened.text() == ["Build", "First", "None"]


@pytest.mark.parametrize("do", ["inside", "mistakes"])
def test_a_row_leads_to_a_page_about_its_run_and_leaves_the_editor_alone(opened: Opened, do: str) -> None:
    before = PRESETS["lenet"].experiment.name
    opened.click(do=do, id="r2")
    assert opened.text() == [do.capitalize(), before, "r2"]


def test_build_leads_from_the_empty_state_to_build(opened: Opened) -> None:
    opened.click(do="build", id="")
    assert opened.text()[0] == "Build"


def test_rename_and_delete_are_told_to_the_lab(opened: Opened) -> None:
    opened.click(do="rename", id="r2", name="Other")
    opened.click(do="delete", id="r1")
    assert [told for told in opened.lab.told if told[0] != "runs"] == [
        ("rename", "me", "r2", "Other"),
        ("delete", "me", "r1"),
    ]
    opened.test.run()
    assert [row["name"] for row in opened.rows] == ["Other"]


def test_deleting_the_run_on_show_takes_it_out_of_the_url(opened: Opened) -> None:
    opened.test.query_params["run"] = "r1"
    opened.test.run()
    opened.click(do="delete", id="r1")
    assert "run" not in opened.test.query_params


@pytest.mark.parametrize("do", ["open", "duplicate", "delete", "rename", "inside", "mistakes"])
def test_an_act_on_a_run_that_is_gone_is_explained(opened: Opened, do: str) -> None:
    opened.click(do=do, id="gone", name="x")
    [error] = opened.test.error or opened.test.run().error  # the stand-in calls back after the page's head was drawn
    assert error.value == "There is no such run. Choose one on the Runs page."
    assert opened.text() == ["Runs"]


def test_a_store_that_cannot_be_read_is_explained(opened: Opened) -> None:
    opened.lab.is_broken = True
    opened.test.run()
    assert [error.value for error in opened.test.error] == ["The store cannot be read. Free some space on the disk."]
    assert not opened.test.exception
