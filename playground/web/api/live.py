"""The WebSocket behind the live view: wire messages out, commands as JSON text in."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.lab import current
from playground.lab.live.feed import refusal
from playground.values import command, wire
from playground.values.errors import InvalidValue, NotFound, PlaygroundError
from playground.web.answer import SURPRISE

log = logging.getLogger("playground.web")

MAX_TEXT = 40_000  # characters of one message from the browser; the largest edited network takes about 6,000
MAX_VIEWS = 50
UNKNOWN, REFUSED, GOING_AWAY, BROKEN = 4404, 4403, 1001, 1011  # close codes
GONE = (WebSocketDisconnect, RuntimeError, OSError)  # what a socket raises whose browser has left


async def live(socket: WebSocket) -> None:
    """Accept first: a browser is told the code of a close, but not of a refused handshake."""
    try:
        await socket.accept()
        await socket.close(await _serve(socket))
    except GONE:
        log.debug("The browser was gone before its socket was closed.")


async def _serve(socket: WebSocket) -> int:
    """Show the run to its owner; the code to close with."""
    owner = socket.scope.get("playground.owner")
    try:
        return await _talk(socket, owner, socket.path_params["run"]) if owner else REFUSED
    except NotFound:
        return UNKNOWN
    except PlaygroundError as error:
        log.warning("A live view could not be served. %s", error)
    except Exception:
        log.exception("A live view failed.")
    return BROKEN


async def _talk(socket: WebSocket, owner: str, run: str) -> int:
    """Send and receive until either side has had enough; the close code."""
    turn = asyncio.Lock()

    async def send(message: bytes) -> None:
        async with turn:
            await socket.send_bytes(message)

    async def deliver() -> None:
        async for message in onlooker:
            await send(message)

    async def listen() -> None:
        while True:
            text = await socket.receive_text()
            try:
                await _obey(text, owner, run, onlooker)
            except PlaygroundError as error:
                await send(wire.pack(refusal(error)))
            except Exception:
                log.exception("run %s: a message from a live view could not be handled.", run)
                await send(wire.pack(refusal(SURPRISE)))

    async with current().subscribe(owner, run) as onlooker:
        tasks = [asyncio.create_task(deliver()), asyncio.create_task(listen())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            if (error := task.exception()) and not isinstance(error, GONE):
                raise error
    return GOING_AWAY


async def _obey(text: str, owner: str, run: str, onlooker: Any) -> None:
    """One message of the browser: a command, or which views it shows. Raises PlaygroundError."""
    if len(text) > MAX_TEXT:
        raise InvalidValue("The message is too long.", expected=f"at most {MAX_TEXT:,} characters", got=f"{len(text):,}")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidValue("The message is not JSON.", expected="a command", got=text) from None
    if isinstance(given, dict) and set(given) == {"watch"}:
        views = given["watch"]
        if not isinstance(views, list) or len(views) > MAX_VIEWS or not all(isinstance(view, str) and len(view) <= 80 for view in views):
            raise InvalidValue("These are not views.", expected='{"watch": ["confusion"]}', got=given)
        await onlooker.watch(views)
    else:
        await asyncio.to_thread(current().command, owner, run, command.from_json(given))


ROUTES = [WebSocketRoute("/live/{run}", live)]
