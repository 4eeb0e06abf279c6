"""A picture sheet to take away: the pictures that the gallery shows, with what they are and what the network says."""

from __future__ import annotations

import io
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.views.mistakes.gallery import MOST as PAGE
from playground.engine.views.mistakes.gallery import gallery
from playground.values.errors import Conflict

MOST = 200  # pictures on a sheet
COLUMNS = 10
CELL = 104  # pixels, of a picture with the space around it
LINE = 14  # pixels, of a line of text
KINDS = {"wrong": "mistakes", "right": "right answers", "all": "examples"}
RIGHT, WRONG, INK, FAINT = "#0072b2", "#c44e00", "#262730", "#60636c"


def sheet(subject: Subject, question: Question) -> Generator[None, None, dict[str, Any]]:
    """Args of the question: those of `gallery`, without page and size.

    Returns "png": uint8 (bytes,), "count": pictures on it, "total": how many there are. Raises Conflict for tables and for no picture.
    """
    if not subject.is_pictures:
        raise Conflict("This run has learnt a table: there are no pictures to put on a sheet.", fix="Take the CSV file.")
    cells: list[tuple[np.ndarray, str, str, bool]] = []
    for page in range(-(-MOST // PAGE)):
        asked = replace(question, args={**question.args, "page": page, "size": PAGE})
        found = yield from gallery(subject, asked)
        if found["page"] != page:
            break  # behind the last
        for picture, truth, label, confidence in zip(found["pictures"], found["truth"], found["labels"], found["confidence"], strict=True):
            says = f"says {subject.classes[label]}, {100 * confidence:.0f} %"
            cells.append((picture, f"true {subject.classes[truth]}", says, truth == label))
        yield
    if not cells:
        raise Conflict("No example fits the filter, so there is nothing to put on a sheet.", fix="Choose fewer filters.")
    cells = cells[:MOST]
    name, kind = data.of(subject.experiment.data).title, KINDS[question.args.get("only") or "wrong"]
    moment = f"{subject.weights.kind} weights, epoch {subject.epoch}"
    title = f"{name}, {found['split']} part, {moment}: {len(cells):,} of {found['total']:,} {kind}"
    return {"png": np.frombuffer(drawn(cells, title), np.uint8), "count": len(cells), "total": found["total"]}


def drawn(cells: list[tuple[np.ndarray, str, str, bool]], title: str) -> bytes:
    """A PNG. cells: (picture uint8 (h, w, c), a line on what it is, one on what the network says, whether that is right)."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(11)
    columns = min(COLUMNS, max(len(cells), 4))
    rows = -(-len(cells) // columns)
    high = CELL + 2 * LINE + 6
    page = Image.new("RGB", (columns * CELL + 16, rows * high + 40), "white")
    pen = ImageDraw.Draw(page)
    pen.text((12, 10), fitted(title, columns * CELL, font), fill=INK, font=ImageFont.load_default(13))
    for number, (picture, truth, says, is_right) in enumerate(cells):
        left, top = 8 + number % columns * CELL, 36 + number // columns * high
        image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture).convert("RGB")
        factor = (CELL - 8) / max(image.size)
        image = image.resize([max(1, round(side * factor)) for side in image.size], Image.Resampling.NEAREST)
        page.paste(image, (left + (CELL - image.width) // 2, top + (CELL - 8 - image.height) // 2))
        pen.text((left + 4, top + CELL - 5), fitted(truth, CELL - 8, font), fill=FAINT, font=font)
        pen.text((left + 4, top + CELL - 5 + LINE), fitted(says, CELL - 8, font), fill=RIGHT if is_right else WRONG, font=font)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def fitted(text: str, width: int, font: Any) -> str:
    """The text, shortened to a width in pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
