"""The tabs "Feature maps", "Filters" and "Over time" in a real browser, on the answers that the real views give about small networks."""

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

from playground.values.errors import Unavailable
from tests.e2e.inside.inside_stage import SIDE, Stage, picture_of, tabs
from tests.e2e.stages.waiting import let_pass

Opened = Callable[..., Page]
EPOCHS = (0, 1, 2)

MOUNT = """async () => {
  const { Panel } = await import("/assets/inside/panel.js");
  const { MapsTab } = await import("/assets/inside/maps.js");
  const { FiltersTab } = await import("/assets/inside/filters.js");
  const { TimeTab } = await import("/assets/inside/overtime.js");
  window.panel.close();
  window.panel = new Panel([
    { id: "maps", title: "Maps", make: (context) => new MapsTab(context) },
    { id: "filters", title: "Filters", make: (context) => new FiltersTab(context) },
    { id: "time", title: "Time", make: (context) => new TimeTab(context) },
    { id: "cell", title: "Cell", make: () => ({ root: document.createElement("p"), show: (view) => (window.shown = view), hide() {} }) },
  ], window.pages);
  document.getElementById("place").replaceChildren(window.panel.root);
  window.panel.update({ run: "a" }, () => {});
}"""


WATCH = """() => {
  window.first = document.querySelector("button.npi-maps-stamp");
  window.changes = 0;
  const isElement = (node) => node.nodeType === 1;
  const watch = new MutationObserver((all) => (window.changes += all.filter((each) => [...each.addedNodes].some(isElement)).length));
  watch.observe(document.querySelector(".npi-maps-rows"), { childList: true, subtree: true });
}"""


class RealStage(Stage):
    """Answers with the engine's own views. net: which of its networks is on show. moving: the weights change with every answer."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from playground.sharing.presets import FLATTEN, POOL, conv, dense
        from playground.values.spec import part

        self.channels = 3
        self.lock = threading.Lock()
        self.moving = False
        rows = part("layers.Reshape", target_shape=(SIDE, 3 * SIDE))
        line = part("layers.Conv1D", filters=4, kernel_size=3, activation="relu")
        self.nets = {
            "pictures": self._subject(
                folder / "p", conv(6), POOL, part("layers.Dropout", rate=0.2), FLATTEN, dense(8, "relu"), dense(10, "softmax")
            ),
            "sequence": self._subject(folder / "s", rows, line, part("layers.LSTM", units=5), dense(10, "softmax")),
            "bare": self._subject(folder / "b", FLATTEN, part("layers.Softmax")),
        }
        self.net = "pictures"
        self.add("a")
        for view in ("anatomy", "maps", "filters", "over_time"):
            setattr(self, f"_{view}", lambda question, view=view: self.answer(view, question))

    def _subject(self, folder: Path, *parts: Any) -> Any:
        from playground import data
        from playground.engine.checkpoints.keyframes import Keyframes
        from playground.engine.inspection.subject import Subject, Weights
        from playground.engine.model.build import build
        from playground.sharing.presets import on
        from playground.values.spec import Training

        experiment = on("digits", (SIDE, SIDE, 3), "Test", *parts, epochs=2, batch_size=32).having(training=Training(seed=2))
        model = build(experiment.network, experiment.training)
        rng = np.random.default_rng(0)
        for epoch in EPOCHS:
            model.set_weights([w + rng.normal(0, 0.2, w.shape) for w in model.get_weights()])
            Keyframes(folder, fresh=epoch == 0).keep(epoch, {f"model/{i}": np.asarray(v.value) for i, v in enumerate(model.variables)})
        pictures = np.stack([picture_of(n, 3) for n in range(60)])
        pair = (pictures, np.arange(60, dtype=np.int32) % 10)
        return Subject(
            "a", experiment, folder, model, data.Arrays(pair, pair, pair, tuple("0123456789")), Weights("last", 2, 1), stamp=folder.name
        )

    @property
    def subject(self) -> Any:
        return self.nets[self.net]

    def answer(self, view: str, question: dict[str, Any]) -> dict[str, Any]:
        from playground.engine.checkpoints import keyframes
        from playground.engine.inspection.question import Question
        from playground.engine.inspection.subject import fill
        from playground.engine.views import VIEWS

        with self.lock:
            subject = self.subject
            if self.moving:
                subject.model.set_weights([w * 1.01 for w in subject.model.get_weights()])
            weights = question.get("weights")
            fill(
                subject.model, keyframes.load(subject.folder, weights if isinstance(weights, int) else EPOCHS[-1])
            ) if not self.moving else None
            subject.memory.clear()
            found = VIEWS[view].answer(subject, Question(question))
            while inspect.isgenerator(found):
                try:
                    next(found)
                except StopIteration as end:
                    found = end.value
        return found | {"weights": {"kind": "last", "epoch": 1, "step": 1}}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStage]:
    stage = RealStage(tmp_path_factory.mktemp("runs")).start()
    yield stage
    stage.stop()


@pytest.fixture
def opened(stage: RealStage, context: BrowserContext) -> Iterator[Opened]:
    """Opens a tab; fails the test if the page throws."""

    def prepare(*, net: str = "pictures") -> None:
        stage.net, stage.moving = net, False
        stage.set("a", status="done")

    with tabs(stage, context, MOUNT, prepare) as open_:
        yield open_
    stage.moving = False


def test_the_whole_network_leads_to_a_layer_its_channels_and_their_values(opened: Opened, stage: RealStage) -> None:
    page = opened("maps")
    rows = page.locator(".npi-maps-rows > li")
    expect(rows).to_have_count(7)
    expect(rows.nth(0).locator("canvas")).to_have_count(1)  # the colour picture
    expect(rows.nth(1).locator("button.npi-maps-stamp")).to_have_count(6)
    expect(rows.nth(3)).to_contain_text("The same values as max_pooling2d.")
    expect(rows.nth(6).locator("li")).to_have_count(5)
    rows.nth(1).locator("button.npi-maps-stamp").nth(2).click()
    expect(page.locator(".npi-maps-channel")).to_have_count(6)
    expect(page.locator(".npi-maps-side h4")).to_have_text("Map 2")
    expect(page.locator(".npi-maps-tensor")).to_contain_text("The weighted sums plus bias after the layer's own activation, relu.")
    (layer,) = stage.answer("maps", {"picture": "test:0", "layer": "conv2d"})["layers"]
    canvas = page.locator(".npi-maps-large")
    box = canvas.bounding_box()
    cell = box["width"] / 10
    canvas.hover(position={"x": 4.5 * cell, "y": 3.5 * cell})
    reading = page.locator(".npi-maps-side .npi-maps-reading")
    expect(reading).to_have_text(f"Row 3, column 4: {shown(layer['maps'][2, 3, 4])}")
    canvas.focus()
    canvas.press("ArrowDown")
    expect(reading).to_have_text(f"Row 4, column 4: {shown(layer['maps'][2, 4, 4])}")
    page.get_by_role("button", name="Next channel").click()
    expect(page.locator(".npi-maps-side h4")).to_have_text("Map 3")
    expect(page.locator(".npi-maps-filter")).to_have_attribute("aria-label", "Filter 3 of conv2d")
    page.get_by_role("button", name="See one cell").click()
    page.wait_for_function("window.shown?.layer === 'conv2d' && window.shown.unit === 3")


def test_a_hatched_map_is_explained_above_the_maps(opened: Opened, stage: RealStage) -> None:
    at_work = stage.answer
    flat = {"on": False}

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        found = at_work("maps", question)
        for layer in found["layers"]:
            if flat["on"] and layer["name"] == "conv2d":
                layer["maps"][1], layer["low"][1], layer["high"][1] = 2, 2, 2
            elif layer["form"] == "maps" and layer["kind"] != "InputLayer":  # what the random network makes of it is no matter here
                layer["maps"][:, 0, 0] += 1
                layer["high"] = layer["maps"].max(axis=(1, 2))
                layer["low"] = layer["maps"].min(axis=(1, 2))
        return found

    before, stage._maps = stage._maps, answer
    try:
        page = opened("maps")
        says = page.locator(".npi-maps-tensor")
        expect(says).to_have_text(re.compile("Open a layer to see all its channels.$"))
        flat["on"] = True
        page = opened("maps")
        says = page.locator(".npi-maps-tensor")
        expect(says).to_have_text(re.compile("Hatched: one value everywhere.$"))
        page.locator(".npi-maps-rows > li").nth(1).locator(".npi-maps-name").click()
        expect(says).to_have_text(re.compile("relu. Hatched: one value everywhere.$"))
        page.get_by_role("radio", name="Per layer").check(force=True)  # its colour says how large it is
        expect(says).to_have_text(re.compile("relu.$"))
    finally:
        stage._maps = before


def test_equal_colours_are_equal_values_when_the_layer_shares_its_scale(opened: Opened, stage: RealStage) -> None:
    page = opened("maps")
    page.locator(".npi-maps-rows > li").nth(1).locator(".npi-maps-name").click()
    expect(page.locator(".npi-maps-channel")).to_have_count(6)
    (layer,) = stage.answer("maps", {"picture": "test:0", "layer": "conv2d"})["layers"]
    weakest = int(layer["high"].argmin())
    brightest = """([i]) => {
      const c = document.querySelectorAll(".npi-maps-channel canvas")[i];
      const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
      return Math.max(...d.filter((_, k) => k % 4 === 1));
    }"""
    alone = page.evaluate(brightest, [weakest])
    page.get_by_role("radio", name="Per layer").check(force=True)
    assert page.evaluate(brightest, [weakest]) < alone
    expect(page.locator(".npi-maps-main .np-legend-scale")).to_contain_text(shown(layer["high"].max()))


def test_live_maps_change_in_place_and_stop_when_the_tab_is_left(opened: Opened, stage: RealStage) -> None:
    page = opened("maps", clock=True)
    expect(page.locator(".npi-maps-rows > li")).to_have_count(7)
    stage.moving = True
    stage.set("a", status="training")
    page.evaluate(MOUNT)
    page.wait_for_selector(".npi-maps-rows > li")
    page.evaluate(WATCH)
    title = page.locator("button.npi-maps-stamp").first.get_attribute("title")
    page.wait_for_function("title => document.querySelector('button.npi-maps-stamp').title !== title", arg=title)
    assert page.evaluate("() => window.changes === 0 && window.first === document.querySelector('button.npi-maps-stamp')")
    page.locator("#npi-tab-cell").click()
    let_pass(page, 400)  # a question that was about to be asked still is
    asked = len(stage.questions("maps"))
    let_pass(page, 500)
    assert len(stage.questions("maps")) == asked


def test_dense_layers_are_bars_and_the_answer_names_its_classes(opened: Opened, stage: RealStage) -> None:
    page = opened("maps")
    page.locator(".npi-maps-rows > li").nth(5).locator(".npi-maps-name").click()
    (layer,) = stage.answer("maps", {"picture": "test:0", "layer": "dense"})["layers"]
    chart = page.locator(".npi-maps-main .npi-maps-chart")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] * 4.5 / 8, "y": 20})
    expect(page.locator(".npi-maps-side h4")).to_have_text("Unit 4")
    expect(page.locator(".npi-maps-facts")).to_contain_text(shown(layer["maps"][4]))
    page.get_by_role("button", name="The layer behind").click()
    expect(page.locator(".npi-maps-main .npi-maps-answer li")).to_have_count(10)
    expect(chart).to_be_hidden()


def test_filters_show_colours_numbers_and_what_was_learnt(opened: Opened, stage: RealStage) -> None:
    page = opened("filters")
    expect(page.locator(".npi-filters-card")).to_have_count(6)
    expect(page.locator(".npi-filters-headline")).to_have_text("6 filters of 3 × 3, each with one plane for each of its 3 inputs.")
    expect(page.locator(".npi-filters-sharing")).to_contain_text("(3·3·3 + 1)·6 = 168")
    page.locator(".npi-filters-card").nth(4).click()
    found = stage.answer("filters", {"layer": "conv2d"})
    cells = page.locator(".npi-filters-chosen .npi-filters-planes").first.locator("td")
    expect(cells).to_have_count(27)
    assert cells.all_inner_texts() == [shown(value) for value in found["values"][4].ravel()]
    expect(page.locator(".npi-filters-chosen figcaption").first).to_have_text("Red")
    page.get_by_role("radio", name="Difference").check(force=True)
    page.get_by_label("As RGB").uncheck()
    canvas = page.locator(".npi-filters-card").nth(4).locator("canvas").last
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] / 22, "y": 4})
    difference = found["values"][4, 0, 0, 0, 0] - found["before"][4, 0, 0, 0, 0]
    expect(page.locator(".npi-filters-legend output")).to_have_text(f"Filter 4, input 0, row 0, column 0: {shown(difference)}")
    page.get_by_label("Order").select_option("change")
    order = np.argsort(-found["changes"], kind="stable")
    expect(page.locator(".npi-filters-card strong").first).to_have_text(str(order[0]))
    page.get_by_label("Compare with").select_option("1")
    page.wait_for_function("() => document.querySelector('.npi-filters-numbers figcaption').textContent.includes('epoch 1')")
    assert stage.questions("filters")[-1]["against"] == 1


def test_matrices_have_their_numbers_and_recurrent_ones_their_gates(opened: Opened, stage: RealStage) -> None:
    page = opened("filters")
    page.locator(".npi-filters-field select").first.select_option("dense_1")
    found = stage.answer("filters", {"layer": "dense_1"})
    cells = page.locator(".npi-filters-matrix figure:not([hidden]) td:not(:empty)")
    expect(cells).to_have_count(80)
    assert cells.all_inner_texts() == [shown(value) for value in found["values"].ravel()]
    heads = page.locator(".npi-filters-matrix figure:not([hidden]) th[scope=col]")
    assert heads.all_inner_texts() == list(stage.answer("anatomy", {})["classes"])
    page = opened("filters", net="sequence")
    page.locator(".npi-filters-field select").first.select_option("lstm")
    expect(page.locator(".npi-filters-headline")).to_contain_text("a gate: input, forget, candidate, output")
    page.locator(".npi-filters-field select").nth(1).select_option("bias")
    expect(page.locator(".npi-filters-main .npi-maps-chart")).to_be_visible()
    expect(page.locator(".npi-filters-headline")).to_have_text("20 values, one for each channel.")


def test_a_click_on_an_epoch_replays_it(opened: Opened, stage: RealStage) -> None:
    page = opened("time")
    expect(page.locator(".npi-time-figure:visible")).to_have_count(6)
    expect(page.locator(".npi-time-chip")).to_have_count(6)
    field = page.locator(".npi-time-field canvas").first
    box = field.bounding_box()
    for figure in (0, 2):
        ends = page.locator(".npi-time-figure:visible").nth(figure).locator(".npi-time-end")
        plot = page.locator(".npi-time-figure:visible").nth(figure).locator(".npi-time-field").bounding_box()
        middles = [end["x"] + end["width"] / 2 - plot["x"] for end in (ends.nth(i).bounding_box() for i in range(2))]
        assert middles == pytest.approx([plot["width"] / 6, plot["width"] * 5 / 6], abs=2)  # below the middle of the columns
    field.click(position={"x": box["width"] / 2, "y": 30})
    page.wait_for_function("() => window.panel.view.weights === 1")
    expect(page.locator(".npi-time-mark").first).to_be_visible()
    field.focus()
    field.press("ArrowLeft")
    page.wait_for_function("() => window.panel.view.weights === 0")
    page.locator("#npi-tab-filters").click()
    expect(page.locator(".npi-filters-card")).to_have_count(6)
    assert stage.questions("filters")[-1]["weights"] == 0
    found = stage.answer("over_time", {})
    page.locator("#npi-tab-time").click()
    page.get_by_role("button", name="max_pooling2d", exact=True).click()
    expect(page.get_by_text("max_pooling2d has no weights of its own")).to_be_visible()
    page.get_by_role("button", name="dense", exact=True).click()
    gradient = found["layers"][5]["gradient"][0]
    expect(page.locator(".npi-time-figure").nth(2).locator("output")).to_have_text(f"Epoch 0, dense: {shown(gradient)}")


def test_what_no_engine_was_free_for_is_asked_again(opened: Opened, stage: RealStage) -> None:
    stage.faults["over_time"] = Unavailable("No engine is free yet.", fix="Try again in a few seconds.")
    page = opened("time", clock=True)
    expect(page.locator(".npi-time .np-fault")).to_contain_text("No engine is free yet.")
    del stage.faults["over_time"]
    let_pass(page, 10_000)
    expect(page.locator(".npi-time-chip").first).to_be_visible(timeout=10_000)
    expect(page.locator(".npi-time .np-fault")).to_be_hidden()


def test_a_network_without_weights_is_said_plainly(opened: Opened) -> None:
    page = opened("filters", net="bare")
    expect(page.locator(".npi-filters .np-fault")).to_contain_text("This network has no weights.")
    page.locator("#npi-tab-maps").click()
    expect(page.locator(".npi-maps-rows > li")).to_have_count(3)
    page.locator("#npi-tab-time").click()
    expect(page.locator(".npi-time-chip")).to_have_count(2)


@pytest.mark.parametrize("tab", ["maps", "filters", "time"])
def test_nothing_is_wider_than_a_phone(opened: Opened, tab: str) -> None:
    page = opened(tab, width=420)
    page.wait_for_selector(".npi-maps-rows > li, .npi-filters-card, .npi-time-chip")
    if tab == "filters":
        page.locator(".npi-filters-card").first.click()
    if tab == "maps":
        page.locator("button.npi-maps-stamp").first.click()
        page.wait_for_selector(".npi-maps-channel")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 420


def test_sequences_are_strips_and_steps(opened: Opened, stage: RealStage) -> None:
    page = opened("maps", net="sequence")
    page.locator(".npi-maps-rows > li").nth(2).locator(".npi-maps-name").click()
    expect(page.locator(".npi-maps-channel")).to_have_count(4)
    (layer,) = stage.answer("maps", {"picture": "test:0", "layer": "conv1d"})["layers"]
    chart = page.locator(".npi-maps-side .npi-maps-chart")
    box = chart.bounding_box()
    chart.hover(position={"x": box["width"] * 2.5 / 10, "y": 30})
    expect(page.locator(".npi-maps-side .npi-maps-reading")).to_have_text(f"Step 2: {shown(layer['maps'][0, 2])}")


def shown(value: float) -> str:
    """Three significant digits, as `short` in assets/shared/drawing/raster.js writes them."""
    if value and (abs(value) < 0.0005 or abs(value) >= 1e6):
        digits, _, power = f"{value:.1e}".partition("e")
        return f"{digits}e{'+' if int(power) > 0 else ''}{int(power)}".replace("-", "−", 1) if value < 0 else f"{digits}e{int(power)}"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.6f}".rstrip("0").rstrip(".").replace("-", "−") if rounded else "0"
