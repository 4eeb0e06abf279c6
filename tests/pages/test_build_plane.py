"""The Build page with points in the plane: their settings, and the network that follows them."""

from __future__ import annotations

import dataclasses

import numpy as np

from playground.data.plane.own_points import written
from playground.plane.sketch import FIRST
from playground.values import spec
from playground.values.spec import DataChoice
from tests.pages.test_build import Remembering, experiment_of, fake, opened  # noqa: F401


def with_data(choice: DataChoice, output: str = "softmax"):
    """The page as after the choice of a card: a link to such an experiment would open the Playground."""
    page = opened()
    page.session_state["experiment"] = spec.dumps(dataclasses.replace(FIRST, data=choice, output=output).experiment())
    page.session_state["section"] = "Data"
    return page.run()


def test_settings_of_points_are_edited_and_the_output_follows(fake: Remembering) -> None:  # noqa: F811
    page = with_data(FIRST.data)
    page.number_input(key="data.classes").set_value(5).run()
    assert experiment_of(page).data.args["classes"] == 5
    assert experiment_of(page).network.layers[-1].part.args["units"] == 5
    page.number_input(key="data.noise").set_value(0.3).run()
    page.number_input(key="data.test").set_value(0.5).run()
    page.number_input(key="data.seed").set_value(7).run()
    page.pills(key="data.inputs").set_value(["x", "y", "r"]).run()
    assert experiment_of(page).data == DataChoice("spirals", {"classes": 5, "noise": 0.3, "inputs": ("x", "y", "r")}, test=0.5, seed=7)
    assert experiment_of(page).network.input_shape == (3,)
    page.number_input(key="data.noise").set_value(0.1).run()
    assert "noise" not in experiment_of(page).data.args


def test_without_an_input_nothing_changes_and_it_is_said(fake: Remembering) -> None:  # noqa: F811
    page = with_data(FIRST.data)
    page.pills(key="data.inputs").set_value([]).run()
    assert experiment_of(page).data == FIRST.data
    assert any("Switch at least one input on" in each.value for each in page.caption)


def test_own_points_are_edited_elsewhere(fake: Remembering) -> None:  # noqa: F811
    points = written(np.random.default_rng(0).uniform(-3, 3, (30, 2)), np.arange(30) % 3)
    page = with_data(DataChoice("points", {"points": points, "classes": 3}, test=0.3))
    assert any("Playground page" in each.value for each in page.caption)
    assert not [each for each in page.number_input if each.key in ("data.size", "data.noise")]


def test_numbers_to_predict_have_no_classes_to_set(fake: Remembering) -> None:  # noqa: F811
    page = with_data(DataChoice("waves", test=0.3), "linear")
    page.number_input(key="data.size").set_value(60).run()
    assert experiment_of(page).data.args["size"] == 60
    assert not page.exception and not [each for each in page.number_input if each.key == "data.classes"]
