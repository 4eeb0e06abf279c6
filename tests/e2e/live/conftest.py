"""One stage and one page for all tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.values import events
from tests.e2e.live.live_stage import Stage

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage().start()
    yield stage
    stage.stop()


@pytest.fixture(scope="module")
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """One page for all tests of a file: reading the charts' script takes longer than most of them."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{stage.url}/?run=r")
    yield page
    context.close()


@pytest.fixture
def opened(stage: Stage, page: Page) -> Iterator[Opened]:
    """Opens a new panel on a new run that has said these events; fails the test if the page throws."""
    faults: list[str] = []

    def note(error: object) -> None:
        faults.append(str(error))

    page.on("pageerror", note)
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.mouse.move(0, 0)
    stage.hang_up("r", 4404)  # the panel of the test before
    stage.heard.clear()

    def open_(*said: events.Event, run: str | None = "r", **fields) -> Page:
        if run:
            stage.add(run, **fields)
            stage.say(run, *said)
        page.evaluate("run => fresh(run)", run)
        expect(page.locator(".np-plot .main-svg").first).to_be_visible()
        if run:
            expect(page.locator(".np-head h3")).to_have_text(stage.runs[run].name)
        return page

    yield open_
    page.remove_listener("pageerror", note)
    assert faults == []
