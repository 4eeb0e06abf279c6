"""How quickly a trained network answers what it sees and where it is wrong, over HTTP and in Chromium: `python -m bench.insight`.

Trains small runs on a server of its own, then measures maps, Grad-CAM, gallery pages and what a live view of the maps costs the training.
With PLAYGROUND_DATA_DIR the gallery has MNIST's 10,000 test pictures and Grad-CAM the four convolutions on rock-paper-scissors.
"""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from bench.table import median, show, verdict
from playground import data
from playground.sharing.presets import FLATTEN, POOL, PRESETS, conv, dense, on_digits
from playground.values import spec, wire
from playground.values.spec import DataChoice, Experiment, Layer, Network, part
from tests.browser import FLAGS, find
from tests.server import Server, wait_for

TIMES = 15
LIVE_SECONDS = 6.0
LIVE_ROUNDS = 4
HEAD = ("what", "median", "worst", "bound", "")


class Client:
    """One owner's way to the server."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=180)
        self.http.get("/api/runs")  # for the cookie

    def train(self, experiment: Experiment) -> str:
        """Trained to its end; the run's id."""
        run = self.submit(experiment)
        wait_for(lambda: self.run(run)["status"] in ("done", "failed"), 300, "the run's end")
        if self.run(run)["status"] != "done":
            raise SystemExit(f"A run failed: {self.run(run)['error']}")
        return run

    def submit(self, experiment: Experiment) -> str:
        answer = self.http.post("/api/runs", content=spec.dumps(experiment))
        answer.raise_for_status()
        return answer.json()["id"]

    def run(self, run: str) -> dict[str, Any]:
        return self.http.get(f"/api/runs/{run}").json()

    def look(self, run: str, **question: object) -> dict[str, Any]:
        answer = self.http.post(f"/api/runs/{run}/look", json=question)
        if answer.status_code != 200:
            raise SystemExit(f"{question} was refused: {answer.text}")
        return wire.unpack(answer.content)

    def times(self, run: str, questions: Iterator[Mapping[str, object]]) -> list[float]:
        """Seconds of each question, the first left out: it opens the run."""
        found = []
        for question in questions:
            begun = time.perf_counter()
            self.look(run, **question)
            found.append(time.perf_counter() - begun)
        return found[1:]


def short(experiment: Experiment, limit: int, **training: object) -> Experiment:
    choice = dataclasses.replace(experiment.data, args=spec.Args({"limit": limit}))
    return experiment.having(data=choice, training=dataclasses.replace(experiment.training, **{"epochs": 1} | training))


def resnet20() -> Experiment:
    """Three stages of three blocks of two 3 × 3 convolutions, 16, 32, 64 filters wide (He et al. 2015, section 4.2), on 28 × 28 digits."""
    layers: list[Layer] = []

    def add(name: str, each: spec.Part, *inputs: str) -> str:
        layers.append(Layer(each, name, inputs=inputs))
        return name

    def norm_relu(name: str, last: str) -> str:
        last = add(f"{name}_norm", part("layers.BatchNormalization"), last)
        return add(f"{name}_relu", part("layers.Activation", activation="relu"), last)

    last = norm_relu("stem", add("stem", conv(16, activation=None, padding="same"), "input"))
    for stage, width in enumerate((16, 32, 64)):
        for block in range(3):
            name, stride = f"s{stage}b{block}", 2 if stage and not block else 1
            shortcut = last
            if stride == 2:
                shortcut = add(f"{name}_short", conv(width, 1, activation=None, strides=(2, 2)), last)
            one = norm_relu(f"{name}_a", add(f"{name}_a", conv(width, activation=None, padding="same", strides=(stride, stride)), last))
            two = add(
                f"{name}_b_norm", part("layers.BatchNormalization"), add(f"{name}_b", conv(width, activation=None, padding="same"), one)
            )
            total = add(f"{name}_add", part("layers.Add"), two, shortcut)
            last = add(f"{name}_relu", part("layers.Activation", activation="relu"), total)
    add("head", dense(10), add("pool", part("layers.GlobalAveragePooling2D"), last))
    return PRESETS["lenet"].experiment.having(network=Network((28, 28, 1), tuple(layers)), name="ResNet-20")


def four_convolutions() -> tuple[Experiment, str]:
    """The notes' network on rock-paper-scissors, or a net of the same kind on digits where the pictures are not here."""
    found = next((preset.experiment for preset in PRESETS.values() if preset.experiment.data.name == "rock_paper_scissors"), None)
    rich = [preset.experiment for preset in PRESETS.values() if preset.experiment.data.name == "rock_paper_scissors"]
    if found and not data.missing("rock_paper_scissors"):
        return short(max(rich, key=lambda each: len(each.network.layers)), 128), "four convolutions, 128 × 128"
    return short(PRESETS["lenet"].experiment, 500), "LeNet, 28 × 28 (rock-paper-scissors is not here)"


def on_ten_thousand() -> tuple[Experiment, str]:
    lenet = short(PRESETS["lenet"].experiment, 640)
    if data.missing("mnist"):
        return lenet, "750 test pictures (MNIST is not here)"
    return lenet.having(data=DataChoice("mnist", {"limit": 640})), "10,000 test pictures"


def maps_and_reasons(client: Client) -> list[tuple[object, ...]]:
    rows = []
    for name, experiment, bound in (("LeNet", short(PRESETS["lenet"].experiment, 500), 0.15), ("ResNet-20", short(resnet20(), 64), 1.0)):
        run = client.train(experiment)
        asked = ({"view": "maps", "layers": "all", "picture": f"test:{n}"} for n in range(TIMES))
        rows.append(row(f"all feature maps of a new picture, {name}", client.times(run, asked), bound))
        if name == "LeNet":
            epochs = ({"view": "maps", "layers": "all", "picture": "test:3", "weights": n % 2} for n in range(TIMES))
            rows.append(row("the same at another keyframe", client.times(run, epochs), bound))
    experiment, name = four_convolutions()
    run = client.train(experiment)
    asked = ({"view": "why", "method": "gradcam", "picture": f"test:{n}"} for n in range(TIMES))
    rows.append(row(f"Grad-CAM, {name}", client.times(run, asked), 0.3))
    return rows


def galleries(client: Client, run: str, name: str) -> list[tuple[object, ...]]:
    begun = time.perf_counter()
    matrix = client.look(run, view="matrix", split="test")
    first = time.perf_counter() - begun
    pages = ({"view": "gallery", "split": "test", "only": "all", "page": page} for page in range(TIMES))
    counts = matrix["counts"].copy()
    cells = [(int(true), int(label)) for true in range(10) for label in range(10) if counts[true, label]][: TIMES + 1]
    asked = ({"view": "gallery", "split": "test", "only": "all", "true": true, "predicted": label} for true, label in cells)
    return [
        (f"the matrix for the first time: all {name} predicted", f"{1000 * first:.0f} ms", "", "", ""),
        row(f"a page of the gallery of {name}", client.times(run, pages), 0.2),
        row("a cell of the matrix → its pictures", client.times(run, asked), 0.3),
    ]


def on_screen(client: Client, run: str, name: str) -> list[tuple[object, ...]]:
    """From a click to the new pictures on the screen, the browser's drawing included."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        base = str(client.http.base_url)
        context.add_cookies([{"name": key, "value": value, "url": base} for key, value in client.http.cookies.items()])
        page = context.new_page()
        page.goto(f"{base}/mistakes?run={run}")
        page.wait_for_selector(".npm-grid .npm-tile", timeout=60_000)
        cells = page.evaluate(CELLS)[:TIMES]
        clicks = [page.evaluate(CLICK, [".npm-matrix .npm-cell", cell]) / 1000 for cell in cells]
        page.goto(f"{base}/mistakes?run={run}")
        page.wait_for_selector(".npm-grid .npm-tile", timeout=60_000)
        page.get_by_label("All", exact=True).check(force=True)
        page.wait_for_timeout(1500)
        turns = [page.evaluate(CLICK, [".npm-pager .npi-button", 1]) / 1000 for _ in range(TIMES)]
        chromium.close()
    return [
        row(f"click on a cell of the matrix → its pictures drawn ({name})", clicks, 0.3),
        row("click on Next → the next page drawn", turns, 0.2),
    ]


CELLS = """() => [...document.querySelectorAll(".npm-matrix .npm-cell")]
  .map((cell, i) => [Number(cell.textContent.replace(/\\D/g, "")), i]).filter(([count]) => count > 0).sort((a, b) => b[0] - a[0])
  .map(([, i]) => i)"""
CLICK = """async ([selector, number]) => {
  const grid = document.querySelector(".npm-grid");
  const print = () => [...grid.querySelectorAll(".npm-tile")].map((tile) => tile.dataset.position).join();
  const before = print(), clicked = performance.now();
  document.querySelectorAll(selector)[number].click();
  while (print() === before || grid.hasAttribute("aria-busy")) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - clicked;
}"""


def live_cost(client: Client) -> list[tuple[object, ...]]:
    """Steps a second with nobody looking and with one who follows all maps, in turn within one run."""
    net = on_digits("Two convolutions", conv(16), POOL, conv(32), POOL, FLATTEN, dense(64, "relu"), dense(10), epochs=100_000)
    run = client.submit(net)
    wait_for(lambda: client.run(run)["step"] > 200, 60, "the training")
    alone, watched, frames = [], [], 0
    for _ in range(LIVE_ROUNDS):
        alone.append(pace(client, run))
        stop, count = threading.Event(), []
        follower = threading.Thread(target=follow, args=(client.http.base_url, client.http.cookies, run, stop, count))
        follower.start()
        watched.append(pace(client, run))
        stop.set()
        follower.join()
        frames += len(count)
    client.http.post(f"/api/runs/{run}/commands", json={"do": "stop"})
    loss = 1 - median(watched) / median(alone)
    return [
        ("steps a second, nobody looks", f"{median(alone):.0f}", f"{min(alone):.0f}", "", ""),
        ("steps a second, all maps followed live", f"{median(watched):.0f}", f"{min(watched):.0f}", "", ""),
        ("frames a second meanwhile", f"{frames / LIVE_ROUNDS / LIVE_SECONDS:.1f}", "", "", ""),
        ("what following costs", f"{100 * loss:.0f} %", "", "≤ 20 %", verdict(loss, 0.2)),
    ]


def pace(client: Client, run: str) -> float:
    first, begun = client.run(run)["step"], time.perf_counter()
    time.sleep(LIVE_SECONDS)
    return (client.run(run)["step"] - first) / (time.perf_counter() - begun)


def follow(url: httpx.URL, cookies: httpx.Cookies, run: str, stop: threading.Event, frames: list[float]) -> None:
    """As the page does: the next question when the answer is there, at most ten a second."""
    with httpx.Client(base_url=url, cookies=cookies, timeout=60) as http:
        while not stop.is_set():
            begun = time.perf_counter()
            http.post(f"/api/runs/{run}/look", json={"view": "maps", "layers": "all", "picture": "test:3"}).raise_for_status()
            frames.append(time.perf_counter() - begun)
            time.sleep(max(0.0, 0.1 - frames[-1]))


def row(what: str, seconds: list[float], bound: float) -> tuple[object, ...]:
    middle = statistics.median(seconds)
    return what, f"{1000 * middle:.0f} ms", f"{1000 * max(seconds):.0f} ms", f"≤ {1000 * bound:.0f} ms", verdict(middle, bound)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        server = Server(Path(home), PLAYGROUND_WAITING="20")
        server.start()
        try:
            client = Client(server.url)
            wait_for(lambda: client.http.get("/api/health").json()["engine"] == "ready", 120, "an engine")
            time.sleep(12)  # the second engine warms up behind the first
            show("Looking into a network, over HTTP", maps_and_reasons(client), HEAD)
            experiment, name = on_ten_thousand()
            run = client.train(experiment)
            show("Mistakes, over HTTP", galleries(client, run, name), HEAD)
            show("Mistakes, in Chromium", on_screen(client, run, name), HEAD)
            show("Looking while it trains", live_cost(client), HEAD)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
