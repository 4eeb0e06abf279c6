"""The badge that says whether the engine is warm, and on what it runs."""

from __future__ import annotations

import streamlit as st

from playground.lab import current
from playground.ui.component import register

_badge = register("badge")


def badge() -> None:
    """Draw it; when the engine becomes warm the page runs again, for shapes and previews can now be had."""
    health = current().health()
    with st.container(key="np-badge-place"):
        _badge(key="badge", data={"warming": health.engine == "warming", "device": health.device}, on_ready_change=lambda: None)
