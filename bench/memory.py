"""Memory of the app process (not of the engines): with one run live and watched, and after ten runs of 50 epochs each.

`python -m bench.memory`: starts the app in an empty home, opens the Build page in Chromium, trains over the REST API, prints a table.
"""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import sync_playwright

from bench.table import show, verdict
from playground.sharing.presets import PRESETS
from playground.values import spec
from tests.browser import FLAGS, find
from tests.server import Server, wait_for

LIMIT, GROWTH, RUNS, EPOCHS = 250.0, 20.0, 10, 50  # MB, MB


def megabytes(server: Server) -> float:
    """Resident set of the app process, the least of five readings a fifth of a second apart."""
    process = psutil.Process(server.process.pid)
    readings = []
    for _ in range(5):
        readings.append(process.memory_info().rss / 1e6)
        time.sleep(0.2)
    return min(readings)


def train(client: httpx.Client, epochs: int) -> str:
    preset = PRESETS["digits_mlp"].experiment
    training = spec.to_json(preset) | {"training": {"epochs": epochs, "batch_size": 32}}
    answer = client.post("/api/runs", json=training)
    answer.raise_for_status()
    return answer.json()["id"]


def finished(client: httpx.Client, run: str) -> bool:
    return client.get(f"/api/runs/{run}").json()["status"] in ("done", "failed", "stopped")


def main() -> None:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home))
        server.start()
        try:
            chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            page = chromium.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(server.url)
            cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
            client = httpx.Client(base_url=server.url, cookies=cookies, timeout=30)
            wait_for(lambda: client.get("/api/health").json()["engine"] == "ready", 90, "a warm engine")
            start = megabytes(server)
            run = train(client, 2_000)
            page.goto(f"{server.url}/build?run={run}")
            time.sleep(8)
            live = megabytes(server)
            client.post(f"/api/runs/{run}/commands", json={"do": "stop"})
            wait_for(lambda: finished(client, run), 60, "the run to stop")
            before, after = megabytes(server), []
            for _ in range(RUNS):
                run = train(client, EPOCHS)
                page.goto(f"{server.url}/build?run={run}")
                wait_for(lambda run=run: finished(client, run), 300, "a run to end")
                gc.collect()
                after.append(megabytes(server))
            chromium.close()
        finally:
            server.stop()
    growth = after[-1] - before
    show(
        "Memory of the app process",
        [
            ["warm, page open, nothing trains", f"{start:.0f} MB", "", ""],
            ["one run live and watched", f"{live:.0f} MB", f"<= {LIMIT:.0f} MB", verdict(live, LIMIT)],
            [f"{RUNS} runs of {EPOCHS} epochs, growth", f"{growth:+.1f} MB", f"<= {GROWTH:.0f} MB", verdict(growth, GROWTH)],
            ["after each of them", " ".join(f"{value:.0f}" for value in after), "", ""],
        ],
        ["what", "measured", "bound", ""],
    )


if __name__ == "__main__":
    main()
