"""The playground page while it works, measured in Chromium from outside, drawing included; and what a frame costs the engine.

`python -m bench.playground2d`: starts the app in an empty home and trains networks at full speed with all views on screen. The peer's
figures are TensorFlow Playground's (playground.tensorflow.org, tanh, spiral), measured in Chromium on two cores, drawing included: 44, 25
and 12 epochs a second.
"""

from __future__ import annotations

import base64
import json
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from bench.table import median, show, verdict
from playground.plane.sketch import Block, Sketch
from playground.sharing import link
from playground.values import wire
from playground.values.spec import Args, DataChoice, Training, part
from tests.browser import FLAGS, find
from tests.server import Server

SETTLE = 3.0  # seconds of training before anything is counted
COUNTED = 10.0  # seconds that are
CLICKS = 7  # repetitions of what is clicked
SECOND_ENGINE = 12_000  # milliseconds: it warms up behind the first
NETS = {"2-4-2-1": ((4, 2), 1_500, 44), "2-8-8-1": ((8, 8), 800, 25), "six layers of eight": ((8,) * 6, 400, 12)}

# Milliseconds from the click on a button until the newest neuron of the first hidden layer shows a map of its own.
DRAWN = """async (label) => {
  const neurons = () => [...document.querySelectorAll('.npp-net-neuron[data-kind=hidden]')];
  const canvas = document.querySelector('.npp-net-body canvas:last-of-type');
  const before = neurons().length;
  const begin = performance.now();
  document.querySelector(`[aria-label^="${label}"]`).click();
  while (performance.now() - begin < 5000) {
    await new Promise(requestAnimationFrame);
    const found = neurons();
    if (found.length === before) continue;
    const newest = found.filter((each) => each.dataset.focus.split(' ')[1] === '1').at(-1);
    const [node, place] = [newest.getBoundingClientRect(), canvas.getBoundingClientRect()];
    const inside = [node.left - place.left + 4, node.top - place.top + 4, node.width - 8, node.height - 8];
    const at = inside.map((value) => Math.round((value * canvas.width) / place.width));
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(...at).data.buffer);
    if (new Set(pixels).size > 8) return performance.now() - begin;
  }
  return NaN;
}"""
MOVED = """async () => {
  const count = document.querySelector('.npp-count');
  const begin = performance.now();
  document.querySelector('.npp-play').click();
  while (count.innerText === '0' && performance.now() - begin < 20000) await new Promise(requestAnimationFrame);
  return performance.now() - begin;
}"""
STILL = """async () => {
  const count = document.querySelector('.npp-count');
  let last = count.innerText, changed = 0;
  const begin = performance.now();
  document.querySelector('.npp-play').click();
  while (performance.now() - begin < 1200) {
    await new Promise(requestAnimationFrame);
    if (count.innerText !== last) { last = count.innerText; changed = performance.now() - begin; }
  }
  return changed;
}"""


@dataclass
class Traffic:
    """What came over a page's WebSockets: bytes, and how many frames of maps."""

    session: CDPSession
    size: int = 0
    frames: int = 0
    run: str = ""
    opened: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session.send("Network.enable")
        self.session.on("Network.webSocketCreated", lambda event: self.opened.update({event["requestId"]: event["url"]}))
        self.session.on("Network.webSocketFrameReceived", self._heard)

    def _heard(self, event: dict) -> None:
        url, response = self.opened.get(event["requestId"], ""), event["response"]
        if "/live/" not in url or response["opcode"] != 2:
            return
        payload = base64.b64decode(response["payloadData"])
        self.run = url.rpartition("/live/")[2]
        self.size += len(payload)
        body = wire.unpack(payload)
        self.frames += body.get("type") == "Picture" and body.get("view") == "plane"


def net(hidden: tuple[int, ...]) -> Sketch:
    """A network as the peer's: tanh, one output, SGD, batches of 10, 250 points to train and as many to test."""
    return Sketch(
        DataChoice("spirals", Args({"size": 500}), test=0.5),
        tuple(Block(f"hidden_{place}", units) for place, units in enumerate(hidden, start=1)),
        "sigmoid",
        Training(part("optimizers.SGD", learning_rate=0.03), part("losses.BinaryCrossentropy"), batch_size=10, epochs=10_000_000),
    )


def opened(page: Page, url: str, sketch: Sketch) -> None:
    """The page with this sketch, ready to play, its first maps drawn and its loop compiled."""
    page.goto(f"{url}/?x={link.encode(sketch.experiment())}")
    page.wait_for_function("() => document.querySelectorAll('.npp-net-neuron[data-kind=hidden]').length > 0", timeout=60_000)
    page.wait_for_selector(".npp-play:enabled", timeout=60_000)
    page.wait_for_timeout(3_000)


def epoch_of(context: BrowserContext, url: str, run: str) -> tuple[float, int]:
    """When asked, and the run's finished epochs."""
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
    request = urllib.request.Request(f"{url}/api/runs/{run}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return time.perf_counter(), json.load(answer)["epoch"]


def speed(context: BrowserContext, url: str, hidden: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Epochs, frames and bytes a second at full speed with all views on screen, and milliseconds from play to movement."""
    page = context.new_page()
    traffic = Traffic(context.new_cdp_session(page))
    opened(page, url, net(hidden))
    moved = page.evaluate(MOVED)
    page.wait_for_timeout(SETTLE * 1000)
    (begun, first), size, frames = epoch_of(context, url, traffic.run), traffic.size, traffic.frames
    page.wait_for_timeout(COUNTED * 1000)
    ended, last = epoch_of(context, url, traffic.run)
    took = ended - begun
    found = (last - first) / took, (traffic.frames - frames) / took, (traffic.size - size) / took, moved
    page.locator(".npp-play").click()
    page.close()
    return found


def clicks(context: BrowserContext, url: str) -> dict[str, list[float]]:
    """Milliseconds of each thing that is clicked, several times."""
    page = context.new_page()
    found: dict[str, list[float]] = {"new": [], "paused": [], "moved": [], "still": []}
    for _ in range(CLICKS):
        opened(page, url, net((4, 2)))
        found["new"].append(page.evaluate(DRAWN, "Add a neuron to layer 1"))
        page.wait_for_timeout(3_000)
        found["moved"].append(page.evaluate(MOVED))
        page.wait_for_timeout(1_000)
        found["still"].append(page.evaluate(STILL))
        found["paused"].append(page.evaluate(DRAWN, "Add a neuron to layer 1"))
    page.close()
    return found


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        server = Server(Path(home))
        server.start()
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        page.goto(server.url)
        page.wait_for_selector('.np-badge[data-state="ready"]', timeout=120_000)
        page.wait_for_timeout(SECOND_ENGINE)
        page.close()
        for name, (hidden, bound, peer) in NETS.items():
            epochs, frames, size, _ = speed(context, server.url, hidden)
            rows.append([f"epochs a second, {name}", f"{epochs:,.0f}", f">= {bound:,}", verdict(epochs, bound, at_most=False), f"{peer}"])
            rows.append(["  frames of maps a second", f"{frames:.1f}", ">= 10", verdict(frames, 10, at_most=False), ""])
            rows.append(["  bytes a second", f"{size / 1e6:.2f} MB", "<= 1 MB", verdict(size, 1e6), ""])
        found = clicks(context, server.url)
        chromium.close()
        server.stop()
    names = {
        "moved": ("play → first movement", 800),
        "new": ("+ → new network drawn, before the first play", 300),
        "paused": ("+ → new network drawn, in a pause", 300),
        "still": ("pause → counter stands still", 200),
    }
    for key, (name, bound) in names.items():
        times = found[key]
        rows.append([name, f"{median(times):.0f} ms (worst {max(times):.0f})", f"<= {bound} ms", verdict(median(times), bound), ""])
    show("The playground page in Chromium", rows, ["what", "figure", "bound", "", "TensorFlow Playground"])
    from bench import plane_maps  # it loads TensorFlow, which would take time from what is measured above

    show("Drawing networks on the plane", plane_maps.rows(), plane_maps.HEAD)


if __name__ == "__main__":
    main()
