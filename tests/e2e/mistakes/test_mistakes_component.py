"""The page "Mistakes" in a real browser: a stage answers out of made-up predictions, the test clicks, types and reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from playground.values.errors import Conflict, Unavailable
from tests.e2e.mistakes.mistakes_stage import EXAMPLES, Stage
from tests.e2e.stages.waiting import clocked, let_pass, settle

Opened = Callable[..., Page]
RISING = "() => [...document.querySelectorAll('.npm-tile')].map((t) => +t.dataset.position).every((x, i, all) => !i || x > all[i - 1])"


@pytest.fixture(scope="module")
def server() -> Iterator[Stage]:
    stage = Stage().start()
    yield stage
    stage.stop()


@pytest.fixture
def stage(server: Stage) -> Stage:
    """The stage as new, with a run that ended."""
    fresh = Stage()
    for name in (
        "runs",
        "asked",
        "faults",
        "keyframes",
        "classes",
        "kind",
        "slow",
        "right",
        "marks",
        "absent",
        "doubted",
        "has_maps",
        "without_weights",
    ):
        setattr(server, name, getattr(fresh, name))
    server.add("a")
    return server


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests, so that modules are read from the browser's cache."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def opened(stage: Stage, context: BrowserContext) -> Iterator[Opened]:
    """Opens the page on a run; fails the test if the page throws."""
    faults: list[str] = []
    pages: list[Page] = []

    def open_(run: str | None = "a", *, width: int = 1400, path: str = "", wait: str = ".npm-tile", clock: bool = False) -> Page:
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


def tiles(page: Page) -> Locator:
    return page.locator(".npm-gallery .npm-tile")


def positions(page: Page) -> list[int]:
    return [int(tile.get_attribute("data-position")) for tile in tiles(page).all()]


def cell(page: Page, true: str, predicted: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^true {true}, predicted {predicted}"))


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).first.check(force=True)


def test_the_page_begins_with_how_many_are_right_and_the_surest_mistakes(stage: Stage, opened: Opened) -> None:
    page = opened()
    counts = stage.counts(split="test")
    expect(page.locator(".npm-share")).to_have_text(f"{100 * np.trace(counts) / counts.sum():.1f} %")
    expect(page.locator(".npm-says")).to_contain_text(f"{np.trace(counts)} of {counts.sum()} are right")
    truth, p = stage.predicted({"split": "test"})
    wrong = np.flatnonzero(p.argmax(1) != truth)
    assert positions(page) == list(wrong[np.argsort(-p.max(1)[wrong], kind="stable")])[:48]


def test_a_click_on_a_cell_shows_what_is_in_it_and_a_chip_takes_it_back(stage: Stage, opened: Opened) -> None:
    page = opened()
    counts = stage.counts(split="test")
    cell(page, "rock", "paper").click()
    expect(tiles(page)).to_have_count(int(counts[0, 1]))
    expect(cell(page, "rock", "paper")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="predicted paper").last.click()
    expect(tiles(page)).to_have_count(int(counts[0, 1] + counts[0, 2]))
    expect(page).to_have_url(re.compile(r"true=0"))
    cell(page, "paper", "paper").click()  # of the diagonal, those that are right
    expect(tiles(page)).to_have_count(min(48, int(counts[1, 1])))


def test_a_click_on_a_class_shows_all_of_it(stage: Stage, opened: Opened) -> None:
    page = opened()
    page.get_by_role("button", name="All examples of scissors").click()
    expect(page.locator(".npm-where:visible")).to_contain_text(f"of {stage.counts(split='test')[2].sum()}")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".npm-where:visible")).to_have_text(re.compile(r"^49 to 50 of 50$"))


def test_arrow_keys_go_from_cell_to_cell(opened: Opened) -> None:
    page = opened()
    cell(page, "rock", "rock").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(page, "paper", "paper")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, "paper", "paper")).to_have_attribute("aria-pressed", "true")


def test_shares_are_by_row_and_by_column(stage: Stage, opened: Opened) -> None:
    page = opened()
    counts = stage.counts(split="test")
    choose(page, "Per row")
    expect(cell(page, "rock", "rock")).to_have_text(f"{100 * counts[0, 0] / counts[0].sum():.0f}")
    choose(page, "Per column")
    expect(cell(page, "rock", "rock")).to_have_text(f"{100 * counts[0, 0] / counts[:, 0].sum():.0f}")


def test_sorting_and_side_by_side(stage: Stage, opened: Opened) -> None:
    page = opened()
    page.get_by_label("Sort").select_option("position rising")
    expect(page).to_have_url(re.compile("sort=position"))
    page.wait_for_function(RISING)
    choose(page, "Side by side")
    expect(page.get_by_role("heading", name=re.compile(r"^Right \("))).to_be_visible()
    sides = page.locator(".npm-side")
    expect(sides.nth(0).locator('.npm-tile[data-right="true"]')).to_have_count(0)
    expect(sides.nth(1).locator('.npm-tile[data-right="false"]')).to_have_count(0)
    sides.nth(1).get_by_role("button", name="Next").click()
    expect(sides.nth(1).locator(".npm-where")).to_have_text(re.compile("^25 to 48"))


def test_the_keyboard_turns_pages_there_and_back(stage: Stage, opened: Opened) -> None:
    page = opened()
    page.get_by_role("radio", name="All", exact=True).check(force=True)
    expect(tiles(page)).to_have_count(48)
    after, before = (page.get_by_role("button", name=name, exact=True) for name in ("Next", "Previous"))
    after.focus()
    for first in (49, 97, 145):
        page.keyboard.press("Enter")
        expect(page.locator(".npm-where").first).to_contain_text(f"{first} to")
    expect(after).to_be_disabled()
    expect(before).to_be_focused()


def test_two_quick_presses_turn_two_pages(stage: Stage, opened: Opened) -> None:
    page = opened(path="#only=all")
    stage.slow = 0.5
    page.evaluate("() => { const next = [...document.querySelectorAll('.npm-pager button')][1]; next.click(); next.click(); }")
    expect(page.locator(".npm-where").first).to_contain_text("97 to")
    page.evaluate(
        "() => { const next = [...document.querySelectorAll('.npm-pager button')][1]; for (let n = 0; n < 9; n++) next.click(); }"
    )
    expect(page.locator(".npm-where").first).to_contain_text("145 to 150")


def test_the_epoch_slider_replays_the_matrix(stage: Stage, opened: Opened) -> None:
    page = opened()
    page.get_by_role("slider", name="Epoch").fill("0")
    counts = stage.counts(split="test", weights=0)
    expect(cell(page, "rock", "rock")).to_have_text(str(counts[0, 0]))
    expect(page.locator(".npm-notes")).to_contain_text("before training")


def test_another_part_of_the_data(stage: Stage, opened: Opened) -> None:
    page = opened()
    choose(page, f"Training {EXAMPLES['train']}")
    counts = stage.counts(split="train")
    expect(page.locator(".npm-says")).to_contain_text(f"{np.trace(counts)} of 300 are right")
    expect(page.locator(".npm-notes")).to_contain_text("has learnt these very examples")


def test_one_example_tells_all_about_itself(stage: Stage, opened: Opened) -> None:
    stage.doubted = True
    page = opened()
    first, second = positions(page)[:2]
    truth, p = stage.predicted({"split": "test"})
    tiles(page).first.click()
    drawer = page.get_by_role("dialog")
    heading = drawer.get_by_role("heading", name=f"Test picture {first}", exact=True)
    expect(heading).to_have_attribute("title", f"Stored as test/{first}")
    page.keyboard.press("ArrowRight")
    expect(drawer.get_by_role("heading", name=f"Test picture {second} ")).to_be_visible()
    expect(page).to_have_url(re.compile(f"picture=test:{second}"))
    page.keyboard.press("ArrowLeft")
    expect(drawer.get_by_role("heading", name=f"Test picture {first} ")).to_be_visible()
    bars = drawer.locator(".npm-chances").first.locator(".npm-bar")
    expect(bars).to_have_count(3)
    expect(bars.first).to_contain_text(stage.classes[p[first].argmax()])
    expect(drawer.get_by_role("img", name=re.compile("Probabilities over 4 epochs"))).to_be_visible()
    expect(drawer.locator(".npm-near figure")).to_have_count(8)
    expect(drawer.get_by_text("Possibly a wrong label")).to_be_visible()
    expect(drawer.get_by_text("by Grad-CAM on conv2d")).to_be_visible()
    drawer.get_by_role("radio", name=stage.classes[truth[first]]).check(force=True)
    expect(drawer.get_by_text(f"Orange speaks for {stage.classes[truth[first]]}")).to_be_visible()
    expect(drawer.get_by_role("radio", name=stage.classes[truth[first]])).to_be_focused()  # arrow keys go on from there
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(tiles(page).first).to_be_focused()


def test_the_focus_comes_back_to_the_example_that_was_seen_last(opened: Opened) -> None:
    page = opened()
    tiles(page).first.click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog").get_by_role("heading", name=f"Test picture {positions(page)[1]} ")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tiles(page).nth(1)).to_be_focused()


def test_a_network_without_maps_is_explained_by_saliency(stage: Stage, opened: Opened) -> None:
    stage.has_maps = False
    page = opened()
    tiles(page).first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("since this network has no maps for Grad-CAM")).to_be_visible()
    expect(drawer.get_by_role("img", name="Saliency")).to_be_visible()
    drawer.get_by_text("What am I looking at?").click()
    expect(drawer.get_by_text("strongest pixel 0.500, full colour from 0.400 on")).to_be_visible()


def test_the_share_of_what_was_learnt_promises_nothing_for_new_examples(opened: Opened) -> None:
    page = opened()
    expect(page.locator(".npm-says")).to_contain_text("For new examples of this kind")
    choose(page, f"Training {EXAMPLES['train']}")
    expect(page.locator(".npm-notes")).to_contain_text("new ones will be right less often")
    expect(page.locator(".npm-says")).not_to_contain_text("new examples")


def test_a_link_opens_the_same_example(stage: Stage, opened: Opened) -> None:
    page = opened(path="#picture=test:7&only=all&sort=position&order=rising")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Test picture 7 ")).to_be_visible()
    assert positions(page)[:3] == [0, 1, 2]


def test_notes_are_kept_while_one_types(stage: Stage, opened: Opened) -> None:
    page = opened()
    first = positions(page)[0]
    tiles(page).first.click()
    page.get_by_label("Note", exact=True).fill("A thumb is hidden")
    page.get_by_label("Tags, separated by commas").fill("thumb, dark ")
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert stage.marks[f"test/{first}"] == {"example": f"test/{first}", "note": "A thumb is hidden", "tags": ["thumb", "dark"]}


def test_keys_are_heard_after_a_decision(opened: Opened) -> None:
    page = opened()
    first, second, third = positions(page)[:3]
    tiles(page).first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Leave out").click()
    page.evaluate("edits => window.rerun('a', edits)", {"data": "digits", "excluded": [f"test/{first}"], "relabelled": {}, "error": None})
    expect(drawer.get_by_role("button", name="Use it as it is")).to_be_focused()
    for position in (second, third):
        page.keyboard.press("ArrowRight")
        expect(drawer.get_by_role("heading", name=f"Test picture {position} ")).to_be_visible()
        settle(page)


def test_what_is_decided_for_the_next_run_is_said_to_python_and_shown(stage: Stage, opened: Opened) -> None:
    page = opened()
    first = positions(page)[0]
    tiles(page).first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Leave out").click()
    other = (int(stage.predicted({"split": "test"})[0][first]) + 1) % 3
    drawer.get_by_label("New label").select_option(label=stage.classes[other])
    drawer.get_by_role("button", name="Look inside").wait_for()
    example = f"test/{first}"
    assert page.evaluate("window.acts") == [
        {"do": "exclude", "id": "a", "example": example},
        {"do": "relabel", "id": "a", "example": example, "label": other},
    ]
    page.evaluate("edits => window.rerun('a', edits)", {"data": "digits", "excluded": [example], "relabelled": {}, "error": None})
    expect(drawer.get_by_text("Left out: the experiment on Build no longer has this example.")).to_be_visible()
    expect(drawer.get_by_role("button", name="Leave out")).to_be_disabled()
    drawer.get_by_role("button", name="Use it as it is").click()
    drawer.get_by_role("button", name="Look inside").click()
    assert [act["do"] for act in page.evaluate("window.acts")[2:]] == ["restore", "inside"]
    assert f'"picture":"test:{first}"' in page.evaluate("sessionStorage.getItem('np.inside')")


def test_pairs_and_classes_lead_to_their_pictures(stage: Stage, opened: Opened) -> None:
    page = opened(path="#tab=classes", wait=".npm-pair")
    off = stage.counts(split="test") * (1 - np.eye(3, dtype=int))
    row, column = np.unravel_index(off.argmax(), off.shape)
    expect(page.locator(".npm-pair").first).to_contain_text(str(off.max()))
    page.get_by_role("button", name="Recall").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Recall")
    page.locator(".npm-pair").first.click()
    expect(tiles(page)).to_have_count(int(off.max()))
    expect(cell(page, stage.classes[row], stage.classes[column])).to_have_attribute("aria-pressed", "true")


def test_no_mistakes_are_said_well(stage: Stage, opened: Opened) -> None:
    stage.right = 1000
    page = opened(wait=".npm-cell")
    expect(page.get_by_text("No mistakes: all 150 are right.")).to_be_visible()
    expect(page.locator(".npm-says")).to_contain_text("All 150 test examples are right")


def test_an_empty_page_is_not_judged_by_the_filter_of_the_next(stage: Stage, opened: Opened) -> None:
    stage.right = 1000
    page = opened(wait=".npm-cell")
    says = page.locator(".npm-gallery [role=status]")
    expect(says).to_contain_text("No mistakes: all 150 are right.")
    says.evaluate(
        """(node) => {
          window.said = [];
          const watch = new MutationObserver(() => window.said.push(node.textContent));
          watch.observe(node, { childList: true, characterData: true, subtree: true });
        }"""
    )
    stage.slow = 0.3
    page.get_by_role("button", name="All examples of scissors").click()
    expect(tiles(page).first).to_be_visible()
    assert set(page.evaluate("window.said")) == {""}


def test_an_empty_class_is_marked(stage: Stage, opened: Opened) -> None:
    stage.absent = 1
    page = opened()
    expect(page.locator(".npm-notes")).to_contain_text("No examples of paper in this part.")
    page.locator("th .npm-empty").click()
    expect(page.get_by_text("There are no examples of paper")).to_be_visible()


def test_a_thousand_classes_are_a_picture(stage: Stage, opened: Opened) -> None:
    stage.classes = [f"class {k}" for k in range(1000)]
    page = opened(wait=".npm-mosaic")
    page.locator(".npm-mosaic").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".npm-mosaic-says")).to_contain_text("true class 1, predicted class 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="true class 1")).to_be_visible()


def test_rows_of_a_table_show_their_values(stage: Stage, opened: Opened) -> None:
    stage.kind = "table"
    page = opened()
    expect(page.get_by_role("heading", name="Rows")).to_be_visible()
    expect(tiles(page).first).to_contain_text("width")
    tiles(page).first.click()
    expect(page.locator(".npm-row-values dt")).to_have_text(["width", "height", "weight", "age"])
    assert not stage.questions("why")


def test_a_run_that_goes_on_shows_the_validation_part_and_its_newest_keyframe(stage: Stage, opened: Opened) -> None:
    stage.set("a", status="training")
    stage.keyframes = [0, 1]
    page = opened()
    expect(page.locator(".npm-notes")).to_contain_text("Weights after epoch 1. The run goes on")
    assert {(question["split"], question["weights"]) for question in stage.questions("gallery")} == {("validation", 1)}
    stage.keyframes = [0, 1, 2]
    expect(page.locator(".npm-notes")).to_contain_text("Weights after epoch 2.")
    stage.set("a", status="done")
    expect(page.locator(".npm-notes")).not_to_contain_text("goes on")


def test_it_is_said_which_weights_are_on_show(stage: Stage, opened: Opened) -> None:
    stage.without_weights = ("queued",)
    stage.set("a", status="training")
    page = opened(path="#weights=1")
    expect(page.locator(".npm-notes")).to_contain_text("Weights after epoch 1. The run goes on; “Now” follows it.")
    stage.set("a", status="failed")
    page.get_by_role("button", name="Now").click()
    expect(page.locator(".npm-notes")).to_contain_text("The run failed; these are the last weights that were good.")


def test_newer_keyframes_are_shown_after_the_page_was_out_of_sight(stage: Stage, opened: Opened) -> None:
    stage.set("a", status="training")
    stage.keyframes = [0, 1]
    page = opened(clock=True)
    hidden = """(hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hidden, True)
    let_pass(page, 2500)  # longer than between two questions
    page.evaluate(hidden, False)
    stage.keyframes = [0, 1, 2]
    expect(page.locator(".npm-notes")).to_contain_text("Weights after epoch 2.")


def test_the_focus_stays_where_it_is_while_another_run_goes_on(stage: Stage, opened: Opened) -> None:
    stage.add("b", status="training")
    page = opened(path="#tab=classes", wait=".npm-pair", clock=True)
    button = page.locator(".npm-classes tbody button").first
    button.focus()
    node = button.element_handle()
    stage.set("b", epoch=9)
    with page.expect_response("**/api/runs"):
        let_pass(page, 2500)
    settle(page)
    assert node.evaluate("(node) => document.activeElement === node")


@pytest.mark.parametrize("view", ["matrix", "gallery"])
def test_what_went_wrong_is_said_in_its_place(view: str, stage: Stage, opened: Opened) -> None:
    stage.faults[view] = Conflict("The network's answers are no numbers (NaN).", fix="Choose the weights of an earlier epoch.")
    page = opened(wait=".np-fault")
    expect(page.locator(".np-fault")).to_contain_text("Choose the weights of an earlier epoch.")
    del stage.faults[view]
    page.get_by_role("slider", name="Epoch").fill("1")
    expect(page.locator(".npm-tile").first).to_be_visible()
    expect(page.locator(".np-fault")).to_have_count(0)


@pytest.mark.parametrize("view", ["matrix", "gallery"])
def test_an_engine_that_gets_warm_is_waited_for(view: str, stage: Stage, opened: Opened) -> None:
    stage.faults[view] = Unavailable("No engine is free yet.", fix="Try again in a few seconds.")
    page = opened(wait=".np-fault")
    del stage.faults[view]
    expect(tiles(page).first).to_be_visible()


def test_a_run_without_weights_says_so(stage: Stage, opened: Opened) -> None:
    stage.set("a", status="failed")
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("This run kept no weights")).to_be_visible()
    expect(page.locator(".npm-summary")).to_be_hidden()


def test_on_a_phone_nothing_is_wider_than_the_page(opened: Opened) -> None:
    page = opened(width=420)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    tiles(page).first.click()
    expect(page.locator(".npm-near figure")).to_have_count(8)
    drawer = page.get_by_role("dialog")
    assert drawer.evaluate("node => node.scrollWidth <= node.clientWidth && node.clientWidth <= 420")
