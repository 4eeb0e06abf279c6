"""How quickly the pages answer, measured in Chromium from outside: opening, editing, Train → first point, pause.

`python -m bench.latency`: starts the app in empty homes, measures each thing several times, prints medians beside their bounds.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.table import median, show, verdict
from playground.sharing import link
from playground.sharing.presets import PRESETS
from tests.browser import FLAGS, find
from tests.server import Server

SECOND_ENGINE = 12_000  # milliseconds: it warms up behind the first
COLD, WARM, EDITS, TRAINS, PAUSES = 3, 5, 15, 5, 5  # repetitions

INTERACTIVE = """() => {
  const train = [...document.querySelectorAll('button')].find((b) => b.innerText.includes('Train'));
  return Boolean(train) && document.querySelectorAll('.nps-stack .nps-row').length > 0 && Boolean(document.querySelector('.np-live'));
}"""
POINTS = "() => [...document.querySelectorAll('.np-live .np-plot')].some((plot) => plot.data?.some((line) => line.x?.length > 0))"
PAUSE = """async (patience) => {
  const cells = [...document.querySelectorAll('.np-live .np-counters div')];
  const step = cells.find((cell) => cell.innerText.startsWith('Step')).querySelector('dd');
  let last = step.innerText, changed = 0;
  const clicked = performance.now();
  document.querySelector('.np-live .np-pause').click();
  while (performance.now() - clicked < patience) {
    await new Promise(requestAnimationFrame);
    if (step.innerText !== last) { last = step.innerText; changed = performance.now() - clicked; }
  }
  return changed;
}"""


def opened(page: Page, url: str) -> float:
    """Seconds from asking for the page until the stack, the Train button and the live view stand."""
    begin = time.perf_counter()
    page.goto(f"{url}/build", wait_until="commit")
    page.wait_for_function(INTERACTIVE, polling="raf", timeout=60_000)
    return time.perf_counter() - begin


def wait_until_warm(page: Page) -> None:
    page.wait_for_selector('.np-badge[data-state="ready"]', timeout=120_000)
    page.wait_for_timeout(SECOND_ENGINE)
    page.wait_for_function("() => /[0-9]/.test(document.querySelector('.nps-stack .nps-shape')?.innerText ?? '')", timeout=60_000)


def edit_times(page: Page, url: str) -> list[float]:
    """Seconds from a changed number to the redrawn stack that shows it."""
    page.goto(f"{url}/build?x={link.encode(PRESETS['mlp'].experiment)}")
    page.wait_for_function(INTERACTIVE)
    page.locator('.nps-row[data-name="dense"] .nps-main').click()
    field = page.get_by_role("spinbutton", name="Units")
    field.wait_for()
    times = []
    for units in range(40, 40 + EDITS):
        field.fill(str(units))
        begin = time.perf_counter()
        field.press("Enter")
        page.wait_for_function(
            "(text) => document.querySelector('.nps-row[data-name=dense] .nps-shape').innerText === text", arg=str(units), polling="raf"
        )
        times.append(time.perf_counter() - begin)
    return times


def train_times(page: Page, url: str, preset: str) -> list[float]:
    """Seconds from the click on Train until a first point stands in a chart."""
    times = []
    for _ in range(TRAINS):
        page.goto(f"{url}/build?x={link.encode(PRESETS[preset].experiment)}")
        page.wait_for_function(INTERACTIVE)
        page.wait_for_timeout(1500)
        begin = time.perf_counter()
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_function(POINTS, polling="raf", timeout=60_000)
        times.append(time.perf_counter() - begin)
        page.wait_for_selector('.np-live[data-state="training"], .np-live[data-state="done"]')
        stop(page)
    return times


def stop(page: Page) -> None:
    button = page.locator(".np-live .np-stop")
    if button.is_visible() and button.is_enabled():
        button.click()
    page.wait_for_selector('.np-live[data-state="stopped"], .np-live[data-state="done"]', timeout=60_000)


def pause_times(page: Page, url: str) -> list[float]:
    """Seconds from the click on Pause until the step counter stands still for good."""
    experiment = PRESETS["deep_convnet"].experiment
    page.goto(f"{url}/build?x={link.encode(experiment)}")
    page.wait_for_function(INTERACTIVE)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(POINTS, timeout=60_000)
    times = []
    for _ in range(PAUSES):
        page.wait_for_timeout(700)
        times.append(page.evaluate(PAUSE, 1500) / 1000)
        page.locator(".np-live .np-pause").click()
        page.wait_for_selector('.np-live[data-state="training"]')
    stop(page)
    return times


def main() -> None:
    cold, spawned = [], []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for number in range(COLD):
            with tempfile.TemporaryDirectory() as home:
                server = Server(Path(home))
                begin = time.perf_counter()
                server.start()
                page = chromium.new_context(viewport={"width": 1400, "height": 1000}).new_page()
                cold.append(opened(page, server.url))
                spawned.append(time.perf_counter() - begin)
                if number == COLD - 1:
                    warm, edits, mlp, convnet, pauses = measured_warm(page, server)
                page.context.close()
                server.stop()
        chromium.close()
    rows = [
        row("Build page, first visit after a cold start", cold, 2.0),
        row("  the same, counted from starting the server", spawned, None),
        row("Build page, warm", warm, 1.0),
        row("widget change → stack redrawn with new shapes", edits, 0.15),
        row("Train → first point, MLP", mlp, 1.0),
        row("Train → first point, convnet", convnet, 1.5),
        row("Pause → counters stand still", pauses, 0.2),
    ]
    show("Latency in Chromium", rows, ["what", "median", "worst", "bound", ""])


def measured_warm(page: Page, server: Server) -> tuple[list[float], ...]:
    wait_until_warm(page)
    warm = [opened(page, server.url) for _ in range(WARM)]
    edits = edit_times(page, server.url)
    mlp, convnet = train_times(page, server.url, "mlp"), train_times(page, server.url, "lenet")
    return warm, edits, mlp, convnet, pause_times(page, server.url)


def row(what: str, seconds: list[float], bound: float | None) -> list[str]:
    middle = median(seconds)
    limit = ["", ""] if bound is None else [f"<= {bound:g} s", verdict(middle, bound)]
    return [what, f"{middle:.3f} s", f"{max(seconds):.3f} s", *limit]


if __name__ == "__main__":
    main()
