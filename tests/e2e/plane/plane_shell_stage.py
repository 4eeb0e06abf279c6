"""The Playground's page with a server that only pretends: sketches are answered truly, runs are told by the test, no engine is needed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Page, Route, WebSocketRoute

from playground.plane.sketch import FIRST
from playground.ui.pages import for_browser
from playground.values import spec, wire
from playground.web.api.offers import offers
from playground.web.api.plane import _made
from playground.web.bundle import bundle
from tests.e2e.stages.asset_stage import ADDRESS, ROOT, TYPES

HTML = """<!doctype html><html><head>
<link rel="stylesheet" href="/assets/plane/shell.css"><link rel="stylesheet" href="/assets/plane/network.css">
<link rel="stylesheet" href="/assets/plane/data.css"><link rel="stylesheet" href="/assets/plane/board.css">
</head><body style="margin:16px"><div id="place"></div>
<script type="module">
import { render } from "/plane.js";
window.told = [];
const place = document.getElementById("place");
window.rerun = (data) => (window.leave = render({ parentElement: place, data, setTriggerValue: (name, value) => window.told.push(value) }));
window.rerun(DATA);
</script></body></html>"""
STARTED = {
    "type": "Started",
    **{"epoch": 0, "step": 0, "epochs": 10_000, "steps_per_epoch": 18, "examples": {"train": 175, "validation": 75, "test": 75}},
    **{"classes": ["class 1", "class 2", "class 3"], "parameters": 123, "device": "CPU", "batch_size": 10, "learning_rate": 0.01},
    "precision": "float32",
}
NOTHING = {
    **{"name": "", "position": 0, "created": 0, "ended": None, "started": None, "progress": None, "batches": None, "epochs": None},
    **{"pictures": {}, "metrics": [], "summary": {}, "changes": [], "finding": None, "error": None, "checkpoint": None},
}


def experiment() -> dict[str, Any]:
    return spec.to_json(FIRST.experiment())


def frame(loss: float, epoch: int = 0) -> dict[str, Any]:
    """Arrays and meta of a frame without units."""
    none = np.zeros(0, np.float32)
    maps = {"winner": np.zeros((10, 10), np.uint8), "surety": np.full((10, 10), 128, np.uint8), "units": np.zeros((0, 32, 32), np.uint8)}
    scores = {"loss": {"train": loss, "test": loss + 0.1}, "accuracy": {"train": 0.9, "test": 0.8}, "penalty": 0.0}
    return {
        "arrays": {**maps, "guesses": np.zeros(250, np.uint8), "lows": none, "highs": none, "weights": none},
        "meta": {"layers": [], "epoch": epoch, "step": 18 * epoch, **scores, "parameters": 123, "finite": True},
    }


class Pretender:
    """What the page asked, and what it is told. runs: experiments submitted; sent: what came over the socket, as JSON."""

    def __init__(self, page: Page, *, run: str | None = None, hide: str = "", error: dict[str, str] | None = None) -> None:
        self.page = page
        self.runs: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.looks: list[dict[str, Any]] = []
        self.sockets: list[WebSocketRoute] = []
        self.changes: list[list[Any]] = []
        self.keyframes = [0, 10, 20]
        self.lost: set[int] = set()  # epochs that are no longer kept
        self.refuse_sketch = False
        self.is_away = False  # as when the computer is offline
        page.route(f"{ADDRESS}**", self._serve)
        page.route_web_socket("ws://assets.test/live/**", self._open)
        self.data = {**for_browser("plane"), "experiment": experiment(), "run": run, "turn": 0, "hide": hide, "error": error}
        page.goto(ADDRESS)
        page.wait_for_selector(".npp-play:enabled")

    def _serve(self, route: Route) -> None:
        path, body = urlsplit(route.request.url).path, route.request.post_data
        given = json.loads(body) if body and route.request.method == "POST" else None
        file = ROOT / path.lstrip("/")
        if path == "/":
            route.fulfill(body=HTML.replace("DATA", json.dumps(self.data)), content_type="text/html")
        elif path == "/plane.js":
            route.fulfill(body=bundle(ROOT / "assets" / "plane" / "index.js"), content_type="text/javascript")
        elif path.startswith("/assets/") and file.is_file():
            route.fulfill(body=file.read_text(), content_type=TYPES[file.suffix])
        elif path == "/api/plane":
            self._make(route, given)
        elif path == "/api/plane/choices":
            route.fulfill(json=offers())
        elif path == "/api/plane/challenges":
            route.fulfill(json={"challenges": []})
        elif path == "/api/plane/look" or path.endswith("/look"):
            self._look(route, given)
        elif path == "/api/runs":
            self.runs.append(given)
            route.fulfill(status=201, json={"id": f"run{len(self.runs)}"})
        elif path.startswith("/api/runs/"):
            route.fulfill(json={"experiment": experiment(), "changes": [], "link": None, "error": None})
        else:
            route.fulfill(status=404, json={"error": {"what": "There is no such thing."}})

    def _make(self, route: Route, given: Any) -> None:
        if self.is_away:
            route.abort()
        elif self.refuse_sketch:
            route.fulfill(status=400, json={"error": {"kind": "invalid", "what": "This does not fit.", "fix": "Take another."}})
        else:
            route.fulfill(body=wire.pack(_made(given)), content_type="application/octet-stream")

    def _look(self, route: Route, given: Any) -> None:
        question = given.get("question", given)
        self.looks.append(question)
        if question.get("weights") in self.lost:
            route.fulfill(status=400, json={"error": {"kind": "invalid", "what": "The weights of this epoch were not kept."}})
            return
        if question["view"] == "anatomy":
            answer: dict[str, Any] = {"keyframes": self.keyframes, "epoch": 20}
        else:
            weights = question.get("weights", "now")
            made = frame(1.0 if weights == "now" else 2.0 + weights, 0 if weights == "now" else weights)
            answer = {**made["arrays"], "meta": made["meta"]}
        route.fulfill(body=wire.pack(answer), content_type="application/octet-stream")

    def _open(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.sent.append(json.loads(text)))
        self.snapshot("queued")

    def tell(self, message: dict[str, Any]) -> None:
        self.sockets[-1].send(wire.pack(message))

    def snapshot(self, status: str, **fields: Any) -> None:
        run = {**NOTHING, "id": f"run{max(1, len(self.runs))}", "status": status, **fields}
        self.tell({"type": "Snapshot", "run": run})

    def train(self, epoch: int = 5, loss: float = 0.5) -> None:
        """The run begins and has come so far."""
        rates = {"elapsed": 1.0, "eta": None, "examples_per_second": 1.0, "steps_per_second": 18_000.0, "learning_rate": 0.01}
        self.tell(STARTED)
        self.tell({"type": "Progress", "epoch": epoch, "step": 18 * epoch, **rates})
        self.tell({"type": "Picture", "view": "plane", "epoch": epoch, "step": 18 * epoch, **frame(loss, epoch)})
        self.page.wait_for_selector('.npp[data-state="training"]')

    def change(self, name: str, value: Any, step: int = 90) -> None:
        """The run was changed by hand."""
        self.changes.append([step, name, value])
        self.tell({"type": "Changes", "changes": self.changes})
        self.tell({"type": "Changed", "name": name, "value": value, "step": step})

    def rerun(self, **data: Any) -> None:
        """Streamlit's script ran again."""
        self.data |= data
        self.page.evaluate("(data) => window.rerun(data)", self.data)

    def commands(self) -> list[dict[str, Any]]:
        return [message for message in self.sent if "do" in message]
