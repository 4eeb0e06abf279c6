"""A stage for the sections that score a run: the page "Mistakes" on networks made without training, answered by the real views.

Each network calls an example what the nearest class mean is called; how far their weights are off is what makes them err.
"""

from __future__ import annotations

import inspect
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights, arrays_of
from playground.engine.model import build
from playground.engine.views import VIEWS
from playground.ui.pages import for_browser
from playground.values import wire
from playground.values.errors import PlaygroundError
from playground.values.metric import METRICS
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part
from playground.web.answer import answer, refuse
from playground.web.api.mistakes import lines
from tests.e2e.stages.served import Served

ROOT = Path(__file__).resolve().parents[3]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/page/style.css"><link rel="stylesheet" href="/assets/mistakes/style.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-link-color: #2a48bd; --st-base-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; --st-link-color: #a8bcff; }
body { margin: 1rem; background: var(--st-background-color); }
</style></head><body><div id="place"></div><script type="module">
import { render } from "/assets/mistakes/index.js";
const query = new URLSearchParams(location.search);
if (query.has("dark")) document.documentElement.classList.add("dark");
render({ parentElement: document.getElementById("place"), data: { ...PAGES, run: query.get("run") }, setTriggerValue: () => {} });
</script></body></html>""".replace("PAGES", json.dumps(for_browser("mistakes")))


def subject_of(run: str, data: str, *, seed: int, noise: float, sharpness: float, split: int = 0) -> Subject:
    """noise: how far the weights are off. sharpness: how sure the network is of itself. split: seed of the split."""
    choice = DataChoice(data, seed=split)
    arrays = arrays_of(choice)
    x = arrays.train[0].reshape(len(arrays.train[0]), -1) / (255.0 if arrays.train[0].dtype == np.uint8 else 1.0)
    classes = len(arrays.classes)
    means = np.stack([x[arrays.train[1] == label].mean(0) for label in range(classes)])
    means += np.random.default_rng(seed).normal(0, noise, means.shape)
    layers = (Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=classes, activation="softmax"), "dense"))
    experiment = Experiment(choice, (Network(arrays.train[0].shape[1:], layers),), Training(), name=run)
    model = build.build(experiment.network, experiment.training)
    model.layers[-1].set_weights([2 * sharpness * means.T, -sharpness * (means**2).sum(1)])
    return Subject(run, experiment, Path("nowhere"), model, arrays, Weights("last", 3, 30), seed)


def subject_of_numbers(run: str) -> Subject:
    """A network on waves in the plane that predicts 0.3 x, whatever the truth."""
    choice = DataChoice("waves", test=0.3)
    layers = (Layer(part("layers.Dense", units=1), "output"),)
    experiment = Experiment(choice, (Network((2,), layers),), Training(loss=part("losses.MeanSquaredError")), task="regressor", name=run)
    model = build.build(experiment.network, experiment.training)
    model.layers[-1].set_weights([np.array([[0.3], [0]], np.float32), np.zeros(1, np.float32)])
    return Subject(run, experiment, Path("nowhere"), model, arrays_of(choice), Weights("last", 3, 30), 0)


class Stage(Served):
    """Serves the page. subjects: by run, the newest first. marks: what `GET /api/marks/{data}` tells. asked: all questions."""

    def __init__(self, subjects: list[Subject]) -> None:
        self.subjects = {subject.run: subject for subject in subjects}
        self.marks: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self._one = threading.Lock()  # models are not for two threads
        routes = [
            Route("/", lambda request: HTMLResponse(PAGE)),
            Route("/api/runs", lambda request: answer({"runs": [self._row(subject) for subject in self.subjects.values()]})),
            Route("/api/runs/{run}/look", self._look, methods=["POST"]),
            Route("/api/runs/{run}/predictions.csv", self._csv),
            Route("/api/marks/{data}", self._marks, methods=["GET"]),
            Mount("/assets", StaticFiles(directory=ROOT / "assets")),
        ]
        self.serve(routes)

    def view(self, run: str, view: str, **args: Any) -> dict[str, Any]:
        """A view's answer, as the browser gets it."""
        subject = self.subjects[run]
        with self._one:
            found = VIEWS[view].answer(subject, Question(args))
            while inspect.isgenerator(found):
                try:
                    next(found)
                except StopIteration as end:
                    found = end.value
        return found | {"weights": {"kind": "last", "epoch": 3, "step": 30}, "seconds": 0.0, "status": "done"}

    def _row(self, subject: Subject) -> dict[str, Any]:
        facts = {"status": "done", "position": 0, "created": 1.0, "ended": 2.0, "epoch": 3, "epochs": 3, "step": 30, "seconds": 1.0}
        data = subject.experiment.data.name
        metrics = [metric.to_json() for metric in METRICS[subject.experiment.task]]
        return {
            "id": subject.run,
            "name": f"Run {subject.run}",
            "data": data,
            "summary": {},
            "error": None,
            "checkpoint": [3, 30],
            **facts,
            "metrics": metrics,
        }

    async def _look(self, request: Request) -> Response:
        question = await request.json()
        self.asked.append({"run": request.path_params["run"], **question})
        args = {name: value for name, value in question.items() if name != "view"}
        try:
            found = self.view(request.path_params["run"], question["view"], **args)
        except PlaygroundError as error:
            return refuse(error)
        return Response(wire.pack(found), media_type="application/octet-stream")

    async def _csv(self, request: Request) -> Response:
        found = self.view(request.path_params["run"], "answers", detail=True, split=request.query_params["split"])
        return StreamingResponse(lines(found), media_type="text/csv")

    async def _marks(self, request: Request) -> Response:
        tags = {tag for mark in self.marks for tag in mark["tags"]}
        return answer({"marks": self.marks, "tags": {tag: sum(tag in mark["tags"] for mark in self.marks) for tag in tags}})
