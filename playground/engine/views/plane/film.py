"""A run on the plane to take away: its training as a film, and the present moment as a picture."""

from __future__ import annotations

import io
import math
from collections.abc import Generator
from typing import Any

import numpy as np
from PIL import GifImagePlugin, Image

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.plane import Plane
from playground.engine.plane.snapshot import WRITING, Moment, Snapshot, class_colours, class_ground, value_colours, value_ground
from playground.values.metric import METRICS

FRAMES = 60  # of a film
STILL = 1200  # pixels a side
FINE = 300  # places a side at which the network is asked for a still
MAX_BYTES = 3_000_000
FORMS = ((560, 112), (560, 56), (460, 40))  # pixels a side and colours of the map, the first that makes a film small enough
TRIED = 8  # frames by which that is judged
HUNDREDTHS = 9  # of a second, each frame; the first and the last stay longer
FIRST, LAST = 60, 250

Pieces = Generator[None, None, dict[str, Any]]


def plane_film(subject: Subject, question: Question) -> Pieces:
    """No arguments. Returns "gif": uint8 (bytes,), at most 3 MB; "frames": how many moments it shows, evenly among those kept, and the
    one that is looked at as the last."""
    moments = yield from moments_of(subject)
    for size, colours in FORMS:
        snapshot = snapshot_of(subject, size)
        palette = yield from palette_of(snapshot, moments, colours)
        tried = moments[:: -(-len(moments) // TRIED)]
        film = yield from filmed(snapshot, tried, palette)
        if len(film) / len(tried) * len(moments) < 0.95 * MAX_BYTES:
            break
    film = yield from filmed(snapshot, moments, palette)
    while len(film) > MAX_BYTES:
        moments = [*moments[:-1:2], moments[-1]]
        film = yield from filmed(snapshot, moments, palette)
    return {"gif": np.frombuffer(film, np.uint8), "frames": len(moments)}


def plane_still(subject: Subject, question: Question) -> Pieces:
    """No arguments. Returns "png": uint8 (bytes,), 1200 × 1200 pixels: the moment that is looked at, with the loss so far."""
    moments = yield from moments_of(subject)
    moments[-1] = moment_of(subject, fine=True)
    file = io.BytesIO()
    snapshot_of(subject, STILL).picture(moments, len(moments) - 1).save(file, "PNG")
    return {"png": np.frombuffer(file.getvalue(), np.uint8)}


def moments_of(subject: Subject) -> Generator[None, None, list[Moment]]:
    """Up to FRAMES moments until the one that is looked at, which is the last."""
    last = moment_of(subject)
    kept = [epoch for epoch in subject.keyframes if epoch < subject.epoch]
    count = min(len(kept), FRAMES - 1)
    epochs = {kept[round(i * (len(kept) - 1) / max(count - 1, 1))] for i in range(count)}
    yield
    moments = []
    for past in subject.over_time(epochs):
        moments.append(moment_of(past))
        yield
    return [*moments, last]


def moment_of(subject: Subject, *, fine: bool = False) -> Moment:
    plane = Plane.of(subject.model, subject.experiment)
    arrays, meta = plane.frame(epoch=subject.epoch)
    seen = plane.decision(FINE) if fine else arrays
    ground = class_ground(seen["winner"], seen["surety"], len(plane.classes)) if plane.is_classifier else value_ground(seen["value"])
    metric = METRICS[subject.experiment.task][0]
    sizes = "-".join(str(size) for size in (len(plane.inputs), *(drawn.units for drawn in plane.drawn_layers)))
    bends = list(dict.fromkeys(drawn.activation for drawn in plane.drawn_layers[:-1]))
    title = ", ".join([sizes, *bends[:2]])
    losses, scores = meta["loss"], meta[metric.name]
    return Moment(subject.epoch, ground, title, metric, (losses["train"], losses["test"]), (scores["train"], scores["test"]))


def snapshot_of(subject: Subject, size: int) -> Snapshot:
    plane = Plane.of(subject.model, subject.experiment)
    points = plane.points
    colours = class_colours(points.labels) if plane.is_classifier else value_colours(points.labels)
    return Snapshot(size, title=data.of(subject.experiment.data).title, xy=points.xy, colours=colours, held=points.held)


def filmed(snapshot: Snapshot, moments: list[Moment], palette: Image.Image) -> Generator[None, None, bytes]:
    """An endless GIF of all moments."""
    file = io.BytesIO()
    for now in range(len(moments)):
        frame = snapshot.picture(moments, now).quantize(palette=palette, dither=Image.Dither.NONE)
        hold = LAST if now == len(moments) - 1 else FIRST if now == 0 else HUNDREDTHS
        if now == 0:
            for chunk in GifImagePlugin._get_global_header(frame, {"loop": 0}):
                file.write(chunk)
        for chunk in GifImagePlugin.getdata(frame, duration=10 * hold):
            file.write(chunk)
        yield
    file.write(b";")
    return file.getvalue()


def palette_of(snapshot: Snapshot, moments: list[Moment], colours: int) -> Generator[None, None, Image.Image]:
    """Colours that suit the whole film, of some moments side by side; few, for fewer make smaller files and nobody sees it."""
    some = sorted({math.floor(i * (len(moments) - 1) / 3) for i in range(4)})
    sheet = Image.new("RGB", (snapshot.size * len(some), snapshot.size))
    for i, now in enumerate(some):
        sheet.paste(snapshot.picture(moments, now), (i * snapshot.size, 0))
        yield
    small = sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.NEAREST)
    found = small.quantize(colours, method=Image.Quantize.MEDIANCUT)
    found.putpalette([*(found.getpalette() or [])[: 3 * colours], *(value for colour in WRITING for value in colour)])
    return found
