"""All routes beside Streamlit's own, and the guard in front of everything."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from playground.values.errors import NotFound
from playground.web import assets
from playground.web.answer import answering
from playground.web.api import catalogue, challenges, film, live, look, marks, mistakes, pictures, plane, runs, sketch_look
from playground.web.guard import Guard, known_hosts


@answering
async def unknown(request: Request) -> Response:
    raise NotFound("The API has no such address or method.", got=f"{request.method} {request.url.path}", fix="See docs/api.md.")


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ROUTES: list[BaseRoute] = [
    *runs.ROUTES,
    *look.ROUTES,
    *catalogue.ROUTES,
    *marks.ROUTES,
    *mistakes.ROUTES,
    *pictures.ROUTES,
    *plane.ROUTES,
    *sketch_look.ROUTES,
    *challenges.ROUTES,
    *film.ROUTES,
    Route("/api/{rest:path}", unknown, methods=METHODS),
    *live.ROUTES,
    *assets.ROUTES,
]


def guard(address: str) -> list[Middleware]:
    """The middleware for a server bound to `address`."""
    return [Middleware(Guard, hosts=known_hosts(address))]
