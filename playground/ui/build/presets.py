"""What to start from, in a dialog: presets as cards, or an experiment saved as a file."""

from __future__ import annotations

import streamlit as st

from playground import catalog, data
from playground.sharing.presets import PRESETS, Preset
from playground.ui import state
from playground.ui.build.datasets import download_badge
from playground.ui.cards import Card, cards
from playground.ui.form import sentence
from playground.values import spec
from playground.values.errors import PlaygroundError


@st.dialog("Start from a preset", width="large")
def presets_dialog() -> None:
    """Choosing one puts it into the editor, undoable, and closes the dialog."""
    st.caption("Each of these trains as it stands, once its data is here. Undo brings your own network back.")
    chosen = cards([_card(name, preset) for name, preset in PRESETS.items()], selected=None, key="presets")
    if chosen in PRESETS:
        state.start_from(PRESETS[chosen].experiment)
        st.rerun()
    _file()


def _file() -> None:
    given = st.file_uploader(
        "Or open an experiment that was saved as a file", type="json", max_upload_size=1, help="From Take it with you, Settings."
    )
    if given is None:
        return
    try:
        state.start_from(spec.loads(given.getvalue()))
    except PlaygroundError as error:
        st.error(sentence(error))
    else:
        st.rerun()


def _card(name: str, preset: Preset) -> Card:
    experiment = preset.experiment
    layers = " → ".join(layer.part.short for layer in experiment.network.layers)
    optimizer = catalog.entry(experiment.training.optimizer.kind).title
    dataset = data.of(experiment.data)
    facts = f"{dataset.title} · {optimizer} · {experiment.training.epochs} epochs"
    return Card(id=name, title=preset.title, summary=preset.summary, facts=f"{facts}\n{layers}", badge=download_badge(dataset))
