"""REST routes for the challenges of the Playground page: what there is, and whether a run meets one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.lab import current
from playground.plane import challenges
from playground.values.errors import InvalidValue
from playground.web.answer import answer, answering, in_thread, json_body, owner


@answering
async def listed(request: Request) -> Response:
    """All challenges in order, each with this person's best result or null."""
    best = await in_thread(current().results.all, owner(request))
    items = [
        {
            "id": name,
            "title": challenge.title,
            "text": challenge.text,
            "sketch": challenge.sketch.to_json(),
            "limits": [limit.text for limit in challenge.limits],
            "goal": challenge.goal.text,
            "rank": challenge.rank,
            "best": asdict(best[name]) if name in best else None,
        }
        for name, challenge in challenges.CHALLENGES.items()
    ]
    return answer({"challenges": items})


@answering
async def tried(request: Request) -> Response:
    """Each condition against a run as it stands now; a result that meets all is kept."""
    body = await json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("run"), str):
        raise InvalidValue("The body names no run.", expected='{"run": "…"}', got=body)
    return answer(await in_thread(_verdict, owner(request), request.path_params["name"], body["run"]))


def _verdict(who: str, name: str, run_id: str) -> dict[str, Any]:
    challenge, run = challenges.find(name), current().run(who, run_id)
    found = challenges.checks(name, run)
    met = all(check.ok for check in found)
    result = challenges.result(name, run)
    best = current().results.keep(who, name, result, run_id) if met else current().results.all(who).get(name)
    return {
        "met": met,
        "checks": [asdict(check) for check in found],
        "rank": challenge.rank,
        "result": result,
        "best": asdict(best) if best else None,
    }


ROUTES = [
    Route("/api/plane/challenges", listed, methods=["GET"]),
    Route("/api/plane/challenges/{name}", tried, methods=["POST"]),
]
