"""The form of every offered Keras object, drawn by Streamlit's own test runner."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground import catalog
from playground.ui.form import sentence
from playground.values.errors import InvalidValue

GROUPS = ("layers", "optimizers", "schedules", "losses", "initializers", "regularizers", "constraints")


def form_page(kind: str) -> None:
    import streamlit as st

    from playground import catalog
    from playground.sharing.presets import PRESETS
    from playground.ui.form import part_form
    from playground.values import spec

    session = st.session_state
    session.setdefault("experiment", spec.dumps(PRESETS["lenet"].experiment))
    if session.get("kind") != kind:
        session["kind"], session["part"] = kind, catalog.default_part(kind)
    part_form(session["part"], key="form", change=lambda part: session.update(part=part))


def opened(kind: str) -> AppTest:
    return AppTest.from_function(form_page, kwargs={"kind": kind}, default_timeout=30).run()


@pytest.mark.parametrize("kind", [entry.kind for group in GROUPS for entry in catalog.entries(group)])
def test_every_offered_object_has_a_form(kind: str) -> None:
    page = opened(kind)
    assert not page.exception
    assert page.session_state["part"] == catalog.default_part(kind)


def test_a_changed_number_becomes_an_argument_and_its_default_takes_it_away() -> None:
    page = opened("layers.Conv2D")
    page.number_input(key="form.filters").set_value(24).run()
    page.selectbox(key="form.padding").set_value("same").run()
    assert dict(page.session_state["part"].args) == {"filters": 24, "kernel_size": (3, 3), "padding": "same"}
    page.selectbox(key="form.padding").set_value("valid").run()
    assert "padding" not in page.session_state["part"].args


@pytest.mark.parametrize(("typed", "kept"), [("5, 3", (5, 3)), ("5 × 3", (5, 3)), ("4", 4), ("(2, 2)", (2, 2))])
def test_sizes_are_typed_as_people_write_them(typed: str, kept: object) -> None:
    page = opened("layers.Conv2D")
    page.text_input(key="form.kernel_size").set_value(typed).run()
    assert page.session_state["part"].args["kernel_size"] == kept


@pytest.mark.parametrize("typed", ["5, a", "__import__('os')", "0, 3", "1, 2, 3", "9" * 5000])
def test_a_refused_value_is_named_and_the_field_goes_back(typed: str) -> None:
    page = opened("layers.Conv2D")
    page.text_input(key="form.kernel_size").set_value(typed).run()
    assert not page.exception
    assert page.session_state["part"].args["kernel_size"] == (3, 3)
    assert page.text_input(key="form.kernel_size").value == "3, 3"
    assert any(caption.value.startswith(":red[") for caption in page.caption)


def test_a_regulariser_brings_its_own_form() -> None:
    page = opened("layers.Dense")
    page.selectbox(key="form.kernel_regularizer").set_value("regularizers.L2").run()
    page.number_input(key="form.kernel_regularizer.regularizers.L2.l2").set_value(0.05).run()
    assert page.session_state["part"].args["kernel_regularizer"].args["l2"] == 0.05


def test_a_learning_rate_is_a_number_or_a_schedule() -> None:
    page = opened("optimizers.SGD")
    page.number_input(key="form.learning_rate").set_value(0.5).run()
    assert page.session_state["part"].args["learning_rate"] == 0.5
    page.selectbox(key="form.learning_rate.kind").set_value("optimizers.schedules.CosineDecay").run()
    assert page.session_state["part"].args["learning_rate"].kind == "optimizers.schedules.CosineDecay"


def test_an_error_and_its_json_are_told_alike() -> None:
    error = InvalidValue("layers.Lambda is not offered.", expected="an offered layer", got="*bold*", fix="Choose one.")
    assert sentence(error) == sentence(error.to_json())
    assert "\\*bold\\*" in sentence(error)
