"""Waiting for what a page does beside its elements: what it asks of a server, and the time that passes in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

PATIENCE = 15.0  # seconds, as `expect` waits: beside this test another may train at full speed


def until(page: Page, holds: Callable[[], object], what: str | Callable[[], str] = "it") -> object:
    """Waits until `holds()` is true and gives its value. `what` names it in the failure, a function when that is known only then."""
    end = time.monotonic() + PATIENCE
    while not (value := holds()):
        assert time.monotonic() < end, f"waited in vain for {what() if callable(what) else what}"
        page.wait_for_timeout(25)  # the page's requests and sockets are served meanwhile
    return value


def settle(page: Page) -> None:
    """What the page asked until now is answered, and what came of it is drawn."""
    page.evaluate(
        """() => fetch(location.pathname, { cache: "no-store" }).then((answer) => answer.text())
          .then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))"""
    )


def let_pass(page: Page, milliseconds: int) -> None:
    """The page lives through this time at once: its timers fire, and what they ask is answered.

    For tests that something does not happen. The page's clock must have been installed before it was opened, see `clocked`.
    """
    page.clock.run_for(milliseconds)
    settle(page)


def clocked(context: BrowserContext) -> Page:
    """A page whose time `let_pass` can move on: in a profile of its own, for a clock is the whole profile's. Close its context."""
    own = context.browser.new_context()
    own.set_default_timeout(PATIENCE * 1000)
    own.clock.install()
    return own.new_page()
