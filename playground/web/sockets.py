"""Answers leave at once: without this every answer on a kept connection waits 40 ms for the browser's delayed ACK."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any


def send_at_once(loop: asyncio.AbstractEventLoop) -> None:
    """Have servers that this loop makes from a bound socket send small packets without waiting (TCP_NODELAY).

    asyncio does so only for sockets that name their protocol, which sockets bound beforehand do not (uvicorn issue 3149); accepted
    connections inherit the option from the listening socket.
    """
    create = loop.create_server

    async def create_server(factory: Any, *args: Any, sock: socket.socket | None = None, **kwargs: Any) -> asyncio.AbstractServer:
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await create(factory, *args, sock=sock, **kwargs)

    with contextlib.suppress(AttributeError):  # a loop that lets nothing be set on it has its own way
        loop.create_server = create_server  # type: ignore[method-assign, assignment]  # stands in for all forms of a call, as it passes them on
