"""A stage for the page "Look inside": its component with a tab of the test's own, and a server that answers looks out of plain numbers.

Answers travel as the application's own bytes (`wire`), so the browser is tested against what it will really be sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.ui.pages import for_browser
from playground.values import wire
from playground.values.errors import Conflict, InvalidValue, NotFound, PlaygroundError
from playground.values.metric import METRICS
from playground.web.answer import refuse
from tests.e2e.stages.served import Served
from tests.e2e.stages.waiting import clocked

ROOT = Path(__file__).resolve().parents[3]
CLASSES = list("0123456789")
SIDE = 12

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/page/style.css"><link rel="stylesheet" href="/assets/inside/style.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-base-radius: 0.6rem; --st-button-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; }
body { margin: 1rem; background: var(--st-background-color); }
</style></head><body><div id="place" tabindex="0"></div><script type="module">
import { Panel } from "/assets/inside/panel.js";
import { element } from "/assets/shared/dom/element.js";
class Pulse {  // follows one view and says what it was shown and what it heard
  constructor(context) {
    this.context = context;
    this.heard = element("output", { class: "heard" });
    this.root = element("section", { class: "pulse" }, this.heard);
    this.stop = () => {};
  }
  show(view) {
    this.stop();
    window.view = view;
    this.root.dataset.weights = view.weights;
    this.root.dataset.picture = view.picture.source;
    this.root.dataset.run = view.run;
    this.stop = this.context.follow({ view: "pulse" }, (body) => this.heard.replaceChildren(String(body.count)),
      (error) => this.heard.replaceChildren(this.context.fault(error)));
  }
  hide() { this.stop(); }
}
class Still {
  constructor(context) { this.root = element("section", { class: "still", text: "still" }); window.context = context; }
  show(view) { this.root.dataset.run = String(view.run); }
  hide() {}
}
const TABS = [
  { id: "pulse", title: "Pulse", make: (context) => new Pulse(context) },
  { id: "other", title: "Other", make: (context) => new Still(context) },
  { id: "alone", title: "Alone", alone: true, make: (context) => new Still(context) },
];
window.acts = [];
window.pages = PAGES;
window.panel = new Panel(TABS, window.pages);
document.getElementById("place").append(window.panel.root);
const query = new URLSearchParams(location.search);
if (query.has("dark")) document.documentElement.classList.add("dark");
window.rerun = (run) => window.panel.update({ run }, (act) => window.acts.push(act));
window.rerun(query.get("run"));
</script></body></html>""".replace("PAGES", json.dumps(for_browser("inside")))


class Stage(Served):
    """Serves the page and speaks for the runs. `asked` holds the questions in order, `sent` the pictures by id.

    runs: what `GET /api/runs` lists. faults: view → what is raised in the place of its answer. kind: "pictures" or "table".
    without_weights: the states of runs that have saved none.
    """

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.without_weights = ("queued", "failed")
        self.asked: list[dict[str, Any]] = []
        self.sent: dict[str, bytes] = {}
        self.faults: dict[str, PlaygroundError] = {}
        self.keyframes = [0, 1, 2, 3]
        self.classes = CLASSES
        self.kind, self.channels = "pictures", 1
        self.slow = 0.0  # seconds an answer takes
        self.lost = 0  # the state with which the server answers for pictures that were sent, 0 for the pictures
        routes = [
            Route("/", lambda request: HTMLResponse(PAGE)),
            Route("/api/runs", lambda request: JSONResponse({"runs": self.runs})),
            Route("/api/runs/{run}/look", self._look, methods=["POST"]),
            Route("/api/pictures", self._keep, methods=["POST"]),
            Route("/api/pictures/{name}", self._kept),
            Mount("/assets", StaticFiles(directory=ROOT / "assets")),
        ]
        self.serve(routes)

    def add(self, run: str, **fields: Any) -> None:
        row = {
            "id": run,
            "name": f"Net {run}",
            "status": "done",
            "position": 0,
            "created": time.time() - 60 * len(self.runs),
            "epoch": 3,
            "epochs": 3,
            "data": "digits",
            "data_title": "Digits",
            "metrics": [metric.to_json() for metric in METRICS["classifier"]],
            "summary": {"test_accuracy": 0.957, "best_epoch": 2},
            "error": None,
        }
        self.runs.append(row | fields)

    def set(self, run: str, **fields: Any) -> None:
        next(row for row in self.runs if row["id"] == run).update(fields)

    def questions(self, view: str) -> list[dict[str, Any]]:
        return [question for question in self.asked if question["view"] == view]

    async def _look(self, request: Request) -> Response:
        question = json.loads(await request.body())
        self.asked.append(question)
        row = next((row for row in self.runs if row["id"] == request.path_params["run"]), None)
        try:
            if row is None:
                raise NotFound("There is no such run.", fix="Choose one on the Runs page.")
            if row["status"] in self.without_weights:
                raise Conflict("The run has no saved weights yet.", fix="Wait for the end of its first epoch.")
            if question["view"] in self.faults:
                raise self.faults[question["view"]]
            found = getattr(self, "_" + question["view"])(question)
        except PlaygroundError as error:
            return refuse(error)
        await asyncio.sleep(self.slow)
        return Response(wire.pack(found), media_type="application/octet-stream")

    def _anatomy(self, question: dict[str, Any]) -> dict[str, Any]:
        shape = [SIDE, SIDE, self.channels] if self.kind == "pictures" else [4]
        layers = [
            {
                "name": "dense",
                "kind": "Dense",
                "purpose": "Dense",
                "shape": [10],
                "parameters": 1450,
                "activation": "linear",
                "kernel": [144, 10],
                "inputs": ["input"],
            }
        ]
        return {
            "layers": layers,
            "input_shape": shape,
            "classes": self.classes,
            "examples": {"train": 300, "validation": 40, "test": 60},
            "data": "digits",
            "kind": self.kind,
            "columns": ["width", "height", "weight", "age"],
            "standardised": self.kind == "table",
            "keyframes": self.keyframes,
            "epoch": self.keyframes[-1] if self.keyframes else 0,
            "epochs": 3,
            "loss": "SparseCategoricalCrossentropy",
            "scores_are": "logits",
        }

    def _picture(self, question: dict[str, Any]) -> dict[str, Any]:
        source = question["picture"]
        split, _, place = source.partition(":")
        foreign = split == "upload"
        if self.kind == "table":
            original = np.array([1.5, -2, 0.25, 33], np.float32)
            shown = (original - original.mean()).astype(np.float32)
        elif foreign:
            image = Image.open(io.BytesIO(self.sent[place])).convert("RGB")
            original = np.asarray(image)
            shown = np.asarray(image.convert("L").resize((SIDE, SIDE)), np.float32)[..., None].repeat(self.channels, 2) / 255
        else:
            original = picture_of(int(place), self.channels)
            shown = original.astype(np.float32) / 255
        label = None if foreign else int(place) % len(self.classes)
        probabilities = np.full(len(self.classes), 0.1 / (len(self.classes) - 1), np.float32)
        probabilities[(label or 0) if not foreign else int(original.mean()) % len(self.classes)] = 0.9
        steps = ["Padded to a square", "Inverted: light on dark"] if foreign else ["As it is stored; only its values are divided by 255."]
        return {
            "original": original,
            "input": shown,
            "steps": steps,
            "label": label,
            "title": "Your picture" if foreign else f"{split.capitalize()} picture {place}",
            "probabilities": probabilities,
            "example": None,
            "seconds": 0.001,
        }

    def _thumbnails(self, question: dict[str, Any]) -> dict[str, Any]:
        total = {"train": 300, "validation": 40, "test": 60}[question["split"]]
        positions = np.arange(total)
        if "label" in question:
            positions = positions[positions % len(self.classes) == question["label"]]
        chosen = positions[question["first"] : question["first"] + question["count"]].astype(np.int32)
        pictures = np.stack([picture_of(int(n), self.channels) for n in chosen]) if len(chosen) else np.zeros((0, SIDE, SIDE, 1), np.uint8)
        if self.kind == "table":
            pictures = np.zeros((len(chosen), 4), np.float32)
        return {"pictures": pictures, "positions": chosen, "labels": (chosen % len(self.classes)).astype(np.int32), "total": len(positions)}

    def _pulse(self, question: dict[str, Any]) -> dict[str, Any]:
        return {"count": len(self.questions("pulse"))}

    def _refused(self, question: dict[str, Any]) -> dict[str, Any]:
        raise InvalidValue("There is no such layer.", expected="one of dense", got="conv", fix="Choose one of them.")

    def _kept(self, request: Request) -> Response:
        name = request.path_params["name"].removesuffix(".png")
        if self.lost or name not in self.sent:
            return Response(status_code=self.lost or 404)
        return Response(self.sent[name], media_type="image/png")

    async def _keep(self, request: Request) -> Response:
        body = await request.body()
        try:
            Image.open(io.BytesIO(body)).verify()
        except Exception:
            return refuse(InvalidValue("This is not a picture.", expected="PNG, JPEG, WebP, GIF or BMP", got="something else"))
        self.sent[f"p{len(self.sent)}"] = body
        return JSONResponse({"id": f"p{len(self.sent) - 1}", "width": 1, "height": 1}, 201)


def picture_of(number: int, channels: int = 1) -> np.ndarray:
    """A made-up picture, the same at every call: uint8 (SIDE, SIDE, channels)."""
    random = np.random.default_rng(number)
    image = np.zeros((SIDE, SIDE, channels), np.uint8)
    image[2:10, 2 + number % 6 : 5 + number % 6] = random.integers(120, 255, (8, 3, channels))
    return image


@contextlib.contextmanager
def tabs(stage: Stage, context: BrowserContext, mount: str, prepare: Callable[..., None]) -> Iterator[Callable[..., Page]]:
    """Opens a tab of Look inside: `open_("maps", width=420, …)`; the rest goes to `prepare` first. Fails if a page throws.

    clock: the page's time is one that `let_pass` moves on.
    mount: a script that puts the panel with the tabs to be tested onto the stage's page.
    """
    faults: list[str] = []
    pages: list[Page] = []

    def open_(tab: str, *, width: int = 1400, clock: bool = False, **how: Any) -> Page:
        prepare(**how)
        stage.asked.clear()
        page = clocked(context) if clock else context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 1000})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{stage.url}/?run=a")
        page.wait_for_selector(".npi-thumb")
        page.evaluate(mount)
        page.locator(f"#npi-tab-{tab}:enabled").click()
        return page

    yield open_
    for page in pages:
        (page if page.context is context else page.context).close()
    assert not faults, faults
