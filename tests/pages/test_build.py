"""The Build page in Streamlit's test runner, with a lab that only remembers: no engine, no browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground import lab
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.description import Description, LayerInfo, Problem
from playground.values.errors import LimitExceeded, NotFound, Unavailable
from playground.values.run import Run
from playground.values.spec import DataChoice, Experiment, part

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"
MLP = PRESETS["mlp"].experiment


class Remembering:
    """What the pages ask of a lab. problems: what the engine finds wrong with every experiment."""

    def __init__(self) -> None:
        self.submitted: list[Experiment] = []
        self.problems: tuple[Problem, ...] = ()
        self.warm, self.refusal, self.unreadable = True, None, False

    def health(self) -> SimpleNamespace:
        return SimpleNamespace(engine="ready" if self.warm else "warming", device="CPU, 2 cores", running=0, waiting=0, error=None)

    def describe(self, experiment: Experiment, timeout: float = 0) -> Description | None:
        layers = tuple(LayerInfo(layer.name, (10,)) for layer in experiment.network.layers)
        return Description(layers, self.problems) if self.warm else None

    def activation(self, wanted: object, timeout: float = 0) -> None:
        return None

    def submit(self, owner: str, experiment: Experiment, name: str = "") -> str:
        if self.refusal:
            raise self.refusal
        self.submitted.append(experiment)
        return "run1"

    def run(self, owner: str, run: str) -> Run:
        if self.unreadable:
            raise Unavailable("The store cannot be read.", fix="Start the database.")
        if run != "run1" or not self.submitted:
            raise NotFound("There is no such run.")
        return Run(run, owner, self.submitted[-1], status="training")

    def runs(self, owner: str, **_: object) -> list[Run]:
        return []

    def downloads(self, name: str) -> None:
        return None


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    fake = Remembering()
    monkeypatch.setattr(lab, "_current", fake)
    return fake


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=60)
    page.session_state["owner"] = "me"
    page.run()
    page.switch_page("build.py")
    page.query_params.clear()
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def button(page: AppTest, label: str):
    return next(each for each in page.button if each.label == label)


def experiment_of(page: AppTest) -> Experiment:
    return spec.loads(page.session_state["experiment"])


def test_a_newcomer_finds_a_network_that_trains(fake: Remembering) -> None:
    page = opened()
    assert experiment_of(page) == PRESETS["lenet"].experiment
    button(page, "Train").click().run()
    assert fake.submitted == [PRESETS["lenet"].experiment]
    assert page.query_params["run"] == "run1"


def test_the_url_holds_the_experiment(fake: Remembering) -> None:
    page = opened(x=link.encode(MLP))
    assert experiment_of(page) == MLP
    assert link.decode(page.query_params["x"]) == MLP


def test_train_is_disabled_with_the_reason_while_the_network_cannot_work(fake: Remembering) -> None:
    fake.problems = (Problem("dense needs flat input.", layer="dense"),)
    train = button(opened(), "Train")
    assert train.disabled
    assert train.help == "dense needs flat input."


def test_a_problem_of_the_whole_offers_its_fix_and_undo_takes_it_back(fake: Remembering) -> None:
    fake.problems = (Problem("The input does not fit.", fix_label="Take the MLP", fixed=spec.to_json(MLP)),)
    page = opened()
    button(page, "Take the MLP").click().run()
    assert experiment_of(page) == MLP
    button(page, "Undo").click().run()
    assert experiment_of(page) == PRESETS["lenet"].experiment
    button(page, "Redo").click().run()
    assert experiment_of(page) == MLP


def test_training_is_edited_in_its_section(fake: Remembering) -> None:
    page = opened(x=link.encode(MLP))
    page.session_state["section"] = "Training"
    page.run()
    page.selectbox(key="optimizer").set_value("optimizers.SGD").run()
    page.number_input(key="training.epochs").set_value(3).run()
    training = experiment_of(page).training
    assert (training.optimizer, training.epochs) == (part("optimizers.SGD"), 3)
    assert link.decode(page.query_params["x"]).training == training


def test_a_preset_whose_data_is_not_here_says_so_instead_of_training(fake: Remembering, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    page = opened(x=link.encode(PRESETS["hands_four_convolutions"].experiment))
    train = button(page, "Train")
    assert train.disabled and "Rock, paper, scissors is not downloaded yet" in train.help
    page.session_state["section"] = "Data"
    page.run()
    assert button(page, "Download 230 MB")


@pytest.mark.parametrize(
    ("exclude", "relabel", "told"),
    [
        (("train/5", "train/6"), ("train/7=1",), "2 examples excluded, 1 relabelled"),
        (("train/5",), (), "1 example excluded"),
        ((), ("train/7=1",), "1 example relabelled"),
    ],
)
def test_corrected_examples_are_counted_and_can_be_used_again(fake: Remembering, exclude, relabel, told) -> None:
    choice = DataChoice("mnist_sample", {"limit": 500, "exclude": exclude, "relabel": relabel})
    page = opened(x=link.encode(MLP.having(data=choice)))
    page.session_state["section"] = "Data"
    page.run()
    assert any(told in each.value for each in page.markdown)
    button(page, "Use all examples again").click().run()
    assert experiment_of(page).data == DataChoice("mnist_sample", {"limit": 500})
    assert not any("excluded" in each.value or "relabelled" in each.value for each in page.markdown)


def test_what_the_lab_refuses_is_told_and_nothing_trains(fake: Remembering) -> None:
    fake.refusal = LimitExceeded("You have 20 runs waiting.", fix="Stop one.")
    page = opened()
    button(page, "Train").click().run()
    assert [error.value for error in page.error] == ["You have 20 runs waiting. Stop one."]
    assert "run" not in page.query_params


@pytest.mark.parametrize("text", ["np1.broken", "x" * 20_000, link.encode(MLP)[:-7]])
def test_a_damaged_link_leaves_the_preset_and_says_so(fake: Remembering, text: str) -> None:
    page = opened(x=text)
    assert experiment_of(page) == PRESETS["lenet"].experiment
    assert "could not be opened" in page.warning[0].value


def test_a_store_that_cannot_be_read_is_named_and_the_editor_stays(fake: Remembering) -> None:
    fake.unreadable = True
    page = opened(run="run1")
    assert any("The store cannot be read" in error.value for error in page.error)
    assert button(page, "Train")


def test_a_cold_engine_hinders_nothing(fake: Remembering) -> None:
    fake.warm = False
    assert not button(opened(), "Train").disabled
