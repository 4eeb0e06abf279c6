"""The lab: engines, the line of runs, the live hub and the store. No streamlit, no keras.

`current()` is the lab of this process, set by the application's start.
"""

from __future__ import annotations

from playground.lab.downloads import Download
from playground.lab.engines.pool import Health
from playground.lab.lab import Lab
from playground.lab.settings import Settings, from_environment
from playground.values.errors import Unavailable

__all__ = ["Download", "Health", "Lab", "Settings", "current", "from_environment", "use"]

_current: Lab | None = None


def current() -> Lab:
    """The lab of this process. Raises Unavailable before the application has started it."""
    if _current is None:
        raise Unavailable("The lab is not running.", fix="Start the application with app.py.")
    return _current


def use(lab: Lab | None) -> None:
    """Make `lab` the current one."""
    global _current
    _current = lab
