"""What is decided about single examples on the page Mistakes, as it changes the experiment on Build."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from playground.sharing.presets import PRESETS
from playground.ui import mistakes, state
from playground.values.errors import PlaygroundError
from playground.values.run import Run
from playground.values.spec import Experiment

MNIST, IRIS = PRESETS["mlp"].experiment, PRESETS["linear_iris"].experiment


class Editor:
    """Stands in for the tab's state: an experiment, and the error kept last."""

    def __init__(self, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.error = experiment, None
        monkeypatch.setattr(state, "experiment", lambda: self.now)
        monkeypatch.setattr(state, "change", self._change)
        monkeypatch.setattr(state, "owner", lambda: "me")
        monkeypatch.setattr(state, "complain", self._complain)
        monkeypatch.setattr(state, "complaint", lambda key, once=False: self.error and self.error.to_json())
        monkeypatch.setattr(state, "show_run", lambda run: None)
        monkeypatch.setattr(mistakes, "current", lambda: SimpleNamespace(run=lambda owner, run: Run(run, owner, MNIST)))
        monkeypatch.setattr(state, "value", lambda key: {"act": self.message})

    def _change(self, experiment: Experiment) -> None:
        self.now = experiment

    def _complain(self, key: str, error: PlaygroundError) -> None:
        self.error = error

    def hear(self, message: Any) -> dict[str, Any]:
        self.message = message
        mistakes._acted()
        return mistakes.edits()


def test_examples_are_excluded_relabelled_and_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(MNIST, monkeypatch)
    edits = editor.hear({"do": "exclude", "id": "r", "example": "train/12"})
    assert edits == {"data": "mnist_sample", "excluded": ["train/12"], "relabelled": {}, "error": None}
    edits = editor.hear({"do": "relabel", "id": "r", "example": "train/12", "label": 3})
    assert (edits["excluded"], edits["relabelled"]) == ([], {"train/12": 3})
    assert editor.now.training == MNIST.training
    editor.hear({"do": "restore", "id": "r", "example": "train/12"})
    assert editor.now == MNIST


def test_another_data_set_on_build_is_left_alone_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(IRIS, monkeypatch)
    message = {"do": "exclude", "id": "r", "example": "train/12"}
    assert editor.hear(message)["error"]["kind"] == "conflict"
    assert editor.now == IRIS
    editor.error = None
    assert editor.hear(message | {"fresh": True})["excluded"] == ["train/12"]
    assert editor.now.network == MNIST.network


@pytest.mark.parametrize(
    "wrong",
    [
        {"example": "train/x"},
        {"example": 3},
        {"example": "train/99999999"},
        {"label": "3"},
        {"label": 10},
        {"label": None},
        {"label": True},
    ],
)
def test_what_a_browser_sends_is_checked(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(MNIST, monkeypatch)
    edits = editor.hear({"do": "relabel", "id": "r", "example": "train/12", "label": 3} | wrong)
    assert edits["error"] and editor.now == MNIST


@pytest.mark.parametrize("message", [None, 7, {}, {"do": ["exclude"]}, {"do": "show", "id": "r"}])
def test_other_messages_decide_nothing(message: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = Editor(MNIST, monkeypatch)
    editor.hear(message)
    assert editor.now == MNIST and editor.error is None
