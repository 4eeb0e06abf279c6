"""The application: Streamlit's pages, the live WebSocket and the REST API on one port, with the lab behind them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import sys
from collections.abc import AsyncIterator

import streamlit as st

from playground import catalog, lab
from playground.lab import Lab
from playground.ui.pages import PAGES
from playground.web.routes import ROUTES, guard
from playground.web.sockets import send_at_once

HOST = os.environ.get("PLAYGROUND_HOST") or "127.0.0.1"
PORT = os.environ.get("PLAYGROUND_PORT") or "8501"

PAGE_FIRST = 2.5  # seconds in which the first page has the processor for itself; then engines warm up

log = logging.getLogger("playground")


@contextlib.asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """The lab lives as long as the server."""
    send_at_once(asyncio.get_running_loop())
    found = Lab(lab.from_environment())
    await asyncio.to_thread(found.start, engines_after=PAGE_FIRST)
    lab.use(found)
    warming = asyncio.create_task(asyncio.to_thread(load_pages))
    try:
        yield
    finally:
        await warming
        await asyncio.to_thread(found.close)
        lab.use(None)


def load_pages() -> None:
    """What the first visitor would wait for: the pages' modules, and the catalogue read from Keras's source."""
    for page in PAGES.values():
        for module in page.imports:
            importlib.import_module(module)
    for group in catalog.GROUPS:
        catalog.entries(group)


def tell_of_error(error: Exception) -> bool:
    """A page that fails shows a plain word; the traceback belongs to the log. True: Streamlit need not show it."""
    log.error("A page failed.", exc_info=error)
    st.error("This page failed, and the server's log says why. Reload it; your runs go on and nothing is lost.", icon=":material/error:")
    return True


app = st.App("pages/shell.py", routes=ROUTES, middleware=guard(HOST), lifespan=lifespan, on_script_error=tell_of_error)

if __name__ == "__main__":
    if not PORT.isdigit() or not 0 < int(PORT) < 65_536:
        sys.exit(f"PLAYGROUND_PORT is not a port. Expected a whole number from 1 to 65535. Got {PORT}.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    app.run(
        config={
            "server.address": HOST,
            "server.port": int(PORT),
            "server.headless": True,
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": False,
            "client.showErrorDetails": "none",
            "client.toolbarMode": "minimal",
        }
    )
