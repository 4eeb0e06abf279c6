"""The page "Look inside": a browser component that asks the server what a network sees, without a rerun."""

from __future__ import annotations

from playground.ui import pages, run_on_show, state
from playground.ui.component import register

KEY = "inside"
component = register("inside", frame="page")


def inside() -> None:
    """Mount it with the run on show; the browser says which other run to show, and where a person wants to go."""
    result = component(key=KEY, data={**pages.for_browser(KEY), "run": run_on_show.named_or_newest()}, on_act_change=_acted)
    run_on_show.go(result.act)


def _acted() -> None:
    run_on_show.show((state.value(KEY) or {}).get("act"))
