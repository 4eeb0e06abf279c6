"""How the API answers: JSON without NaN, errors as what, expected, got and fix, bodies no longer than they may be."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from playground.values.errors import InvalidValue, LimitExceeded, NotAllowed, PlaygroundError, shorten

log = logging.getLogger("playground.web")

MAX_BODY = 256 * 1024  # bytes; the longest experiment has 200,000 characters
STATUS = {"invalid": 400, "not_allowed": 403, "not_found": 404, "conflict": 409, "limit": 413, "unavailable": 503}
SURPRISE = PlaygroundError("Something went wrong on the server.", fix="See the server's log.")

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON text of `body`; arrays become lists, NaN and infinities null."""
    text = json.dumps(plain(body), allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return Response(text.encode(errors="replace"), status, {"Cache-Control": "no-store"}, "application/json")


def refuse(error: PlaygroundError) -> Response:
    """The answer to a request that ends in an error."""
    return answer({"error": error.to_json()}, STATUS.get(error.kind, 500))


def answering(handler: Handler) -> Handler:
    """A handler whose errors become answers; what was not foreseen is told in the log only."""

    @functools.wraps(handler)
    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except PlaygroundError as error:
            return refuse(error)
        except Exception:
            log.exception("%s %s failed.", request.method, request.url.path)
            return refuse(SURPRISE)

    return handle


def owner(request: Request) -> str:
    """Who asks, as the guard found out."""
    found: str | None = request.scope.get("playground.owner")
    if not found:
        raise NotAllowed("Who asks is not known.", fix="Reload the page, and allow cookies for it.")
    return found


def asked(request: Request, name: str) -> str:
    """A parameter of the address, or ""."""
    return dict(parse_qsl(request.url.query)).get(name, "")


async def raw_body(request: Request, most: int) -> bytes:
    """The body as it comes. Raises LimitExceeded for more than `most` bytes."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > most:
            raise LimitExceeded("The body is too long.", expected=f"at most {most:,} bytes", got="more")
    return bytes(received)


async def json_body(request: Request) -> Any:
    """The body as JSON data. Raises LimitExceeded, InvalidValue."""
    received = await raw_body(request, MAX_BODY)
    try:
        return json.loads(received)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("The body is not JSON.", expected="JSON", got=shorten(str(error), 80)) from None


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The value of a call that may wait for engines or disks."""
    return await asyncio.to_thread(call, *args, **kwargs)


def plain(value: Any) -> Any:
    """`value` with arrays as lists, tuples as lists and NaN as None."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
