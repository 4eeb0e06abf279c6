"""The kernel bench as a person uses it: numbers typed in, cells pointed at, pictures from everywhere; and its lines of Keras, run."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from playground.values import wire
from playground.web.bundle import bundle
from tests.e2e.stages.asset_stage import ADDRESS, ROOT, stage

HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="stylesheet" href="/assets/inside/style.css">
<div class="npi" id="place"></div>
<script type="module">
import { BenchTab } from "/tab.js";
import { readTheme } from "/theme.js";
import { faultBox } from "/fault.js";
const place = document.getElementById("place");
window.asked = [];
const picture = Object.assign(Uint8Array.from({length: 8 * 8 * 3}, (_, k) => 40 * (k % 3)), {shape: [8, 8, 3]});
const context = {ask: async (question) => (window.asked.push(question), {original: picture}), fault: faultBox};
let tab = null;
const empty = {run: null, anatomy: null, picture: {source: "", title: "", prepare: {}}};
window.show = (more = {}) => tab.show({...empty, theme: readTheme(place), ...more});
window.fresh = () => { // as after a reload, without one
  tab = new BenchTab(context);
  place.replaceChildren(tab.root);
  window.asked.length = 0;
  window.show();
};
window.fresh();
window.hide = () => tab.hide();
</script></html>"""
DIGITS = np.arange(2 * 8 * 8, dtype=np.uint8).reshape(2, 8, 8, 1)
ANSWERS = {
    "/tab.js": lambda: bundle(ROOT / "assets/inside/bench/tab.js").encode(),
    "/theme.js": lambda: bundle(ROOT / "assets/shared/drawing/theme.js").encode(),
    "/fault.js": lambda: bundle(ROOT / "assets/shared/dom/fault.js").encode(),
    "/api/data": lambda: json.dumps(
        {
            "data": [
                {"name": "digits", "title": "Digits", "kind": "pictures", "ready": True},
                {"name": "iris", "title": "Iris", "kind": "table", "ready": True},
            ]
        }
    ).encode(),
    "/api/data/digits/pictures": lambda: wire.pack(
        {"pictures": DIGITS, "labels": np.array([0, 1], np.int32), "classes": ["nought", "one"]}
    ),
}
NUMBERS = {"height": 6, "width": 6, "values": list(range(36))}
STEPS = {"stride": [1, 1], "padding": "valid", "p": 1, "dilation": 1}


def steps(**changes: object) -> dict:
    """The same for all operations."""
    return {name: STEPS | changes for name in ("convolution", "pooling", "transposed")}


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1400})
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    stage(page, HTML, answers=ANSWERS)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def bench(tab: Page) -> Page:
    """As on the first visit."""
    return opened(tab, {})


def opened(page: Page, state: dict | str) -> Page:
    page.evaluate("text => sessionStorage.setItem('np.bench', text)", state if isinstance(state, str) else json.dumps(state))
    page.evaluate("window.hide(); window.fresh()")
    return page


def over(page: Page, name: str = "output"):
    return page.locator(f"[data-stage={name}] .npi-bench-over")


def point(page: Page, row: int, column: int, name: str = "output", *, click: bool = False) -> None:
    """Moves the mouse onto a cell, of which no padding is drawn."""
    box, cells = over(page, name).bounding_box(), page.locator(f"[data-stage={name}] .npi-bench-size").inner_text()
    cell = box["width"] / int(cells.split(" × ")[1])
    (over(page, name).click if click else over(page, name).hover)(position={"x": (column + 0.5) * cell, "y": (row + 0.5) * cell})


def kernel_field(page: Page, name: str):
    return page.get_by_role("group", name="Numbers of the kernel").get_by_label(name)


def said(page: Page):
    return page.locator(".npi-bench-sum")


def test_a_number_of_the_kernel_changed_changes_the_output(tab):
    page = opened(tab, {"source": "numbers", "numbers": NUMBERS, "cell": [1, 1]})
    expect(said(page)).to_have_text("7 · 1 + 9 · (−1) + 13 · 1 + 15 · (−1) + 19 · 1 + 21 · (−1) = −6; the other 3 products are 0")
    expect(over(page)).to_have_attribute(
        "aria-label", "Cross-correlation (Keras), 4 by 4 cells. Row 1, column 1: −6. Arrow keys choose another cell."
    )
    kernel_field(page, "Row 1, column 1").fill("1/2")
    expect(over(page)).to_have_attribute(
        "aria-label", "Cross-correlation (Keras), 4 by 4 cells. Row 1, column 1: 1. Arrow keys choose another cell."
    )
    expect(over(page, "other")).to_have_attribute(
        "aria-label", "Convolution (flipped), 4 by 4 cells. Row 1, column 1: 13. Arrow keys choose another cell."
    )
    expect(page.get_by_role("combobox", name="Kernel").locator("option:checked")).to_have_text("Own numbers")
    page.get_by_role("button", name="Flip").click()
    expect(over(page)).to_have_attribute(
        "aria-label", "Cross-correlation (Keras), 4 by 4 cells. Row 1, column 1: 13. Arrow keys choose another cell."
    )


def test_what_is_no_number_is_marked_and_changes_nothing(bench):
    field = kernel_field(bench, "Row 0, column 0")
    for nonsense in ("x", "1/0", "-", "1e99", "1/2/3", ""):
        field.fill(nonsense)
        expect(field).to_have_attribute("aria-invalid", "")
    field.blur()
    expect(field).to_have_value("1")
    field.fill("-1,5")
    field.blur()
    expect(field).to_have_value("−1.5")


def test_pointing_shows_a_cell_for_a_while_and_a_click_keeps_it(tab):
    page = opened(tab, {"source": "numbers", "numbers": NUMBERS, "cell": [0, 0]})
    title = page.locator(".npi-bench-cell h4")
    point(page, 2, 3)
    expect(title).to_have_text("One cell of the output: row 2, column 3")
    expect(page.locator(".npi-bench-numbers").first.locator("td")).to_have_text(
        [str(6 * row + column) for row in (2, 3, 4) for column in (3, 4, 5)]
    )
    page.mouse.move(5, 5)
    expect(title).to_have_text("One cell of the output: row 0, column 0")
    point(page, 3, 1, click=True)
    page.mouse.move(5, 5)
    expect(title).to_have_text("One cell of the output: row 3, column 1")
    over(page).press("ArrowRight")
    expect(title).to_have_text("One cell of the output: row 3, column 2")
    over(page).press("ArrowDown")  # there is no further row
    expect(title).to_have_text("One cell of the output: row 3, column 2")


def test_a_value_of_the_input_shows_its_copy_in_a_transposed_convolution(tab):
    kernel = {"preset": "own", "sigma": 1, "height": 2, "width": 2, "values": [1, 2, 3, 4]}
    page = opened(
        tab,
        {"operation": "transposed", "source": "numbers", "numbers": NUMBERS, "plane": kernel, "steps": steps(stride=[2, 2], padding="p")},
    )
    point(page, 0, 5, "source")
    expect(page.locator(".npi-bench-cell h4")).to_have_text("One value of the input: row 0, column 5")
    expect(page.locator(".npi-bench-numbers").last.locator("td")).to_have_text(["5", "10", "15", "20"])
    expect(said(page)).to_have_text(
        "5 × the kernel is added to the output in the box; 3 of its 4 numbers fall on the part that is cut off."
    )
    expect(page.locator(".npi-bench-sizes dd").first).to_have_text("(n − 1)s + k − 2p = 5 · 2 + 2 − 2 · 1 = 10")


def test_max_pooling_marks_the_switch_and_puts_the_value_back(tab):
    page = opened(tab, {"operation": "max", "source": "numbers", "numbers": NUMBERS, "cell": [1, 2], "steps": steps(stride=[2, 2])})
    expect(said(page)).to_have_text("max(16, 17, 22, 23) = 23")
    expect(page.locator(".npi-bench-strong")).to_have_text("23")
    expect(page.locator("[data-stage=back] h4")).to_have_text("Unpooled by the switches")


def test_the_border_of_same_padding_is_explained(tab):
    page = opened(tab, {"source": "numbers", "numbers": NUMBERS, "steps": steps(stride=[2, 1], padding="same")})
    rows, columns = page.locator(".npi-bench-sizes dd").all_inner_texts()
    assert rows.split("\n")[0] == "⌈n/s⌉ = ⌈6/2⌉ = 3"
    assert "so 1 row of zeros is added: ⌊1/2⌋ = 0 at the top, 1 at the bottom. The odd one goes to the end" in rows
    assert "so 2 columns of zeros are added: ⌊2/2⌋ = 1 at the left, 1 at the right." in columns


def test_a_window_that_does_not_fit_is_explained(tab):
    kernel = {"preset": "box", "sigma": 1, "height": 7, "width": 7, "values": [1 / 49] * 49}
    page = opened(tab, {"source": "numbers", "numbers": NUMBERS, "plane": kernel})
    expect(page.locator(".np-fault")).to_have_text(
        "The window reaches over 7 cells, there are only 6. Choose a smaller kernel or dilation, or more padding."
    )
    page.get_by_label("Padding").select_option("same")
    expect(page.locator("[data-stage=output] .npi-bench-size")).to_have_text("6 × 6")


def test_what_was_set_is_there_after_a_reload_and_nonsense_is_forgotten(bench):
    bench.get_by_label("Pattern", exact=True).select_option("arrow")
    bench.get_by_role("combobox", name="Kernel").select_option("gaussian")
    bench.get_by_label("Width", exact=True).fill("5")
    bench.goto(ADDRESS)
    expect(bench.get_by_label("Pattern", exact=True)).to_have_value("arrow")
    expect(bench.get_by_role("group", name="Numbers of the kernel").locator("input")).to_have_count(15)
    expect(bench.locator(".npi-bench-group", has_text="Sum")).to_contain_text("Sum 1")
    for broken in (
        "{",
        "null",
        '{"operation": "magic", "cell": [-1, "x"], "plane": {"values": []}, "steps": 3}',
        '{"detail": 1e9, "pattern": "__proto__"}',
    ):
        opened(bench, broken)  # no fault either, see `tab`
        expect(bench.get_by_role("combobox", name="Kernel")).to_have_value("prewittX")


def test_a_signal_is_convolved_as_numpy_does(tab):
    values, kernel = [1, 2, 0, 5, 3, 1], [1, 2, 4]
    state = {
        "line": True,
        "signal": {"name": "own", "values": values},
        "comb": {"preset": "own", "sigma": 1, "height": 1, "width": 3, "values": kernel},
    }
    page = opened(tab, state | {"cell": [0, 2], "flipped": True})
    wanted = np.convolve(values, kernel, "valid")[2]
    expect(said(page)).to_have_text(f"5 · 2 + 3 · 1 = {wanted}; the other product is 0")
    page.get_by_label("Signal", exact=True).select_option("sine")
    page.get_by_label("Values", exact=True).fill("24")
    expect(page.locator("[data-stage=input] .npi-bench-size")).to_have_text("24 values")


def test_play_walks_over_all_cells_and_pauses(tab):
    page = opened(tab, {"operation": "max", "source": "numbers", "numbers": NUMBERS, "steps": steps(stride=[4, 4])})
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".npi-bench-count")).to_have_text("Cell 2 of 4 of the output")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".npi-bench-count")).to_have_text("Cell 4 of 4 of the output")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    page.evaluate("window.hide()")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_pictures_come_from_data_sets_that_are_here(bench):
    bench.get_by_label("Take", exact=True).select_option("sample")
    expect(bench.get_by_label("Data set", exact=True).locator("option")).to_have_text(["Digits"])
    bench.locator(".npi-bench-thumb").nth(1).click()
    bench.get_by_role("combobox", name="Kernel").select_option("identity")
    over(bench).focus()
    point(bench, 0, 0, click=True)
    expect(over(bench)).to_have_attribute(
        "aria-label",
        f"Cross-correlation (Keras), 6 by 6 cells. Row 0, column 0: {DIGITS[1, 1, 1, 0]}. Arrow keys choose another cell.",
    )


def test_the_runs_picture_is_used_as_soon_as_there_is_one(bench):
    expect(bench.get_by_label("Take", exact=True)).to_have_value("pattern")
    bench.evaluate("window.show({run: 'r', anatomy: {kind: 'table'}, picture: {source: 'test:1', title: '', prepare: {}}})")
    expect(bench.get_by_label("Take", exact=True)).to_have_value("pattern")
    bench.evaluate("window.show({run: 'r', anatomy: {kind: 'pictures'}, picture: {source: 'test:1', title: '', prepare: {}}})")
    expect(bench.get_by_label("Take", exact=True)).to_have_value("run")
    expect(bench.locator("[data-stage=input] .npi-bench-size")).to_have_text("8 × 8")
    bench.get_by_label("Colour", exact=True).select_option("channels")
    expect(bench.locator("[data-stage=input] .npi-bench-size")).to_have_text("8 × 8 × 3")
    bench.get_by_role("combobox", name="Kernel").select_option("box")
    bench.get_by_text("Blue").click()
    expect(said(bench)).to_contain_text("= 80")
    assert bench.evaluate("window.asked") == [{"view": "picture"}]


def test_a_file_is_shrunk_kept_and_refused_when_it_is_no_picture(bench):
    bench.get_by_label("Take", exact=True).select_option("file")
    expect(bench.locator(".np-fault")).to_have_text("Choose a picture file.")
    bench.get_by_label("Picture file").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(bench.locator(".np-fault").first).to_contain_text("The file could not be read as a picture.")
    file = io.BytesIO()
    Image.new("RGB", (600, 300), (200, 100, 50)).save(file, "PNG")
    bench.get_by_label("Picture file").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": file.getvalue()})
    bench.get_by_label("Size").select_option("256")
    expect(bench.locator("[data-stage=input] .npi-bench-size")).to_have_text("128 × 256")
    bench.goto(ADDRESS)
    expect(bench.locator("[data-stage=input] .npi-bench-size")).to_have_text("128 × 256")
