"""Look inside on a stage of its own, for the files beside this one that bring no stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.inside.inside_stage import Stage
from tests.e2e.stages.waiting import clocked


@pytest.fixture(scope="module")
def served() -> Iterator[Stage]:
    stage = Stage().start()
    yield stage
    stage.stop()


@pytest.fixture
def stage(served: Stage) -> Stage:
    """The stage as new, with two runs that ended."""
    fresh = Stage.__new__(Stage)
    Stage.__init__(fresh)
    for name in ("runs", "asked", "sent", "faults", "keyframes", "classes", "kind", "channels", "slow", "lost", "without_weights"):
        setattr(served, name, getattr(fresh, name))
    served.add("a")
    served.add("b", name="Deep net", data_title="MNIST sample", summary={"best_val_accuracy": 0.5})
    return served


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests of a file, so that modules are read from the browser's cache."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def opened(stage: Stage, context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Opens the page on a run; fails the test if the page throws."""
    faults: list[str] = []
    pages: list[Page] = []

    def open_(run: str | None = "a", *, width: int = 1400, path: str = "", wait: str = ".npi-thumb", clock: bool = False) -> Page:
        """clock: with a time that `let_pass` moves on."""
        page = clocked(context) if clock else context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{stage.url}/" + (f"?run={run}" if run else "") + path)
        page.wait_for_selector(wait)
        return page

    yield open_
    for page in pages:
        (page if page.context is context else page.context).close()
    assert faults == []
