"""The page "Playground": a browser component that trains and draws by itself; the script keeps what it shows, for refresh and link."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.lab import current
from playground.ui import pages, run_on_show, state
from playground.ui.component import register
from playground.ui.message import text_of
from playground.values import spec
from playground.values.errors import PlaygroundError

KEY = "plane"
SHEETS = ("shell.css", "network.css", "data.css", "board.css")
component = register("plane", sheets=SHEETS)


def plane() -> None:
    """Mount it with the tab's experiment and run; the browser says what it changed and where a person wants to go."""
    error = state.complaint("link", once=True) or state.complaint(KEY, once=True)
    result = component(
        key=KEY,
        data={
            **pages.for_browser(KEY),
            "experiment": spec.to_json(state.plane()),
            "run": state.plane_run(),
            "turn": state.plane_turn(),
            "hide": state.hidden(),
            "error": error,
        },
        on_act_change=_acted,
    )
    go(result.act)


def offer() -> None:
    """On Build: the way to the Playground, where the experiment is one that it shows."""
    experiment, page = state.experiment(), pages.PAGES[KEY]
    if state.is_plane(experiment) and st.button(f"Open in the {page.title}", icon=page.symbol, help=f"{page.help}."):
        state.keep_plane(experiment, state.run_id() if _trains(state.run_id(), experiment) else None)
        pages.switch_to(page)


def _trains(run_id: str | None, experiment: spec.Experiment) -> bool:
    """Whether this is the run of just that experiment."""
    try:
        return run_id is not None and current().run(state.owner(), run_id).shared() == experiment
    except PlaygroundError:
        return False


def go(message: Any) -> None:
    """`{"do": a page's key, "id": …}`: go to that page with this run; Build gets this experiment too."""
    page = pages.named(text_of(message, "do"))
    if page and page.about == "build":
        try:
            state.change(state.plane())
        except PlaygroundError as error:
            state.complain(KEY, error)
            st.rerun()
        state.show_run(text_of(message, "id") or None)
        pages.switch_to(page)
    else:
        run_on_show.go(message)


def _acted() -> None:
    """`{"do": …, "experiment": {…}, "id": run}`: what is on show from now on. Before the script runs, so that it draws with it."""
    message = (state.value(KEY) or {}).get("act") or {}
    if not text_of(message, "do"):
        return
    try:
        given = message.get("experiment")
        experiment = spec.experiment_from_json(given) if isinstance(given, dict) else None
        state.keep_plane(experiment, text_of(message, "id") or None, turn=message.get("turn"))
    except PlaygroundError as error:
        state.complain(KEY, error)


def opens(run_id: str | None) -> bool:
    """Whether this run of the owner is one that the Playground shows."""
    if not run_id:
        return False
    try:
        return state.is_plane(current().run(state.owner(), run_id).experiment)
    except PlaygroundError:
        return True  # the page itself says what is wrong with it
