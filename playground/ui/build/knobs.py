"""The settings of points in the plane in the data section: how many, how noisy, how many classes, which features the network is given."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from playground import data
from playground.data import DataSet
from playground.network import edit
from playground.ui import state
from playground.values.errors import PlaygroundError
from playground.values.spec import Args, DataChoice

STEPS = {"noise": 0.05, "label_noise": 0.05}
LABELS = {
    "size": ("Points", "More points → a clearer picture of what is to be learnt, and longer epochs."),
    "noise": ("Noise", "More noise → points stray from their shape, and classes overlap."),
    "label_noise": ("Wrong labels", "A larger share of points with a wrong label → learning by heart does harm."),
    "classes": ("Classes", "More classes → more to tell apart, and as many outputs of the network."),
}


def plane_knobs() -> None:
    """Widgets for the arguments of the experiment's data; own points are edited elsewhere, and it says so."""
    choice = state.experiment().data
    dataset = data.find(choice.name)
    if choice.name == "points":
        st.caption("Your own points are painted, imported and exported on the Playground page.")
    else:
        _numbers(dataset, choice)
    held, seed = st.columns(2)
    held.number_input(
        "Test part",
        0.05,
        0.75,
        step=0.05,
        format="%.2f",
        **state.bind("data.test", choice.test),
        on_change=lambda: set_data(test=state.value("data.test")),
        help="Held back from training, to judge each epoch and the end → more of it, steadier figures.",
    )
    seed.number_input(
        "Data seed",
        0,
        2**31 - 1,
        step=1,
        **state.bind("data.seed", choice.seed),
        on_change=lambda: set_data(seed=state.value("data.seed")),
        help="Another seed → other points of the same kind, and others of them held back.",
    )
    st.pills(
        "Inputs",
        list(data.FEATURES),
        selection_mode="multi",
        format_func=lambda name: data.FEATURES[name].title,
        key=state.bind("data.inputs", list(choice.args.get("inputs", ("x", "y"))))["key"],
        on_change=lambda: _set_inputs(state.value("data.inputs")),
        help="What the network is given of each point → with the right ones a small network is enough.",
    )


def _numbers(dataset: DataSet, choice: DataChoice) -> None:
    ranges = {"size": data.SIZES, "noise": data.NOISES, "label_noise": data.NOISES, "classes": data.classes_of(dataset)}
    usual = data.knob_defaults(dataset)
    shown = [name for name in LABELS if name in usual]
    for column, name in zip(st.columns(len(shown)), shown, strict=True):
        label, help = LABELS[name]
        key, (low, high) = f"data.{name}", ranges[name]
        column.number_input(
            label,
            low,
            high,
            step=STEPS.get(name, 1),
            format="%.2f" if name in STEPS else "%d",
            **state.bind(key, choice.args.get(name, usual[name])),
            on_change=lambda name=name, key=key: _set_knob(name, state.value(key)),
            help=help,
        )


def _set_inputs(names: list[str]) -> None:
    _set_knob("inputs", tuple(name for name in data.FEATURES if name in names))


def _set_knob(name: str, value: object) -> None:
    choice = state.experiment().data
    args = {**choice.args, name: value}
    usual = data.knob_defaults(data.find(choice.name))
    set_data(args=Args({each: found for each, found in args.items() if found != usual.get(each)}))


def set_data(**fields: Any) -> None:
    """The experiment with another choice of the same data set, its network's ends along with it where that changes them."""
    experiment = state.experiment()
    try:
        choice = dataclasses.replace(experiment.data, **fields)
        data.check(choice)
        state.change(edit.fit_to_data(experiment.having(data=choice), data.of(choice)))
    except PlaygroundError as error:
        state.complain("data", error)
