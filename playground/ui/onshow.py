"""The run that a page about one run shows, and the ways from there to other pages. What a browser sends is not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.lab import current
from playground.ui import state
from playground.values.errors import PlaygroundError

PAGES = {"build": "build.py", "inside": "inside.py", "mistakes": "mistakes.py"}
MAX_ID = 64  # characters


def run_on_show() -> str | None:
    """The run named in the URL; without one the newest that has learnt something, on show from then on. None: there are no runs."""
    if state.run_id() is None:
        try:
            found = current().runs(state.owner())
        except PlaygroundError:  # the page asks for the runs itself and says what is wrong
            return None
        newest = next((run for run in found if run.is_active or run.epoch), found[0] if found else None)
        if newest:
            state.show_run(newest.id)
    return state.run_id()


def text_of(message: Any, name: str) -> str:
    """A text in the browser's message, "" where there is none."""
    value = message.get(name) if isinstance(message, Mapping) else None
    return value if isinstance(value, str) and len(value) <= MAX_ID else ""


def show(message: Any) -> None:
    """`{"do": "show", "id": …}`: this run is on show from now on, on every page. A callback, so that the script runs with it."""
    if text_of(message, "do") == "show":
        state.show_run(text_of(message, "id") or None)


def go(message: Any) -> None:
    """`{"do": "build" | "inside" | "mistakes", "id": …}`: to that page, with this run on show if one is named."""
    if page := PAGES.get(text_of(message, "do")):
        if run := text_of(message, "id"):
            state.show_run(run)
        st.switch_page(page)
