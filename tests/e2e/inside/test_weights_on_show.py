"""Which weights Look inside shows: the kept epochs, and those of a run that trains, asked for again and again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.e2e.inside.inside_stage import Stage
from tests.e2e.stages.waiting import let_pass, until

Opened = Callable[..., Page]


def pulse(page: Page) -> Locator:
    return page.locator(".pulse")


def test_the_slider_goes_through_the_kept_epochs(opened: Opened, stage: Stage) -> None:
    page = opened()
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("aria-valuetext", "now, epoch 3")
    slider.fill("0")
    expect(pulse(page)).to_have_attribute("data-weights", "0")
    expect(page.locator(".npi-timeline-says")).to_have_text("before training")
    until(page, lambda: any(question["weights"] == 0 for question in stage.questions("pulse")))
    until(page, lambda: any(question["weights"] == 0 for question in stage.questions("picture")))
    page.get_by_role("button", name="Best").click()
    expect(pulse(page)).to_have_attribute("data-weights", "best")
    expect(page.locator(".npi-timeline-says")).to_have_text("epoch 2")
    page.get_by_role("button", name="Now", exact=True).click()
    expect(pulse(page)).to_have_attribute("data-weights", "now")


def test_a_replay_shows_every_kept_epoch_and_rests_at_the_last(opened: Opened, stage: Stage) -> None:
    page = opened()
    stage.asked.clear()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
    expect(pulse(page)).to_have_attribute("data-weights", "3")
    until(page, lambda: [question["weights"] for question in stage.questions("pulse")] == [0, 1, 2, 3])


def test_weights_that_were_not_kept_give_way_to_the_present_ones(opened: Opened) -> None:
    page = opened(path="#weights=77")
    expect(pulse(page)).to_have_attribute("data-weights", "now")


def test_a_run_that_trains_is_followed_and_left_when_it_ends(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened(clock=True)
    expect(page.locator(".npi-live-chip")).to_be_visible()
    until(page, lambda: len(stage.questions("pulse")) > 4)
    page.get_by_role("slider", name="Epoch").fill("1")  # an earlier epoch stays as it is
    expect(page.locator(".npi-live-chip")).to_be_hidden()
    until(page, lambda: stage.questions("pulse")[-1]["weights"] == 1)
    heard = len(stage.questions("pulse"))
    let_pass(page, 500)
    assert len(stage.questions("pulse")) == heard
    page.get_by_role("button", name="Now", exact=True).click()
    until(page, lambda: len(stage.questions("pulse")) > heard + 2)
    stage.set("a", status="done")
    expect(page.locator(".npi-live-chip")).to_be_hidden()
    let_pass(page, 300)  # a question that was about to be asked still is
    heard = len(stage.questions("pulse"))
    let_pass(page, 500)
    assert len(stage.questions("pulse")) == heard


def test_following_asks_at_most_ten_times_a_second_and_not_for_a_tab_that_is_closed(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened(clock=True)
    page.evaluate(
        """() => {
          window.times = [];
          const fetch = window.fetch;
          window.fetch = (...asked) => (String(asked[1]?.body).includes("pulse") && window.times.push(performance.now()), fetch(...asked));
        }"""
    )
    page.wait_for_function("window.times.length > 10")
    assert np.diff(page.evaluate("window.times")).min() > 95  # milliseconds; timers fire a little early
    page.get_by_role("tab", name="Other").click()
    let_pass(page, 200)
    before = len(stage.questions("pulse"))
    let_pass(page, 400)
    assert len(stage.questions("pulse")) == before


def hide(page: Page, hidden: bool) -> None:
    """As when another tab of the browser comes in front, or this one again."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_keyframes_grow_again_after_the_page_was_out_of_sight(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened(clock=True)
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("max", "3")
    hide(page, True)
    let_pass(page, 2500)  # longer than between two questions
    page.wait_for_function("window.panel.asleep")
    stage.keyframes = [*stage.keyframes, 4]
    hide(page, False)
    expect(slider).to_have_attribute("max", "4")
    stage.keyframes = [*stage.keyframes, 5]
    expect(slider).to_have_attribute("max", "5")


def test_what_follows_a_training_leaves_no_listeners_behind(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    page.evaluate(
        """() => {
          window.listeners = 0;
          const { addEventListener: add, removeEventListener: remove } = AbortSignal.prototype;
          AbortSignal.prototype.addEventListener = function (...all) { window.listeners++; return add.apply(this, all); };
          AbortSignal.prototype.removeEventListener = function (...all) { window.listeners--; return remove.apply(this, all); };
        }"""
    )
    before = len(stage.questions("pulse"))
    until(page, lambda: len(stage.questions("pulse")) > before + 8)
    assert page.evaluate("window.listeners") < 6  # of the questions that are open now
