"""A stage for the page "Mistakes": its component alone, and a server that answers out of made-up predictions."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from playground.ui.pages import for_browser
from playground.values.errors import Conflict
from tests.e2e.inside import inside_stage
from tests.e2e.inside.inside_stage import SIDE, picture_of

CLASSES = ["rock", "paper", "scissors"]
EXAMPLES = {"train": 300, "validation": 40, "test": 150}
TOP = 3

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/page/style.css"><link rel="stylesheet" href="/assets/mistakes/style.css"><style>
:root { --st-text-color: #1c2233; --st-background-color: #ffffff; --st-secondary-background-color: #f4f6fb; --st-border-color: #d9deea;
  --st-primary-color: #3454d1; --st-base-radius: 0.6rem; --st-button-radius: 0.6rem; --st-font: sans-serif; }
:root.dark { --st-text-color: #e8ebf4; --st-background-color: #11141c; --st-secondary-background-color: #1a1f2b; --st-border-color: #323a4d;
  --st-primary-color: #8aa4ff; --st-orange-background-color: #3a2c18; }
body { margin: 1rem; background: var(--st-background-color); }
</style></head><body><div id="place"></div><script type="module">
import { render } from "/assets/mistakes/index.js";
window.acts = [];
const query = new URLSearchParams(location.search);
if (query.has("dark")) document.documentElement.classList.add("dark");
const place = document.getElementById("place");
window.rerun = (run, edits = null) =>
  render({ parentElement: place, data: { ...PAGES, run, edits }, setTriggerValue: (name, value) => window.acts.push(value) });
window.release = window.rerun(query.get("run"));
</script></body></html>""".replace("PAGES", json.dumps(for_browser("mistakes")))


class Stage(inside_stage.Stage):
    """Predictions are made up by part and epoch, and the same at every call; `right` is how many of a hundred are right in the end.

    marks: what was put under an example's id. absent: a class of which there are no examples. doubted: whether labels are doubted.
    has_maps: whether Grad-CAM can be asked for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.classes = CLASSES
        self.right = 80
        self.marks: dict[str, dict[str, Any]] = {}
        self.absent: int | None = None
        self.doubted = False
        self.has_maps = True
        routes = [Route("/", lambda request: HTMLResponse(PAGE)), Route("/api/marks/{data}", self._marks, methods=["GET", "PUT"])]
        self._server.config.app.router.routes[:0] = routes

    def predicted(self, question: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """truth int (n,), probabilities float32 (n, classes)."""
        split, classes = question.get("split", "test"), len(self.classes)
        epoch = question.get("weights", "now")
        epoch = epoch if isinstance(epoch, int) else self.keyframes[-1]
        random = np.random.default_rng([len(split), epoch, classes])
        truth = np.arange(EXAMPLES[split]) % classes
        if self.absent is not None:
            truth[truth == self.absent] = (self.absent + 1) % classes
        label = np.where(random.integers(0, 100, len(truth)) < self.right * (epoch + 1) / 4, truth, (truth + 1) % classes)
        scores = random.random((len(truth), classes)).astype(np.float32)
        scores[np.arange(len(truth)), label] += 1.2
        raised = np.exp(2 * scores)
        return truth, (raised / raised.sum(1, keepdims=True)).astype(np.float32)

    def counts(self, **question: Any) -> np.ndarray:
        truth, probabilities = self.predicted(question)
        counts = np.zeros((len(self.classes),) * 2, np.int32)
        np.add.at(counts, (truth, probabilities.argmax(1)), 1)
        return counts

    def _anatomy(self, question: dict[str, Any]) -> dict[str, Any]:
        return super()._anatomy(question) | {"examples": EXAMPLES, "status": self.runs[0]["status"]}

    def _matrix(self, question: dict[str, Any]) -> dict[str, Any]:
        counts = self.counts(**question)
        total, right = int(counts.sum()), int(np.trace(counts))
        share = np.diag(counts) / np.maximum(counts.sum(1), 1)
        weights = question.get("weights", "now")
        return {
            "split": question["split"],
            "counts": counts,
            "precision": share.astype(np.float32),
            "recall": share.astype(np.float32),
            "f1": share.astype(np.float32),
            "support": counts.sum(1, dtype=np.int32),
            "right": right,
            "total": total,
            "accuracy": right / total,
            "interval": [max(0, right / total - 0.05), min(1, right / total + 0.05)],
            "loss": 0.4321,
            "scores_are": "logits",
            "weights": {"kind": "keyframe" if isinstance(weights, int) else "last", "epoch": weights if isinstance(weights, int) else 3},
        }

    def _gallery(self, question: dict[str, Any]) -> dict[str, Any]:
        truth, p = self.predicted(question)
        label = p.argmax(1)
        kept = np.ones(len(truth), bool)
        for name, values in (("true", truth), ("predicted", label)):
            if name in question:
                kept &= values == question[name]
        if "positions" in question:
            kept &= np.isin(np.arange(len(truth)), question["positions"])
        counts = {"wrong": int((kept & (label != truth)).sum()), "right": int((kept & (label == truth)).sum()), "all": int(kept.sum())}
        if question["only"] != "all":
            kept &= (label == truth) == (question["only"] == "right")
        ordered = np.sort(p, 1)
        loss = -np.log(p[np.arange(len(p)), truth])
        values = {
            "confidence": p.max(1),
            "margin": ordered[:, -1] - ordered[:, -2],
            "loss": loss,
            "position": np.arange(len(p), dtype=float),
        }
        chosen = np.flatnonzero(kept)
        by = values[question["sort"]][chosen]
        chosen = chosen[np.argsort(-by if question["order"] == "falling" else by, kind="stable")]
        size, page = question["size"], question["page"]
        here = chosen[page * size : (page + 1) * size]
        top = np.argsort(-p[here], 1)[:, :TOP]
        pictures = np.stack([picture_of(int(n), self.channels) for n in here]) if len(here) else np.zeros((0, SIDE, SIDE, 1), np.uint8)
        return {
            "split": question["split"],
            "total": len(chosen),
            "page": page,
            "pages": max(1, -(-len(chosen) // size)),
            "size": size,
            "counts": counts,
            "list": chosen.astype(np.int32),
            "pictures": pictures if self.kind == "pictures" else np.tile(np.array([1.5, -2, 0.25, 33, 7], np.float32), (len(here), 1)),
            "positions": here.astype(np.int32),
            "examples": [f"test/{n}" for n in here],
            "truth": truth[here].astype(np.int32),
            "labels": label[here].astype(np.int32),
            "top_labels": top.astype(np.int32),
            "top": np.take_along_axis(p[here], top, 1),
            "confidence": p.max(1)[here],
            "margin": values["margin"][here].astype(np.float32),
            "loss": loss[here].astype(np.float32),
        }

    def _pairs(self, question: dict[str, Any]) -> dict[str, Any]:
        off = self.counts(**question) * (1 - np.eye(len(self.classes), dtype=np.int32))
        order = np.argsort(-off.ravel(), kind="stable")
        order = order[off.ravel()[order] > 0][: question["most"]]
        rows, columns = (part.astype(np.int32) for part in np.divmod(order, len(self.classes)))
        count, share = off[rows, columns], np.full(len(rows), 0.25, np.float32)
        both = {"first": rows, "second": columns, "count": count + off[columns, rows], "there": count, "back": off[columns, rows]}
        return {
            "ordered": {"true": rows, "predicted": columns, "count": count, "share": share},
            "unordered": both | {"share": share},
            "ordered_total": len(rows),
            "unordered_total": len(rows),
            "mistakes": int(off.sum()),
            "total": int(self.counts(**question).sum()),
        }

    def _picture(self, question: dict[str, Any]) -> dict[str, Any]:
        place = int(question["picture"].split(":")[1])
        truth, p = self.predicted(question)
        found = super()._picture(question)
        return found | {"label": int(truth[place]), "probabilities": p[place], "example": f"test/{place}"}

    def _why(self, question: dict[str, Any]) -> dict[str, Any]:
        heat = np.linspace(0, 1, SIDE * SIDE, dtype=np.float32).reshape(SIDE, SIDE)
        _, p = self.predicted(question)
        label = question.get("class", int(p[int(question["picture"].split(":")[1])].argmax()))
        if not self.has_maps and question["method"] == "gradcam":
            raise Conflict("Grad-CAM needs maps that lie over the picture, and this network has none.")
        if question["method"] == "saliency":
            numbers = {"score": 2.5, "peak": 0.5}
            return {"heat": heat, "class": label, "layer": None, "is_empty": False, "formula": "|∂z/∂x|", "numbers": numbers, "high": 0.4}
        numbers = {"score": 2.5, "peak": 0.5, "all_channels": 4}
        return {"heat": heat, "class": label, "layer": "conv2d", "is_empty": False, "formula": "ReLU(Σ α A)", "numbers": numbers}

    def _one(self, question: dict[str, Any]) -> dict[str, Any]:
        place = int(question["picture"].split(":")[1])
        truth, p = self.predicted(question)
        near = np.arange(8)
        other = int(p[place].argmax())
        doubt = {"is_doubted": self.doubted, "other": other, "label_probability": 0.1, "label_threshold": 0.8, "other_probability": 0.9}
        return {
            "label": int(truth[place]),
            "predicted": other,
            "nearest": {
                "positions": near.astype(np.int32),
                "labels": (near % len(self.classes)).astype(np.int32),
                "distances": near.astype(np.float32) + 0.5,
                "pictures": np.stack([picture_of(int(n)) for n in near]),
                "examples": [f"train/{n}" for n in near],
                "layer": "dense",
                "features": 64,
                "compared": 300,
            },
            "doubt": doubt | {"other_threshold": 0.7, "agreeing": 6, "neighbours": 8, "split": "test"},
        }

    def _history(self, question: dict[str, Any]) -> dict[str, Any]:
        place = int(question["picture"].split(":")[1])
        rows = [self.predicted(question | {"weights": epoch})[1][place] for epoch in self.keyframes]
        return {"epochs": np.array(self.keyframes, np.int32), "probabilities": np.stack(rows)}

    async def _marks(self, request: Request) -> Response:
        if request.method == "PUT":
            mark = json.loads(await request.body())
            self.marks[mark["example"]] = mark
            return JSONResponse(mark)
        return JSONResponse({"marks": list(self.marks.values()), "tags": {}})
