"""The tabs "One cell" and "Step by step" in a real browser, on the answers that the real views give about a small network."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.inside.inside_stage import SIDE, Stage, picture_of, tabs

Opened = Callable[..., Page]

MOUNT = """async () => {
  const { Panel } = await import("/assets/inside/panel.js");
  const { CellTab } = await import("/assets/inside/cell.js");
  const { StepsTab } = await import("/assets/inside/steps.js");
  window.panel.close();
  window.panel = new Panel([
    { id: "cell", title: "One cell", make: (context) => new CellTab(context) },
    { id: "steps", title: "Step by step", make: (context) => new StepsTab(context) },
  ], window.pages);
  document.getElementById("place").replaceChildren(window.panel.root);
  window.panel.update({ run: "a" }, () => {});
}"""


class RealStage(Stage):
    """Answers with the engine's own views on a network of all that the tabs explain."""

    def __init__(self) -> None:
        super().__init__()
        from playground import data
        from playground.engine.inspection.subject import Subject, Weights
        from playground.engine.model.build import build
        from playground.sharing.presets import FLATTEN, POOL, conv, dense, on
        from playground.values.spec import Training, part

        parts = [conv(3, padding="same"), part("layers.BatchNormalization"), POOL, part("layers.Dropout", rate=0.5), conv(4), FLATTEN]
        experiment = on("digits", (SIDE, SIDE, 1), "Test", *parts, dense(10, "softmax"), epochs=1, batch_size=32).having(
            training=Training(seed=2)
        )
        model = build(experiment.network, experiment.training)
        rng = np.random.default_rng(0)
        model.set_weights([w + abs(rng.normal(0, 0.2, w.shape)) for w in model.get_weights()])
        pictures = np.stack([picture_of(n) for n in range(60)])
        pair = (pictures, np.arange(60, dtype=np.int32) % 10)
        self.subject = Subject(
            "a", experiment, Path("/nowhere"), model, data.Arrays(pair, pair, pair, tuple("0123456789")), Weights("last", 1, 1), stamp=1
        )
        self.lock = threading.Lock()
        self.add("a")

    def outputs(self, layer: str, number: int = 0) -> np.ndarray:
        with self.lock:
            return self.subject.outputs(picture_of(number)[None] / np.float32(255))[layer][0]

    def _view(self, view: str, question: dict[str, Any]) -> dict[str, Any]:
        from playground.engine.inspection.question import Question
        from playground.engine.views import VIEWS

        with self.lock:
            return VIEWS[view].answer(self.subject, Question(question))

    def _anatomy(self, question: dict[str, Any]) -> dict[str, Any]:
        return self._view("anatomy", question)

    def _cell(self, question: dict[str, Any]) -> dict[str, Any]:
        return self._view("cell", question)

    def _cell_maps(self, question: dict[str, Any]) -> dict[str, Any]:
        return self._view("cell_maps", question)

    def _steps(self, question: dict[str, Any]) -> dict[str, Any]:
        return self._view("steps", question)


@pytest.fixture(scope="module")
def stage() -> Iterator[RealStage]:
    stage = RealStage().start()
    yield stage
    stage.stop()


@pytest.fixture
def opened(stage: RealStage, context: BrowserContext) -> Iterator[Opened]:
    """Opens a tab; fails the test if the page throws."""

    def prepare() -> None:
        stage.slow = 0.0

    with tabs(stage, context, MOUNT, prepare) as open_:
        yield open_


def number(text: str) -> float:
    return float(re.search(r"= (−?[\d.,e-]+)", text)[1].replace("−", "-").replace(",", ""))


def test_a_cell_that_is_pointed_at_shows_the_networks_number(opened: Opened, stage: RealStage) -> None:
    page = opened("cell")
    headline = page.locator(".npi-cell-explained h3")
    expect(headline).to_contain_text("of unit 0 = ")
    live = page.locator(".npi-cell-live")
    box = live.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4.5 / SIDE, box["y"] + box["height"] * 3.5 / SIDE)
    expect(headline).to_contain_text("Row 3, column 4 of unit 0")
    assert number(headline.inner_text()) == pytest.approx(stage.outputs("conv2d")[3, 4, 0], rel=5e-3, abs=1e-3)
    cells = page.locator(".npi-cell-piece >> nth=0 >> td")
    expect(cells).to_have_count(27)
    patch = [float(text.replace("−", "-")) for text in cells.all_inner_texts()[:9]]
    np.testing.assert_allclose(patch, picture_of(0)[2:5, 3:6, 0].ravel() / 255, atol=1e-3)


def test_a_unit_that_says_nothing_is_not_what_the_tab_begins_with(opened: Opened, stage: RealStage) -> None:
    layer = stage.subject.layer("conv2d_1")
    before = layer.get_weights()
    kernel, bias = (weights.copy() for weights in before)
    kernel[..., 0], bias[0] = 0, 0
    with stage.lock:
        layer.set_weights([kernel, bias])
        stage.subject.memory.clear()
    try:
        page = opened("cell")
        headline = page.locator(".npi-cell-explained h3")
        expect(headline).to_contain_text("of unit 0 = ")
        page.get_by_role("combobox", name="Layer").select_option("conv2d_1")
        expect(headline).to_contain_text("of unit 1 = ")
        expect(page.get_by_role("spinbutton", name="Unit")).to_have_value("1")
        page.get_by_role("button", name="Previous unit").click()
        expect(headline).to_contain_text("of unit 0 = ")  # chosen, it is shown all the same
    finally:
        with stage.lock:
            layer.set_weights(before)
            stage.subject.memory.clear()


def test_arrow_keys_walk_over_the_output_and_a_click_holds_the_cell(opened: Opened) -> None:
    page = opened("cell")
    headline = page.locator(".npi-cell-explained h3")
    live = page.locator(".npi-cell-live")
    expect(headline).to_contain_text("=")
    live.click(position={"x": 3, "y": 3})
    expect(headline).to_contain_text("Row 0, column 0")
    page.mouse.move(600, 10)
    box = live.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    expect(headline).to_contain_text("Row 0, column 0")  # held
    live.focus()
    for key in ("ArrowDown", "ArrowRight", "End"):
        page.keyboard.press(key)
    expect(headline).to_contain_text(f"Row 1, column {SIDE - 1}")
    expect(page.locator(".npi-cell-piece >> nth=0 >> td.npi-cell-open")).to_have_count(6)  # patch and products: the column beyond the edge


def test_of_many_cells_pointed_at_only_the_last_is_asked(opened: Opened, stage: RealStage) -> None:
    page = opened("cell")
    expect(page.locator(".npi-cell-explained h3")).to_contain_text("=")
    stage.slow = 0.3
    before = len(stage.questions("cell"))
    box = page.locator(".npi-cell-live").bounding_box()
    for column in range(SIDE):
        page.mouse.move(box["x"] + box["width"] * (column + 0.5) / SIDE, box["y"] + 5)
    expect(page.locator(".npi-cell-explained h3")).to_contain_text(f"Row 0, column {SIDE - 1}")
    assert len(stage.questions("cell")) - before <= 3


def test_play_slides_over_the_map_until_it_is_paused(opened: Opened, stage: RealStage) -> None:
    page = opened("cell")
    expect(page.locator(".npi-cell-explained h3")).to_contain_text("=")
    page.get_by_role("button", name="Play", exact=True).click()
    said = "document.querySelector('.npi-cell-explained h3').textContent"
    page.wait_for_function(f"() => (window.walked ??= new Set()).add({said}).size > 3")
    page.get_by_role("button", name="Pause", exact=True).click()


def test_each_kind_of_layer_has_its_own_picture(opened: Opened, stage: RealStage) -> None:
    page = opened("cell")
    layers = page.locator(".npi-cell select")
    layers.select_option("max_pooling2d")
    expect(page.locator(".npi-cell-won")).to_have_count(1)
    expect(page.locator(".npi-cell-winner")).to_have_count(1)
    layers.select_option("batch_normalization")
    expect(page.locator(".npi-cell-numbers dt")).to_have_text(["x", "μ", "σ²", "ε", "γ", "β"])
    layers.select_option("dropout")
    expect(page.locator(".npi-cell-masks canvas")).to_have_count(6)
    layers.select_option("dense")
    rows = page.locator(".npi-cell-softmax tbody tr")
    expect(rows).to_have_count(10)
    shares = [float(text.rsplit("\t", 1)[1]) for text in rows.all_inner_texts()]
    np.testing.assert_allclose(shares, stage.outputs("dense"), atol=1e-2)
    page.get_by_role("button", name="Next unit").click()
    expect(page.locator(".npi-cell-explained h3")).to_contain_text("Unit 1 (1) =")
    page.locator(".npi-cell summary").click()
    expect(page.locator(".npi-cell details")).to_contain_text("The network's own number here is")


def test_the_way_forward_and_back_can_be_played_and_scrubbed(opened: Opened, stage: RealStage) -> None:
    page = opened("steps")
    stages = page.locator(".npi-flow-stage")
    expect(stages).to_have_count(9)  # the input, seven layers, the prediction
    slider = page.get_by_role("slider", name="Step")
    slider.fill("2")
    expect(page.locator(".npi-flow-says")).to_contain_text("Forward, step 3 of 8: batch_normalization")
    expect(stages.nth(2)).to_have_attribute("data-forth", "now")
    expect(stages.nth(3)).to_have_attribute("data-forth", "waiting")
    page.get_by_role("combobox", name="Speed").select_option("Very fast")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".npi-flow-says")).to_contain_text("All steps", timeout=20_000)
    expect(stages.nth(0)).to_have_attribute("data-back", "done")
    page.get_by_role("combobox", name="Flows back").select_option("Score of 7")
    expect(page.locator(".npi-flow-end > small")).to_contain_text("Score")
    assert stage.questions("steps")[-1]["class"] == 7
    stages.nth(1).hover()
    expect(page.locator(".npi-flow-detail h4")).to_have_text("conv2d (Conv2D)")


@pytest.mark.parametrize("tab", ["cell", "steps"])
def test_nothing_stands_out_on_a_phone(opened: Opened, tab: str) -> None:
    page = opened(tab, width=400)
    page.wait_for_selector(".npi-cell-explained h3:not(:empty)" if tab == "cell" else ".npi-flow-detail h4:not(:empty)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
