"""A page that is nothing but our assets: modules are served from the working tree into a browser page, without any server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, Route

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "http://assets.test/"
TYPES = {".js": "text/javascript", ".css": "text/css"}


def stage(page: Page, html: str = "<!doctype html>", *, answers: Mapping[str, Callable[[], bytes]] | None = None) -> None:
    """Opens `html` at ADDRESS with /assets/… beside it; `answers` gives the bodies of other paths. What is neither is 404."""

    def serve(route: Route) -> None:
        path = "/" + route.request.url.removeprefix(ADDRESS).split("?")[0]
        file = ROOT / path.lstrip("/")
        if path == "/":
            route.fulfill(body=html, content_type="text/html")
        elif answers and path in answers:
            route.fulfill(body=answers[path](), content_type=TYPES.get(Path(path).suffix, "application/octet-stream"))
        elif path.startswith("/assets/") and file.is_file():
            route.fulfill(body=file.read_text(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404, body="")

    page.route(f"{ADDRESS}**", serve)
    page.goto(ADDRESS)
