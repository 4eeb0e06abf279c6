"""Static files: our own components under /assets, and Plotly's script from the installed package."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import importlib.util
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from playground.values.errors import NotFound
from playground.web.answer import answering, asked
from playground.web.bundle import bundle

ASSETS = Path(__file__).resolve().parents[2] / "assets"
FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("text/javascript", ".js")  # some systems know it by another name, with which browsers load no module


class Assets(StaticFiles):
    """Our own files. cache: for how long browsers keep them."""

    def __init__(self, cache: str) -> None:
        super().__init__(directory=ASSETS, check_dir=False)
        self.cache = cache

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self.cache
        return response


@functools.lru_cache(maxsize=1)
def version() -> str:
    """Changes when any script or style in `assets` does: part of their address, so that browsers keep them and never run old ones."""
    digest = hashlib.sha256()
    for path in sorted((*ASSETS.rglob("*.js"), *ASSETS.rglob("*.css"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def plotly_script() -> Path:
    """Plotly's script as the `plotly` package ships it, found without importing the package. Raises NotFound."""
    found = importlib.util.find_spec("plotly")
    path = (
        Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js" if found and found.submodule_search_locations else None
    )
    if path is None or not path.is_file():
        raise NotFound("Plotly's script is not installed.", fix="Run make run, which installs what is missing.")
    return path


@answering
async def plotly(request: Request) -> Response:
    path = plotly_script()
    plain = await StaticFiles(directory=path.parent).get_response(path.name, request.scope)
    plain.headers.update({"Cache-Control": FOR_EVER if asked(request, "v") else "no-cache", "Vary": "Accept-Encoding"})
    if plain.status_code != 200:
        return plain
    if "gzip" not in request.headers.get("accept-encoding", "") or _is_here(request):
        plain.headers["Content-Encoding"] = "identity"
        return plain
    packed = await asyncio.to_thread(_packed, path)
    headers = {name: plain.headers[name] for name in ("etag", "cache-control", "vary")} | {"Content-Encoding": "gzip"}
    return Response(packed, media_type="text/javascript", headers=headers)


def _is_here(request: Request) -> bool:
    """To a browser on this machine 5 MB are sent sooner than packed."""
    return request.client is not None and request.client.host in ("127.0.0.1", "::1")


@functools.lru_cache(maxsize=1)
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6)


@answering
async def component(request: Request) -> Response:
    """A component's script in one piece, kept for ever under its version."""
    name = request.path_params["name"]
    if not (ASSETS / name / "index.js").is_file():
        raise NotFound("There is no such component.", got=name)
    return Response(_bundled(name), media_type="text/javascript", headers={"Cache-Control": FOR_EVER})


@functools.lru_cache(maxsize=16)
def _bundled(name: str) -> str:
    return bundle(ASSETS / name / "index.js")


ROUTES = [
    Route("/assets/plotly.min.js", plotly, methods=["GET"]),
    Route("/assets/v/{version}/{name}.js", component, methods=["GET"]),
    Mount("/assets", Assets("no-cache")),
]
