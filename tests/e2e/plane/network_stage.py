"""A stage for the Playground's drawing of the network: frames made up here in numpy, and a page whose context only remembers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from playwright.sync_api import Page

from playground import data
from playground.plane.sketch import Sketch, parameters
from playground.values.metric import METRICS
from playground.web.bundle import bundle
from tests.e2e.stages.asset_stage import ROOT, stage

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/plane/shell.css"><link rel="stylesheet" href="/assets/plane/network.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-base-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; }
body { margin: 12px; background: var(--st-background-color); } .npp.npp { display: block; }
</style></head><body><section class="npp" id="place"></section><script type="module">
import { readTheme } from "/assets/shared/drawing/theme.js";
import { NetworkView } from "/network.js";
const place = document.getElementById("place");
const typed = (value) => {
  if (Array.isArray(value)) return value.map(typed);
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (value.$bytes) return new Uint8Array(value.$bytes);
  if (value.$floats) return new Float32Array(value.$floats);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typed(inner)]));
};
const asked = [], changes = [], commands = [], answers = {};
const blank = () => ({ selection: null, when: "now", status: "new", hidden: new Set(), choices: null, frame: null, painting: null });
let state = blank();
const put = (patch) => { state = { ...state, ...patch }; if (state.sketch) view.draw(state); };
const context = {
  get state() { return state; },
  change: (patch) => { changes.push(patch); put({ sketch: { ...state.sketch, ...patch } }); },
  command: (command) => { commands.push(command); return Promise.resolve(true); },
  ask: async (question) => {
    asked.push(question);
    if (!answers[question.view]) throw new Error(question.view);
    return answers[question.view];
  },
  follow: (question, draw, fail) => {
    let on = true;
    context.ask(question).then((body) => on && (draw(body), put({})), (error) => on && fail(error));
    return () => { on = false; };
  },
  set: put,
  shown: (id) => !state.hidden.has(id),
};
const view = new NetworkView(context);
place.append(view.root);
window.stage = {
  asked, changes, commands, view, context,
  put: (patch) => put(typed(patch)),
  inked: () => {
    const { canvas } = view.stage.flow;
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
  },
  hide: (ids) => put({ hidden: new Set(ids) }),
  answer: (name, body) => { answers[name] = typed(body); },
  reset: () => {
    for (const list of [asked, changes, commands]) list.length = 0;
    for (const name of Object.keys(answers)) delete answers[name];
    const { theme } = state;
    state = { ...blank(), theme };
    for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
  },
  dark: (is) => {
    document.documentElement.classList.toggle("dark", is);
    document.documentElement.style.colorScheme = is ? "dark" : "light";
    put({ theme: readTheme(place) });
  },
};
window.stage.dark(false);
</script></body></html>"""

ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z - z.max(-1, keepdims=True)) / np.exp(z - z.max(-1, keepdims=True)).sum(-1, keepdims=True),
}


def open_stage(page: Page) -> None:
    """Opens the page with an empty stage."""
    stage(page, PAGE, answers={"/network.js": lambda: bundle(ROOT / "assets/plane/network/view.js").encode()})
    page.wait_for_function("window.stage")


def bytes_of(values: np.ndarray) -> dict[str, list[int]]:
    return {"$bytes": values.ravel().astype(int).tolist()}


def floats_of(values: np.ndarray) -> dict[str, list[float]]:
    return {"$floats": [float(value) for value in np.ravel(values)]}


def made_of(sketch: Sketch) -> dict[str, Any]:
    """What the server says about a sketch, as far as the drawing reads it."""
    ids = tuple(data.FEATURES)
    xy, labels, held = data.plane_points(sketch.data)
    features = data.FEATURES.values()
    inputs = {
        "ids": list(ids),
        "titles": [feature.title for feature in features],
        "formulas": [feature.formula for feature in features],
        "maps": bytes_of(data.feature_maps(ids)),
        "lows": floats_of([feature.low for feature in features]),
        "highs": floats_of([feature.high for feature in features]),
    }
    found = data.of(sketch.data)
    outputs = ["softmax"] if len(found.classes) > 2 else ["softmax", "sigmoid", "tanh"] if found.classes else ["linear", "tanh"]
    experiment = sketch.experiment()
    return {
        "sketch": sketch.to_json(),
        "weights": parameters(experiment.network),
        "xy": floats_of(xy),
        "labels": {"$bytes" if found.task == "classifier" else "$floats": np.asarray(labels).tolist()},
        "held": bytes_of(held),
        "classes": list(found.classes),
        "task": found.task,
        "metrics": [metric.to_json() for metric in METRICS[found.task]],
        "inputs": inputs,
        "limits": {"outputs": outputs},
    }


class Net:
    """A network of random weights on the plane, forward in numpy, and its frames. Of skip links it knows those by concatenation."""

    def __init__(self, sketch: Sketch, *, seed: int = 0, scale: float = 1.2) -> None:
        self.sketch = sketch
        chance = np.random.default_rng(seed)
        outputs = len(data.of(sketch.data).classes) if sketch.output == "softmax" else 1
        sizes = {"input": len(sketch.inputs)} | {block.name: block.units for block in sketch.blocks}
        self.layers: list[dict[str, Any]] = []
        before = "input"
        for name, units, activation, skip in [
            *((block.name, block.units, block.activation, block.skip) for block in sketch.blocks),
            ("output", outputs, sketch.output, None),
        ]:
            names = [before, *([skip.source] if skip else [])]
            rows = sum(sizes[one] for one in names)
            kernel = chance.normal(0, scale * np.sqrt(2 / (rows + units)) * 1.6, (rows, units)).astype(np.float32)
            bias = chance.normal(0, 0.5, units).astype(np.float32)
            self.layers.append({"name": name, "units": units, "activation": activation, "names": names, "kernel": kernel, "bias": bias})
            before = name
        self.sizes = sizes

    def forward(self, xy: np.ndarray) -> list[np.ndarray]:
        """Outputs of all layers, float32 (n, units) each."""
        values = {"input": data.features(xy.astype(np.float32), self.sketch.inputs)}
        for layer in self.layers:
            given = np.concatenate([values[name] for name in layer["names"]], axis=1)
            values[layer["name"]] = ACTIVATIONS[layer["activation"]](given @ layer["kernel"] + layer["bias"])
        return [values[layer["name"]] for layer in self.layers]

    def frame(self, *, epoch: int = 12, side: int = 16) -> dict[str, Any]:
        axis = np.linspace(-3, 3, side)
        x, y = np.meshgrid(axis, -axis)
        maps = np.concatenate(self.forward(np.stack([x.ravel(), y.ravel()], 1)), axis=1).T
        lows, highs = maps.min(1), maps.max(1)
        units = np.round((maps - lows[:, None]) / np.maximum(highs - lows, 1e-9)[:, None] * 255)
        meta, offset, first = [], 0, 0
        for layer in self.layers:
            rows, columns = layer["kernel"].shape
            ends = np.cumsum([0, *(self.sizes[name] for name in layer["names"])]).tolist()
            sources = [{"name": name, "from": ends[i], "to": ends[i + 1]} for i, name in enumerate(layer["names"])]
            shape = {"kernel": [offset, rows, columns], "bias": offset + rows * columns, "sources": sources, "add": None, "norm": False}
            meta.append({"name": layer["name"], "units": columns, "first": first, "activation": layer["activation"], "dropout": 0, **shape})
            offset, first = offset + (rows + 1) * columns, first + columns
        weights = np.concatenate([np.concatenate([layer["kernel"].ravel(), layer["bias"]]) for layer in self.layers])
        scores = {"loss": {"train": 0.41, "test": 0.44}, "accuracy": {"train": 0.9, "test": 0.88}}
        told = {"epoch": epoch, "step": 25 * epoch, "finite": True, "parameters": len(weights), "left_out": "", **scores}
        arrays = {"units": bytes_of(units), "lows": floats_of(lows), "highs": floats_of(highs), "weights": floats_of(weights)}
        return {**arrays, "meta": {"layers": meta, **told}}


def show(page: Page, sketch: Sketch, frame: dict[str, Any] | None = None, **more: Any) -> None:
    """Empties the stage and puts a sketch, what the server says about it, and a frame on it."""
    page.evaluate("stage.reset()")
    page.evaluate(
        "patch => stage.put(patch)", json.loads(json.dumps({"sketch": sketch.to_json(), "made": made_of(sketch), "frame": frame, **more}))
    )
