"""The Playground's page: what a click asks of server and run, and what is drawn of the answers. The server pretends; nothing trains."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.plane.plane_shell_stage import STARTED, Pretender, experiment
from tests.e2e.stages.waiting import let_pass, until


def playing(page: Page, **options: Any) -> Pretender:
    server = Pretender(page, **options)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: bool(server.sockets))
    server.train()
    return server


def score(page: Page) -> str:
    return page.locator(".npp-scores tbody td").first.inner_text()


def test_the_untrained_network_is_shown_before_anybody_plays(page: Page) -> None:
    server = Pretender(page)
    until(page, lambda: score(page) == "1.0000")
    assert server.looks[0] == {"view": "plane"}
    assert not server.runs


def test_play_submits_what_is_on_show_and_follows_the_run(page: Page) -> None:
    server = playing(page)
    assert server.runs == [experiment()]
    assert {"watch": ["plane"]} in server.sent
    until(page, lambda: score(page) == "0.5000")
    expect(page.locator(".npp-count")).to_have_text("5")
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, lambda: server.commands() == [{"do": "pause"}])


def test_a_single_step_begins_a_run_that_waits(page: Page) -> None:
    server = Pretender(page)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Step one batch").click()
    until(page, lambda: bool(server.sockets))
    assert server.runs[0]["paused"] is True
    server.train(0)
    server.tell({"type": "Paused", "epoch": 0, "step": 0})
    until(page, lambda: {"do": "step", "unit": "batch"} in server.commands())


def test_space_plays_wherever_nothing_else_wants_it(page: Page) -> None:
    server = Pretender(page)
    page.get_by_role("textbox", name="Batch size").press("Space")
    assert not server.runs
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("Space")
    until(page, lambda: len(server.runs) == 1)


def test_a_learning_rate_works_at_once(page: Page) -> None:
    server = playing(page)
    field = page.get_by_role("textbox", name="Learning rate")
    field.fill("0.05")
    field.press("Enter")
    until(page, lambda: bool(server.commands()))
    assert server.commands() == [{"do": "set", "name": "learning_rate", "value": 0.05}]
    assert len(server.runs) == 1


def test_a_slow_run_hears_how_slow_before_it_learns_anything(page: Page) -> None:
    server = Pretender(page)
    page.get_by_role("slider", name="Speed").press("Home")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: bool(server.sockets))
    assert server.runs[0]["paused"] is True
    server.train(0)
    assert server.commands() == []
    server.tell({"type": "Paused", "epoch": 0, "step": 0})
    until(page, lambda: server.commands() == [{"do": "set", "name": "speed", "value": 18}, {"do": "resume"}])


def test_other_data_start_over_and_the_training_goes_on_by_itself(page: Page) -> None:
    server = playing(page)
    page.get_by_role("button", name="New seed").click()
    until(page, lambda: {"do": "stop"} in server.commands())
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: len(server.runs) == 2)
    assert server.runs[1]["training"].get("seed")


def test_many_changes_are_told_to_streamlit_once(page: Page) -> None:
    page.clock.install()
    server = Pretender(page)
    slider = page.get_by_role("slider", name="Learning rate, slider")
    slider.evaluate("(node) => { for (let i = 0; i < 5; i++) { node.stepUp(); node.dispatchEvent(new Event('input')); } }")
    until(page, lambda: page.evaluate("told.length") > 0)
    let_pass(page, 600)
    (message,) = page.evaluate("told")
    assert (message["do"], message["turn"]) == ("keep", 1)
    assert message["experiment"]["training"]["optimizer"]["args"]["learning_rate"] == 1
    server.rerun(turn=0)  # an answer from before
    server.rerun(turn=1, experiment=message["experiment"])  # its echo
    expect(page.get_by_role("textbox", name="Learning rate")).to_have_value("1")


def test_what_python_refuses_stays_on_the_screen_with_the_reason(page: Page) -> None:
    server = Pretender(page)
    field = page.get_by_role("textbox", name="Batch size")
    field.fill("25")
    field.press("Enter")
    until(page, lambda: page.evaluate("told.length") == 1)
    server.rerun(turn=1, error={"what": "This cannot be kept.", "fix": ""})
    expect(page.locator(".npp-notice")).to_contain_text("This cannot be kept.")
    expect(field).to_have_value("25")


@pytest.mark.parametrize(("name", "page_name"), [("Look inside", "inside"), ("Mistakes", "mistakes")])
def test_a_run_leads_on_to_the_pages_that_look_into_it(page: Page, name: str, page_name: str) -> None:
    server = Pretender(page)
    way = page.get_by_role("button", name=name, exact=True)
    expect(way).to_be_hidden()
    page.locator(".npp-play").click()
    until(page, lambda: bool(server.sockets))
    server.train()
    way.click()
    until(page, lambda: page.evaluate("told.at(-1)?.do") == page_name)
    assert page.evaluate("told.at(-1).id") == "run1"


def test_why_a_link_was_not_opened_is_said_beside_the_network_that_is_shown_instead(page: Page) -> None:
    Pretender(page, error={"what": "The link is damaged.", "fix": "Copy the link again."})
    expect(page.locator(".npp-notice")).to_contain_text("The link is damaged.")
    expect(page.locator(".npp-play")).to_be_enabled()


def test_points_too_few_to_train_with_cannot_be_played_and_show_no_old_map(page: Page) -> None:
    server = Pretender(page)
    until(page, lambda: score(page) == "1.0000")
    few = experiment()
    few["data"] = {"name": "points", "args": {"classes": 3}, "test": 0.3}
    server.rerun(experiment=few)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    until(page, lambda: score(page) == "–")
    assert "too few points" in (page.locator(".npp-play").get_attribute("title") or "")


def test_what_comes_back_from_the_address_is_shown(page: Page) -> None:
    server = Pretender(page)
    other = experiment()
    other["training"]["batch_size"] = 50
    server.rerun(experiment=other)
    expect(page.get_by_role("textbox", name="Batch size")).to_have_value("50")


def test_a_link_keeps_the_changes_that_it_has_in_store(page: Page) -> None:
    page.clock.install()
    server = Pretender(page)
    planned = {**experiment(), "changes": [{"step": 20, "name": "learning_rate", "value": 0.1}]}
    server.rerun(experiment=planned)
    until(page, lambda: page.locator(".npp-play").is_enabled())
    let_pass(page, 300)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: bool(server.runs))
    assert server.runs[0]["changes"] == planned["changes"]


def test_a_kept_epoch_is_replayed_and_now_comes_back(page: Page) -> None:
    server = playing(page)
    server.snapshot("paused", started=STARTED)
    slider = page.get_by_role("slider", name="Epoch on show")
    expect(slider).to_be_enabled()
    slider.press("Home")
    until(page, lambda: score(page) == "2.0000")
    assert {"view": "plane", "weights": 0} in server.looks
    slider.press("ArrowRight")
    until(page, lambda: score(page) == "12.0000")
    expect(page.locator(".npp-replay-says")).to_have_text("epoch 10")
    page.get_by_role("button", name="Now", exact=True).click()
    until(page, lambda: score(page) == "1.0000")


def test_a_loss_that_is_no_number_offers_the_last_good_epoch_with_a_tenth_of_the_rate(page: Page) -> None:
    server = playing(page)
    server.snapshot(
        "failed",
        started=STARTED,
        error={"what": "The loss became NaN.", "fix": ""},
        checkpoint=[4, 72],
        summary={"last_good_epoch": 4},
    )
    page.get_by_role("button", name="Go back to epoch 4, with a learning rate of 0.001").click()
    until(page, lambda: {"do": "resume", "learning_rate": 0.001} in server.commands())


def test_a_hidden_tab_asks_for_no_frames(page: Page) -> None:
    server = playing(page)
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    until(page, lambda: server.sent[-1] == {"watch": []})
    page.evaluate(hide, False)
    until(page, lambda: server.sent[-1] == {"watch": ["plane"]})


def test_a_class_view_hides_what_its_link_names(page: Page) -> None:
    Pretender(page, hide="rate,share,speed,nonsense")
    for name in (".npp-speed", ".npp-scale:has([aria-label='Learning rate'])", ".npp-way:has-text('Share')"):
        expect(page.locator(name)).to_be_hidden()
    expect(page.locator(".npp-scale:has([aria-label='Batch size'])")).to_be_visible()


def test_a_sketch_that_is_refused_goes_back_with_the_reason(page: Page) -> None:
    server = Pretender(page)
    server.refuse_sketch = True
    field = page.get_by_role("textbox", name="Batch size")
    field.fill("20")
    field.press("Enter")
    expect(page.locator(".npp-notice")).to_contain_text("Take another.")
    expect(field).to_have_value("10")


def test_what_was_edited_without_a_connection_counts_when_it_is_back(page: Page) -> None:
    server = playing(page)
    server.is_away = True
    page.get_by_role("button", name="Add a hidden layer", exact=True).click()
    expect(page.locator(".npp-notice")).to_contain_text("The server does not answer.")
    expect(page.locator(".npp-net-layers")).to_have_text("3 hidden layers")
    server.is_away = False
    until(page, lambda: [command["name"] for command in server.commands()] == ["network"])
    expect(page.locator(".npp-notice")).to_have_count(0)


def test_another_tab_s_change_is_shown_here(page: Page) -> None:
    server = playing(page)
    server.change("learning_rate", 0.3)
    expect(page.get_by_role("textbox", name="Learning rate")).to_have_value("0.3")
    assert server.commands() == []


def test_changes_that_follow_each_other_are_kept_while_the_run_lags_behind(page: Page) -> None:
    page.clock.install()
    server = playing(page)
    for count in (3, 4):
        page.get_by_role("button", name="Add a hidden layer", exact=True).click()
        expect(page.locator(".npp-net-layers")).to_have_text(f"{count} hidden layers")
        until(page, lambda count=count: len(server.commands()) == count - 2)  # type: ignore[misc]
    for command in server.commands():
        server.change("network", command["value"])
        let_pass(page, 200)
        expect(page.locator(".npp-net-layers")).to_have_text("4 hidden layers")
    assert len(server.commands()) == 2


def test_the_pace_goes_as_the_training_pauses(page: Page) -> None:
    server = playing(page)
    expect(page.locator(".npp-pace")).to_have_text("1,000 epochs/s")
    server.tell({"type": "Paused", "epoch": 5, "step": 90})
    expect(page.locator(".npp-pace")).to_have_text("")


def test_play_goes_on_with_what_was_interrupted(page: Page) -> None:
    server = playing(page)
    server.snapshot("interrupted", started=STARTED, checkpoint=[40, 720])
    page.wait_for_selector('.npp[data-state="interrupted"]')
    expect(page.get_by_role("button", name="Step one batch")).to_be_disabled()
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: server.commands() == [{"do": "resume"}])
    assert len(server.runs) == 1


def test_an_edit_of_what_has_ended_says_that_it_begins_anew(page: Page) -> None:
    server = playing(page)
    server.snapshot("interrupted", started=STARTED, checkpoint=[40, 720])
    page.wait_for_selector('.npp[data-state="interrupted"]')
    page.get_by_role("button", name="Add a hidden layer", exact=True).click()
    page.wait_for_selector('.npp[data-state="new"]')
    expect(page.locator(".npp-said")).to_contain_text("begins anew")


def test_a_place_in_line_is_said_to_who_really_waits(page: Page) -> None:
    server = Pretender(page)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, lambda: bool(server.sockets))
    page.wait_for_selector('.npp[data-state="queued"]')
    assert not page.locator(".npp-notice").count()
    expect(page.locator(".npp-notice")).to_contain_text("Next in line")


def test_an_epoch_that_went_meanwhile_is_replaced_by_the_nearest_one(page: Page) -> None:
    server = playing(page)
    slider = page.get_by_role("slider", name="Epoch on show")
    expect(slider).to_have_attribute("max", "3")
    server.lost, server.keyframes = {10}, [0, 12, 24]  # as many as before
    slider.evaluate("(node) => { node.value = 1; node.dispatchEvent(new Event('input')); }")
    until(page, lambda: score(page) == "14.0000")
    expect(page.locator(".npp-replay-says")).to_have_text("epoch 12")
    assert page.locator(".npp-notice").count() == 0


def test_a_snapshot_after_a_lost_connection_shows_what_was_changed_meanwhile(page: Page) -> None:
    server = playing(page)
    rate = page.get_by_role("textbox", name="Learning rate")
    server.snapshot("training", started=STARTED, changes=[[18, "learning_rate", 0.25]])
    expect(rate).to_have_value("0.25")


def test_a_page_that_was_left_does_nothing_any_more(page: Page) -> None:
    page.clock.install()
    server = playing(page)
    expect(page.get_by_role("slider", name="Epoch on show")).to_have_attribute("max", "3")
    page.locator(".npp-board-switch[data-name=arrows]").click()
    page.get_by_role("button", name="Replay").click()
    page.evaluate("window.leave()")
    let_pass(page, 3300)
    asked = len(server.looks)
    page.evaluate(
        """() => {
          const before = window.setTimeout;
          window.timers = [];
          window.setTimeout = (...given) => (window.timers.push(String(given[0])), before(...given));
        }"""
    )
    let_pass(page, 1700)
    assert page.evaluate("window.timers") == []
    assert len(server.looks) == asked


@pytest.mark.parametrize("width", [420, 1400])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    playing(page)
    page.get_by_role("switch", name="Expert").click()
    page.locator(".npp-knobs summary").click()
    knobs = page.locator(".npp-knobs-list").bounding_box()
    assert knobs and knobs["x"] >= 0 and knobs["x"] + knobs["width"] <= width
    wide = "() => [...document.querySelectorAll('.npp *')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(f"({wide})().map((node) => node.className)")


def test_what_may_be_wrong_is_said_beside_the_lesson_and_goes_again(page: Page) -> None:
    server = playing(page)
    finding = page.locator(".npp-finding")
    expect(finding).to_be_hidden()
    server.tell({"type": "Finding", "finding": {"title": "Overfitting", "text": "Loss is 0.1 and 0.9.", "fix": None}})
    expect(finding).to_have_text("OverfittingLoss is 0.1 and 0.9.")
    server.tell({"type": "Finding", "finding": None})
    expect(finding).to_be_hidden()


def test_formulas_are_set_as_on_paper(page: Page) -> None:
    Pretender(page)
    script = """async () => (await import("/assets/plane/learn/symbols.js")).formula("w_{ij} ← α^2·max(0, z)").innerHTML"""
    assert page.evaluate(script) == "<i>w</i><sub>ij</sub> ← <i>α</i><sup>2</sup>·max(0, <i>z</i>)"
