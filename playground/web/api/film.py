"""What a person takes away of a run on the plane: its training as a film, and the moment on show as a picture."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.lab import current
from playground.values.errors import InvalidValue, Unavailable
from playground.web.answer import answering, asked, in_thread, owner
from playground.web.api.look import looked
from playground.web.api.runs import attached

LONGEST = 30.0  # seconds that a file waits for an engine
AGAIN = 1.0


@answering
async def film(request: Request) -> Response:
    """A GIF of at most 3 MB. `?weights=120`: until the end of this epoch ("now", "best")."""
    return await _taken(request, "plane_film", "gif", ending="training.gif")


@answering
async def still(request: Request) -> Response:
    """A PNG of 1200 × 1200 pixels. `?weights=120`: as it was at the end of this epoch ("now", "best")."""
    return await _taken(request, "plane_still", "png", ending="plane.png")


async def _taken(request: Request, view: str, form: str, *, ending: str) -> Response:
    question = {"view": view, "weights": moment(asked(request, "weights"))}
    run = await in_thread(current().run, owner(request), request.path_params["run"])
    found = await patiently(request, question)
    headers = attached(run, ending) | {"Cache-Control": "no-store"}
    return Response(found[form].tobytes(), media_type=f"image/{form}", headers=headers)


async def patiently(request: Request, question: dict[str, Any]) -> dict[str, Any]:
    """The answer; who asks for a file would rather wait than come again when an engine that does not train has become ready."""
    begun = time.monotonic()
    while True:
        try:
            return await looked(request, question)
        except Unavailable:
            if time.monotonic() - begun > LONGEST:
                raise
        await asyncio.sleep(AGAIN)


def moment(text: str) -> Any:
    """ "now" (also ""), "best" or an epoch. Raises InvalidValue."""
    if text in ("", "now", "best"):
        return text or "now"
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InvalidValue("There are no such weights.", expected='"now", "best" or an epoch', got=text)


ROUTES = [
    Route("/api/runs/{run}/training.gif", film, methods=["GET"]),
    Route("/api/runs/{run}/plane.png", still, methods=["GET"]),
]
