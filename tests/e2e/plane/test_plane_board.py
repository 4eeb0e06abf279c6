"""The Playground's board and column of data by themselves in a real browser: what they draw, ask for and change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from playground.data.plane import own_points as own
from tests.e2e.plane import plane_board_stage as stage

Opened = Callable[..., Page]
COLOURS = ((0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0))


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests of this file."""
    context = browser.new_context(viewport={"width": 800, "height": 1000})
    context.set_default_timeout(15_000)
    page = context.new_page()
    stage.stage(page, stage.PAGE)
    page.wait_for_function("window.isReady")
    yield page
    context.close()


@pytest.fixture
def opened(page: Page) -> Iterator[Opened]:
    """Opens both parts anew on this state; fails the test if the page throws."""
    faults: list[str] = []

    def note(error: object) -> None:
        faults.append(str(error))

    page.on("pageerror", note)

    def open_(given: dict[str, Any], *, dark: bool = False) -> Page:
        page.mouse.move(790, 990)
        page.evaluate("localStorage.clear()")
        page.evaluate("([given, dark]) => open_(given, dark)", [given, dark])
        page.wait_for_function("document.querySelector('.npp-board-ground').width > 350")
        return page

    yield open_
    page.remove_listener("pageerror", note)
    assert faults == []


def painted(text: str, *, classes: int = 3, **more: Any) -> dict[str, Any]:
    """The state of a person who paints own points."""
    given = stage.state("spirals", size=40)
    given["sketch"]["data"] = {"name": "points", "args": {"points": text, "classes": classes}, "test": 0.3, "seed": 0}
    given["made"] |= {"classes": [f"class {i + 1}" for i in range(classes)], "sketch": {"data": {"name": "other"}}}
    return given | {"painting": {"class": 0, "erase": False, "size": 0.05}, "frame": None} | more


def held_points(page: Page) -> tuple[np.ndarray, np.ndarray]:
    return own.decoded(page.evaluate("context.state.sketch.data.args.points"))


def at(page: Page, x: float, y: float) -> dict[str, float]:
    """A place of the plane in pixels of the board."""
    width = page.locator(".npp-board-plane").bounding_box()["width"]
    return {"x": (x + 3) / 6 * width, "y": (3 - y) / 6 * width}


def drag(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator(".npp-board-plane").bounding_box()
    for i, (x, y) in enumerate(places):
        place = at(page, x, y)
        page.mouse.move(box["x"] + place["x"], box["y"] + place["y"], steps=1 if i == 0 else 6)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def pixel(page: Page, layer: str, x: float, y: float) -> list[int]:
    script = """([layer, x, y]) => { const pen = board.pens[layer]; const size = board.size;
      return [...pen.getImageData(Math.round((x + 3) / 6 * size), Math.round((3 - y) / 6 * size), 1, 1).data]; }"""
    return page.evaluate(script, [layer, x, y])


def has_ink(page: Page, layer: str, x: float, y: float) -> bool:
    """Whether something is drawn within a pixel of a place."""
    script = """([layer, x, y]) => { const { size } = board;
      const at = [(x + 3) / 6 * size, (3 - y) / 6 * size].map((value) => Math.round(value) - 1);
      return Math.max(...board.pens[layer].getImageData(...at, 3, 3).data.filter((_, i) => i % 4 === 3)) > 80; }"""
    return page.evaluate(script, [layer, x, y])


def test_points_lie_where_they_are_in_the_colour_of_their_class(opened: Opened) -> None:
    given = stage.state("gaussians", size=40, classes=4)
    page = opened(given)
    xy = np.reshape(given["made"]["xy"]["values"], (-1, 2))
    held, labels = (np.array(given["made"][name]["values"]) for name in ("held", "labels"))
    apart = [i for i in range(len(xy)) if np.sort(np.hypot(*(xy - xy[i]).T))[1] > 0.2]
    for i in apart:
        colour = (255, 255, 255) if held[i] else COLOURS[labels[i]]
        assert np.abs(np.array(pixel(page, "points", *xy[i])[:3]) - colour).max() <= 8
    assert len(apart) > 10


def test_it_marks_and_counts_what_is_answered_wrongly(opened: Opened) -> None:
    given = stage.state("spirals", classes=3, seed=5)
    page = opened(given)
    labels, guesses = (np.array(values["values"]) for values in (given["made"]["labels"], given["frame"]["guesses"]))
    wrong = labels != guesses
    expect(page.get_by_role("button", name=re.compile("Wrong only"))).to_have_text(f"Wrong only ({wrong.sum()})")
    xy = np.reshape(given["made"]["xy"]["values"], (-1, 2))
    apart = [i for i in range(len(xy)) if np.sort(np.hypot(*(xy - xy[i]).T))[1] > 0.2]
    assert [has_ink(page, "crosses", *xy[i]) for i in apart] == wrong[apart].tolist()
    page.get_by_role("button", name=re.compile("Wrong only")).click()
    assert [has_ink(page, "points", *xy[i]) for i in apart] == wrong[apart].tolist()
    share = given["frame"]["meta"]["accuracy"]["test"]
    expect(page.locator(".npp-board-picture")).to_have_attribute("aria-label", re.compile(rf"{100 * share:.1f} % of the test points"))


def test_a_number_that_is_missed_by_a_quarter_counts_as_wrong(opened: Opened) -> None:
    given = stage.state("waves", seed=2)
    page = opened(given)
    off = np.abs(np.array(given["made"]["labels"]["values"]) - given["frame"]["guesses"]["values"])
    expect(page.get_by_role("button", name=re.compile("Wrong only"))).to_have_text(f"Wrong only ({(off > 0.25).sum()})")
    expect(page.locator(".npp-board-picture")).to_have_attribute("aria-label", re.compile("the mean absolute error is 0"))
    expect(page.locator(".npp-board-legend")).to_contain_text("off by > 0.25")


def test_a_point_says_what_it_is_and_shows_its_whole_way(opened: Opened) -> None:
    given = stage.state("gaussians", size=40, classes=3)
    page = opened(given)
    net, i = stage.Net(3), 4
    x, y = place = np.reshape(given["made"]["xy"]["values"], (-1, 2))[i]
    label = given["made"]["labels"]["values"][i]
    page.evaluate("answer => { answers.plane_point = answer; }", stage.way(net, place, label))
    page.locator(".npp-board-plane").hover(position=at(page, x, y))
    card = page.locator(".npp-board-card")
    chances = net.output(place[None].astype("float32"))[0]
    expect(card.locator(".npp-board-bar-share")).to_have_text([f"{100 * chance:.1f} %" for chance in chances])
    page.locator(".npp-board-plane").click(position=at(page, x, y))
    assert page.evaluate("context.state.selection.index") == i
    assert page.evaluate("noted.asked.at(-1)") == {"view": "plane_point", "x": pytest.approx(x), "y": pytest.approx(y), "label": label}
    page.get_by_role("button", name="Whole forward pass").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("table").nth(0).locator("tbody tr")).to_have_count(8)
    written = dialog.locator("tbody tr").nth(2).locator("td").nth(0).inner_text().replace("−", "-").replace("×", "*")
    z = float(net.sums(place[None].astype("float32"))[0][0, 2])
    assert eval(written) == pytest.approx(z, abs=0.02)  # as it is spelt out, with three digits each
    expect(dialog.locator(".npp-pass-verdict")).to_contain_text("−ln(chance of the true class)")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Let go of this point").click()
    assert page.evaluate("context.state.selection") is None
    page.mouse.move(790, 990)
    expect(card).to_be_hidden()
    assert page.evaluate("noted.follows") == 0  # nothing is asked for that nobody sees


def test_a_frame_that_is_not_finite_says_so(opened: Opened) -> None:
    given = stage.state("moons")
    given["frame"]["meta"] |= {"finite": False, "accuracy": {"train": None, "test": None}}
    page = opened(given)
    expect(page.locator(".npp-board-note")).to_contain_text("no longer finite")
    expect(page.locator(".npp-board-picture")).to_have_attribute("aria-label", re.compile("no longer finite"))


def test_an_old_epoch_is_named_and_cannot_be_painted_on(opened: Opened) -> None:
    page = opened(painted(own.written(np.zeros((5, 2)), np.arange(5) % 3), when=1200))
    expect(page.locator(".npp-board-chip")).to_have_text("Epoch 1,200")
    drag(page, (-1, -1), (1, 1))
    assert page.evaluate("noted.changes") == []


def test_arrows_and_regions_are_asked_for_while_they_are_shown(opened: Opened) -> None:
    page = opened(stage.state("moons"))
    line = np.linspace(-2.8, 2.8, 8, dtype=np.float32)
    places = np.stack(np.meshgrid(line, -line), axis=-1).reshape(-1, 2)
    arrows = {"xy": stage.typed(places), "gradient": stage.typed(places), "longest": 4.0}
    refused = {"fault": {"what": "Tanh is curved.", "fix": "Choose relu."}}
    page.evaluate("([arrows, regions]) => Object.assign(answers, { plane_arrows: arrows, plane_regions: regions })", [arrows, refused])
    page.get_by_role("button", name="Arrows").click()
    page.wait_for_function("board.pens.overlay.getImageData(0, 0, board.size, board.size).data.some((value) => value)")
    page.get_by_role("button", name="Linear regions").click()
    expect(page.locator(".npp-board-said")).to_have_text("Tanh is curved. Choose relu.")
    page.get_by_role("button", name="Arrows").click()
    page.get_by_role("button", name="Linear regions").click()
    assert page.evaluate("noted.follows") == 0
    assert not page.evaluate("board.pens.overlay.getImageData(0, 0, board.size, board.size).data.some((value) => value)")


def test_equal_points_are_not_drawn_again_for_each_frame(opened: Opened) -> None:
    page = opened(stage.state("circles", size=2000))
    script = """() => { let count = 0; const { points } = board.pens; const { clearRect } = points;
      points.clearRect = (...box) => { count++; clearRect.apply(points, box); };
      const { frame } = context.state;
      for (let i = 0; i < 5; i++) put({ frame: { ...frame, guesses: frame.guesses.slice().reverse() } });
      return count; }"""
    assert page.evaluate(script) == 0


# Own points


def test_painting_erasing_and_taking_back(opened: Opened) -> None:
    page = opened(painted(""))
    expect(page.locator(".npp-board-note")).to_have_text("Click or drag here to paint points.")
    drag(page, (-2, 0), (0, 0))
    xy, labels = held_points(page)
    assert len(xy) > 14 and (labels == 0).all() and np.abs(xy[:, 1]).max() < 0.03
    assert np.diff(xy[:, 0]).min() > 0.1 and np.diff(xy[:, 0]).max() < 0.25  # also where the pointer jumps
    page.get_by_role("button", name=re.compile("Class 3")).click()
    drag(page, (1, 1), (1, 2))
    count = len(xy)
    assert (held_points(page)[1][count:] == 2).all()
    expect(page.locator(".npp-data-own")).to_contain_text(f"{len(held_points(page)[1])} of 5,000 points")
    page.get_by_role("button", name="Eraser").click()
    drag(page, (-2.1, 0), (0.1, 0))
    assert len(held_points(page)[0]) > 0 and (held_points(page)[1] == 2).all()
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    assert len(held_points(page)[0]) == count
    assert len(page.evaluate("noted.changes")) == 5  # one for a stroke, however long


def test_a_wide_brush_leaves_points_within_its_width(opened: Opened) -> None:
    page = opened(painted("", painting={"class": 1, "erase": False, "size": 0.5}))
    page.locator(".npp-board-plane").click(position=at(page, 1, -1))
    xy, labels = held_points(page)
    assert len(xy) >= 3 and (labels == 1).all() and np.hypot(*(xy - (1, -1)).T).max() < 0.52


def test_more_than_five_thousand_points_do_not_fit(opened: Opened) -> None:
    full = own.written(np.random.default_rng(0).uniform(-2, 2, (4_998, 2)), np.zeros(4_998, int))
    page = opened(painted(full))
    drag(page, (2.5, -2.5), (2.5, 2.5))
    assert len(held_points(page)[0]) == 5_000
    expect(page.locator(".npp-data-own")).to_contain_text("5,000 of 5,000 points. No more fit")


def test_a_point_is_placed_with_keys(opened: Opened) -> None:
    page = opened(painted(""))
    page.locator(".npp-board-plane").focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    xy, labels = held_points(page)
    assert xy[0] == pytest.approx([0.6, 0.1], abs=1e-3) and labels.tolist() == [0]
    page.keyboard.press("Delete")
    assert len(held_points(page)[0]) == 0
    page.keyboard.press("Control+z")
    assert len(held_points(page)[0]) == 1


def test_own_points_begin_with_those_on_show(opened: Opened) -> None:
    given = stage.state("spirals", classes=4, size=200)
    page = opened(given)
    page.get_by_role("button", name="Your own").click()
    page.get_by_role("button", name="Use these points").click()
    xy, labels = held_points(page)
    assert np.abs(xy.ravel() - given["made"]["xy"]["values"]).max() < 1e-3
    assert labels.tolist() == given["made"]["labels"]["values"]
    assert page.evaluate("context.state.sketch.data.args.classes") == 4
    page.get_by_role("button", name="One class fewer: its points go too").click()
    assert held_points(page)[1].max() == 2


def test_classes_become_numbers_where_they_are(opened: Opened) -> None:
    page = opened(painted(own.written(np.zeros((3, 2)), np.arange(3))))
    page.get_by_label("What the points say").select_option("number")
    args = page.evaluate("context.state.sketch.data.args")
    assert args["target"] == "number" and "classes" not in args
    assert own.read(args["points"], classes=None)[1].tolist() == pytest.approx([-1, 0, 1], abs=1e-6)


def test_a_file_that_is_refused_says_why_and_one_that_is_read_what_was_mended(opened: Opened) -> None:
    page = opened(painted(""))
    refused = {"error": {"what": "Row 3 is no point.", "expected": "numbers", "got": "a, b", "fix": "Mend it."}}
    page.route("**/api/plane/points", lambda route: route.fulfill(status=422, json=refused))
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": b"x,y,c\n1,2,0\na,b,0\n"}
    page.locator(".npp-data-file").set_input_files(file)
    expect(page.get_by_role("alert")).to_have_text("Row 3 is no point.Expected numbers. Got a, b. Mend it.")
    page.unroute("**/api/plane/points")
    args = {"points": own.written(np.ones((4, 2)), np.arange(4) % 2), "classes": 2}
    page.route(
        "**/api/plane/points", lambda route: route.fulfill(json={"data": {"name": "points", "args": args}, "said": ["One row was empty."]})
    )
    page.locator(".npp-data-file").set_input_files(file)
    expect(page.locator(".npp-data-said li")).to_have_text(["One row was empty."])
    assert page.evaluate("context.state.sketch.data.args.points") == args["points"]
    page.unroute("**/api/plane/points")


# Sets and their knobs


def test_another_set_keeps_the_knobs_that_it_has(opened: Opened) -> None:
    given = stage.state("gaussians", classes=6, size=500)
    page = opened(given)
    page.get_by_role("radio", name="Windmill").click()
    assert page.evaluate("noted.changes.at(-1).data") == {
        "name": "windmill",
        "args": {"size": 500, "noise": 0.1, "label_noise": 0.0, "classes": 6},
    }
    page.get_by_role("radio", name="Spirals").click()  # five arms at most
    assert "classes" not in page.evaluate("noted.changes.at(-1).data.args")
    page.get_by_role("button", name="Numbers").click()
    page.get_by_role("radio", name="Waves").click()
    expect(page.get_by_label("Classes", exact=True)).to_be_hidden()


def test_knobs_change_the_data(opened: Opened) -> None:
    page = opened(stage.state("spirals", classes=2))
    page.get_by_label("Noise", exact=True).fill("0.3")
    page.get_by_label("Held out for testing").fill("0.5")
    page.get_by_label("Points", exact=True).fill("15")
    page.wait_for_function("context.state.sketch.data.args.size === 5000")
    data = page.evaluate("context.state.sketch.data")
    assert data["args"]["noise"] == 0.3 and data["args"]["classes"] == 2 and data["test"] == 0.5
    page.get_by_role("button", name="New points").click()
    assert page.evaluate("context.state.sketch.data.seed") == 1


def test_a_class_view_hides_what_it_names(opened: Opened) -> None:
    page = opened(stage.state("moons", hidden=["data", "knobs", "paint", "board_views"]))
    for place in (".npp-data-gallery", ".npp-data-knobs", ".npp-data-own", ".npp-data-kinds", ".npp-board-switches"):
        expect(page.locator(place)).to_be_hidden()
    expect(page.locator(".npp-board-plane")).to_be_visible()


def test_a_chosen_point_is_followed_where_it_moves_and_let_go_where_it_is_no_more(opened: Opened) -> None:
    given = stage.state("moons", size=40)
    page = opened(given)
    x, y = given["made"]["xy"]["values"][14:16]
    page.evaluate("([x, y]) => context.set({ selection: { kind: 'point', index: 7, x, y } })", [x, y])
    moved = "context.state.made.xy.map((value) => value * 0.5)"
    page.evaluate(f"put({{ made: {{ ...context.state.made, xy: {moved} }} }})")
    assert page.evaluate("context.state.selection.x") == pytest.approx(x / 2)
    fewer = "{ xy: context.state.made.xy.slice(0, 8), labels: context.state.made.labels.slice(0, 4), held: new Uint8Array(4) }"
    page.evaluate(f"put({{ made: {{ ...context.state.made, ...{fewer} }} }})")
    assert page.evaluate("context.state.selection") is None


def test_a_frame_of_other_data_is_not_shown(opened: Opened) -> None:
    given = stage.state("waves", size=40)
    given["frame"] = stage.state("spirals", size=40)["frame"]
    page = opened(given)
    assert pixel(page, "ground", 2.5, 2.5) == [255, 255, 255, 255]
    expect(page.get_by_role("button", name=re.compile("Wrong only"))).to_have_text("Wrong only")


def test_a_file_that_is_dropped_is_read(opened: Opened) -> None:
    page = opened(stage.state("moons"))
    sent: list[str] = []
    args = {"points": own.written(np.ones((4, 2)), np.arange(4) % 2), "classes": 2}

    def answer(route: Route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(json={"data": {"name": "points", "args": args}, "said": []})

    page.route("**/api/plane/points", answer)
    drop = """() => { const carried = new DataTransfer();
      carried.items.add(new File(["x,y,c\\n1,2,0"], "p.csv", { type: "text/csv" }));
      const options = { dataTransfer: carried, bubbles: true, cancelable: true };
      for (const type of ["dragover", "drop"]) column.root.dispatchEvent(new DragEvent(type, options)); }"""
    page.evaluate(drop)
    page.wait_for_function("context.state.sketch.data.name === 'points'")
    page.unroute("**/api/plane/points")
    assert sent == ["x,y,c\n1,2,0"]


def test_regions_are_parted_by_a_line_and_counted(opened: Opened) -> None:
    page = opened(stage.state("moons"))
    halves = np.repeat([[1] * 150 + [2] * 150], 300, axis=0).astype(np.uint8)
    body = {"regions": stage.typed(halves), "count": 2, "linear_inputs": True}
    page.evaluate("body => { answers.plane_regions = body; }", body)
    page.get_by_role("button", name="Linear regions").click()
    expect(page.locator(".npp-board-said")).to_have_text("2 linear regions: on each, the network is one linear function of x and y.")
    assert has_ink(page, "overlay", 0, 1) and not has_ink(page, "overlay", 1, 1)


def test_doubt_of_a_network_with_dropout_is_asked_for(opened: Opened) -> None:
    given = stage.state("moons")
    given["frame"]["meta"]["layers"] = [{"units": 4, "dropout": 0.2}, {"units": 2, "dropout": 0}]
    page = opened(given)
    sure_on_the_left = np.repeat([[0] * 25 + [255] * 25], 50, axis=0).astype(np.uint8)
    page.evaluate("body => { answers.plane_unsure = body; }", {"map": stage.typed(sure_on_the_left), "samples": 30})
    page.get_by_role("button", name="Unsure").click()
    expect(page.locator(".npp-board-said")).to_have_text("Doubt from 30 networks thinned by dropout.")
    page.get_by_role("button", name="Borders").click()
    assert pixel(page, "ground", -1.5, 1)[:3] == [255, 255, 255]
    assert pixel(page, "ground", 1.5, 1)[:3] == pytest.approx([0.85 * c + 0.15 * 255 for c in COLOURS[3]], abs=1)
