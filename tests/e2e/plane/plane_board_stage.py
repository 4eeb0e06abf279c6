"""A stage for the Playground's board and its column of data: both in a page without a server, with a context that notes what they ask for.

The points are the application's own; the frame is that of a network worked out here in numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from playground import data
from playground.data.plane.features import features
from playground.values.metric import METRICS
from playground.values.spec import DataChoice
from playground.web.api.offers import offers
from tests.e2e.stages.asset_stage import stage

SIDE = 100
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/plane/shell.css"><link rel="stylesheet" href="/assets/plane/data.css">
<link rel="stylesheet" href="/assets/plane/board.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-primary-color: #3454d1;
  --st-base-radius: 0.6rem; --st-button-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b;
  --st-primary-color: #8aa4ff; }
body { margin: 1rem; background: var(--st-background-color); font-family: sans-serif; }
.npp { display: flex !important; flex-wrap: wrap; gap: 2rem; }
.npp > .npp-data { width: 220px; } .npp > .npp-board { width: min(400px, 100%); }
@media (max-width: 700px) { .npp > .npp-data { width: 100%; } }
</style></head><body><div class="npp" id="place"></div><script type="module">
import { Board } from "/assets/plane/board/view.js";
import { DataView as DataColumn } from "/assets/plane/data/view.js";
import { readTheme } from "/assets/shared/drawing/theme.js";
const TYPES = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array };
window.typed = (value) => {
  if (Array.isArray(value)) return value.map(typed);
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (value.$type) return TYPES[value.$type].from(value.values);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typed(inner)]));
};
window.open_ = (given, dark) => {
  document.documentElement.classList.toggle("dark", Boolean(dark));
  const place = document.getElementById("place");
  window.noted = { changes: [], sets: [], asked: [], follows: 0 };
  window.answers = {};
  const state = { ...typed(given), hidden: new Set(given.hidden ?? []), theme: readTheme(place) };
  place.dataset.dark = String(state.theme.dark);
  window.context = {
    state,
    change(patch) {
      noted.changes.push(JSON.parse(JSON.stringify(patch)));
      const { sketch } = context.state;
      put({ sketch: { ...sketch, ...patch, data: { ...sketch.data, ...patch.data } } });
    },
    set(patch) { noted.sets.push(JSON.parse(JSON.stringify(patch))); put(patch); },
    shown: (id) => !context.state.hidden.has(id),
    command: async () => true,
    ask: async (question) => answers[question.view],
    follow(question, draw, fail) {
      noted.asked.push(question);
      noted.follows++;
      const answer = answers[question.view];
      const timer = setTimeout(() => (answer?.fault ? fail(answer.fault) : answer && draw(typed(answer))), 0);
      return () => { clearTimeout(timer); noted.follows--; };
    },
  };
  window.board = new Board(context);
  window.column = new DataColumn(context);
  place.replaceChildren(column.root, board.root);
  window.put = (patch) => {
    context.state = { ...context.state, ...typed(patch) };
    board.draw(context.state);
    column.draw(context.state);
  };
  put({});
};
window.isReady = true;
</script></body></html>"""


def typed(array: np.ndarray) -> dict[str, Any]:
    return {"$type": str(array.dtype), "values": array.ravel().tolist()}


def grid() -> np.ndarray:
    """The places of a map, row by row from y = 3 down, float32 (SIDE², 2)."""
    line = np.linspace(-3, 3, SIDE, dtype=np.float32)
    return np.stack([np.tile(line, SIDE), np.repeat(-line, SIDE)], axis=1)


class Net:
    """Two tanh units, then a softmax of `classes`, or one linear unit where that is 1."""

    def __init__(self, classes: int, *, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.kernels = [rng.normal(0, 1.2, (2, 8)).astype("float32"), rng.normal(0, 1.2, (8, classes)).astype("float32")]
        self.biases = [rng.normal(0, 1, 8).astype("float32"), np.zeros(classes, np.float32)]

    def sums(self, x: np.ndarray) -> list[np.ndarray]:
        first = x @ self.kernels[0] + self.biases[0]
        return [first, np.tanh(first) @ self.kernels[1] + self.biases[1]]

    def output(self, x: np.ndarray) -> np.ndarray:
        last = self.sums(x)[-1]
        if last.shape[1] == 1:
            return np.tanh(last)
        e = np.exp(last - last.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


def frame(net: Net, xy: np.ndarray, labels: np.ndarray, held: np.ndarray) -> dict[str, Any]:
    everywhere, there = net.output(grid()), net.output(xy)
    arrays: dict[str, Any]
    if everywhere.shape[1] == 1:
        arrays = {"value": typed(np.clip(np.rint((everywhere[:, 0] + 1) * 127.5), 0, 255).astype(np.uint8)), "guesses": typed(there[:, 0])}
        score = {
            "mae": {"train": float(np.abs(there[:, 0] - labels)[~held].mean()), "test": float(np.abs(there[:, 0] - labels)[held].mean())}
        }
    else:
        guesses = there.argmax(axis=1)
        arrays = {
            "winner": typed(everywhere.argmax(axis=1).astype(np.uint8)),
            "surety": typed(np.rint(everywhere.max(axis=1) * 255).astype(np.uint8)),
            "guesses": typed(guesses.astype(np.uint8)),
        }
        score = {"accuracy": {"train": float((guesses == labels)[~held].mean()), "test": float((guesses == labels)[held].mean())}}
    return {**arrays, "meta": {"epoch": 12, "step": 300, "finite": True, "loss": {"train": 0.3, "test": 0.4}, **score}}


def state(name: str = "spirals", *, size: int = 250, classes: int | None = None, seed: int = 0, **more: Any) -> dict[str, Any]:
    """The page's state on a set of points, and a frame of a network that was never trained."""
    args = {"size": size, "noise": 0.1, "label_noise": 0.0} | ({"classes": classes} if classes else {})
    dataset = data.of(DataChoice(name, args=args))
    xy, labels = dataset.points
    held = np.random.default_rng(seed).permutation(len(xy)) < 0.3 * len(xy)
    net = Net(len(dataset.classes) or 1, seed=seed)
    given = features(xy, ("x", "y"))
    return {
        "sketch": {"data": {"name": name, "args": args, "test": 0.3, "seed": 0}, "inputs": ["x", "y"], "blocks": [], "output": "softmax"},
        "made": {
            "xy": typed(xy.astype("float32")),
            "labels": typed(labels),
            "held": typed(held.astype(np.uint8)),
            "classes": list(dataset.classes),
            "task": dataset.task,
            "metrics": [metric.to_json() for metric in METRICS[dataset.task]],
            "inputs": {"ids": ["x", "y"], "titles": ["x", "y"]},
        },
        "choices": {"data": offers()["data"]},
        "frame": frame(net, given, labels, held),
        "run": None,
        "runId": None,
        "when": "now",
        "status": "new",
        "selection": None,
        "painting": None,
        "expert": False,
        **more,
    }


def way(net: Net, place: np.ndarray, label: int) -> dict[str, Any]:
    """What the view "plane_point" answers for this network."""
    x = place[None].astype("float32")
    first, last = net.sums(x)
    chances = net.output(x)[0]
    layers, given = [], x
    for name, source, kernel, bias, sums, out in (
        ("hidden_1", "input", net.kernels[0], net.biases[0], first, np.tanh(first)),
        ("output", "hidden_1", net.kernels[1], net.biases[1], last, net.output(x)),
    ):
        layers.append(
            {
                "name": name,
                "activation": "tanh" if source == "input" else "softmax",
                "sources": [{"name": source, "from": 0, "to": len(kernel)}],
                "inputs": typed(given[0]),
                "kernel": typed(kernel),
                "bias": typed(bias),
                "sums": typed(sums[0]),
                "activated": typed(out[0]),
                "norm": None,
                "output": typed(out[0]),
                "slopes": None,
            }
        )
        given = out
    return {
        "features": {"ids": ["x", "y"], "values": typed(x[0])},
        "layers": layers,
        "probabilities": typed(chances),
        "predicted": int(chances.argmax()),
        "loss": float(-np.log(chances[label])),
    }


def opened(page: Page, given: dict[str, Any], *, dark: bool = False) -> Page:
    stage(page, PAGE)
    page.wait_for_function("window.isReady")
    page.evaluate("([given, dark]) => open_(given, dark)", [given, dark])
    page.wait_for_function("document.querySelector('.npp-board-ground').width > 10")
    return page
