"""A stage for the live view: a page that holds only the component, and runs whose events a test says one by one.

The bytes are the application's own (`wire`, `feed.snapshot`), so the browser is tested against what it will really be sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path

import numpy as np
import plotly
from starlette.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.lab.live import feed
from playground.sharing.presets import PRESETS
from playground.ui.pages import for_browser
from playground.values import events, wire
from playground.values.metric import METRICS
from playground.values.run import Run, fold
from tests.e2e.stages.served import Served

ROOT = Path(__file__).resolve().parents[3]
CLASSES = tuple("0123456789")
EXAMPLES = {"train": 670, "validation": 150, "test": 200}
STEPS = 21  # of an epoch
EPOCHS = 10
CLASSIFIERS = [metric.to_json() for metric in METRICS["classifier"]]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/live/style.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-base-radius: 0.6rem; --st-button-radius: 0.6rem; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; --st-red-background-color: #3a1d22; --st-orange-background-color: #3a2c18; --st-red-text-color: #ff9f9f;
  --st-blue-text-color: #8ec5ff; --st-green-text-color: #7fdcaa; }
body { margin: 1rem; background: var(--st-background-color); font-family: sans-serif; }
</style></head><body><div id="place"></div><script type="module">
import { render } from "/assets/live/index.js";
const query = new URLSearchParams(location.search);
if (query.get("theme") === "dark") document.documentElement.classList.add("dark");
window.triggers = [];
window.rerun = (more = {}, place = document.getElementById("place")) => {
  window.data = {
    panel: "live", run: query.get("run"), metrics: METRICS, compare: [], rate_reason: "", plotly: "1", ...PAGES, ...window.data, ...more,
  };
  const setTriggerValue = (name, value) => window.triggers.push([name, value]);
  window.release = render({ parentElement: place, data: window.data, setTriggerValue });
};
window.rerun();
window.fresh = (run) => { // as on a page just opened, without reading the charts' script again
  window.release();
  localStorage.clear();
  window.triggers.length = 0;
  window.data = { panel: String(Math.random()) };
  window.rerun({ run });
};
</script></body></html>""".replace("PAGES", json.dumps(for_browser("build")))


class Stage(Served):
    """Serves the page and speaks for the runs. `heard` holds what browsers said, in order."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.heard: list[dict] = []
        self.sockets: dict[str, set[WebSocket]] = {}
        self.opened = 0
        routes = [
            Route("/", lambda request: HTMLResponse(PAGE.replace("METRICS", json.dumps(CLASSIFIERS)))),
            Route("/assets/plotly.min.js", lambda request: FileResponse(Path(plotly.__file__).parent / "package_data/plotly.min.js")),
            Route("/api/runs/{run}", self._facts),
            Mount("/assets", StaticFiles(directory=ROOT / "assets")),
            WebSocketRoute("/live/{run}", self._live),
        ]
        self.serve(routes)

    def add(self, run_id: str, **fields) -> None:
        """A new run; its experiment is the first preset."""
        experiment = next(iter(PRESETS.values())).experiment
        self.runs[run_id] = Run(run_id, "owner", experiment, name=fields.pop("name", "Small convnet"), created=time.time(), **fields)

    def say(self, run_id: str, *facts: events.Event) -> None:
        """The run's next events: folded, and sent to whoever watches."""
        for event in facts:
            before = self.runs[run_id]
            self.runs[run_id] = fold(before, event)
            for field in feed.folded(before, self.runs[run_id]):
                self.send(run_id, field.body())
            self.send(run_id, events.to_message(event))

    def set(self, run_id: str, **fields) -> None:
        """A change that comes with no event but with a Status."""
        self.runs[run_id] = self.runs[run_id].having(**fields)
        self.send(run_id, feed.status(self.runs[run_id]))

    def send(self, run_id: str, body: dict) -> None:
        self._await(self._send(run_id, wire.pack(body)))

    def hang_up(self, run_id: str, code: int = 1011) -> None:
        """Closes every socket of the run."""
        self._await(self._hang_up(run_id, code))

    def commands(self) -> list[dict]:
        return [message for message in self.heard if "do" in message]

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    def _await(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(5)

    async def _send(self, run_id: str, message: bytes) -> None:
        for socket in list(self.sockets.get(run_id, ())):
            with contextlib.suppress(WebSocketDisconnect):  # the page of the test before
                await socket.send_bytes(message)

    async def _hang_up(self, run_id: str, code: int) -> None:
        for socket in list(self.sockets.get(run_id, ())):
            await socket.close(code)

    async def _live(self, socket: WebSocket) -> None:
        run_id = socket.path_params["run"]
        await socket.accept()
        if run_id not in self.runs:
            return await socket.close(4404)
        self.opened += 1
        await socket.send_bytes(wire.pack(feed.snapshot(self.runs[run_id])))
        self.sockets.setdefault(run_id, set()).add(socket)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                self.heard.append(json.loads(await socket.receive_text()))
        self.sockets[run_id].discard(socket)

    def _facts(self, request) -> JSONResponse:
        run = self.runs[request.path_params["run"]]
        epochs = {"x": run.epochs.x.tolist(), "values": {name: column.tolist() for name, column in run.epochs.values.items()}}
        return JSONResponse({"id": run.id, "name": run.name, "status": run.status, "curves": {"epochs": epochs}})


def started(**fields) -> events.Started:
    values = {
        "epoch": 0, "step": 0, "epochs": EPOCHS, "steps_per_epoch": STEPS, "examples": EXAMPLES, "classes": CLASSES, "parameters": 12_345,
        "device": "CPU, 2 cores", "batch_size": 32, "learning_rate": 0.001,
    }  # fmt: skip
    return events.Started(**values | fields)


def batch(step: int, *, penalty: bool = False) -> dict[str, float]:
    """Made-up numbers of one batch that look like learning, the same at every call."""
    noise = np.random.default_rng(step).normal()
    values = {
        "loss": 2.3 * np.exp(-step / 45) + 0.12 + 0.06 * abs(noise),
        "accuracy": min(1.0, 1 - 0.9 * np.exp(-step / 40) + 0.03 * noise),
    }
    return values | ({"penalty": 0.05 + 0.0002 * step} if penalty else {})


def batches(first: int, last: int, **options) -> events.BatchPoints:
    """The batches from step `first` to step `last`."""
    points = [batch(step, **options) for step in range(first, last + 1)]
    values = {name: np.array([point[name] for point in points], np.float32) for name in points[0]}
    return events.BatchPoints(np.arange(first, last + 1, dtype=np.int32), values)


def epoch_end(epoch: int) -> events.EpochPoint:
    """Validation loss is lowest in epoch 7."""
    loss = 2.3 * float(np.exp(-epoch * STEPS / 45)) + 0.15
    validation = 0.2 + 0.02 * (epoch - 7) ** 2 + 1.5 * float(np.exp(-epoch))
    accuracy = 1 - 0.9 * float(np.exp(-epoch * STEPS / 40))
    values = {"loss": loss, "accuracy": accuracy - 0.02, "val_loss": validation, "val_accuracy": accuracy - 0.05, "learning_rate": 0.001}
    return events.EpochPoint(epoch, epoch * STEPS, values)


def progress(step: int, **fields) -> events.Progress:
    values = {
        "epoch": step // STEPS, "step": step, "elapsed": step * 0.02, "eta": (EPOCHS * STEPS - step) * 0.02, "examples_per_second": 1603.2,
        "steps_per_second": 50.1, "learning_rate": 0.001,
    }  # fmt: skip
    return events.Progress(**values | fields)


def confusion(epoch: int, *, split: str = "validation", classes: int = 10) -> events.Picture:
    """A matrix whose diagonal fills with the epochs; rows true, columns predicted."""
    random = np.random.default_rng(3)
    support = EXAMPLES[split] // classes
    right = min(0.97, 0.3 + 0.09 * epoch)
    chances = np.full((classes, classes), (1 - right) / (classes - 1)) * random.random((classes, classes)) ** 3
    np.fill_diagonal(chances, 0)
    np.fill_diagonal(chances, 1 - chances.sum(1))
    matrix = np.stack([random.multinomial(support + i % 3, row) for i, row in enumerate(chances)]).astype(np.int32)
    return events.Picture("confusion", epoch, epoch * STEPS, {"matrix": matrix}, {"split": split})


def done(*, stopped: bool = False) -> events.Done:
    matrix = confusion(EPOCHS, split="test").arrays["matrix"]
    summary = {
        "test_loss": 0.2345,
        "test_accuracy": float(np.trace(matrix) / matrix.sum()),
        "test_examples": int(matrix.sum()),
        "seconds": 4.2,
    }
    return events.Done(stopped, summary)


def epochs_until(step: int, *, penalty: bool = False) -> list[events.Event]:
    """All that a run says from its start to a step."""
    said: list[events.Event] = [started()]
    for epoch in range(step // STEPS):
        said += [batches(epoch * STEPS + 1, (epoch + 1) * STEPS, penalty=penalty), epoch_end(epoch + 1), confusion(epoch + 1)]
    if step % STEPS:
        said.append(batches(step // STEPS * STEPS + 1, step, penalty=penalty))
    return [*said, progress(step), events.Saved(step // STEPS, step // STEPS * STEPS)]
