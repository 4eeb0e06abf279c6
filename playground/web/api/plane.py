"""REST routes of the Playground page: what a sketch stands for, what can be chosen in it, points in and out as CSV."""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground import data, validation
from playground.data.plane.spreadsheet import LARGEST
from playground.network.transition import transition_between
from playground.plane import sketch
from playground.plane.sketch import Sketch
from playground.sharing import link
from playground.values import spec, wire
from playground.values.errors import InvalidValue, PlaygroundError
from playground.values.metric import METRICS
from playground.values.spec import Args, DataChoice, Experiment
from playground.web.answer import answer, answering, in_thread, json_body, raw_body
from playground.web.api.offers import offers

ALL = tuple(data.FEATURES)
INPUTS = {
    "ids": list(ALL),
    "titles": [feature.title for feature in data.FEATURES.values()],
    "formulas": [feature.formula for feature in data.FEATURES.values()],
    "maps": data.feature_maps(ALL),
    "lows": np.array([feature.low for feature in data.FEATURES.values()], np.float32),
    "highs": np.array([feature.high for feature in data.FEATURES.values()], np.float32),
}


@answering
async def make(request: Request) -> Response:
    made = await in_thread(_made, await json_body(request))
    return _packed(made)


@answering
async def choices(request: Request) -> Response:
    return answer(await in_thread(offers))


@answering
async def points_in(request: Request) -> Response:
    """A CSV file as points: the arguments of the choice, the points, and what was done to them."""
    file = await raw_body(request, LARGEST)
    return _packed(await in_thread(_imported, file))


@answering
async def points_out(request: Request) -> Response:
    """The points of a sketch as a CSV file."""
    given = await json_body(request)
    if not isinstance(given, dict) or set(given) != {"sketch"}:
        raise InvalidValue("There is no sketch.", expected='{"sketch": …}', got=given)
    choice = Sketch.from_json(given["sketch"]).data
    points, labels, _ = data.plane_points(choice)
    headers = {"Content-Disposition": f'attachment; filename="{choice.name}.csv"', "Cache-Control": "no-store"}
    return Response(data.exported(points, labels), media_type="text/csv", headers=headers)


def _packed(body: dict[str, Any]) -> Response:
    return Response(wire.pack(body), media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def _imported(file: bytes) -> dict[str, Any]:
    found = data.imported(file)
    points, labels, _ = data.plane_points(DataChoice("points", Args(found.args)))
    return {"data": {"name": "points", "args": found.args}, "xy": points, "labels": labels, "said": list(found.said)}


def _made(given: Any) -> dict[str, Any]:
    """All that follows from a sketch (or from an experiment that is one) without training. Raises InvalidValue, LimitExceeded."""
    if not isinstance(given, dict) or len({"sketch", "experiment"} & set(given)) != 1 or set(given) - {"sketch", "experiment", "since"}:
        names = ", ".join(given) if isinstance(given, dict) else given
        raise InvalidValue("This is no question about a sketch.", expected='{"sketch": …} or {"experiment": …}, and "since"', got=names)
    if "sketch" in given:
        drawn, said = sketch.mended(Sketch.from_json(given["sketch"]))
        experiment = drawn.experiment()
    else:
        experiment = spec.experiment_from_json(given["experiment"])
        drawn, said = Sketch.of(experiment), ()
    transition = None
    if given.get("since") is not None:
        since = spec.experiment_from_json(given["since"])
        validation.check_offered(since)
        transition = transition_between(since, experiment).to_json()
    dataset = data.of(drawn.data)
    points, labels, held = data.plane_points(drawn.data)
    return {
        "sketch": drawn.to_json(),
        "experiment": spec.to_json(experiment),
        **_linked(experiment),
        "way": transition,
        "weights": sketch.parameters(experiment.network),
        "xy": points,
        "labels": labels,
        "held": held.astype(np.uint8),
        "classes": list(dataset.classes),
        "task": dataset.task,
        "metrics": [metric.to_json() for metric in METRICS[dataset.task]],
        "inputs": INPUTS,
        "said": list(said),
        "problems": _problems(experiment),
        "limits": {
            "blocks": sketch.MOST_BLOCKS,
            "units": sketch.MOST_UNITS,
            "classes": list(data.classes_of(data.find(drawn.data.name))),
            "outputs": list(sketch.outputs_for(dataset)),
        },
    }


def _linked(experiment: Experiment) -> dict[str, Any]:
    try:
        return {"link": link.encode(experiment), "link_error": None}
    except PlaygroundError as error:
        return {"link": None, "link_error": error.to_json()}


def _problems(experiment: Experiment) -> list[dict[str, str]]:
    """Why it cannot be trained as it is."""
    try:
        validation.check_complete(experiment)
    except PlaygroundError as error:
        return [error.to_json()]
    return []


ROUTES = [
    Route("/api/plane", make, methods=["POST"]),
    Route("/api/plane/points", points_in, methods=["POST"]),
    Route("/api/plane/points.csv", points_out, methods=["POST"]),
    Route("/api/plane/choices", choices, methods=["GET"]),
]
