"""The presets to start from, as cards in a dialog."""

from __future__ import annotations

import streamlit as st

from playground import catalog, data
from playground.presets import PRESETS, Preset
from playground.ui import state
from playground.ui.cards import Card, cards


@st.dialog("Start from a preset", width="large")
def presets_dialog() -> None:
    """Choosing one puts it into the editor, undoable, and closes the dialog."""
    st.caption("Each of these trains as it stands. Undo brings your own network back.")
    chosen = cards([_card(name, preset) for name, preset in PRESETS.items()], selected=None, key="presets")
    if chosen in PRESETS:
        state.start_from(PRESETS[chosen].experiment)
        st.rerun()


def _card(name: str, preset: Preset) -> Card:
    experiment = preset.experiment
    layers = " → ".join(layer.part.short for layer in experiment.network.layers)
    optimizer = catalog.entry(experiment.training.optimizer.kind).title
    facts = f"{data.find(experiment.data.name).title} · {optimizer} · {experiment.training.epochs} epochs"
    return Card(id=name, title=preset.title, summary=preset.summary, facts=f"{facts}\n{layers}")
