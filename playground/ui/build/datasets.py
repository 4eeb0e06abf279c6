"""The data section of the editor: cards to choose from, downloads, how the set is split."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from playground import data
from playground.data import DataSet
from playground.lab import current
from playground.network import edit
from playground.plane.sketch import FIRST, mended
from playground.sharing.presets import PRESETS
from playground.ui import state
from playground.ui.build.knobs import plane_knobs
from playground.ui.cards import Card, cards
from playground.ui.form import sentence, show_complaint
from playground.values.errors import PlaygroundError
from playground.values.spec import DataChoice, Experiment

MEGABYTE = 1_000_000
EPOCHS = 500  # to begin with, on points: a second or two
SQUARE = 78 / 148  # of a card's scatter, which is wider than high


def data_section() -> None:
    choice = state.experiment().data
    is_plane = data.find(choice.name).kind == "plane"
    stored = [dataset for dataset in data.SETS.values() if dataset.kind != "plane"]
    drawn = [dataset for dataset in data.SETS.values() if dataset.kind == "plane" and dataset.name in (*data.DRAWN, choice.name)]
    with st.expander("Pictures and tables", expanded=not is_plane):
        chosen = cards([_card(dataset) for dataset in stored], selected=choice.name, key="datasets", label="Choose pictures or a table")
    with st.expander("Points in the plane", expanded=is_plane):
        chosen = cards([_card(dataset) for dataset in drawn], selected=choice.name, key="datasets.plane", label="Choose points") or chosen
    if chosen and chosen != choice.name:
        _choose(data.find(chosen))
        st.rerun(scope="fragment")
    dataset = data.of(choice)
    if data.missing(choice.name):
        _download(choice.name)
    st.caption(f"{dataset.title}: {dataset.credit}")
    if dataset.kind == "plane":
        plane_knobs()
        show_complaint("data")
    else:
        _split(dataset)


def _choose(dataset: DataSet) -> None:
    """The network goes along where it can; one for pictures cannot read a table, so a preset for it takes its place."""
    experiment = state.experiment()
    starters = _starters(dataset)
    if len(experiment.network.input_shape) == len(dataset.shape) or not starters:
        state.change(edit.fit_to_data(experiment, dataset))
    else:
        state.start_from(starters[-1])
        taken = f"the preset {starters[-1].name}" if starters[-1].name else "a small one for points"
        st.toast(f"Your network cannot read this data, so the editor took {taken}. Undo brings yours back.")


def _starters(dataset: DataSet) -> list[Experiment]:
    """Experiments on this data set to begin with."""
    if dataset.kind == "plane":
        training = dataclasses.replace(FIRST.training, epochs=EPOCHS)
        drawn = dataclasses.replace(FIRST, data=DataChoice(dataset.name, test=FIRST.data.test), training=training)
        return [mended(drawn)[0].experiment()]
    return [preset.experiment for preset in PRESETS.values() if preset.experiment.data.name == dataset.name]


def shortage(name: str) -> str:
    """Why this data set cannot be trained on yet, or ""."""
    return f"{data.find(name).title} is not downloaded yet: open Data and press Download." if data.missing(name) else ""


def _card(dataset: DataSet) -> Card:
    if dataset.kind == "plane":
        return _plane_card(dataset)
    badge = download_badge(dataset) or "ready"
    preview = None
    if badge == "ready":
        try:
            preview = data.preview(dataset.name)
        except PlaygroundError:  # said in full when it is to be trained on
            badge = "damaged"
    table = dataset.kind != "pictures"
    size = f"{dataset.shape[0]} columns" if table else " × ".join(map(str, dataset.shape))
    total = sum(dataset.balance) + (dataset.official_test or 0)
    return Card(
        id=dataset.name,
        title=dataset.title,
        summary=dataset.summary,
        facts=f"{total:,} {'rows' if table else 'pictures'} · {size} · {len(dataset.classes)} classes",
        image=None if table or preview is None else f"/api/data/{dataset.name}/samples.png",
        points=preview.points.tolist() if preview is not None and preview.points is not None else None,
        labels=preview.labels.tolist() if preview is not None and preview.points is not None else None,
        balance=list(dataset.balance),
        classes=list(dataset.classes),
        badge=badge,
    )


def _plane_card(dataset: DataSet) -> Card:
    preview = data.preview(dataset.name)
    low, high = data.classes_of(dataset)
    goal = "predict a number" if dataset.task == "regressor" else f"{low} to {high} classes" if high > low else f"{low} classes"
    return Card(
        id=dataset.name,
        title=dataset.title,
        facts=goal,
        points=[(0.5 + SQUARE * (x - 0.5), y) for x, y in ([] if preview.points is None else preview.points.tolist())],
        labels=preview.labels.tolist(),
        classes=list(dataset.classes),
    )


def download_badge(dataset: DataSet) -> str:
    """What a card says of a data set that has to be downloaded first, or ""."""
    return f"download, {dataset.download_bytes / MEGABYTE:.0f} MB" if data.missing(dataset.name) else ""


@st.fragment(run_every=0.5)
def _download(name: str) -> None:
    """The download's button, then its progress, then what went wrong, if anything."""
    lab = current()
    status = lab.downloads(name)
    if not data.missing(name):
        st.rerun()
    if status and status.state == "running":
        share = status.received / status.total if status.total else 0.0
        st.progress(min(share, 1.0), f"Downloading: {status.received / MEGABYTE:.1f} of {status.total / MEGABYTE:.1f} MB")
        return
    if status and status.error:
        st.error(sentence(status.error), icon=":material/cloud_off:")
    size = data.find(name).download_bytes / MEGABYTE
    label = "Try the download again" if status and status.error else f"Download {size:.0f} MB"
    if st.button(label, icon=":material/download:", type="primary"):
        lab.download(name)
        st.rerun(scope="fragment")


def _split(dataset: DataSet) -> None:
    choice = state.experiment().data
    left, middle, right = st.columns(3)
    with left:
        _fraction(
            "Validation part",
            "validation",
            choice.validation,
            "Held back from training to judge each epoch → more of it, steadier judgement.",
        )
    with middle:
        if dataset.official_test:
            st.text_input("Test part", value="the set's own", disabled=True, help="This data set comes with a test set; all of it is used.")
        else:
            _fraction("Test part", "test", choice.test, "Held back until the end, for one honest figure.")
    with right:
        st.number_input(
            "Split seed",
            0,
            2**31 - 1,
            step=1,
            **state.bind("data.seed", choice.seed),
            on_change=lambda: _set(seed=state.value("data.seed")),
            help="Another seed → another split.",
        )
    st.number_input(
        "Training examples at most",
        0,
        sum(dataset.balance),
        step=100,
        **state.bind("data.limit", choice.args.get("limit", 0)),
        on_change=lambda: _set_limit(state.value("data.limit")),
        help="Fewer examples → quicker epochs, sooner overfitting. 0: all of them.",
    )
    _corrections()
    show_complaint("data")


def _corrections() -> None:
    """What was corrected by hand on the Mistakes page, and the way back."""
    excluded, relabelled = data.corrected(state.experiment().data)
    if not excluded and not relabelled:
        return
    counts = [f"{excluded:,} {'example' if excluded == 1 else 'examples'} excluded"] if excluded else []
    counts += [f"{relabelled:,} {'' if counts else 'example ' if relabelled == 1 else 'examples '}relabelled"] if relabelled else []
    told, button = st.columns([3, 2], vertical_alignment="center")
    told.markdown(f":small[:material/edit_note: {', '.join(counts)}]")
    button.button(
        "Use all examples again",
        on_click=lambda: _set(args=data.uncorrected(state.experiment().data).args),
        help="Drops your exclusions and labels → the next run learns from the data set as it is stored.",
        width="stretch",
    )


def _fraction(label: str, name: str, value: float, help: str) -> None:
    key = f"data.{name}"
    st.number_input(
        label, 0.01, 0.9, step=0.05, format="%.2f", **state.bind(key, value), on_change=lambda: _set(**{name: state.value(key)}), help=help
    )


def _set_limit(limit: int) -> None:
    args = {name: value for name, value in state.experiment().data.args.items() if name != "limit"}
    _set(args=args | ({"limit": limit} if limit else {}))


def _set(**fields: Any) -> None:
    experiment = state.experiment()
    try:
        state.change(experiment.having(data=dataclasses.replace(experiment.data, **fields)))
    except PlaygroundError as error:
        state.complain("data", error)
