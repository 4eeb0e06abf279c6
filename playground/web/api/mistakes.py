"""What a person takes away from the page Mistakes: all predictions as CSV, and pictures on a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from playground.lab import current
from playground.values.errors import InvalidValue
from playground.web.answer import answering, in_thread, owner
from playground.web.api.look import looked
from playground.web.api.runs import attached

ROWS = 500  # of a piece of the answer
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins with one of these
CHOICES = ("split", "only", "sort", "order")  # of the gallery, as text
CLASSES = ("true", "predicted")  # of the gallery, as numbers


@answering
async def predictions(request: Request) -> Response:
    """`?split=test&weights=now`: a line for each example."""
    asked = _asked(request, ("split",), ())
    run = await in_thread(current().run, owner(request), request.path_params["run"])
    found = await looked(request, {"view": "answers", "detail": True, **asked})
    headers = attached(run, f"{found['split']}-predictions.csv") | {"Cache-Control": "no-store"}
    return StreamingResponse(lines(found), media_type="text/csv; charset=utf-8", headers=headers)


@answering
async def sheet(request: Request) -> Response:
    """`?split=test&weights=now&only=wrong&true=2&predicted=1&sort=loss&order=falling`: up to 200 pictures of the gallery."""
    asked = _asked(request, CHOICES, CLASSES)
    run = await in_thread(current().run, owner(request), request.path_params["run"])
    found = await looked(request, {"view": "sheet", **asked})
    headers = attached(run, f"{asked.get('split', 'test')}-mistakes.png") | {"Cache-Control": "no-store"}
    return Response(found["png"].tobytes(), media_type="image/png", headers=headers)


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The CSV text (RFC 4180) by pieces. found: the view `answers` in detail.

    Columns: example, true, predicted, confidence, loss, then p(class) for each class, or where there are many the five most probable.
    """
    classes, n = found["classes"], len(found["truth"])
    is_whole = found["top"].shape[1] == len(classes)
    of_classes = [f"p({name})" for name in classes] if is_whole else []
    ranked = [] if is_whole else [column for k in range(1, found["top"].shape[1] + 1) for column in (f"class {k}", f"p {k}")]
    yield _written([["example", "true", "predicted", "confidence", "loss", *map(safe, of_classes), *ranked]])
    for first in range(0, n, ROWS):
        rows = []
        for i in range(first, min(first + ROWS, n)):
            p = [f"{value:.6g}" for value in found["probabilities"][i]]
            if not is_whole:
                p = [cell for label, text in zip(found["top"][i], p, strict=True) for cell in (safe(classes[label]), text)]
            names = (safe(classes[found[name][i]]) for name in ("truth", "labels"))
            numbers = (f"{found[name][i]:.6g}" for name in ("confidence", "loss"))
            rows.append([f"{found['pool']}/{found['places'][i]}", *names, *numbers, *p])
        yield _written(rows)


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a quote before what would begin one (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(rows: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _asked(request: Request, texts: tuple[str, ...], numbers: tuple[str, ...]) -> dict[str, Any]:
    """The address's parameters as arguments of a question. Raises InvalidValue for unknown ones and for words in place of numbers."""
    asked: dict[str, Any] = {}
    for name, value in parse_qsl(request.url.query):
        if name not in (*texts, *numbers, "weights"):
            known = ", ".join((*texts, *numbers, "weights"))
            raise InvalidValue("The address has a parameter that means nothing here.", expected=known, got=name)
        is_number = name in numbers or (name == "weights" and value not in ("now", "best"))
        if is_number and not (value.isascii() and value.isdigit() and len(value) < 10):
            raise InvalidValue(f"{name} is no number.", expected="a whole number", got=value)
        asked[name] = int(value) if is_number else value
    return asked


ROUTES = [
    Route("/api/runs/{run}/predictions.csv", predictions, methods=["GET"]),
    Route("/api/runs/{run}/mistakes.png", sheet, methods=["GET"]),
]
