"""The route by which the Playground looks at a network before it is trained: a question in, one wire message out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.lab import current
from playground.plane.sketch import Sketch
from playground.values import spec, wire
from playground.values.errors import InvalidValue
from playground.values.spec import Experiment
from playground.web.answer import answer, answering, in_thread, json_body, owner
from playground.web.api.look import answered


@answering
async def look(request: Request) -> Response:
    """`{"experiment": E}` or `{"sketch": S}`, and `"question": {"view": "plane", …}`."""
    given = await json_body(request)
    experiment = await in_thread(_experiment, given)
    found = await answered(request, await in_thread(current().look_untrained, owner(request), experiment, given.get("question")))
    if request.headers.get("accept", "").startswith("application/json"):
        return await in_thread(answer, found)
    return Response(wire.pack(found), media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def _experiment(given: Any) -> Experiment:
    if not isinstance(given, dict) or len({"sketch", "experiment"} & set(given)) != 1 or set(given) - {"sketch", "experiment", "question"}:
        names = ", ".join(given) if isinstance(given, dict) else given
        raise InvalidValue("This is no question about a network.", expected='{"experiment": …, "question": …}', got=names)
    return spec.experiment_from_json(given["experiment"]) if "experiment" in given else Sketch.from_json(given["sketch"]).experiment()


ROUTES = [Route("/api/plane/look", look, methods=["POST"])]
