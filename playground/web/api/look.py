"""The route by which pages look into a run: a question as JSON in, one wire message (or JSON, where that is asked for) out."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.lab import current
from playground.values import wire
from playground.values.errors import Unavailable
from playground.web.answer import answer, answering, in_thread, json_body, owner

LONGEST = 120.0  # seconds that an answer may take


async def looked(request: Request, question: Any) -> dict[str, Any]:
    """The answer of an engine, and the run's status with it; given up when the browser has left. Raises PlaygroundError."""
    who, run = owner(request), request.path_params["run"]
    found = await answered(request, await in_thread(current().look, who, run, question))
    return found | {"status": (await in_thread(current().run, who, run)).status}


async def answered(request: Request, asked: Future[Any]) -> dict[str, Any]:
    """What an engine answers; given up when the browser has left, or after two minutes. Raises PlaygroundError."""
    future = asyncio.wrap_future(asked)
    leaving = asyncio.ensure_future(_left(request))
    await asyncio.wait([future, leaving], timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not future.done():
        future.cancel()
        fix = "Try it with a smaller part of the data."
        raise Unavailable("The answer takes too long.", got=f"more than {LONGEST:.0f} seconds", fix=fix)
    found: dict[str, Any] = future.result()
    return found


async def _left(request: Request) -> None:
    """Ends when the browser no longer waits; the body has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


@answering
async def look(request: Request) -> Response:
    found = await looked(request, await json_body(request))
    if request.headers.get("accept", "").startswith("application/json"):
        return await in_thread(answer, found)
    return Response(wire.pack(found), media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


ROUTES = [Route("/api/runs/{run}/look", look, methods=["POST"])]
