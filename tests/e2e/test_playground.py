"""The playground page as people use it, in a real browser against the real server and engine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from playground.plane import sketch
from playground.sharing import link
from playground.values.spec import Args, DataChoice
from tests.server import Server, wait_for

WARM_MS = 120_000
SLOW_MS = 60_000
LOCAL = {"viewport": {"width": 1400, "height": 1000}}


def open_page(page: Page, server: Server, query: str = "") -> None:
    """The page with its first maps drawn."""
    page.goto(f"{server.url}/{query}")
    page.wait_for_selector('.np-badge[data-state="ready"]', timeout=WARM_MS)
    expect(page.locator(".npp-play")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator(".npp-net-neuron").first).to_be_visible()


def address_of(begun: sketch.Sketch) -> str:
    return f"?x={link.encode(begun.experiment())}"


def count(page: Page) -> int:
    return int(page.locator(".npp-count").inner_text().replace(",", ""))


def plays_until(page: Page, epoch: int) -> None:
    """Play, and pause when so many epochs are over."""
    if page.locator(".npp-play").get_attribute("aria-label") == "Play":
        page.locator(".npp-play").click()
    page.wait_for_function(
        "(epoch) => Number(document.querySelector('.npp-count').innerText.replaceAll(',', '')) >= epoch", arg=epoch, timeout=SLOW_MS
    )
    pauses(page)


def pauses(page: Page) -> None:
    page.get_by_role("button", name="Pause", exact=True).first.click()
    page.wait_for_selector('.npp[data-state="paused"]', timeout=SLOW_MS)


def run_on_show(page: Page, server: Server) -> dict:
    """What the API tells of the run in the address."""
    page.wait_for_function("() => new URL(location).searchParams.get('run')", timeout=SLOW_MS)
    run = page.evaluate("() => new URL(location).searchParams.get('run')")
    return page.request.get(f"{server.url}/api/runs/{run}").json()


def curve(run: dict) -> dict[int, tuple[float, float]]:
    """Epoch → training and test loss."""
    epochs = run["curves"]["epochs"]
    return {int(x): pair for x, *pair in zip(epochs["x"], epochs["values"]["loss"], epochs["values"]["val_loss"], strict=True)}


def paint(page: Page, board: Locator, label: int, centre: tuple[float, float]) -> None:
    """Eight clicks around a place, given in shares of the board."""
    page.get_by_role("button", name=re.compile(f"^Class {label},")).click()
    box = board.bounding_box()
    for across, up in ((0, 0), (-0.08, 0), (0.08, 0), (0, -0.08), (0, 0.08), (-0.06, -0.06), (0.06, 0.06), (0.06, -0.06)):
        page.mouse.click(box["x"] + (centre[0] + across) * box["width"], box["y"] + (centre[1] + up) * box["height"])


@pytest.fixture(autouse=True)
def quiet(context: BrowserContext, server: Server) -> Iterator[None]:
    """A test that breaks off leaves no run behind for the next one to wait for."""
    yield
    stop_all(context, server)


def stop_all(context: BrowserContext, server: Server) -> None:
    for run in context.request.get(f"{server.url}/api/runs").json()["runs"]:
        if run["status"] in ("queued", "starting", "training", "paused"):
            context.request.post(f"{server.url}/api/runs/{run['id']}/commands", data={"do": "stop"})


def test_painted_points_are_trained_on_replayed_edited_and_shared_with_the_same_curve(page: Page, server: Server, browser: Browser) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    open_page(page, server)

    # Three classes of one's own.
    page.get_by_role("button", name="Your own", exact=True).click()
    page.get_by_role("button", name="Start empty").click()
    page.get_by_role("button", name="One class more").click()
    board = page.locator(".npp-board-plane")
    for label, centre in ((1, (0.25, 0.3)), (2, (0.75, 0.3)), (3, (0.5, 0.75))):
        paint(page, board, label, centre)
    expect(page.locator(".npp-data")).to_contain_text("24 of 5,000 points")
    expect(page.locator(".npp-board-legend")).to_contain_text("class 3")
    page.get_by_role("button", name="Look only").click()

    # Trained, and replayed.
    plays_until(page, 60)
    assert len(curve(run_on_show(page, server))) > 10
    slider = page.get_by_role("slider", name="Epoch on show")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".npp-replay-says")).to_have_text("before training")
    expect(page.locator(".npp-count")).to_have_text("0")
    page.get_by_role("button", name="Now", exact=True).click()
    expect(page.locator(".npp-count")).not_to_have_text("0")

    # A weight is set by hand.
    first = page.locator('.npp-net-neuron[data-focus="neuron 0 0"]').bounding_box()
    page.mouse.click(first["x"] + first["width"] + 3, first["y"] + first["height"] / 2)
    field = page.get_by_role("spinbutton", name=re.compile("^Weight"))
    expect(field).to_be_visible()
    before = run_on_show(page, server)
    field.fill("-2.5")
    field.press("Enter")
    wait_for(lambda: run_on_show(page, server)["changes"], 15, "the weight to be set")
    changed = run_on_show(page, server)["changes"]
    assert [name for _, name, _ in changed] == ["weight"]
    assert changed[0][2][-1] == -2.5
    assert changed[0][0] == before["step"]
    page.keyboard.press("Escape")
    plays_until(page, before["epoch"] + 60)
    ours = curve(run_on_show(page, server))

    # The link, opened by somebody else.
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("1 change made while it trained")).to_be_visible()
    address = page.get_by_label("Link", exact=True).input_value()
    other = browser.new_context(**LOCAL)
    there = other.new_page()
    there.goto(address)
    expect(there.locator(".npp-play")).to_be_enabled(timeout=SLOW_MS)
    expect(there.locator(".npp-board-legend")).to_contain_text("class 3")
    plays_until(there, max(ours))
    theirs = curve(run_on_show(there, server))
    common = sorted(set(ours) & set(theirs))
    assert common[-1] > before["epoch"] + 30, "the curves must meet behind the change"
    assert [ours[epoch] for epoch in common] == [theirs[epoch] for epoch in common]
    stop_all(other, server)
    other.close()
    assert faults == []


def test_a_network_that_is_changed_while_it_trains_keeps_what_it_has_learnt(page: Page, server: Server) -> None:
    open_page(page, server, address_of(sketch.FIRST))
    plays_until(page, 150)
    before = run_on_show(page, server)
    neurons = page.locator('.npp-net-neuron[data-kind="hidden"]')
    expect(neurons).to_have_count(16)
    page.get_by_role("button", name="Add a neuron to layer 1").click()
    expect(neurons).to_have_count(17)
    expect(page.locator(".npp")).to_contain_text(re.compile("keeps the weights|is kept", re.IGNORECASE))
    page.wait_for_function("() => document.querySelector('.npp').dataset.state === 'paused'")
    plays_until(page, before["epoch"] + 20)
    after = run_on_show(page, server)
    assert after["id"] == before["id"]
    learnt = [values for epoch, values in curve(after).items() if epoch > before["epoch"]]
    start = curve(after)[min(curve(after))][0]
    assert learnt[0][0] < 0.7 * start, "it did not begin anew"


def test_numbers_that_grow_beyond_bounds_stop_the_run_and_the_last_good_epoch_is_offered(page: Page, server: Server) -> None:
    choice = DataChoice("waves", Args({"inputs": ("x", "y", "x2", "y2")}), test=0.3)
    wild = sketch.Sketch.from_json(
        {
            "data": {"name": choice.name, "test": 0.3},
            "inputs": ["x", "y", "x2", "y2"],
            "blocks": [{"name": "hidden_1", "units": 8, "activation": "relu"}],
            "output": "linear",
            "training": {
                "optimizer": {"kind": "optimizers.SGD", "args": {"learning_rate": 10.0}},
                "loss": {"kind": "losses.MeanSquaredError"},
                "batch_size": 10,
                "epochs": 1000,
            },
        }
    )
    open_page(page, server, address_of(wild))
    page.locator(".npp-play").click()
    page.wait_for_selector('.npp[data-state="failed"]', timeout=SLOW_MS)
    notice = page.locator(".npp-notices")
    expect(notice).to_contain_text(re.compile("became (NaN|infinite)"))
    notice.get_by_role("button", name=re.compile("learning rate of 1")).click()
    page.wait_for_selector('.npp:not([data-state="failed"])', timeout=SLOW_MS)


def test_a_refresh_and_a_second_tab_show_the_same_run(page: Page, context: BrowserContext, server: Server) -> None:
    open_page(page, server, address_of(sketch.FIRST))
    plays_until(page, 50)
    run = run_on_show(page, server)["id"]
    page.reload()
    page.wait_for_selector('.npp[data-state="paused"]', timeout=SLOW_MS)
    assert run_on_show(page, server)["id"] == run
    shown = count(page)
    other = context.new_page()
    other.goto(page.url)
    other.wait_for_selector('.npp[data-state="paused"]', timeout=SLOW_MS)
    assert count(other) == shown
    other.locator(".npp-play").click()
    page.wait_for_selector('.npp[data-state="training"]', timeout=SLOW_MS)
    page.wait_for_function("(shown) => Number(document.querySelector('.npp-count').innerText.replaceAll(',', '')) > shown", arg=shown)
    pauses(page)
    other.wait_for_selector('.npp[data-state="paused"]', timeout=SLOW_MS)
    expect(other.locator(".npp-count")).to_have_text(page.locator(".npp-count").inner_text())


def test_a_class_view_hides_what_its_link_says(page: Page, server: Server) -> None:
    open_page(page, server)
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("data", re.IGNORECASE)).first.uncheck()
    address = page.get_by_label("Link", exact=True).input_value()
    assert "hide=" in address
    page.goto(address)
    expect(page.locator(".npp-play")).to_be_enabled(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Your own", exact=True)).to_be_hidden()
