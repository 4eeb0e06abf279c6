"""The web in front of a lab with a fake engine, served by a real server on a free port. No Streamlit."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from playground.lab import Lab, use
from playground.web.routes import ROUTES, guard
from tests.lab.fake_lab import lab, make_lab  # noqa: F401


def application() -> Starlette:
    return Starlette(routes=ROUTES, middleware=guard("127.0.0.1"))


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The address at which `app` is served."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def site(lab: Lab) -> Iterator[str]:  # noqa: F811
    """The address of a running site."""
    use(lab)
    with serving(application()) as address:
        yield address
    use(None)


@pytest.fixture
def make_client(site: str) -> Iterator[Callable[..., httpx.Client]]:
    """Makes clients, each with cookies of its own."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(httpx.Client(base_url=site, timeout=30, **options))


@pytest.fixture
def client(make_client: Callable[..., httpx.Client]) -> httpx.Client:
    return make_client()
