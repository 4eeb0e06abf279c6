"""REST routes for what can be trained and on what: health, presets, data sets, their samples and downloads."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground import data
from playground.lab import current
from playground.sharing.presets import PRESETS
from playground.values import spec, wire
from playground.values.errors import NotFound
from playground.web.answer import answer, answering, in_thread

COLUMNS, ROWS = 10, 3  # of a montage, at most
SHOWN = 24  # pictures sent as arrays
TILE = 64  # pixels across, at most


@answering
async def health(request: Request) -> Response:
    return answer({"status": "ok"} | dataclasses.asdict(current().health()))


@answering
async def presets(request: Request) -> Response:
    items = [
        {"id": name, "title": preset.title, "summary": preset.summary, "experiment": spec.to_json(preset.experiment)}
        for name, preset in PRESETS.items()
    ]
    return answer({"presets": items})


@answering
async def data_sets(request: Request) -> Response:
    return answer({"data": [await in_thread(_facts, name) for name in data.SETS]})


@answering
async def samples(request: Request) -> Response:
    name = request.path_params["name"]
    png = await in_thread(_montage_of, name)
    tag = f'"{hashlib.sha256(png).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(png, media_type="image/png", headers=headers)


@answering
async def pictures(request: Request) -> Response:
    message = await in_thread(_pictures_of, request.path_params["name"])
    return Response(message, media_type="application/octet-stream", headers={"Cache-Control": "no-cache"})


@answering
async def download(request: Request) -> Response:
    name = request.path_params["name"]
    if request.method == "POST":
        return answer(dataclasses.asdict(await in_thread(current().download, name)), 202)
    data.find(name)
    found = current().downloads(name)
    return answer(dataclasses.asdict(found) if found else {"state": "idle", "received": 0, "total": 0, "error": None})


def montage(pictures: npt.NDArray[np.uint8]) -> bytes:
    """A PNG of pictures side by side. pictures: uint8 (n, height, width, channels), channels 1 or 3."""
    from PIL import Image  # a tenth of a second that the first page should not wait for

    pictures = smaller(pictures)
    columns = min(COLUMNS, len(pictures), round(math.sqrt(len(pictures) * COLUMNS / ROWS)))  # few make a sheet of the same form
    rows = min(ROWS, len(pictures) // columns)
    _, height, width, channels = pictures.shape
    grid = pictures[: rows * columns].reshape(rows, columns, height, width, channels)
    sheet = grid.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(file, "PNG", optimize=True)
    return file.getvalue()


def smaller(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Large pictures as means of their blocks, of which a page shows no more anyway."""
    n, height, width, channels = pictures.shape
    step = max(1, -(-min(height, width) // TILE))
    blocks = pictures[:, : height - height % step, : width - width % step].reshape(n, height // step, step, width // step, step, channels)
    means: npt.NDArray[np.float64] = blocks.mean(axis=(2, 4))
    return means.round().astype(np.uint8)


def _montage_of(name: str) -> bytes:
    _shown(name)
    return _kept_montage(name)


def _pictures_of(name: str) -> bytes:
    """uint8 (k, height, width, channels), one of each class first, with their labels, as a wire message."""
    pictures, labels = _shown(name)
    return wire.pack({"pictures": pictures[:SHOWN], "labels": labels[:SHOWN], "classes": list(data.find(name).classes)})


def _shown(name: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """A few pictures of each class and their labels, as in `Preview`. Raises NotFound where there are none."""
    dataset = data.find(name)
    if dataset.kind != "pictures":
        raise NotFound(f"{dataset.title} holds no pictures.", fix="Look at its table instead.")
    preview = data.preview(name)
    if preview.pictures is None:
        raise NotFound(f"{dataset.title} is not on this machine yet.", fix="Download it on the Build page.")
    return preview.pictures, preview.labels


@functools.lru_cache(maxsize=32)
def _kept_montage(name: str) -> bytes:
    return montage(_shown(name)[0])


def _facts(name: str) -> dict[str, Any]:
    dataset = data.find(name)
    missing = data.missing(name)
    return {
        "name": name,
        "title": dataset.title,
        "summary": dataset.summary,
        "kind": dataset.kind,
        "shape": dataset.shape,
        "classes": dataset.classes,
        "balance": dataset.balance,
        "columns": dataset.columns,
        "credit": dataset.credit,
        "ready": not missing,
        "download_bytes": sum(file.packed for file in missing),
    }


ROUTES = [
    Route("/api/health", health, methods=["GET"]),
    Route("/api/presets", presets, methods=["GET"]),
    Route("/api/data", data_sets, methods=["GET"]),
    Route("/api/data/{name}/samples.png", samples, methods=["GET"]),
    Route("/api/data/{name}/pictures", pictures, methods=["GET"]),
    Route("/api/data/{name}/download", download, methods=["GET", "POST"]),
]
