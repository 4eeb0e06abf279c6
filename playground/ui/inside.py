"""The page "Look inside": a browser component that asks the server what a network sees, without a rerun."""

from __future__ import annotations

from playground.ui import onshow, state
from playground.ui.component import register

KEY = "inside"
component = register("inside", frame="page")


def inside() -> None:
    """Mounts it on the run on show; the browser says which other run it shows, and where a person wants to go."""
    result = component(key=KEY, data={"run": onshow.run_on_show()}, on_act_change=_acted)
    onshow.go(result.act)


def _acted() -> None:
    onshow.show((state.value(KEY) or {}).get("act"))
