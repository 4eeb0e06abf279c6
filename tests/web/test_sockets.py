"""Small answers do not wait in the socket."""

from __future__ import annotations

import asyncio
import socket

from playground.web.sockets import send_at_once


class Accepted(asyncio.Protocol):
    def __init__(self, options: list[int]) -> None:
        self.options = options

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.options.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        transport.close()


async def option_of_a_connection(*, at_once: bool) -> int:
    loop = asyncio.get_running_loop()
    if at_once:
        send_at_once(loop)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    options: list[int] = []
    server = await loop.create_server(lambda: Accepted(options), sock=bound)
    reader, writer = await asyncio.open_connection(*bound.getsockname())
    await reader.read()
    writer.close()
    server.close()
    return options.pop()


def test_connections_of_a_bound_socket_send_at_once() -> None:
    assert asyncio.run(option_of_a_connection(at_once=False)) == 0  # when this fails, the remedy is no longer needed
    assert asyncio.run(option_of_a_connection(at_once=True)) != 0
