"""The run that a page about one run shows, and how a person gets from there to other pages."""

from __future__ import annotations

from typing import Any

from playground.lab import current
from playground.ui import pages, state
from playground.ui.message import text_of
from playground.values.errors import PlaygroundError


def named_or_newest() -> str | None:
    """The run named in the URL; without one the newest that has learned something, on show from then on. None: there are no runs."""
    if state.run_id() is None:
        try:
            found = current().runs(state.owner())
        except PlaygroundError:  # the page asks for the runs itself and says what is wrong
            return None
        newest = next((run for run in found if run.is_active or run.epoch), found[0] if found else None)
        if newest:
            state.show_run(newest.id)
    return state.run_id()


def show(message: Any) -> None:
    """`{"do": "show", "id": …}`: put this run on show, on every page. A callback, so that the script runs with it."""
    if text_of(message, "do") == "show":
        state.show_run(text_of(message, "id") or None)


def go(message: Any) -> None:
    """`{"do": a page's key, "id": …}`: go to that page; one that shows a run shows this one, if one is named."""
    if page := pages.named(text_of(message, "do")):
        if page.about in ("build", "run") and (run := text_of(message, "id")):
            state.show_run(run)
        pages.switch_to(page)
