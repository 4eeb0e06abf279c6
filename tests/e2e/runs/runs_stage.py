"""A stage for the Runs page: a page that holds only the component, rows that a test makes up, and the API it polls."""

from __future__ import annotations

import json
import time
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.sharing.presets import PRESETS
from playground.ui.pages import for_browser
from playground.ui.runs import row
from playground.values import events
from playground.values.run import Run, fold
from playground.web.answer import answer
from playground.web.api.runs import brief
from tests.e2e.stages.served import Served

ROOT = Path(__file__).resolve().parents[3]
STATUSES = ("training", "queued", "paused", "done", "done", "stopped", "failed", "interrupted", "done", "starting")

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/runs/style.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-link-color: #2a48bd; --st-base-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; --st-link-color: #a8bcff; }
* { box-sizing: border-box; } body { margin: 1.5rem; background: var(--st-background-color); }
</style></head><body><div id="place"></div><script type="module">
import { render } from "/assets/runs/index.js";
if (location.hash === "#dark") document.documentElement.classList.add("dark");
window.acts = [];
const place = document.getElementById("place");
window.rerun = (rows) =>
  render({ parentElement: place, data: { ...PAGES, rows }, setTriggerValue: (name, value) => window.acts.push(value) });
window.release = window.rerun(ROWS);
</script></body></html>""".replace("PAGES", json.dumps(for_browser("runs")))


class Stage(Served):
    """Serves the page with `rows`, and `runs` as the API would. `polls` counts how often it was asked."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.polls = 0
        routes = [
            Route("/", lambda request: HTMLResponse(PAGE.replace("ROWS", json.dumps(self.rows())))),
            Route("/api/runs", self._list),
            Mount("/assets", StaticFiles(directory=ROOT / "assets")),
        ]
        self.serve(routes)

    def rows(self) -> list[dict]:
        return [row(run) for run in self.runs]

    def say(self, run_id: str, *facts: events.Event) -> None:
        """The run's next events."""
        for event in facts:
            self.runs = [fold(run, event) if run.id == run_id else run for run in self.runs]

    def _list(self, request) -> Response:
        self.polls += 1
        return answer({"runs": [brief(run) for run in self.runs]})


def run_of(number: int, *, status: str | None = None, epochs: int | None = None, now: float | None = None, name: str = "") -> Run:
    """A made-up run, the same at every call: run 0 is the newest."""
    presets = list(PRESETS.values())
    experiment = presets[number % len(presets)].experiment
    status = status or STATUSES[number % len(STATUSES)]
    created = (now or time.time()) - 40 - 7300 * number * (1 + number / 6)
    run = Run(f"run{number}", "owner", experiment, name=name or experiment.name, created=created)
    total = experiment.training.epochs
    done = epochs if epochs is not None else 0 if status in ("queued", "starting") else total if status == "done" else 3 + number % 4
    if done:
        run = fold(run, started(experiment))
    for epoch in range(1, done + 1):
        run = fold(run, epoch_end(epoch, number))
        run = fold(run, progress(epoch, seconds=epoch * (0.4 + number * 1.7)))
    if status == "done":
        run = fold(run, events.Done(False, {"test_accuracy": 0.9 + 0.001 * (number % 60), "test_loss": 0.2, "test_examples": 750}))
    error = {"what": "The loss became NaN in epoch 4."} if status == "failed" else None
    return run.having(status=status, position=number if status == "queued" else 0, error=error)


def regression(number: int, name: str, *errors: float) -> Run:
    """A run that predicts a number, its validation errors by epoch."""
    run = run_of(number, status="queued", name=name)
    run = run.having(experiment=run.experiment.having(task="regressor"))
    for epoch, error in enumerate(errors, start=1):
        run = fold(run, events.EpochPoint(epoch, epoch * 110, {"val_loss": error**2, "val_mae": error}))
        run = fold(run, progress(epoch, seconds=epoch))
    return fold(run, events.Done(False, {"test_mae": errors[-1] + 0.01, "test_loss": 0.1}))


def started(experiment) -> events.Started:
    training = experiment.training
    examples = {"train": 3500, "validation": 750, "test": 750}
    return events.Started(0, 0, training.epochs, 110, examples, tuple("0123456789"), 61_706, "CPU, 2 cores", training.batch_size, 0.001)


def epoch_end(epoch: int, number: int = 0) -> events.EpochPoint:
    accuracy = 0.98 - 0.6 / (epoch + number % 5 + 0.5) + 0.01 * ((epoch * 7 + number * 3) % 5 - 2) / 2
    values = {"loss": 1 / epoch, "accuracy": accuracy, "val_loss": 1.2 / epoch, "val_accuracy": accuracy - 0.02, "learning_rate": 0.001}
    return events.EpochPoint(epoch, epoch * 110, values)


def progress(epoch: int, *, seconds: float) -> events.Progress:
    return events.Progress(epoch, epoch * 110, seconds, None, 5000.0, 150.0, 0.001)
