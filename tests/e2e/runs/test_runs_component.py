"""The Runs table in a real browser, alone on a page: what it shows, how it sorts, searches and updates, what its buttons say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.ui.runs import row
from playground.values import events
from tests.e2e.runs.runs_stage import Stage, epoch_end, progress, regression, run_of
from tests.e2e.stages.waiting import let_pass

ACTS = "window.acts"


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage().start()
    yield stage
    stage.stop()


def show(page: Page, stage: Stage, *runs) -> None:
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    stage.runs = list(runs)
    page.goto(stage.url)
    page.locator(".np-runs").wait_for()


def rows(page: Page) -> Locator:
    return page.locator(".np-runs-row")


def names(page: Page) -> list[str]:
    return page.locator(".np-runs-open").all_inner_texts()


def ended(number: int, name: str, status: str = "done", epochs: int | None = None):
    return run_of(number, status=status, epochs=epochs, name=name)


def test_a_row_says_what_is_known_of_a_run(page: Page, stage: Stage) -> None:
    run = ended(3, "My run")
    show(page, stage, run)
    text = rows(page).inner_text()
    for part in ("My run", "Small LeNet on MNIST sample", "61,706 parameters", "Done", "90.3 %", "8 / 8", "44 s", "hours ago"):
        assert part in text.replace("\u00a0", " ")
    assert f"{run.summary['best_val_accuracy'] * 100:.1f} %" in text
    assert page.locator(".np-runs-curve polyline").get_attribute("points").count(",") == 8
    expect(page.get_by_role("searchbox")).to_be_hidden()


def test_names_are_shown_as_text_never_as_markup(page: Page, stage: Stage) -> None:
    show(page, stage, ended(3, "<img src=x onerror=alert(1)>"))
    assert names(page) == ["<img src=x onerror=alert(1)>"]
    assert page.locator(".np-runs-row img").count() == 0


def test_no_runs_lead_to_build(page: Page, stage: Stage) -> None:
    show(page, stage)
    expect(page.get_by_role("table")).to_be_hidden()
    page.get_by_role("button", name="Build a network").click()
    assert page.evaluate(ACTS) == [{"do": "build", "id": ""}]


def test_a_click_on_a_header_sorts_and_a_second_turns_it_round(page: Page, stage: Stage) -> None:
    show(page, stage, ended(0, "b", epochs=5), ended(1, "C", epochs=2), ended(2, "a", "queued", 0))
    assert names(page) == ["b", "C", "a"]
    page.get_by_role("button", name="Name", exact=True).click()
    assert names(page) == ["a", "b", "C"]
    header = page.get_by_role("columnheader", name="Best validation")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert names(page)[2] == "a", "unknown values come last"
    first = names(page)[:2]
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert names(page) == [*reversed(first), "a"]


def test_a_regression_shows_its_error_and_the_best_stand_first_in_each_metrics_own_direction(page: Page, stage: Stage) -> None:
    classifiers = (ended(0, "few", epochs=2), ended(1, "many", epochs=8))
    show(page, stage, regression(2, "worse", 0.5, 0.4), *classifiers, regression(3, "better", 0.3, 0.1, 0.2))
    text = rows(page).filter(has_text="better").inner_text()
    assert "0.1000" in text and "0.2000" in text and "0.2100" in text and "error" in text
    assert page.locator(".np-runs-curve polyline").last.get_attribute("points")
    header = page.get_by_role("columnheader", name="Best validation")
    header.get_by_role("button").click()
    assert names(page) == ["many", "few", "better", "worse"]
    header.get_by_role("button").click()
    assert names(page) == ["few", "many", "worse", "better"]
    show(page, stage, *classifiers)
    assert "accuracy" not in rows(page).first.inner_text(), "all tell of the same"


def test_search_needs_every_word_and_says_how_many_it_found(page: Page, stage: Stage) -> None:
    show(page, stage, *(run_of(number) for number in range(12)))
    page.get_by_role("searchbox").fill("iris sgd")
    assert names(page) == ["Linear classifier on iris"]
    expect(page.get_by_role("status").filter(has_text="of 12 runs")).to_have_text("1 of 12 runs")
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.get_by_text("No run matches this search.")).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()


def test_fifty_rows_at_once_and_more_on_demand(page: Page, stage: Stage) -> None:
    show(page, stage, *(ended(number, f"run {number}", epochs=1) for number in range(60)))
    expect(rows(page)).to_have_count(50)
    page.get_by_role("button", name="Show 10 more").click()
    expect(rows(page)).to_have_count(60)
    expect(page.get_by_role("button", name="run 50", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="more")).to_be_hidden()


def test_the_name_opens_the_run_and_duplicate_carries_it_into_build(page: Page, stage: Stage) -> None:
    show(page, stage, ended(3, "My run"))
    page.get_by_role("button", name="My run", exact=True).press("Enter")
    page.get_by_role("button", name="Duplicate into Build My run").click()
    assert page.evaluate(ACTS) == [{"do": "open", "id": "run3"}, {"do": "duplicate", "id": "run3"}]


def test_a_row_leads_to_the_pages_that_look_into_its_run(page: Page, stage: Stage) -> None:
    show(page, stage, ended(3, "My run"))
    page.get_by_role("button", name="Look inside: My run").click()
    page.get_by_role("button", name="Mistakes: My run").click()
    assert page.evaluate(ACTS) == [{"do": "inside", "id": "run3"}, {"do": "mistakes", "id": "run3"}]


def test_rename_in_place_with_enter_and_not_with_escape(page: Page, stage: Stage) -> None:
    show(page, stage, ended(3, "My run"))
    field = page.get_by_role("textbox", name="New name")
    page.get_by_role("button", name="Rename My run").click()
    field.fill("Other")
    field.press("Escape")
    assert names(page) == ["My run"] and page.evaluate(ACTS) == []
    page.get_by_role("button", name="Rename My run").click()
    field.fill("   ")
    field.press("Enter")
    expect(field).to_be_visible()
    field.fill("  Other ")
    field.press("Enter")
    assert names(page) == ["Other"]
    expect(page.get_by_role("button", name="Other", exact=True)).to_be_focused()
    assert page.evaluate(ACTS) == [{"do": "rename", "id": "run3", "name": "Other"}]


def test_a_rename_that_python_refused_is_taken_back(page: Page, stage: Stage) -> None:
    show(page, stage, ended(3, "My run"))
    page.get_by_role("button", name="Rename My run").click()
    page.get_by_role("textbox", name="New name").fill("Other")
    page.keyboard.press("Enter")
    page.evaluate("rows => window.rerun(rows)", stage.rows())
    assert names(page) == ["My run"]


def test_delete_asks_first_and_the_harmless_answer_has_the_focus(page: Page, stage: Stage) -> None:
    show(page, stage, ended(0, "one", "training"), ended(1, "two"), ended(2, "three"))
    page.get_by_role("button", name="Delete one").click()
    question = page.get_by_role("group", name="Delete this run?")
    expect(question).to_contain_text("It is stopped first.")
    expect(question.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(page.get_by_role("button", name="Delete one")).to_be_focused()
    assert page.evaluate(ACTS) == []
    page.get_by_role("button", name="Delete two").click()
    question.get_by_role("button", name="Delete").click()
    assert names(page) == ["one", "three"]
    expect(page.get_by_role("button", name="three", exact=True)).to_be_focused()
    assert page.evaluate(ACTS) == [{"do": "delete", "id": "run1"}]


def test_active_runs_keep_themselves_fresh_without_a_rerun_and_end(page: Page, stage: Stage) -> None:
    page.clock.install()
    show(page, stage, run_of(3, status="training", epochs=2), ended(4, "other"))
    field = page.get_by_role("textbox", name="New name")
    page.get_by_role("button", name="Rename other").click()
    field.fill("half a na")
    stage.say("run3", epoch_end(3), progress(3, seconds=77))
    expect(rows(page).first).to_contain_text("3 / 8")
    expect(rows(page).first).to_contain_text("1 min 17 s")
    assert page.locator(".np-runs-curve polyline").first.get_attribute("points").count(",") == 3
    stage.say("run3", events.Done(False, {"test_accuracy": 0.987}))
    expect(rows(page).first).to_contain_text("98.7 %")
    expect(rows(page).first.locator(".np-status")).to_have_text("Done")
    expect(field).to_have_value("half a na")
    assert page.evaluate(ACTS) == []
    polls = stage.polls
    let_pass(page, 2_500)
    assert stage.polls == polls, "nothing active, nothing asked"


def test_a_run_begun_elsewhere_makes_the_page_ask_python_once(page: Page, stage: Stage) -> None:
    show(page, stage, run_of(3, status="training", epochs=2))
    stage.runs.insert(0, run_of(0, status="queued"))
    page.wait_for_function("window.acts.length > 0")
    assert page.evaluate(ACTS) == [{"do": "refresh", "id": ""}]
    page.evaluate("rows => window.rerun(rows)", stage.rows())
    assert len(names(page)) == 2


def test_a_rerun_keeps_search_and_order_and_leaving_cleans_up(page: Page, stage: Stage) -> None:
    runs = [run_of(number) for number in range(12)]
    page.clock.install()
    show(page, stage, *runs)
    page.get_by_role("searchbox").fill("mnist")
    page.get_by_role("button", name="Name", exact=True).click()
    before = names(page)
    page.evaluate("rows => window.rerun(rows)", [row(run) for run in runs[:11]])
    assert before[0] == names(page)[0] and page.get_by_role("searchbox").input_value() == "mnist"
    page.evaluate("window.release()")
    assert page.locator("#place").inner_html() == ""
    polls = stage.polls
    let_pass(page, 2_500)
    assert stage.polls <= polls + 1


@pytest.mark.parametrize("width", [420, 700])
def test_where_it_is_narrow_a_run_is_a_card_that_can_still_be_sorted(page: Page, stage: Stage, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, stage, *(run_of(number) for number in range(12)), ended(12, "An exceedingly long name " * 4))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("columnheader", name="Name")).to_be_hidden()
    assert rows(page).first.locator('[data-label="Epochs"]').evaluate("cell => getComputedStyle(cell, '::before').content") == '"Epochs"'
    page.get_by_label("Sort by").select_option("Name, Z to A")
    assert names(page) == sorted(names(page), key=str.lower, reverse=True)
