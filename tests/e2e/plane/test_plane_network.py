"""The Playground's drawing of the network on made-up frames: the oracle is numpy, the context only remembers what it was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from playground import data
from playground.plane.sketch import Block, Sketch, Skip
from playground.values.spec import Args, DataChoice
from tests.e2e.plane.network_stage import ACTIVATIONS, Net, floats_of, open_stage, show

CHOICES = {
    "activations": [{"kind": f"activations.{name}", "help": name} for name in ("relu", "tanh", "sigmoid")],
    "initializers": [{"kind": "initializers.HeNormal", "title": "He normal", "args": {}}],
}


def sketch_of(
    *units: int, name: str = "spirals", classes: int = 3, output: str = "softmax", inputs: tuple[str, ...] = ("x", "y"), **more: Any
) -> Sketch:
    args = {"classes": classes} | ({} if inputs == ("x", "y") else {"inputs": inputs})
    blocks = tuple(Block(f"hidden_{i + 1}", width, **more.get(f"hidden_{i + 1}", {})) for i, width in enumerate(units))
    return Sketch(DataChoice(name, Args(args), test=0.3), blocks, output)


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """One page for all tests that do not need another window; `show` empties its stage."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": 760, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    open_stage(page)
    yield page, said
    context.close()


@pytest.fixture
def page(opened: tuple[Page, list[str]]) -> Iterator[Page]:
    page, said = opened
    said.clear()
    page.mouse.move(1, 1)
    yield page
    assert said == []


def neuron(page: Page, column: int, unit: int):
    return page.locator(f'[data-focus="neuron {column} {unit}"]')


def changes(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("stage.changes")


def colour_at(page: Page, column: int, unit: int, across: float, down: float) -> list[int]:
    """Of a neuron's map, in red, green, blue, alpha; across and down from 0 to 1."""
    return page.evaluate(
        """([column, unit, across, down]) => {
          const { layout } = stage.view.scene, { canvas } = stage.view.stage.maps, density = canvas.width / layout.width;
          const x = layout.x[column] + (across - 0.5) * layout.tile, y = layout.y[column][unit] + (down - 0.5) * layout.tile;
          return [...canvas.getContext("2d").getImageData(Math.round(x * density), Math.round(y * density), 1, 1).data];
        }""",
        [column, unit, across, down],
    )


def point_at_link(page: Page, link: int, t: float = 0.5) -> tuple[float, float]:
    """Where a link is in the window."""
    return page.evaluate(
        """async ([link, t]) => {
          const { along } = await import("/assets/plane/network/drawing/layout.js");
          const box = stage.view.stage.body.getBoundingClientRect(), [x, y] = along(stage.view.scene.layout.shapes, link, t);
          return [box.left + x, box.top + y];
        }""",
        [link, t],
    )


def link_of(page: Page, **wanted: int) -> int:
    return page.evaluate(
        "wanted => stage.view.scene.plan.links.findIndex((link) => Object.entries(wanted).every(([k, v]) => link[k] === v))", wanted
    )


def test_a_neuron_is_orange_where_it_is_above_zero_and_blue_below(page: Page) -> None:
    sketch = sketch_of(4, 3)
    net = Net(sketch)
    show(page, sketch, net.frame())
    places = [(across, down) for across in (0.25, 0.5, 0.75) for down in (0.25, 0.5, 0.75)]
    outputs = net.forward(np.array([[6 * across - 3, 3 - 6 * down] for across, down in places]))
    checked = set()
    for unit in range(4):
        for place, value in zip(places, outputs[0][:, unit], strict=True):
            red, _, blue, alpha = colour_at(page, 1, unit, *place)
            assert alpha == 255
            if abs(value) > 0.4:
                assert (red > blue) == (value > 0), (unit, place, value, red, blue)
                checked.add(value > 0)
    assert checked == {True, False}


def test_an_output_is_in_the_colour_of_its_class_where_that_is_likely(page: Page) -> None:
    sketch = sketch_of(4)
    net = Net(sketch, scale=3)
    show(page, sketch, net.frame())
    axis = np.linspace(0.2, 0.8, 7)
    places = [(across, down) for across in axis for down in axis]
    chances = net.forward(np.array([[6 * across - 3, 3 - 6 * down] for across, down in places]))[-1]
    for unit, colour in enumerate([(0, 114, 178), (230, 159, 0), (0, 158, 115)]):
        surest = int(chances[:, unit].argmax())
        if chances[surest, unit] > 0.97:
            assert np.abs(np.array(colour_at(page, 2, unit, *places[surest])[:3]) - colour).max() < 40
    expect(page.locator('.npp-net-label[data-side="right"]')).to_have_text(["class 1", "class 2", "class 3"])


def test_the_card_of_a_neuron_tells_its_formula_with_the_frames_numbers(page: Page) -> None:
    sketch = sketch_of(4, 2)
    net = Net(sketch)
    show(page, sketch, net.frame())
    page.evaluate("stage.answer('plane_unit', { points: 175, dead: false, zeros: 0, saturated: 0.2 })")
    neuron(page, 1, 2).hover()
    card = page.locator(".npp-net-card")
    expect(card).to_be_visible()
    (wx, wy), bias = net.layers[0]["kernel"][:, 2], net.layers[0]["bias"][2]
    signs = ["−" if value < 0 else "+" for value in (wy, bias)]
    written = f"a = tanh({wx:.2f}·x {signs[0]} {abs(wy):.2f}·y {signs[1]} {abs(bias):.2f})"
    expect(card).to_contain_text(written.replace("-", "−"))
    expect(card).to_contain_text("Saturated for 20 % of the 175 training points")
    assert page.evaluate("stage.asked.at(-1)") == {"view": "plane_unit", "layer": "hidden_1", "unit": 2}
    page.mouse.move(1, 1)
    expect(card).to_be_hidden()


def test_a_link_tells_its_weight_and_gradient_and_takes_a_new_one_at_once(page: Page) -> None:
    sketch = sketch_of(4, 2)
    net = Net(sketch)
    frame = net.frame()
    show(page, sketch, frame)
    gradients = np.linspace(-1, 1, len(frame["weights"]["$floats"]))
    page.evaluate("body => stage.answer('plane_gradients', body)", {"gradients": floats_of(gradients)})
    link = link_of(page, to=2, unit=3, target=1)
    page.mouse.move(*point_at_link(page, link, 0.12))
    card = page.locator(".npp-net-card")
    weight = net.layers[1]["kernel"][3, 1]
    expect(card).to_contain_text("Weight from layer 1, neuron 4 to layer 2, neuron 2")
    expect(card).to_contain_text(f"w = {weight:.2f}".replace("-", "−"))
    place = frame["meta"]["layers"][1]["kernel"][0] + 3 * 2 + 1
    expect(card).to_contain_text(f"{abs(gradients[place]):.3g}")
    page.mouse.click(*point_at_link(page, link, 0.12))
    assert page.evaluate("stage.context.state.selection") == {"kind": "link", "layer": "hidden_2", "row": 3, "column": 1}
    field = page.get_by_role("spinbutton", name="Weight from layer 1, neuron 4")
    assert float(field.input_value()) == pytest.approx(weight, rel=1e-3)
    field.fill("0.5")
    field.press("Enter")
    page.wait_for_function("stage.commands.length === 1")
    assert page.evaluate("stage.commands[0]") == {"do": "set", "name": "weight", "value": ["hidden_2", "kernel", 7, 0.5]}
    frame["meta"]["loss"]["train"] = 0.3
    page.evaluate("frame => stage.put({ frame })", frame)
    expect(page.locator(".npp-net-effect")).to_have_text("Loss 0.4100 → 0.3000")


def test_a_weight_that_cannot_be_is_refused_with_its_bounds(page: Page) -> None:
    show(page, sketch_of(3), Net(sketch_of(3)).frame())
    neuron(page, 1, 1).click()
    field = page.get_by_role("spinbutton", name="Weight of y")
    field.fill("1e30")
    field.press("Enter")
    expect(page.locator(".npp-net-dock")).to_contain_text("A number from −1000 to 1000, please.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("-2")
    field.press("Enter")
    page.wait_for_function("stage.commands.length === 1")
    assert page.evaluate("stage.commands[0].value") == ["hidden_1", "kernel", 4, -2]
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_bias_is_set_by_its_dot(page: Page) -> None:
    sketch = sketch_of(3)
    net = Net(sketch)
    show(page, sketch, net.frame())
    box = neuron(page, 1, 1).bounding_box()
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] - 1)
    assert page.evaluate("stage.context.state.selection") == {"kind": "bias", "layer": "hidden_1", "unit": 1}
    page.get_by_role("button", name="Set to 0").click()
    page.wait_for_function("stage.commands.length === 1")
    assert page.evaluate("stage.commands[0].value") == ["hidden_1", "bias", 1, 0]


def test_a_skip_link_reads_its_own_rows_of_the_kernel(page: Page) -> None:
    sketch = sketch_of(3, 2, hidden_2={"skip": Skip("input")})
    net = Net(sketch)
    show(page, sketch, net.frame())
    kernel = net.layers[1]["kernel"]
    assert kernel.shape == (5, 2)
    for row, (column, unit) in enumerate([(1, 0), (1, 1), (1, 2), (0, 0), (0, 1)]):
        link = page.evaluate(
            "([c, u]) => stage.view.scene.plan.links.findIndex((l) => l.to === 2 && l.from === c && l.unit === u && l.target === 1)",
            [column, unit],
        )
        assert page.evaluate("i => stage.view.weights[i]", link) == pytest.approx(kernel[row, 1])
        assert page.evaluate("i => stage.view.scene.plan.links[i].skip", link) == (column == 0)


def test_a_new_neuron_is_drawn_before_its_frame_comes_and_the_others_keep_theirs(page: Page) -> None:
    sketch = sketch_of(3, 2)
    show(page, sketch, Net(sketch).frame())
    before = [colour_at(page, 1, unit, 0.3, 0.3) for unit in range(3)]
    page.get_by_role("button", name="Add a neuron to layer 1").click()
    assert [block["units"] for block in changes(page)[-1]["blocks"]] == [4, 2]
    expect(neuron(page, 1, 3)).to_be_visible()
    assert [colour_at(page, 1, unit, 0.3, 0.3) for unit in range(3)] == before
    red, green, blue, _ = colour_at(page, 1, 3, 0.3, 0.3)
    assert max(red, green, blue) - min(red, green, blue) < 12
    assert page.evaluate("stage.view.scene.plan.links.filter((l, i) => Number.isNaN(stage.view.weights[i])).length") == 2 + 2
    expect(page.get_by_role("button", name="Add a neuron to layer 1")).to_be_focused()


def test_a_layer_put_in_between_has_a_new_name_and_the_others_keep_theirs(page: Page) -> None:
    sketch = sketch_of(3, 2)
    show(page, sketch, Net(sketch).frame())
    page.get_by_role("button", name="Add a layer behind layer 1").click()
    assert [block["name"] for block in changes(page)[-1]["blocks"]] == ["hidden_1", "hidden_3", "hidden_2"]
    expect(page.get_by_text("3 hidden layers")).to_be_visible()
    page.get_by_role("button", name="Settings of layer 1").click()
    page.get_by_role("button", name="Remove this layer").click()
    assert [block["name"] for block in changes(page)[-1]["blocks"]] == ["hidden_3", "hidden_2"]
    for _ in range(2):
        page.get_by_role("button", name="Remove the last hidden layer").click()
    expect(page.get_by_text("no hidden layers")).to_be_visible()
    expect(page.get_by_role("button", name="Remove the last hidden layer")).to_be_disabled()


def test_the_settings_of_a_layer_change_the_sketch(page: Page) -> None:
    sketch = sketch_of(3, 3)
    show(page, sketch, Net(sketch).frame(), choices=CHOICES)
    page.get_by_role("button", name="Settings of layer 2").click()
    dialog = page.get_by_role("dialog", name="Settings of layer 2")
    dialog.get_by_role("radio", name="relu").click()
    dialog.get_by_label("L2").select_option("0.001")
    dialog.get_by_label("Batch normalisation").check()
    dialog.get_by_label("Initial weights").select_option("He normal")
    dialog.get_by_label("Skip link from").select_option("layer 1, added")
    dialog.get_by_label("Dropout").fill("0.25")
    last = changes(page)[-1]["blocks"][1]
    wanted = {"activation": "relu", "l2": 0.001, "norm": True, "dropout": 0.25, "skip": {"from": "hidden_1", "join": "add"}}
    assert {name: last[name] for name in wanted} == wanted
    assert last["initializer"] == {"kind": "initializers.HeNormal", "args": {}}
    assert page.evaluate("stage.view.scene.plan.sums") == [{"from": 1, "to": 2, "units": 3}]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.evaluate(
        "() => { for (const button of document.querySelectorAll('[data-focus=\"hidden_2 1\"]')) { button.click(); button.click(); } }"
    )
    assert [changes(page)[-1]["blocks"][1][name] for name in ("units", "l2")] == [5, 0.001]
    page.get_by_label("Activation of layer 1").select_option("sigmoid")
    assert changes(page)[-1]["blocks"][0]["activation"] == "sigmoid"


def test_inputs_are_switched_on_and_off_in_the_order_of_the_list(page: Page) -> None:
    sketch = sketch_of(3, inputs=("y",))
    show(page, sketch, Net(sketch).frame())
    page.get_by_role("button", name="Choose the inputs").click()
    features = page.get_by_role("dialog", name="Inputs of the network").get_by_role("button")
    expect(features).to_have_count(len(data.FEATURES))
    expect(features.nth(1)).to_be_disabled()  # the last one stays
    features.nth(3).click()
    features.nth(0).click()
    assert changes(page)[-1] == {"inputs": ["x", "y", "y2"]}
    features.nth(1).click()
    assert changes(page)[-1] == {"inputs": ["x", "y2"]}


def test_a_replayed_epoch_shows_the_network_of_then_and_nothing_can_be_changed(page: Page) -> None:
    then, now = sketch_of(3), sketch_of(5, 4)
    show(page, now, Net(then).frame(epoch=7), when=7)
    expect(page.get_by_text("1 hidden layer", exact=True)).to_be_visible()
    expect(neuron(page, 1, 2)).to_be_visible()
    expect(neuron(page, 1, 3)).to_have_count(0)
    more = page.get_by_role("button", name="Add a neuron to layer 1")
    expect(more).to_be_disabled()
    expect(more).to_have_attribute("title", "This is epoch 7. Go back to now to change the network.")


def test_weights_that_are_no_numbers_are_said_and_hatched(page: Page) -> None:
    sketch = sketch_of(3)
    frame = Net(sketch).frame()
    frame["meta"]["finite"] = False
    show(page, sketch, frame)
    expect(page.get_by_text("Weights are no longer numbers")).to_be_visible()
    colours = {tuple(colour_at(page, 1, 0, x, 0.5)[:3]) for x in np.linspace(0.2, 0.8, 25)}
    assert len(colours) == 2
    assert page.evaluate("stage.view.weights.every(Number.isNaN)")


def test_everything_is_reached_by_keys(page: Page) -> None:
    sketch = sketch_of(3, 2)
    show(page, sketch, Net(sketch).frame())
    neuron(page, 0, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(neuron(page, 1, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Layer 1, neuron 2")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Weight of x")).to_be_enabled()
    expect(neuron(page, 1, 1)).to_have_attribute("data-chosen", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".npp-net-dock")).to_be_hidden()


def answer_of(net: Net, x: float, y: float, label: int) -> dict[str, Any]:
    """What the view `plane_point` says of softmax networks with tanh layers, worked out backwards by hand."""
    values = data.features(np.array([[x, y]], np.float32), net.sketch.inputs)[0]
    layers, given = [], values
    for layer in net.layers:
        sums = given @ layer["kernel"] + layer["bias"]
        layers.append({"layer": layer, "inputs": given, "sums": sums, "output": ACTIVATIONS[layer["activation"]](sums)})
        given = layers[-1]["output"]
    slope = given - np.eye(len(given))[label]
    told = []
    for step in reversed(layers):
        kernel = step["layer"]["kernel"]
        arrays = {name: floats_of(step[name]) for name in ("inputs", "sums", "output")}
        told.insert(0, {"name": step["layer"]["name"], "kernel": floats_of(kernel), "slopes": floats_of(slope), **arrays})
        slope = (kernel @ slope) * (1 - step["inputs"] ** 2)
    found = {"x": x, "y": y, "features": {"ids": ["x", "y"], "values": floats_of(values)}, "layers": told}
    return {**found, "probabilities": floats_of(given), "predicted": int(given.argmax()), "loss": float(-np.log(given[label]))}


def test_a_point_writes_its_way_there_and_back_onto_the_neurons(page: Page) -> None:
    sketch = sketch_of(4, 3)
    net = Net(sketch)
    show(page, sketch, net.frame())
    answer = answer_of(net, 0.8, -1.1, 0)
    page.evaluate("body => stage.answer('plane_point', body)", answer)
    page.evaluate("stage.put({ selection: { kind: 'point', index: null, x: 0.8, y: -1.1 } })")
    page.wait_for_function("stage.view.pass !== null")
    pills = dict(page.evaluate("[...stage.view.pass.pills]"))
    assert pills["0 0"] == "0.80" and pills["0 1"] == "−1.10"
    assert pills["1 2"] == f"{answer['layers'][0]['output']['$floats'][2]:.2f}".replace("-", "−")
    flow = np.abs(np.array(answer["layers"][1]["inputs"]["$floats"])[:, None] * net.layers[1]["kernel"])
    strongest = np.unravel_index(flow.argmax(), flow.shape)
    lit = page.evaluate(
        "[...stage.view.pass.lit].map((i) => stage.view.scene.plan.links[i]).filter((l) => l.to === 2).map((l) => [l.unit, l.target])"
    )
    assert list(strongest) in lit
    assert all(flow[unit, target] >= 0.35 * flow.max() for unit, target in lit)
    expect(page.locator(".npp-net-dock")).to_contain_text("Point (0.80, −1.10)")
    page.get_by_role("button", name="Show the way back").click()
    slope = answer["layers"][1]["slopes"]["$floats"][1]
    page.wait_for_function("text => stage.view.pass?.pills.get('2 1') === text", arg=f"{slope:.2f}".replace("-", "−"))
    page.get_by_role("button", name="Close").click()
    page.wait_for_function("stage.view.pass === null")


def test_the_bent_plane_is_drawn_for_two_neurons_or_all(page: Page) -> None:
    sketch = sketch_of(3)
    show(page, sketch, Net(sketch).frame(), selection={"kind": "unit", "layer": "hidden_1", "unit": 0})
    side = np.linspace(-1, 1, 41)
    grid = np.stack(np.meshgrid(side, -side), axis=-1)
    body = {
        "grid": floats_of(grid),
        "winner": {"$bytes": [0] * 41 * 41},
        "points": floats_of([0.5, 0.5]),
        "low": floats_of([-1, -1]),
        "high": floats_of([1, 1]),
    }
    page.evaluate("body => stage.answer('plane_warp', body)", {**body, "axes": "pca", "explained": floats_of([0.6, 0.3])})
    page.get_by_text("The plane as this layer bends it").click()
    expect(page.locator(".npp-net-warp")).to_contain_text("90 % of the points' spread")
    page.get_by_label("Which view of the layer's space").select_option("two neurons")
    page.get_by_label("Up", exact=True).select_option("neuron 3")
    assert page.evaluate("stage.asked.at(-1)") == {"view": "plane_warp", "layer": "hidden_1", "units": [0, 2]}
    ink = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v).length"
    shown = page.locator(".npp-net-warp canvas").evaluate(ink)
    assert page.locator(".npp-net-warp canvas").evaluate("(c) => c.width === c.height")
    assert shown > 20_000


def test_a_class_view_hides_what_it_says(page: Page) -> None:
    sketch = sketch_of(3, selection=None)
    show(page, sketch, Net(sketch).frame(), choices=CHOICES)
    page.evaluate("stage.hide(['layers', 'inputs', 'layer_settings', 'weights', 'activation', 'output'])")
    expect(page.locator(".npp-net").get_by_role("button", name="Add")).to_have_count(0)
    for name in ("Choose the inputs", "Settings of layer 1"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator(".npp-net-above select")).to_have_count(0)
    neuron(page, 1, 0).click()
    expect(page.get_by_role("heading", name="Layer 1, neuron 1")).to_be_visible()
    expect(page.get_by_role("spinbutton")).to_have_count(0)


def test_the_largest_network_is_drawn_and_scrolls_within_itself(page: Page) -> None:
    sketch = sketch_of(*[16] * 8, classes=5, inputs=tuple(data.FEATURES))
    show(page, sketch, Net(sketch).frame(side=8))
    expect(page.locator(".npp-net-neuron")).to_have_count(len(data.FEATURES) + 8 * 16 + 5)
    expect(page.get_by_role("button", name="Add a hidden layer")).to_be_disabled()
    page.set_viewport_size({"width": 420, "height": 800})
    expect(page.locator(".npp-net-window")).to_have_attribute("data-more", "right")
    page.locator(".npp-net-way[data-side=right]").click()
    page.wait_for_function("stage.view.stage.scroller.scrollLeft > 100")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    neuron(page, 9, 4).click()
    expect(page.get_by_role("heading", name="Output class 5")).to_be_visible()
    page.set_viewport_size({"width": 760, "height": 900})


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_dashes_run_while_it_trains_unless_people_want_less_motion(page: Page, motion: str) -> None:
    sketch = sketch_of(4, 3)
    page.emulate_media(reduced_motion=motion)
    show(page, sketch, Net(sketch).frame(), status="training")
    drawn = "stage.inked()"
    if motion == "reduce":
        page.evaluate("async () => { for (let frame = 0; frame < 8; frame++) await new Promise(requestAnimationFrame); }")
        assert not page.evaluate(drawn)
    else:
        page.wait_for_function(drawn)
        page.evaluate("stage.put({ status: 'paused' })")
        page.wait_for_function(f"!{drawn}")
    page.emulate_media(reduced_motion="no-preference")


def test_one_output_neuron_and_numbers_to_predict_are_drawn(page: Page) -> None:
    sketch = Sketch(DataChoice("circles", test=0.3), (), "sigmoid")
    show(page, sketch, Net(sketch).frame())
    expect(page.locator(".npp-net-neuron")).to_have_count(3)
    page.get_by_label("Activation of the output").select_option("tanh")
    assert changes(page)[-1] == {"output": "tanh"}
    number = Sketch(DataChoice("waves", test=0.3), (Block("hidden_1", 2),), "linear")
    show(page, number, Net(number).frame())
    expect(page.locator('.npp-net-label[data-side="right"]')).to_have_text(["number"])
