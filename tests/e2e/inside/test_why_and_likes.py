"""The tabs "Why this answer" and "What a unit likes" in a real browser, on the answers that the real views give about a small network."""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.inside.inside_stage import SIDE, Stage, picture_of, tabs
from tests.e2e.stages.waiting import until

Opened = Callable[..., Page]

MOUNT = """async () => {
  const { Panel } = await import("/assets/inside/panel.js");
  const { WhyTab } = await import("/assets/inside/why.js");
  const { LikesTab } = await import("/assets/inside/likes.js");
  window.panel.close();
  window.panel = new Panel([
    { id: "why", title: "Why", make: (context) => new WhyTab(context) },
    { id: "likes", title: "Likes", make: (context) => new LikesTab(context) },
    { id: "maps", title: "Maps", make: () => ({ root: document.createElement("p"), show: (view) => (window.shown = view), hide() {} }) },
  ], window.pages);
  document.getElementById("place").replaceChildren(window.panel.root);
  window.panel.update({ run: "a" }, () => {});
}"""


class RealStage(Stage):
    """Answers with the engine's own views. `convolutions`: whether the network on show has any."""

    def __init__(self) -> None:
        super().__init__()
        from playground.sharing.presets import FLATTEN, POOL, conv, dense

        self.nets = {
            True: self._subject(conv(3), POOL, conv(4, padding="same"), FLATTEN, dense(10, "softmax")),
            False: self._subject(FLATTEN, dense(6, "relu"), dense(10, "softmax")),
        }
        self.convolutions = True
        self.lock = threading.Lock()
        self.add("a")
        for view in ("anatomy", "why", "why_at_length", "units", "top", "ascent", "unit_occlusion"):
            setattr(self, f"_{view}", lambda question, view=view: self.answer(view, question))

    def _subject(self, *parts: Any) -> Any:
        from playground import data
        from playground.engine.inspection.subject import Subject, Weights
        from playground.engine.model.build import build
        from playground.sharing.presets import on
        from playground.values.spec import Training

        experiment = on("digits", (SIDE, SIDE, 1), "Test", *parts, epochs=1, batch_size=32).having(training=Training(seed=2))
        model = build(experiment.network, experiment.training)
        rng = np.random.default_rng(0)
        model.set_weights([w + rng.normal(0, 0.2, w.shape) for w in model.get_weights()])
        pictures = np.stack([picture_of(n) for n in range(60)])
        pair = (pictures, np.arange(60, dtype=np.int32) % 10)
        arrays = data.Arrays(pair, pair, pair, tuple("0123456789"))
        return Subject("a", experiment, Path("/nowhere"), model, arrays, Weights("last", 1, 1), stamp=len(parts))

    def answer(self, view: str, question: dict[str, Any]) -> dict[str, Any]:
        from playground.engine.inspection.question import Question
        from playground.engine.views import VIEWS

        with self.lock:
            found = VIEWS[view].answer(self.nets[self.convolutions], Question(question))
            while inspect.isgenerator(found):
                try:
                    next(found)
                except StopIteration as end:
                    found = end.value
        if view == "anatomy":
            found["keyframes"] = self.keyframes
        return found | {"weights": {"kind": "last", "epoch": 1, "step": 1}}


@pytest.fixture(scope="module")
def stage() -> Iterator[RealStage]:
    stage = RealStage().start()
    yield stage
    stage.stop()


@pytest.fixture
def opened(stage: RealStage, context: BrowserContext) -> Iterator[Opened]:
    """Opens a tab; fails the test if the page throws."""

    def prepare(*, convolutions: bool = True, status: str = "done") -> None:
        stage.convolutions = convolutions
        stage.set("a", status=status)

    with tabs(stage, context, MOUNT, prepare) as open_:
        yield open_


def test_the_predicted_class_is_explained_until_another_is_chosen(opened: Opened, stage: RealStage) -> None:
    page = opened("why")
    found = stage.answer("why", {"picture": "test:0", "method": "gradcam"})
    chosen = page.get_by_role("radio", checked=True).and_(page.locator(".npi-why-row"))
    expect(chosen).to_contain_text(str(found["class"]))
    expect(page.locator(".npi-why-single .npi-why-name")).to_have_text(f"Evidence for {found['class']}")
    other = (found["class"] + 3) % 10
    page.locator(".npi-why-row").nth(other).click()
    expect(page.locator(".npi-why-single .npi-why-name")).to_have_text(f"Evidence for {other}")
    page.locator(".npi-why-row").nth(other).press("ArrowDown")
    expect(page.locator(".npi-why-single .npi-why-name")).to_have_text(f"Evidence for {(other + 1) % 10}")


def test_pointing_and_arrow_keys_read_the_values(opened: Opened, stage: RealStage) -> None:
    page = opened("why")
    page.get_by_role("button", name="Saliency", exact=True).click()
    values = stage.answer("why", {"picture": "test:0", "method": "saliency"})["values"]
    stack = page.locator(".npi-why-single .npi-why-stack").first
    row, column = np.unravel_index(values.argmax(), values.shape)
    expect(stack).to_have_attribute(
        "aria-label", re.compile(rf"^Saliency for \d: evidence strongest at row {row}, column {column} of 12 × 12$")
    )
    box = stack.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4.5 / SIDE, box["y"] + box["height"] * 3.5 / SIDE)
    read = page.locator(".npi-why-single .npi-why-read")
    expect(read).to_contain_text("Row 3, column 4: input ")
    assert float(read.inner_text().split("evidence ")[1].replace("+", "")) == pytest.approx(values[3, 4], rel=5e-3, abs=1e-3)
    stack.press("ArrowRight")
    expect(read).to_contain_text("Row 3, column 5")


def test_the_overlay_is_orange_where_something_speaks_for_the_class_and_fades(opened: Opened, stage: RealStage) -> None:
    page = opened("why")
    page.get_by_role("button", name="Integrated gradients").click()
    values = stage.answer("why_at_length", {"picture": "test:0", "method": "integrated"})["values"]
    expect(page.locator(".npi-why-single .npi-why-stack").first).to_have_attribute("aria-label", re.compile("^Integrated"))
    read = "() => [...document.querySelector('.npi-why-stack canvas:nth-child(2)').getContext('2d').getImageData(0, 0, 12, 12).data]"
    pixels = np.array(page.evaluate(read)).reshape(12, 12, 4)
    strong = np.abs(values) > 0.2 * np.abs(values).max()
    np.testing.assert_array_equal(pixels[..., 0][strong] > pixels[..., 2][strong], values[strong] > 0)
    slider = page.get_by_label("Opacity of the evidence")
    slider.fill("0")
    assert not np.array(page.evaluate(read)).reshape(-1, 4)[:, 3].any()
    page.locator(".npi-why summary").click()
    expect(page.locator(".npi-why details")).to_contain_text("All contributions add up to")


def test_all_methods_stand_side_by_side_and_lead_back_to_one(opened: Opened, stage: RealStage) -> None:
    page = opened("why")
    page.get_by_role("button", name="Compare all").click()
    shown = page.locator(".npi-why-all .npi-why-stack")
    expect(shown).to_have_count(5)
    for place in range(5):
        expect(shown.nth(place)).to_have_attribute("aria-label", re.compile("evidence (strongest|nowhere)"))
    assert {question["method"] for question in stage.asked if "method" in question} == {
        "gradcam",
        "saliency",
        "smoothgrad",
        "integrated",
        "occlusion",
    }
    page.locator(".npi-why-all").get_by_role("button", name="Occlusion").click()
    expect(page.get_by_role("spinbutton", name="Square")).to_have_value("2")
    page.get_by_role("spinbutton", name="Square").fill("4")
    page.get_by_role("spinbutton", name="Square").press("Enter")
    expect(page.locator(".npi-why details")).to_contain_text("squares of 4 × 4 pixels")


def test_a_net_without_convolutions_says_why_it_has_no_grad_cam(opened: Opened) -> None:
    page = opened("why", convolutions=False)
    expect(page.get_by_role("button", name="Saliency", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".npi-why-single")).to_be_visible()
    page.get_by_role("button", name="Grad-CAM").click()
    expect(page.locator(".npi-why .np-fault")).to_contain_text("Grad-CAM needs maps")
    page.get_by_role("button", name="SmoothGrad").click()
    expect(page.locator(".npi-why .np-fault")).to_be_hidden()
    expect(page.locator(".npi-why-single")).to_be_visible()


def test_units_stand_at_a_glance_and_one_is_chosen_by_click_and_key(opened: Opened, stage: RealStage) -> None:
    page = opened("likes")
    tiles = page.locator(".npi-likes-tile")
    expect(tiles).to_have_count(4)
    tiles.nth(2).click()
    expect(page.locator(".npi-likes-detail h3")).to_have_text("What unit 2 of conv2d_1 likes")
    found = stage.answer("top", {"layer": "conv2d_1", "unit": 2})
    first = page.locator(".npi-likes-example").first
    expect(first).to_have_attribute("title", re.compile(f"^validation picture {found['most']['positions'][0]}, "))
    tiles.nth(2).press("ArrowRight")
    expect(page.locator(".npi-likes-detail h3")).to_contain_text("unit 3")
    assert page.evaluate("window.panel.view.unit") == 3
    page.get_by_role("radio", name="Weakest").check()
    found = stage.answer("top", {"layer": "conv2d_1", "unit": 3})
    expect(first).to_have_attribute("title", re.compile(f"^validation picture {found['least']['positions'][0]}, "))
    first.click()
    assert page.evaluate("window.panel.view.picture.source") == f"validation:{found['least']['positions'][0]}"


def test_a_picture_is_made_for_the_unit_while_one_watches(opened: Opened) -> None:
    page = opened("likes")
    page.get_by_role("button", name="Make it").click()
    says = page.locator(".npi-likes-climb [role=status]")
    expect(says).to_contain_text("of 256")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.locator(".npi-likes-made canvas")).to_have_attribute("aria-label", re.compile("^Made for conv2d_1, unit 0, after"))
    page.locator(".npi-likes-tile").nth(1).click()
    expect(page.get_by_role("button", name="Make it")).to_be_visible()


def test_the_unit_leads_to_its_map(opened: Opened) -> None:
    page = opened("likes")
    page.locator(".npi-likes-tile").nth(1).click()
    page.get_by_role("button", name="See it in the maps").click()
    page.wait_for_function("window.shown && window.shown.layer === 'conv2d_1' && window.shown.unit === 1")


def test_classes_are_units_too(opened: Opened) -> None:
    page = opened("likes", convolutions=False)
    page.get_by_label("Layer", exact=True).select_option("dense_1")
    expect(page.locator(".npi-likes-detail h3")).to_have_text("What class 0 of dense_1 likes")
    expect(page.get_by_role("button", name="See it in the maps")).to_be_hidden()
    expect(page.locator(".npi-likes-class-row")).to_have_count(10)


def test_while_a_run_trains_units_are_asked_of_an_epoch_that_stands_still(opened: Opened, stage: RealStage) -> None:
    page = opened("likes", status="training")
    expect(page.locator(".npi-likes-tile")).to_have_count(4)
    assert {question["weights"] for question in stage.questions("units") + stage.questions("top")} == {3}
    stage.keyframes = [0, 1, 2, 3, 4]
    page.wait_for_function("window.panel.view.anatomy.keyframes.length === 5")
    page.locator(".npi-likes-tile").nth(1).click()
    expect(page.locator(".npi-likes-detail h3")).to_contain_text("unit 1")
    assert stage.questions("top")[-1]["weights"] == 3
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".npi-likes-example").first).to_be_visible()
    until(page, lambda: stage.questions("top")[-1]["weights"] == 4)


@pytest.mark.parametrize("tab", ["why", "likes"])
def test_both_tabs_fit_a_phone(opened: Opened, tab: str) -> None:
    page = opened(tab, width=420)
    expect(page.locator(".npi-why-read").filter(has_text="Point at").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
