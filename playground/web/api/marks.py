"""REST routes for marks: a person's notes and tags on single examples of a data set."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.lab import current
from playground.lab.store import marks
from playground.web.answer import answer, answering, in_thread, json_body, owner


@answering
async def listed(request: Request) -> Response:
    """All marks on a data set, the latest first, and how often each tag is given."""
    found = await in_thread(current().marks.all, owner(request), request.path_params["data"])
    tags = Counter(tag for mark in found for tag in mark.tags)
    return answer({"marks": [mark.to_json() for mark in found], "tags": dict(sorted(tags.items()))})


@answering
async def put(request: Request) -> Response:
    """Keep a mark in place of the one before; one without note and tags is forgotten."""
    mark = marks.from_json(await json_body(request))
    await in_thread(current().marks.put, owner(request), request.path_params["data"], mark)
    return answer(mark.to_json())


ROUTES = [
    Route("/api/marks/{data}", listed, methods=["GET"]),
    Route("/api/marks/{data}", put, methods=["PUT"]),
]
