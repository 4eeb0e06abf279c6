"""Which run Look inside shows, and what it says of one that cannot be shown. A stage answers in the server's place."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from playground.values.errors import Unavailable
from tests.e2e.inside.inside_stage import Stage
from tests.e2e.stages.waiting import let_pass

Opened = Callable[..., Page]


def pulse(page: Page) -> Locator:
    return page.locator(".pulse")


def test_the_run_on_show_is_said_and_another_is_found_by_searching(opened: Opened, stage: Stage) -> None:
    page = opened()
    face = page.locator(".npi-runs-face")
    expect(face).to_contain_text("Net a")
    expect(face).to_contain_text("Digits · epoch 3 of 3 · test 95.7 %")
    face.click()
    page.get_by_role("combobox", name="Search runs").fill("mnist deep")
    expect(page.get_by_role("option", name="Deep net")).to_be_visible()
    expect(page.locator(".npi-runs-box li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(face).to_contain_text("Deep net")
    expect(face).to_contain_text("validation 50.0 %")
    expect(face).to_be_focused()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    assert page.evaluate("window.acts") == [{"do": "show", "id": "b"}]


def test_the_list_of_runs_is_driven_by_the_keyboard(opened: Opened, stage: Stage) -> None:
    stage.set("b", status="training")
    page = opened()
    page.locator(".npi-runs-face").focus()
    page.keyboard.press("Enter")
    options = page.locator(".npi-runs-box li")
    expect(options.first).to_contain_text("Deep net")  # those that train come first
    expect(options.nth(1)).to_have_class("npi-marked")  # the one on show
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_class("npi-marked")
    page.keyboard.press("Escape")
    expect(page.locator(".npi-runs-box")).to_be_hidden()
    expect(page.locator(".npi-runs-face")).to_be_focused()


def test_without_runs_the_way_to_build_is_shown_and_what_needs_no_run_works(opened: Opened, stage: Stage) -> None:
    stage.runs.clear()
    page = opened(None, wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("No runs yet")).to_be_visible()
    expect(page.get_by_role("tab", name="Pulse")).to_be_disabled()
    expect(page.get_by_role("tab", name="Alone")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".still")).to_have_attribute("data-run", "null")
    expect(page.locator(".npi-picture")).to_be_hidden()
    page.get_by_role("button", name="Build a network").click()
    assert page.evaluate("window.acts")[-1]["do"] == "build"


def test_a_run_that_is_not_there_is_said(opened: Opened) -> None:
    page = opened("gone", wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("There is no such run")).to_be_visible()
    expect(page.locator(".npi-runs-face")).to_contain_text("Choose a run")


def test_a_run_without_weights_is_said_and_appears_once_it_trains(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="queued")
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("This run waits in line")).to_be_visible()
    stage.set("a", status="training")
    expect(page.locator(".npi-thumb").first).to_be_visible()
    expect(page.locator(".npi-absence")).to_be_hidden()
    stage.set("b", status="failed")
    page.evaluate("window.rerun('b')")
    expect(page.get_by_text("This run kept no weights")).to_be_visible()


def test_it_is_said_that_a_network_is_still_being_read(opened: Opened, stage: Stage) -> None:
    stage.slow = 1.5
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("Reading the network")).to_be_visible()
    expect(page.locator(".npi-thumb").first).to_be_visible()
    expect(page.locator(".npi-absence")).to_be_hidden()


def test_an_engine_that_is_not_ready_is_asked_again(opened: Opened, stage: Stage) -> None:
    stage.faults["anatomy"] = stage.faults["pulse"] = Unavailable("The engines are warming up.", fix="Wait a moment.")
    page = opened(wait=".npi-absence:not([hidden])", clock=True)
    expect(page.locator(".npi-absence .np-fault")).to_contain_text("The engines are warming up.")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Pulse")  # not the tab that needs no network, and back
    del stage.faults["anatomy"]
    let_pass(page, 2000)
    expect(page.locator(".pulse .np-fault")).to_contain_text("The engines are warming up.")
    del stage.faults["pulse"]
    let_pass(page, 2000)
    expect(page.locator(".pulse .heard")).to_have_text(re.compile(r"\d+"))
    expect(page.locator(".npi-absence")).to_be_hidden()


def test_a_run_that_is_deleted_meanwhile_is_shown_no_longer(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    stage.runs.pop(0)
    expect(page.get_by_role("heading", name="There is no such run")).to_be_visible()
    expect(pulse(page)).to_have_count(0)


def test_a_run_that_failed_says_why_and_whose_weights_are_shown(opened: Opened, stage: Stage) -> None:
    stage.without_weights = ()
    stage.set("a", status="failed", error={"what": "The loss is not a number.", "fix": "Lower the learning rate."})
    page = opened()
    expect(pulse(page)).to_have_attribute("data-run", "a")
    line = page.locator(".npi-failure")
    why = "This run failed: The loss is not a number. Lower the learning rate."
    expect(line).to_have_text(f"{why} Shown are its last saved weights (epoch {page.evaluate('window.view.anatomy.epoch')}).")
    page.evaluate("window.panel.choose({ weights: 1 })")
    expect(line).to_have_text(why)
    page.locator(".npi-runs-face").click()
    page.get_by_role("option", name="Deep net").click()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    expect(line).to_be_hidden()


def test_another_run_begins_anew_but_on_the_same_tab(opened: Opened) -> None:
    page = opened(path="#tab=pulse&picture=test:9&layer=dense&unit=3&weights=1")
    expect(pulse(page)).to_have_attribute("data-weights", "1")
    page.locator(".npi-runs-face").click()
    page.get_by_role("option", name="Deep net").click()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    expect(pulse(page)).to_have_attribute("data-picture", "test:0")
    assert page.evaluate("[window.view.layer, window.view.unit, window.view.weights]") == [None, None, "now"]
