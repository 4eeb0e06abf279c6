"""The live view's controls in a real browser: what a click, a key or a slider says to the run, and what they show until it answers."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from playground.lab.live import feed
from playground.values import events
from playground.values.errors import InvalidValue
from tests.e2e.live.live_stage import STEPS, Stage, done, epochs_until, started
from tests.e2e.stages.waiting import until

Opened = Callable[..., Page]
RATE = "Learning rate"


def button(page: Page, name: str):
    return page.locator(".np-live").get_by_role("button", name=name, exact=True)


def chip(page: Page):
    return page.locator(".np-title .np-status")


def hears(stage: Stage, page: Page, command: dict) -> None:
    """Until the command has come in."""
    until(page, lambda: command in stage.commands(), lambda: f"{command}, heard were {stage.commands()}")


def test_a_click_is_answered_at_once_and_settles_with_the_event(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    button(page, "Pause").click()
    expect(chip(page)).to_have_text("Pausing …")
    hears(stage, page, {"do": "pause"})
    stage.say("r", events.Paused(1, STEPS))
    expect(chip(page)).to_have_text("Paused")
    button(page, "Resume").click()
    hears(stage, page, {"do": "resume"})
    stage.say("r", events.Resumed())
    expect(button(page, "Pause")).to_be_enabled()
    for name, command in (("Step batch", {"do": "step", "unit": "batch"}), ("Step epoch", {"do": "step", "unit": "epoch"})):
        button(page, name).click()
        hears(stage, page, command)
        stage.say("r", events.Paused(1, STEPS + 1))
        expect(chip(page)).to_have_text("Paused")
    button(page, "Stop").click()
    hears(stage, page, {"do": "stop"})


def test_keys_do_what_the_buttons_do_but_not_while_typing(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    page.get_by_label(RATE).focus()
    page.keyboard.type("se ")
    page.keyboard.press("Escape")
    assert stage.commands() == []
    page.locator(".np-live").focus()
    for key, command in ((" ", {"do": "pause"}), ("s", {"do": "step", "unit": "batch"}), ("e", {"do": "step", "unit": "epoch"})):
        page.keyboard.press(key)
        hears(stage, page, command)
        stage.say("r", events.Paused(1, STEPS))
        expect(chip(page)).to_have_text("Paused")


def test_the_learning_rate_applies_on_enter_and_shows_what_is_in_force(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    field = page.get_by_label(RATE)
    expect(field).to_have_value("0.001")
    field.fill("")
    field.press_sequentially("much")
    field.press("Enter")
    expect(page.locator(".np-note")).to_contain_text("A number from")
    assert stage.commands() == []
    field.fill("")
    field.press_sequentially("5e-3")
    field.press("Enter")
    hears(stage, page, {"do": "set", "name": "learning_rate", "value": 0.005})
    stage.say("r", events.Changed("learning_rate", 0.004))
    expect(field).to_have_value("0.004")
    expect(page.locator(".np-counters dd").last).to_have_text("0.004")


def test_a_refused_change_is_taken_back_and_explained(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    field = page.get_by_label(RATE)
    field.fill("")
    field.press_sequentially("0.5")
    field.press("Enter")
    hears(stage, page, {"do": "set", "name": "learning_rate", "value": 0.5})
    stage.send("r", feed.refusal(InvalidValue("A schedule decides the learning rate.", fix="Take the schedule off.")))
    expect(field).to_have_value("0.001")
    expect(page.locator(".np-notice")).to_contain_text("A schedule decides the learning rate.Take the schedule off.")


def test_a_learning_rate_that_cannot_be_set_says_why(opened: Opened) -> None:
    page = opened(*epochs_until(STEPS))
    page.evaluate("rerun({ rate_reason: 'A schedule decides.' })")
    expect(page.get_by_label(RATE)).to_be_disabled()
    expect(page.locator(".np-field", has_text=RATE)).to_have_attribute("title", "A schedule decides.")


def test_speed_is_without_limit_at_the_end_of_its_slider(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    slider = page.get_by_role("slider", name="Speed")
    slider.fill("10")
    hears(stage, page, {"do": "set", "name": "speed", "value": 10.0})
    slider.fill("31")
    hears(stage, page, {"do": "set", "name": "speed", "value": None})


def test_a_slider_that_is_drawn_sends_few_speeds_and_the_last_one_always(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    page.get_by_role("slider", name="Speed").evaluate(
        "slider => { for (let slot = 0; slot <= 20; slot++) { slider.value = slot; slider.dispatchEvent(new Event('input')); } }"
    )
    hears(stage, page, {"do": "set", "name": "speed", "value": 100.0})
    assert len(stage.commands()) <= 2


def test_after_a_resume_the_slider_knows_that_the_new_session_has_no_limit(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS), events.Changed("speed", 10.0))
    slider = page.get_by_role("slider", name="Speed")
    expect(slider).to_have_value("10")
    stage.say("r", events.Interrupted(), started(epoch=1, step=STEPS))
    expect(slider).to_have_value("31")


def test_after_nan_under_a_schedule_it_offers_no_other_learning_rate(opened: Opened, stage: Stage) -> None:
    error = {"what": "The loss became NaN.", "fix": "Lower the schedule's rate or clip the gradients, and train again."}
    page = opened(*epochs_until(3 * STEPS), events.Failed(error, {"last_good_epoch": 3}))
    page.evaluate("rerun({ rate_reason: 'A schedule decides.' })")
    button(page, "Resume from epoch 3").click()
    hears(stage, page, {"do": "resume"})


def test_an_interrupted_run_without_a_checkpoint_starts_again(opened: Opened, stage: Stage) -> None:
    page = opened(started(), events.Interrupted())
    button(page, "Start it again").click()
    hears(stage, page, {"do": "resume"})


def test_after_nan_it_offers_a_smaller_learning_rate(opened: Opened, stage: Stage) -> None:
    error = {"what": "The loss is no longer a number.", "fix": "Try a smaller learning rate."}
    page = opened(*epochs_until(3 * STEPS), events.Failed(error, {"last_good_epoch": 3}))
    expect(page.locator(".np-notice")).to_contain_text("The loss is no longer a number.")
    button(page, "Resume from epoch 3 with learning rate ÷ 10 (0.0001)").click()
    hears(stage, page, {"do": "resume", "learning_rate": 0.0001})


def test_an_interrupted_run_resumes_from_its_checkpoint(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(3 * STEPS), events.Interrupted())
    button(page, "Resume from epoch 3, step 63").click()
    hears(stage, page, {"do": "resume"})
    stage.set("r", status="queued", position=2)
    expect(chip(page)).to_have_text("Queued, place 2")
    expect(button(page, "Pause")).to_be_disabled()
    expect(button(page, "Stop")).to_be_enabled()


def test_what_may_be_wrong_is_said_with_what_can_be_done_and_changes_in_place(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    finding = page.get_by_role("note", name="What may be wrong")
    expect(finding).to_be_hidden()
    command = {"do": "set", "name": "learning_rate", "value": 0.0003}
    fix = {"label": "Set the learning rate to 0.0003", "command": command}
    said = {"title": "The loss jumps up and down", "text": "From 1 to 3.", "fix": fix}
    stage.send("r", {"type": "Finding", "finding": said})
    button(page, "Set the learning rate to 0.0003").click()
    hears(stage, page, command)
    stage.send("r", {"type": "Finding", "finding": said | {"text": "From 1 to 4."}})
    expect(finding).to_contain_text("From 1 to 4.")
    expect(button(page, "Set the learning rate to 0.0003")).to_be_focused()
    stage.say("r", done())
    expect(button(page, "Set the learning rate to 0.0003")).to_be_hidden()
    expect(finding).to_contain_text("From 1 to 4.")
    stage.send("r", {"type": "Finding", "finding": None})
    expect(finding).to_be_hidden()
