"""The layer stack and the cards in a real browser: what is drawn at once, and what Python has made of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.stages.waiting import until
from tests.server import ROOT, answers, free_port, wait_for

HERE = Path(__file__).parent
START = ["conv2d", "max_pooling2d", "flatten", "dense"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with nothing but the stack and some cards on its page."""
    port = free_port()
    command = [sys.executable, str(HERE.parent / "stages" / "stage_server.py"), str(HERE / "stack_stage.py"), str(port)]
    log = (tmp_path_factory.mktemp("stage") / "log").open("wb")
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url), 60, "the stage to answer")
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests, so that Streamlit's own page is read from the browser's cache."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".nps-row", timeout=30_000)
    yield page
    page.close()
    assert faults == []


def drawn(page: Page) -> list[str]:
    return page.eval_on_selector_all(".nps-row", "rows => rows.map(row => row.dataset.name)")


def said(page: Page) -> dict:
    return json.loads(page.inner_text("#said"))


def settled(page: Page, **wanted: object) -> None:
    """Wait until Python says `wanted` and the drawing agrees with it."""

    def is_settled() -> bool:
        state = said(page)
        return all(state[name] == value for name, value in wanted.items()) and drawn(page) == state["layers"]

    until(page, is_settled, lambda: f"{wanted}, Python says {said(page)}, drawn {drawn(page)}")


def run_again(page: Page) -> None:
    """A whole script run, to its end: what was said to Python before has been dealt with."""
    runs = said(page)["runs"]
    page.get_by_role("button", name="Run again").click()
    until(page, lambda: said(page)["runs"] > runs, "a script run")


def row(page: Page, name: str) -> Locator:
    return page.locator(f".nps-row[data-name='{name}']")


def test_the_stack_shows_input_layers_shapes_and_totals(page: Page) -> None:
    assert drawn(page) == START
    assert "28 × 28 × 1" in page.inner_text(".nps-input")
    assert "16 filters, 3 × 3, relu" in row(page, "conv2d").inner_text()
    assert "26 × 26 × 16" in row(page, "conv2d").inner_text()
    assert "4 layers" in page.inner_text(".nps-totals")
    assert "4,321 parameters" in page.inner_text(".nps-totals")


def test_a_click_selects_and_survives_a_full_rerun(page: Page) -> None:
    row(page, "flatten").locator(".nps-main").click()
    settled(page, selected="flatten")
    run_again(page)
    expect(row(page, "flatten").locator(".nps-main")).to_have_attribute("aria-current", "true")
    assert page.locator(".nps-stack").count() == 1


def test_a_click_anywhere_on_a_row_selects_it(page: Page) -> None:
    row(page, "dense").locator(".nps-figures").click()
    settled(page, selected="dense")


def test_a_chosen_row_stays_in_sight_when_the_place_of_the_stack_becomes_lower(page: Page) -> None:
    page.add_style_tag(content=".nps-stack:has([data-name=dense].nps-selected) .nps-rows { max-height: 150px; overflow: auto; }")
    row(page, "dense").locator(".nps-main").click()
    settled(page, selected="dense")
    page.wait_for_function("document.querySelector('.nps-rows').scrollTop > 0")
    expect(row(page, "dense").locator(".nps-main")).to_be_in_viewport(ratio=1)


def test_figures_stay_in_sight_while_the_engine_has_not_answered(page: Page) -> None:
    page.get_by_role("button", name="Engine away").click()
    expect(row(page, "conv2d")).to_have_class(re.compile("nps-stale"))
    assert "26 × 26 × 16" in row(page, "conv2d").inner_text()
    page.get_by_role("button", name="Engine away").click()
    expect(row(page, "conv2d")).not_to_have_class(re.compile("nps-stale"))


@pytest.mark.parametrize("mode", ["", "/?returns=1"], ids=["called back", "returned"])
def test_many_quick_clicks_lose_no_edit(page: Page, address: str, mode: str) -> None:
    if mode:
        page.goto(address + mode)
    row(page, "flatten").hover()
    for _ in range(7):
        row(page, "flatten").get_by_role("button", name="Duplicate flatten", exact=True).click(no_wait_after=True)
    copies = [f"flatten_{number}" for number in range(7, 0, -1)]
    settled(page, layers=["conv2d", "max_pooling2d", "flatten", *copies, "dense"])


def test_keys_select_move_duplicate_remove_undo_and_redo(page: Page) -> None:
    row(page, "conv2d").locator(".nps-main").click()
    page.keyboard.press("ArrowDown")
    settled(page, selected="max_pooling2d")
    page.keyboard.press("Alt+ArrowDown")
    settled(page, layers=["conv2d", "flatten", "max_pooling2d", "dense"])
    expect(page.locator(".nps-hidden[role=status]")).to_have_text("max_pooling2d moved to place 3 of 4.")
    page.keyboard.press("Control+Shift+ArrowUp")
    settled(page, layers=START)
    page.keyboard.press("Control+d")
    settled(page, layers=["conv2d", "max_pooling2d", "max_pooling2d_1", "flatten", "dense"], selected="max_pooling2d_1")
    page.keyboard.press("Delete")
    settled(page, layers=START, selected="flatten")
    page.keyboard.press("Control+z")
    settled(page, layers=["conv2d", "max_pooling2d", "max_pooling2d_1", "flatten", "dense"])
    page.keyboard.press("Control+Shift+z")
    settled(page, layers=START)


def test_enter_goes_to_the_form_of_the_layer(page: Page) -> None:
    row(page, "dense").locator(".nps-main").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Argument")).to_be_focused()


def test_the_palette_finds_a_layer_by_purpose_and_adds_it_at_its_place(page: Page) -> None:
    row(page, "conv2d").locator(".nps-main").click()
    page.keyboard.press("+")
    page.keyboard.type("normal")
    expect(page.locator(".nps-item").first).to_contain_text("Normalization")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    settled(page, layers=["conv2d", "batch_normalization", "max_pooling2d", "flatten", "dense"], selected="batch_normalization")
    assert page.locator(".nps-palette").count() == 0
    expect(row(page, "batch_normalization").locator(".nps-main")).to_be_focused()


def test_the_palette_stays_open_with_its_words_over_a_rerun(page: Page) -> None:
    page.get_by_role("button", name="Add layer", exact=True).click()
    page.keyboard.type("drop")
    run_again(page)
    expect(page.get_by_role("combobox", name="Search layers to add")).to_have_value("drop")
    page.get_by_role("combobox", name="Search layers to add").press("Escape")
    assert page.locator(".nps-palette").count() == 0


def test_the_plus_between_two_rows_adds_there(page: Page) -> None:
    page.get_by_role("button", name="Add a layer before flatten").click(force=True)
    page.locator(".nps-item", has_text="Dropout").first.click()
    settled(page, layers=["conv2d", "max_pooling2d", "dropout", "flatten", "dense"])


def test_dragging_shows_a_line_and_moves_the_row(page: Page) -> None:
    start = row(page, "dense").locator(".nps-grip").bounding_box()
    target = row(page, "max_pooling2d").locator(".nps-card").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, start["y"] - 20, steps=4)
    page.mouse.move(start["x"] + 5, target["y"], steps=4)
    expect(page.locator(".nps-line")).to_have_css("opacity", "1")
    page.mouse.up()
    settled(page, layers=["conv2d", "dense", "max_pooling2d", "flatten"])
    assert page.locator(".nps-ghost, .nps-line").count() == 0


def test_escape_lets_go_of_a_dragged_row(page: Page) -> None:
    start = row(page, "dense").locator(".nps-grip").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, start["y"] - 120, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    run_again(page)
    settled(page, layers=START)


def test_a_problem_marks_its_row_and_its_button_mends_it(page: Page) -> None:
    row(page, "flatten").hover()
    row(page, "flatten").get_by_role("button", name="Remove flatten").click()
    expect(row(page, "dense")).to_contain_text("dense needs a row of values.")
    expect(row(page, "dense")).to_have_attribute("data-problem", "error")
    page.get_by_role("button", name="Add Flatten").click()
    settled(page, layers=START)
    expect(page.locator(".nps-problem")).to_have_count(0)


def test_a_layer_is_switched_off_and_on(page: Page) -> None:
    power = row(page, "max_pooling2d").get_by_role("button", name="Switch off max_pooling2d")
    row(page, "max_pooling2d").hover()
    power.click()
    settled(page, off=["max_pooling2d"])
    assert "3 layers, 1 switched off" in page.inner_text(".nps-totals")
    row(page, "max_pooling2d").get_by_role("button", name="Switch on max_pooling2d").click()
    settled(page, off=[])


def test_a_refused_edit_is_drawn_back(page: Page) -> None:
    page.get_by_role("button", name="Add layer", exact=True).click()
    page.keyboard.type("Add")
    page.keyboard.press("Enter")
    settled(page, layers=[*START, "add"])
    for name in ("flatten", "max_pooling2d", "conv2d"):
        row(page, name).hover()
        row(page, name).get_by_role("button", name=f"Remove {name}", exact=True).click()
    settled(page, layers=["dense", "add"])
    row(page, "dense").hover()
    row(page, "dense").get_by_role("button", name="Remove dense", exact=True).click()
    refused = "add joins input and dense; without dense it has only input left. Remove add first, or give it another source."
    settled(page, layers=["dense", "add"], refused=refused)


def card(page: Page, name: str) -> Locator:
    return page.locator(f".npc-choice[data-id={name}]")


def test_a_card_is_chosen_by_click_and_says_its_class_balance(page: Page) -> None:
    expect(card(page, "plain")).to_have_attribute("aria-checked", "true")
    card(page, "points").click()
    page.get_by_role("button", name="Run again").click()
    expect(card(page, "points")).to_have_attribute("aria-checked", "true")
    expect(card(page, "plain")).to_have_attribute("aria-checked", "false")
    expect(page.get_by_role("radio", name="Class balance: from 1 (few) to 3 (many) examples a class.")).to_have_count(1)
    assert card(page, "points").locator("circle").count() == 2


def test_cards_are_walked_by_arrows_and_a_closed_one_is_passed_over(page: Page) -> None:
    card(page, "plain").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(card(page, "last")).to_be_focused()
    expect(card(page, "plain")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Enter")
    expect(card(page, "last")).to_have_attribute("aria-checked", "true")
    card(page, "closed").click(force=True)
    expect(card(page, "last")).to_have_attribute("aria-checked", "true")
    expect(card(page, "closed")).to_contain_text("This one is not to be had.")
