"""REST routes for a person's own pictures: sent as they are, kept decoded and small."""

from __future__ import annotations

import dataclasses

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from playground.lab import current
from playground.lab.uploads import MAX_BYTES
from playground.web.answer import answer, answering, asked, in_thread, owner, raw_body


@answering
async def add(request: Request) -> Response:
    content = await raw_body(request, MAX_BYTES)
    found = await in_thread(current().uploads.add, owner(request), content, instead=asked(request, "instead"))
    return answer(dataclasses.asdict(found), 201)


@answering
async def picture(request: Request) -> Response:
    path = await in_thread(current().uploads.path, owner(request), request.path_params["id"])
    headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="image/png", headers=headers)


ROUTES = [
    Route("/api/pictures", add, methods=["POST"]),
    Route("/api/pictures/{id}.png", picture, methods=["GET"]),
]
