"""What can be chosen on the Playground page, as the browser gets it: data sets, features, and what is offered of Keras."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from playground import catalog, data
from playground.catalog import Entry, Param
from playground.catalog.params import Bool, Choice, Either, Float, Int, Maybe, ParamType
from playground.plane import sketch
from playground.values import spec
from playground.values.spec import DataChoice

THUMB = 160  # points of a small picture
TESTS = (0.1, 0.7)  # the held-out share


@functools.lru_cache(maxsize=1)
def offers() -> dict[str, Any]:
    """Everything selectable with titles, help and default arguments, as JSON data."""
    return {
        "data": [data_offer(dataset) for dataset in data.SETS.values() if dataset.kind == "plane"],
        "features": [{"id": name, **dataclasses.asdict(feature)} for name, feature in data.FEATURES.items()],
        "activations": [offer(entry) for entry in catalog.entries("activations")],
        "initializers": [offer(entry) for entry in catalog.entries("initializers")],
        "optimizers": [offer(entry) for entry in catalog.entries("optimizers")],
        "losses": {task: {output: losses(task, output) for output in outputs} for task, outputs in sketch.OUTPUTS.items()},
        "usual_losses": {task: {output: sketch.USUAL_LOSS[task, output] for output in outputs} for task, outputs in sketch.OUTPUTS.items()},
        "first": sketch.FIRST.to_json(),
    }


def data_offer(dataset: data.DataSet) -> dict[str, Any]:
    """A set with its knobs, their ranges and some of its points: xy flat, x0, y0, x1 …"""
    points, labels, _ = data.plane_points(DataChoice(dataset.name))
    return {
        "name": dataset.name,
        "title": dataset.title,
        "help": dataset.summary,
        "task": dataset.task,
        "knobs": dict(knobs(dataset)),
        "thumb": {"xy": short(points), "labels": short(labels)},
    }


def short(numbers: np.ndarray) -> list[float]:
    """The first of them in one row, with as many digits as a small picture needs."""
    return numbers[:THUMB].astype(float).round(2).ravel().tolist()


def knobs(dataset: data.DataSet) -> Iterator[tuple[str, dict[str, Any]]]:
    """The numbers that can be set of a set of points."""
    ranges = {"size": data.SIZES, "noise": data.NOISES, "label_noise": data.NOISES, "classes": data.classes_of(dataset)}
    usual = data.knob_defaults(dataset)
    for name, (low, high) in ranges.items():
        if name in usual:
            yield name, {"low": low, "high": high, "default": usual[name]}
    yield "test", {"low": TESTS[0], "high": TESTS[1], "default": sketch.FIRST.data.test}


def offer(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "title": entry.title,
        "purpose": entry.purpose,
        "summary": entry.summary,
        "help": entry.summary,
        "args": spec.to_json(catalog.default_part(entry.kind).args),
        "params": [found for param in entry.params if (found := knob(param))],
    }


def losses(task: str, output: str) -> list[dict[str, Any]]:
    """Every loss with whether it fits, and why (not)."""
    dataset = DataChoice("ramp" if task == "regressor" else "moons")
    experiment = dataclasses.replace(sketch.FIRST, data=dataset, output=output).experiment()
    return [
        {"kind": each.entry.kind, "title": each.entry.title, "valid": each.valid, "reason": each.reason}
        for each in catalog.losses_for(experiment)
    ]


def knob(param: Param) -> dict[str, Any] | None:
    """An argument that is a number, a switch or a name, with its range; None for any other."""
    found = simple(param.type)
    if found is None:
        return None
    return {"name": param.name, "help": param.help, "default": param.default, "first": param.first, **found}


def simple(kind: ParamType) -> dict[str, Any] | None:
    match kind:
        case Bool():
            return {"type": "bool"}
        case Int() | Float():
            usual = list(kind.usual) if kind.usual else None
            scale = {"log": kind.log} if isinstance(kind, Float) else {}
            return {"type": type(kind).__name__.lower(), "low": kind.low, "high": kind.high, "usual": usual, **scale}
        case Choice():
            return {"type": "choice", "options": list(kind.options)}
        case Maybe():
            inner = simple(kind.inner)
            return None if inner is None else inner | {"optional": True}
        case Either():
            return simple(kind.first)
    return None
