"""Confidence, threshold, groups and comparison of runs, in a real browser on the real views."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.stats import binomtest
from sklearn.metrics import r2_score, roc_auc_score

from tests.e2e.mistakes.score_stage import Stage, subject_of, subject_of_numbers


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = [
        subject_of("good", "digits", seed=1, noise=0.02, sharpness=2.0),
        subject_of("poor", "digits", seed=2, noise=0.25, sharpness=8.0),
        subject_of("apart", "digits", seed=3, noise=0.02, sharpness=2.0, split=9),
        subject_of("flowers", "iris", seed=4, noise=0.3, sharpness=1.0),
        subject_of("alone", "wine", seed=4, noise=0.3, sharpness=1.0),
        subject_of_numbers("numbers"),
    ]
    stage = Stage(made).start()
    yield stage
    stage.stop()


@pytest.fixture
def at(stage: Stage, page: Page):
    """Opens a section of a run; the browser must not complain on the way."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))

    def go(run: str, section: str) -> Page:
        page.goto(f"{stage.url}/?run={run}#tab={section}")
        expect(page.locator(".npm-score-answer").first).to_be_visible()
        return page

    yield go
    assert said == []


def drag(page: Page, label: str, value: int) -> None:
    page.get_by_role("slider", name=label, exact=True).evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def test_the_reliability_diagram_tells_the_numbers_of_the_view(at, stage):
    page = at("poor", "confidence")
    found = stage.view("poor", "calibration", bins=10)
    assert found["confidence"] > found["accuracy"]
    facts = page.locator(".npm-score-facts")
    expect(facts).to_contain_text(f"{100 * found['ece']:.1f} %")
    expect(facts).to_contain_text(f"{found['brier']:.3f}")
    expect(page.locator(".npm-score-says")).to_contain_text("too sure by")
    expect(page.locator(".npm-score-plot .npm-score-gap")).to_have_count(int((found["counts"] > 0).sum()))
    drag(page, "Bins", 5)
    fewer = stage.view("poor", "calibration", bins=5)
    expect(page.locator(".npm-score-plot .npm-score-gap")).to_have_count(int((fewer["counts"] > 0).sum()))


def test_answering_only_when_sure_trades_coverage_for_accuracy(at, stage):
    page = at("poor", "confidence")
    answers = stage.view("poor", "answers")
    sure = answers["confidence"].astype(np.float64) >= 0.9
    right = (answers["truth"] == answers["labels"])[sure].mean()
    thresholds = stage.view("poor", "calibration")["abstain"]["thresholds"]
    drag(page, "Answer only when at least so sure", int(np.flatnonzero(np.isclose(thresholds, 0.9))[0]))
    band = page.locator(".npm-score-band")
    expect(band).to_contain_text(f"{sure.sum()} of {len(sure)} are answered")
    expect(band).to_contain_text(f"{100 * right:.1f} % of those are right")
    page.get_by_role("button", name="Show the least sure").click()
    expect(page.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")


def test_a_threshold_moves_the_point_the_four_numbers_and_the_people(at, stage):
    page = at("poor", "threshold")
    page.get_by_label("Class", exact=True).select_option("8")
    answers = stage.view("poor", "answers", detail=True)
    positive, scores = answers["truth"] == 8, answers["probabilities"][:, 8].astype(np.float64)
    expect(page.get_by_text(f"area {roc_auc_score(positive, scores):.4f}", exact=False).first).to_be_visible()
    thresholds = stage.view("poor", "threshold", positive=8)["thresholds"]
    before = page.locator(".npm-score-point").first.get_attribute("cy")
    drag(page, "Threshold", int(np.flatnonzero(np.isclose(thresholds, 0.05))[0]))
    flagged = scores >= 0.05
    tp, fp = int((flagged & positive).sum()), int((flagged & ~positive).sum())
    expect(page.locator(".npm-score-four-tp strong")).to_have_text(str(tp))
    expect(page.locator(".npm-score-four-fp strong")).to_have_text(str(fp))
    assert page.locator(".npm-score-point").first.get_attribute("cy") != before

    page.get_by_role("spinbutton", name="of whom").fill("0.1")
    page.get_by_role("spinbutton", name="People").fill("1000000")
    hits, alarms = round(1000 * tp / positive.sum()), 999_000 - round(999_000 * (1 - fp / (~positive).sum()))
    crowd = page.locator(".npm-score-crowd-legend li")
    expect(crowd.nth(0)).to_contain_text(f"{hits:,}")
    expect(crowd.nth(2)).to_contain_text(f"{alarms:,}")
    assert page.locator(".npm-score-people > *").count() == 100
    page.get_by_role("spinbutton", name="People").fill("-3")
    expect(page.get_by_text("Say a whole number of people")).to_be_visible()


def test_a_slider_that_moves_before_its_answer_harms_nothing(at, stage, page):
    held = []
    page.route("**/look", lambda route: held.append(route) if '"threshold"' in route.request.post_data else route.continue_())
    page.goto(f"{stage.url}/?run=poor#tab=threshold")
    page.get_by_role("slider", name="Threshold", exact=True).wait_for()
    drag(page, "Threshold", 1)
    while not held:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    expect(page.locator(".npm-score-point").first).to_be_visible()


def test_groups_by_a_property_lead_to_their_pictures(at, stage):
    page = at("poor", "groups")
    page.get_by_label("Group by").select_option("brightness")
    found = stage.view("poor", "groups", by="brightness", groups=4)
    rows = page.locator(".npm-score-groups tbody tr")
    expect(rows).to_have_count(len(found["groups"]))
    expect(rows.nth(1)).to_contain_text(f"{100 * found['groups'][1]['share']:.1f} %")
    drag(page, "Groups", 2)
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("button").click()
    asked = stage.view("poor", "groups", by="brightness", groups=2)["positions"][0]
    expect(page.get_by_role("button", name=re.compile("Brightness: "))).to_be_visible()
    galleries = [question for question in stage.asked if question["view"] == "gallery"]
    assert galleries[-1]["positions"] == asked.tolist()


def test_columns_of_a_table_are_offered_in_place_of_pictures_properties(at):
    page = at("flowers", "groups")
    expect(page.get_by_label("Group by").locator("option")).to_have_text(
        ["True class", "sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)", "Your own tags"]
    )
    page.get_by_label("Group by").select_option("column:3")
    expect(page.locator(".npm-score-groups thead")).to_contain_text("petal width (cm)")


def test_own_tags_make_groups(at, stage):
    page = at("poor", "groups")
    stage.marks = []
    page.get_by_label("Group by").select_option("tags")
    expect(page.get_by_text("None of these examples has a tag yet")).to_be_visible()
    answers = stage.view("poor", "answers")
    stage.marks = [{"example": f"{answers['pool']}/{place}", "note": "", "tags": ["odd"]} for place in answers["places"][:12]]
    page.get_by_label("Group by").select_option("class")
    page.get_by_label("Group by").select_option("tags")
    expect(page.locator(".npm-score-groups tbody tr").nth(0)).to_contain_text("odd12")


def test_two_runs_are_compared_example_by_example(at, stage):
    page = at("poor", "compare")
    page.get_by_label("Other run", exact=True).select_option("good")
    mine, other = stage.view("poor", "answers"), stage.view("good", "answers")
    is_right, was_right = (answers["truth"] == answers["labels"] for answers in (mine, other))
    counts = {
        "both": (is_right & was_right).sum(),
        "fixed": (is_right & ~was_right).sum(),
        "broken": (~is_right & was_right).sum(),
        "neither": (~is_right & ~was_right).sum(),
    }
    for name, count in counts.items():
        expect(page.locator(f".npm-score-cell-{name} strong")).to_have_text(str(count))
    p = binomtest(int(counts["fixed"]), int(counts["fixed"] + counts["broken"])).pvalue
    assert p < 0.05
    expect(page.locator(".npm-score-says")).to_contain_text("this run is worse")
    page.locator(".npm-score-cell-fixed").click()
    expect(page.locator(".npm-score-tiles > li")).to_have_count(int(counts["fixed"]))
    first = np.flatnonzero(is_right & ~was_right)[0]
    tile = page.locator(".npm-score-tiles > li").first
    expect(tile).to_contain_text(f"true: {mine['truth'][first]}")
    expect(tile.locator(".npm-score-wrong")).to_contain_text(f"the other: {other['labels'][first]}")
    shown = np.flatnonzero(is_right & was_right)[:40]
    nearly = other["confidence"][shown]
    assert ((nearly >= 0.995) & (nearly < 1)).any()
    page.locator(".npm-score-cell-both").click()
    expect(page.locator(".npm-score-tiles > li")).to_have_count(len(shown))
    expect(page.locator(".npm-score-tiles")).to_contain_text(">99 %")


def test_runs_split_differently_are_compared_on_what_they_share(at, stage):
    page = at("poor", "compare")
    page.get_by_label("Other run", exact=True).select_option("apart")
    mine, other = stage.view("poor", "answers"), stage.view("apart", "answers")
    common = len(set(mine["places"].tolist()) & set(other["places"].tolist()))
    assert 0 < common < len(mine["places"])
    expect(page.locator(".npm-score-says")).to_contain_text(f"They have {common} examples in common")


def test_a_run_without_another_on_its_data_says_so(at):
    page = at("alone", "compare")
    expect(page.get_by_text("No other run has learnt")).to_be_visible()
    expect(page.get_by_label("Other run", exact=True).locator("option")).to_have_count(1)
    page.get_by_label("Weights of the other run").select_option("now")
    expect(page.locator(".npm-score-says")).to_have_text("Both are right and wrong on exactly the same examples.")


def test_predictions_and_pictures_are_saved(at, stage, tmp_path):
    page = at("poor", "confidence")
    page.get_by_role("tab", name="Overview").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Predictions as CSV").click()
    assert download.value.suggested_filename == "run-poor-test-predictions.csv"
    with open(download.value.path(), newline="") as file:
        assert len(list(csv.DictReader(file))) == len(stage.view("poor", "answers")["truth"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture sheet").click()
    assert download.value.suggested_filename == "run-poor-test-mistakes.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("section", ["confidence", "threshold", "groups", "compare"])
def test_a_phone_shows_it_without_scrolling_sideways(at, section):
    page = at("poor", section)
    page.set_viewport_size({"width": 420, "height": 900})
    for details in page.locator(".npm-score details").all():
        details.evaluate("node => { node.open = true; }")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    too_wide = """() => [...document.querySelectorAll(".npm-score-card")]
      .filter((card) => card.scrollWidth > card.clientWidth + 1).map((card) => card.textContent.slice(0, 60))"""
    assert page.evaluate(too_wide) == []


# Numbers instead of classes


def test_a_run_that_predicts_a_number_shows_how_far_it_is_off_and_nothing_of_classes(at, stage: Stage) -> None:
    page = at("numbers", "overview")
    expect(page.get_by_role("tab")).to_have_text(["Distances"])
    x, truth = stage.subjects["numbers"].arrays.test
    off = 0.3 * x[:, 0] - truth
    facts = page.locator(".npm-score-facts dd")
    r2 = r2_score(truth, 0.3 * x[:, 0])
    expect(facts.nth(0)).to_have_text(f"{np.abs(off).mean():.4f}")
    expect(facts.nth(1)).to_have_text(f"{np.sqrt(np.square(off).mean()):.4f}")
    expect(facts.nth(2)).to_have_text(f"{r2:.3f}")
    expect(page.locator(".npm-residual-dot")).to_have_count(len(truth))
    first = page.get_by_role("table", name="The worst examples").locator("tbody tr").first
    worst = int(np.abs(off).argmax())
    expect(first.locator("th")).to_have_text(f"test {worst}")
    expect(first.locator("td").nth(2)).to_have_text(f"{off[worst]:.4f}")
    expect(page.get_by_role("table", name="The worst examples").locator("tbody tr")).to_have_count(20)
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("table", name="The worst examples").locator("tbody tr")).to_have_count(40)
    page.set_viewport_size({"width": 420, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_run_of_classes_has_no_distances(at) -> None:
    page = at("flowers", "confidence")
    expect(page.get_by_role("tab", name="Distances")).to_be_hidden()
