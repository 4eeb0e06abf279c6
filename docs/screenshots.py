"""Makes the README's pictures from the running app: `make screenshots`.

Starts the app in an empty home, trains real networks, and takes the pages at 1400 px, light and dark.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playground.sharing import link  # noqa: E402
from playground.sharing.presets import PRESETS  # noqa: E402
from tests.browser import FLAGS, find  # noqa: E402
from tests.server import Server  # noqa: E402

PICTURES = ROOT / "assets" / "screenshots"
SIZE = {"width": 1400, "height": 1000}


def train(page: Page, url: str, preset: str) -> None:
    page.goto(f"{url}/build?x={link.encode(PRESETS[preset].experiment)}")
    page.get_by_role("button", name="Train", exact=True).click()


def ended(page: Page) -> None:
    page.wait_for_selector('.np-live[data-state="done"]', timeout=300_000)


def take(page: Page, name: str) -> None:
    page.mouse.move(3, 500)  # away from whatever shows a help text or a number
    page.wait_for_timeout(800)  # transitions and the last frame
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png")


def take_playground(chromium: Browser, light: BrowserContext, page: Page) -> None:
    """Three spirals, learnt; and the same run in the dark with a point on its way through the network."""
    page.wait_for_selector(".npp-play:enabled", timeout=60_000)
    page.wait_for_timeout(3_000)
    page.locator(".npp-play").click()
    page.wait_for_function("() => Number(document.querySelector('.npp-count').innerText.replaceAll(',', '')) >= 1500", timeout=120_000)
    page.locator(".npp-play").click()
    page.wait_for_selector('.npp[data-state="paused"]')
    page.wait_for_timeout(1_500)
    take(page, "playground-light")
    dark = chromium.new_context(viewport=SIZE, color_scheme="dark", storage_state=light.storage_state())
    other = dark.new_page()
    other.goto(page.url)
    other.wait_for_selector('.npp[data-state="paused"]', timeout=60_000)
    other.wait_for_timeout(2_000)
    box = other.locator(".npp-board-plane").bounding_box()
    other.mouse.click(box["x"] + 0.36 * box["width"], box["y"] + 0.34 * box["height"])
    other.wait_for_timeout(1_500)
    other.screenshot(path=PICTURES / "playground-dark.png")
    print(PICTURES / "playground-dark.png")
    dark.close()


def take_all(chromium: Browser, url: str) -> None:
    light = chromium.new_context(viewport=SIZE, color_scheme="light")
    page = light.new_page()
    page.goto(url)
    page.wait_for_selector('.np-badge[data-state="ready"]', timeout=120_000)
    take_playground(chromium, light, page)
    for preset in ("softmax_regression", "mlp", "one_convolution"):
        train(page, url, preset)
        ended(page)
    train(page, url, "deep_convnet")
    page.wait_for_function(
        "() => document.querySelector('.np-live .np-counters dd')?.innerText.startsWith('3')", timeout=300_000
    )  # three epochs are done: training and validation curves both stand
    take(page, "build-light")
    dark = chromium.new_context(viewport=SIZE, color_scheme="dark", storage_state=light.storage_state())
    other = dark.new_page()
    other.goto(page.url)
    other.wait_for_selector(".np-live .np-plot .main-svg")
    take(other, "build-dark")
    ended(page)
    page.locator(".np-classwise").scroll_into_view_if_needed()
    take(page, "results-light")
    run = page.evaluate("() => new URL(location).searchParams.get('run')")
    page.goto(f"{url}/inside?run={run}")
    page.get_by_role("tab", name="Feature maps").click(timeout=60_000)
    page.wait_for_selector("[role=tabpanel] canvas")
    page.wait_for_timeout(3000)  # the first maps open the run
    take(page, "inside-light")
    page.goto(f"{url}/mistakes?run={run}")
    page.wait_for_selector(".npm-grid .npm-tile", timeout=60_000)
    take(page, "mistakes-light")
    page.goto(f"{url}/runs")
    page.wait_for_selector(".np-runs")
    take(page, "runs-light")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home))
        server.start()
        try:
            chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            take_all(chromium, server.url)
            chromium.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
