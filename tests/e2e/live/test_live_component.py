"""The live view by itself in a real browser: a stage says a run's events, the test looks at the page, over reruns and lost connections."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.values import events
from playground.values.metric import METRICS
from playground.values.run import MAX_POINTS
from tests.e2e.live import live_stage
from tests.e2e.live.live_stage import EPOCHS, STEPS, Stage, batches, confusion, done, epochs_until, progress, started

Opened = Callable[..., Page]


def button(page: Page, name: str):
    return page.locator(".np-live").get_by_role("button", name=name, exact=True)


def chip(page: Page):
    return page.locator(".np-title .np-status")


def waits(page: Page, expression: str, *, arg: object = None) -> None:
    """Until the expression holds in the page: what was clicked or said arrives a moment later."""
    page.wait_for_function(expression, arg=arg)


def test_curves_counters_and_progress_move_with_the_events(opened: Opened, stage: Stage) -> None:
    page = opened(started(), batches(1, 10), progress(10))
    waits(page, "document.querySelector('.np-plot').data?.[0].x.length === 10")
    stage.say("r", batches(11, STEPS), live_stage.epoch_end(1))
    waits(page, "n => document.querySelector('.np-plot').data[0].x.length === n", arg=STEPS)
    stage.say("r", progress(STEPS))  # drawn alone: what tells of the step has to move with it
    counters = page.locator(".np-counters dd")
    expect(counters).to_have_text(["1 / 10", "21 / 210", "1,603", "20.0", "2.39", "0.4 s", "3.8 s", "0.001"])
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "10")
    drawn = page.evaluate("[...document.querySelectorAll('.np-plot')].map((plot) => plot.data.map((line) => Array.from(line.y)))")
    sent = stage.runs["r"].batches.values
    np.testing.assert_array_equal(drawn[0][0], sent["loss"])
    np.testing.assert_array_equal(drawn[1][0], sent["accuracy"])
    assert len(drawn[0][3]) == 1  # one validation point
    expect(page.locator(".np-plot").first).to_have_attribute(
        "aria-label", "Loss chart after 21 steps, training 1.5923, validation 1.4718, lowest validation loss at epoch 1"
    )


def test_a_run_that_predicts_a_number_shows_its_error_instead_of_accuracy_and_classes(opened: Opened, stage: Stage) -> None:
    numbers = events.BatchPoints(np.arange(1, 4, dtype=np.int32), {"loss": np.float32([3, 2, 1]), "mae": np.float32([0.9, 0.8, 0.7])})
    end = events.EpochPoint(1, STEPS, {"loss": 1.0, "mae": 0.7, "val_loss": 1.1, "val_mae": 0.75, "learning_rate": 0.001})
    ended = events.Done(False, {"test_loss": 1.2, "test_mae": 0.7654, "test_examples": 75, "seconds": 1.0})
    page = opened(started(classes=(), metrics=METRICS["regressor"]), numbers, end, progress(STEPS), ended)
    expect(page.locator(".np-chart h4")).to_have_text(["Loss", "Mean absolute error"])
    waits(page, "document.querySelectorAll('.np-plot')[1].data[0].x.length === 3")
    assert page.evaluate("document.querySelectorAll('.np-plot')[1].data[3].y[0]") == pytest.approx(0.75)
    expect(page.locator(".np-tile").first).to_contain_text("Test mean absolute error0.7654")
    expect(page.locator(".np-classwise .np-card").first).to_be_hidden()


def test_smoothing_log_and_epochs_change_the_drawing_but_not_the_data(opened: Opened) -> None:
    page = opened(*epochs_until(3 * STEPS))
    before = page.evaluate("Array.from(document.querySelector('.np-plot').data[0].y)")
    page.get_by_role("slider", name="Smoothing").fill("0.95")
    page.get_by_role("radio", name="Log").check()
    page.get_by_role("radio", name="Epochs").check()
    waits(
        page, "document.querySelector('.np-plot').layout.yaxis.type === 'log' && document.querySelector('.np-plot').data[0].x.at(-1) === 3"
    )
    assert page.evaluate("Array.from(document.querySelector('.np-plot').data[0].y)") == before
    page.reload()  # a person's taste survives a refresh
    expect(page.get_by_role("radio", name="Log")).to_be_checked()
    expect(page.get_by_role("slider", name="Smoothing")).to_have_value("0.95")


def test_the_best_epoch_is_marked(opened: Opened) -> None:
    page = opened(*epochs_until(EPOCHS * STEPS))
    expect(page.locator(".np-plot .annotation-text").first).to_have_text("best epoch: 7")
    assert page.evaluate("document.querySelector('.np-plot').layout.shapes[0].x0") == 7 * STEPS


def test_changes_of_the_learning_rate_are_marked_and_bounded(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(3 * STEPS))
    stage.say("r", events.Changed("learning_rate", 0.0005, 40), events.Changed("speed", 5.0, 41))
    expect(page.locator(".np-plot .annotation-text", has_text="0.0005")).to_have_count(2)  # in both charts
    lines = "document.querySelector('.np-plot').layout.shapes.filter((shape) => shape.line.dash === 'dot').map((shape) => shape.x0)"
    assert page.evaluate(lines) == [40]
    page.get_by_role("radio", name="Epochs").check()
    waits(page, f"Math.abs({lines}[0] - 40 / {STEPS}) < 1e-9")
    page.get_by_role("radio", name="Steps").check()
    stage.say("r", *(events.Changed("learning_rate", 0.001 / step, step) for step in range(41, 71)))
    waits(page, f"JSON.stringify({lines}) === JSON.stringify({list(range(51, 71))})")
    assert page.evaluate("document.querySelector('.np-plot').layout.annotations.length") < 10


def test_a_long_run_draws_a_bounded_number_of_points(opened: Opened, stage: Stage) -> None:
    page = opened(started(epochs=1000), batches(1, 1_900))
    stage.say("r", batches(1_901, 9_000))
    waits(page, "document.querySelector('.np-plot').data[0].x.at(-1) === 9000")
    assert page.evaluate("document.querySelector('.np-plot').data[0].x.length") == len(stage.runs["r"].batches.x) <= MAX_POINTS


def test_a_line_is_hidden_by_its_legend_entry(opened: Opened) -> None:
    page = opened(*epochs_until(2 * STEPS))
    entry = page.locator(".np-legend").first.get_by_role("button", name="validation")
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")
    waits(page, "document.querySelector('.np-plot').data[3].visible === false")


def test_the_confusion_matrix_shows_counts_or_shares_of_the_row(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(3 * STEPS))
    matrix = confusion(3).arrays["matrix"]
    cells = page.locator(".np-matrix td")
    expect(cells).to_have_text([str(n) if n else "" for n in matrix.ravel()])
    page.get_by_role("radio", name="Per row").check()
    expect(cells.first).to_have_text(f"{100 * matrix[0, 0] / matrix[0].sum():.0f}")
    expect(page.locator(".np-matrix-card .np-sub")).to_have_text(f"Validation part, after epoch 3: {matrix.sum()} examples")
    stage.say("r", confusion(10, split="test"), done())
    expect(page.locator(".np-matrix-card .np-sub")).to_have_text("Test part, at the end: all 209 examples")
    assert {"watch": ["confusion"]} in stage.heard


def test_the_class_table_sorts_by_a_click_on_a_header(opened: Opened) -> None:
    page = opened(*epochs_until(2 * STEPS))
    head = page.locator(".np-classes th", has_text="F1")
    column = "[...document.querySelectorAll('.np-classes tbody tr')].map((row) => parseFloat(row.cells[3].textContent))"
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    falling = page.evaluate(column)
    assert falling == sorted(falling, reverse=True) and len(set(falling)) > 1
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate(column) == falling[::-1] or page.evaluate(column) == sorted(falling)


def test_results_say_on_how_many_examples(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(EPOCHS * STEPS))
    expect(page.locator(".np-tiles")).to_be_hidden()
    stage.say("r", confusion(EPOCHS, split="test"), done())
    expect(page.locator(".np-tile").first).to_contain_text("on all 209 test examples")
    expect(page.locator(".np-tile").nth(1)).to_contain_text("0.2345")


def test_a_name_is_shown_as_text(opened: Opened) -> None:
    page = opened(*epochs_until(STEPS), name="<img src=x onerror=alert(1)>")
    expect(page.locator(".np-head h3")).to_have_text("<img src=x onerror=alert(1)>")
    page.evaluate("rerun({ compare: [{ id: 'r', name: '<b>bold</b>' }] })")
    expect(page.locator(".np-legend").first.get_by_role("button", name="<b>bold</b>")).to_be_visible()
    waits(page, "document.querySelector('.np-plot').data.length === 5 && document.querySelector('.np-plot').data[4].y.length === 1")


@pytest.mark.parametrize("width", [400, 700])
def test_nothing_overflows_on_a_narrow_page(opened: Opened, stage: Stage, width: int) -> None:
    opened_page = opened(*epochs_until(3 * STEPS, penalty=True))
    opened_page.set_viewport_size({"width": width, "height": 900})
    overflow = "document.documentElement.scrollWidth > innerWidth"
    assert not opened_page.evaluate(overflow)
    stage.say("r", events.Failed({"what": "A" * 90, "got": "B" * 90}, {"last_good_epoch": 2}))
    expect(button(opened_page, "Same seed")).to_be_visible()
    assert not opened_page.evaluate(overflow)


def test_reruns_keep_socket_drawing_and_zoom(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(2 * STEPS))
    sockets = stage.opened
    page.evaluate(
        "document.querySelector('.np-live').mark = 7; Plotly.relayout(document.querySelector('.np-plot'), {'xaxis.range': [5, 20]})"
    )
    page.evaluate("rerun(); rerun({ rate_reason: '' })")
    page.evaluate("release(); rerun()")  # taken away and put back
    stage.say("r", batches(2 * STEPS + 1, 2 * STEPS + 5))
    waits(page, "n => document.querySelector('.np-plot').data[0].x.length === n", arg=2 * STEPS + 5)
    assert page.evaluate("[document.querySelector('.np-live').mark, document.querySelector('.np-plot').layout.xaxis.range]") == [7, [5, 20]]
    assert stage.opened == sockets


def test_a_lost_connection_comes_back_with_all_that_was_missed(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    sockets = stage.opened
    stage.hang_up("r")
    stage.say("r", batches(STEPS + 1, STEPS + 9), events.Paused(1, STEPS + 9))
    waits(page, "n => document.querySelector('.np-plot').data[0].x.length === n", arg=STEPS + 9)
    expect(chip(page)).to_have_text("Paused")
    expect(page.locator(".np-lost")).to_be_hidden()
    assert stage.opened == sockets + 1


def test_a_run_that_started_leads_to_the_pages_that_look_into_it(opened: Opened, stage: Stage) -> None:
    page = opened()
    expect(button(page, "Look inside")).to_be_hidden()  # there is no network yet
    stage.say("r", started())
    button(page, "Look inside").click()
    button(page, "Mistakes").click()
    assert page.evaluate("triggers") == [["look", "inside"], ["look", "mistakes"]]


def test_the_end_is_told_to_python_only_when_it_was_watched(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(STEPS))
    stage.say("r", done(stopped=True))
    stage.set("r", status="stopped")
    expect(chip(page)).to_have_text("Stopped")
    assert page.evaluate("triggers") == [["ended", "stopped"]]
    page.reload()
    expect(chip(page)).to_have_text("Stopped")
    assert page.evaluate("triggers") == []
    button(page, "New seed").click()
    assert page.evaluate("triggers") == [["again", "new"]]
    expect(button(page, "Same seed")).to_be_disabled()  # one click, one run


def test_another_run_takes_the_place_of_the_first(opened: Opened, stage: Stage) -> None:
    page = opened(*epochs_until(2 * STEPS))
    stage.add("other", name="Another one")
    stage.say("other", started(), batches(1, 4))
    page.evaluate("rerun({ run: 'other' })")
    expect(page.locator(".np-head h3")).to_have_text("Another one")
    waits(page, "document.querySelector('.np-plot').data[0].x.length === 4")
    expect(page.locator(".np-matrix-card .np-sub")).to_contain_text("Appears at the end of the first epoch")


def test_without_a_run_it_says_what_to_do(opened: Opened, stage: Stage) -> None:
    page = opened(run=None)
    expect(page.locator(".np-head")).to_contain_text("Press Train")
    expect(button(page, "Pause")).to_be_disabled()
    page.evaluate("rerun({ run: 'nowhere' })")
    expect(page.locator(".np-head h3")).to_have_text("There is no such run")
    stage.add("gone")
    page.evaluate("rerun({ run: 'gone' })")
    expect(page.locator(".np-head h3")).to_have_text("Small convnet")
    stage.send("gone", {"type": "Deleted"})
    expect(page.locator(".np-head h3")).to_have_text("This run was deleted")
