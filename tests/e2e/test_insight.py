"""From a trained network to what it sees and where it is wrong, in a real browser against the real server and engine."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground import data
from playground.sharing.presets import PRESETS
from playground.values import spec
from tests.server import Server, wait_for

WARM_MS = 120_000
SLOW_MS = 60_000  # for what goes through all examples or all kept epochs
COUNT = re.compile(r"\d")


def shortened(name: str, limit: int, **training: object) -> spec.Experiment:
    experiment = PRESETS[name].experiment
    choice = dataclasses.replace(experiment.data, args=spec.Args({"limit": limit}))
    return experiment.having(data=choice, training=dataclasses.replace(experiment.training, **training))


def submitted(page: Page, server: Server, experiment: spec.Experiment) -> str:
    """A run of this browser's owner."""
    page.request.get(f"{server.url}/api/health")
    wait_for(lambda: page.request.get(f"{server.url}/api/health").json()["engine"] == "ready", 120, "an engine")
    return page.request.post(f"{server.url}/api/runs", data=spec.dumps(experiment)).json()["id"]


def trained(page: Page, server: Server, experiment: spec.Experiment) -> str:
    run = submitted(page, server, experiment)
    wait_for(lambda: page.request.get(f"{server.url}/api/runs/{run}").json()["status"] in ("done", "failed"), 170, "the run's end")
    assert page.request.get(f"{server.url}/api/runs/{run}").json()["status"] == "done"
    return run


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def shows_a_picture(page: Page, selector: str) -> None:
    """Some canvas there has pixels of more than one colour."""
    script = """(selector) => [...document.querySelectorAll(selector)].some((canvas) => {
      if (!canvas.width || !canvas.height) return false;
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      for (let i = 4; i < pixels.length; i += 4) if (pixels[i] !== pixels[0] || pixels[i + 1] !== pixels[1]) return true;
      return false;
    })"""
    page.wait_for_function(script, arg=selector, timeout=SLOW_MS)


@pytest.fixture(autouse=True)
def quiet(context: BrowserContext, server: Server) -> Iterator[None]:
    """A test that breaks off leaves no run behind for the next one to wait for."""
    yield
    for run in context.request.get(f"{server.url}/api/runs").json()["runs"]:
        if run["status"] in ("queued", "starting", "training", "paused"):
            context.request.post(f"{server.url}/api/runs/{run['id']}/commands", data={"do": "stop"})


def on_hands() -> spec.Experiment:
    """The notes' four convolutions on rock, paper, scissors; on digits where the pictures are not here."""
    if data.missing("rock_paper_scissors"):
        return shortened("lenet", 1500, epochs=2)
    return shortened("hands_four_convolutions", 640, epochs=3)


def test_the_most_confident_mistake_is_found_explained_and_looked_into(page: Page, server: Server) -> None:
    run = trained(page, server, on_hands())
    page.goto(f"{server.url}/mistakes?run={run}")
    matrix = page.get_by_role("region", name="Confusion matrix")
    expect(matrix.locator(".npm-cell").first).to_be_visible(timeout=WARM_MS)

    # The matrix as the engine counts it, its largest mistake, and the pictures behind it.
    asked = page.request.post(
        f"{server.url}/api/runs/{run}/look", data={"view": "matrix", "split": "test"}, headers={"Accept": "application/json"}
    ).json()
    counts, classes = asked["counts"], data.find(on_hands().data.name).classes
    wrong = {(t, p): n for t, row in enumerate(counts) for p, n in enumerate(row) if t != p}
    (true, predicted), number = max(wrong.items(), key=lambda item: item[1])
    assert number, "the network made no mistake: the test needs one"
    matrix.locator(".npm-cell").nth(true * len(classes) + predicted).click()
    tiles = page.locator(".npm-grid .npm-tile")
    expect(tiles).to_have_count(min(number, 60), timeout=SLOW_MS)
    expect(tiles.first).to_contain_text(classes[true])
    expect(tiles.first).to_contain_text(classes[predicted])

    # The first is the most confident one: its Grad-CAM, its history over the epochs, its nearest training pictures.
    tiles.first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(classes[predicted])
    shows_a_picture(page, ".npm-one .npm-evidence canvas")
    expect(drawer.locator(".npm-history-chart")).to_be_visible(timeout=SLOW_MS)
    expect(drawer.locator(".npm-nearest canvas, .npm-nearest img").first).to_be_visible(timeout=SLOW_MS)

    # The same picture on the other page.
    drawer.get_by_role("button", name="Look inside").click()
    page.wait_for_url(re.compile("/inside"))
    expect(page.locator(".npi")).to_contain_text("Test picture", timeout=SLOW_MS)
    tab(page, "Why this answer")
    shows_a_picture(page, ".npi-why canvas")


def test_every_tab_shows_a_trained_network_and_any_kept_epoch(page: Page, server: Server) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    run = trained(page, server, shortened("lenet", 600, epochs=3))
    page.goto(f"{server.url}/inside?run={run}")
    expect(page.get_by_role("tab", name="Feature maps")).to_be_enabled(timeout=WARM_MS)
    for name in (
        "Feature maps",
        "Filters",
        "One cell",
        "Step by step",
        "Why this answer",
        "What a unit likes",
        "Over time",
        "Kernel bench",
    ):
        tab(page, name)
        shows_a_picture(page, "[role=tabpanel] canvas")
        assert [text for text in page.locator("[role=tabpanel] .np-fault").all_inner_texts() if text] == [], name
    tab(page, "Filters")
    slider = page.get_by_role("slider", name=re.compile("epoch", re.IGNORECASE)).first
    slider.focus()
    slider.press("Home")
    expect(page.locator(".npi")).to_contain_text(re.compile("before training", re.IGNORECASE))
    assert faults == []


def test_maps_move_while_the_network_learns(page: Page, server: Server) -> None:
    run = submitted(page, server, shortened("lenet", 1500, epochs=5_000))
    page.goto(f"{server.url}/inside?run={run}")
    expect(page.get_by_role("tab", name="Feature maps")).to_be_enabled(timeout=WARM_MS)
    tab(page, "Feature maps")
    shows_a_picture(page, "[role=tabpanel] canvas")
    page.evaluate("""() => {
      const print = () => [...document.querySelectorAll("[role=tabpanel] canvas")].map((canvas) => canvas.toDataURL()).join();
      window.seen = new Set();
      window.looking = setInterval(() => window.seen.add(print()), 200);
    }""")
    page.wait_for_function("() => window.seen.size >= 5", timeout=SLOW_MS)
    page.reload()
    shows_a_picture(page, "[role=tabpanel] canvas")
    page.request.post(f"{server.url}/api/runs/{run}/commands", data={"do": "stop"})
    wait_for(lambda: page.request.get(f"{server.url}/api/runs/{run}").json()["status"] == "stopped", 60, "the run's end")
    tab(page, "Filters")
    shows_a_picture(page, "[role=tabpanel] canvas")
