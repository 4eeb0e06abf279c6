"""Who may ask at all: the Host is one of ours, the Origin is our own, and every browser gets an anonymous owner.

Plain ASGI, since Streamlit's own WebSocket passes through it too.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.values.errors import NotAllowed
from playground.web.answer import refuse
from playground.web.owner import COOKIE, new_secret, owner_of, set_cookie

log = logging.getLogger("playground.web")

OURS = ("/api/", "/live/")  # paths that another site's page must not even read
READING = ("GET", "HEAD")  # methods by which pages may be linked from elsewhere
WITHOUT_COOKIE = ("/static/", "/_stcore/", "/assets/", "/media/", "/component/")  # loaded by pages that have one already
REFUSED = 4403


class Guard:
    """Refuses foreign hosts and origins, and puts the owner into the scope as "playground.owner".

    hosts: names by which this server may be asked besides localhost and plain addresses, or "*" for any. A plain address in the
    Host header is always right: an attack by DNS rebinding needs a name.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.hosts = {"localhost", *hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if error := self.objection(scope, headers):
            log.warning("%s refused. %s", scope["path"], error)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": REFUSED, "reason": "refused"})
            else:
                await refuse(error)(scope, receive, send)
            return
        cookies = cookie_parser(headers.get("cookie", ""))
        owner = owner_of(cookies)
        if owner is None and scope["type"] == "http" and not scope["path"].startswith(WITHOUT_COOKIE):
            secret = new_secret()
            owner = owner_of({COOKIE: secret})
            send = _with_cookie(send, set_cookie(secret, secure=scope.get("scheme") == "https"))
        scope["playground.owner"] = owner
        await self.app(scope, receive, send)

    def objection(self, scope: Scope, headers: Headers) -> NotAllowed | None:
        """Why a request is refused, or None.

        Streamlit's own WebSocket and uploads too are for our own pages only: a page on another port of this machine counts as the
        same site, so the browser sends it our cookie.
        """
        host = headers.get("host", "")
        if not self._is_known(host):
            return NotAllowed(
                "This server is not known by that name.",
                expected="localhost, an IP address or a name listed in PLAYGROUND_HOSTS",
                got=host,
                fix="Add the name to PLAYGROUND_HOSTS.",
            )
        is_linkable = scope["type"] == "http" and scope["method"] in READING and not (scope["path"] + "/").startswith(OURS)
        if is_linkable:
            return None
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site", "none")
        if (origin is not None and urlsplit(origin).netloc.lower() != host.lower()) or site not in ("same-origin", "none"):
            return NotAllowed("Pages of other sites may not speak to this server.", expected=f"the origin {host}", got=origin or site)
        return None

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if "*" in self.hosts or name in self.hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def known_hosts(address: str) -> set[str]:
    """Names for this server: where it is bound, what the machine is called, and PLAYGROUND_HOSTS (separated by commas)."""
    listed = {name.strip().lower() for name in os.environ.get("PLAYGROUND_HOSTS", "").split(",")}
    return ({address.lower(), socket.gethostname().lower()} | listed) - {""}


def _with_cookie(send: Send, cookie: str) -> Send:
    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return send_with_cookie
