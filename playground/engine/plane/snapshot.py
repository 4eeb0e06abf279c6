"""A moment of a network on the plane as a picture to keep: the decision map with its points, numbers beside it, the loss below.

Drawn by Pillow on a light ground, in the page's colours. Knows arrays and numbers, no networks.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from playground.values.metric import Metric

CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a500", "#7b6cc4", "#8a8f98", "#8c564b")
INK, FAINT, LINE, BACK = "#262730", "#60636c", "#d9dce1", "#ffffff"
VALUES = ("#0c6db3", "#f7f6f3", "#e57f0f")  # of -1, 0 and 1
TRAIN, TEST = "#0072b2", "#c44e00"
STRONGEST, FAINTEST = 0.66, 0.07  # share of a class's colour where the network is certain, and where it has no idea
FINER = 3  # points are drawn so much larger, then reduced, for round edges


@dataclass(frozen=True, eq=False)
class Moment:
    """ground: uint8 (side, side, 3), the map; title: the network in a few words; metric: what `scores` measures;
    losses, scores: of the training and the test points, NaN where there is none."""

    epoch: int
    ground: np.ndarray
    title: str
    metric: Metric
    losses: tuple[float, float]
    scores: tuple[float, float]


class Snapshot:
    """Draws one run's moments, square, `size` pixels a side.

    title: what is learnt. xy: float32 (n, 2); colours: uint8 (n, 3); held: bool (n,), points for testing, which are drawn as rings.
    """

    def __init__(self, size: int, *, title: str, xy: np.ndarray, colours: np.ndarray, held: np.ndarray) -> None:
        self.size, self.title = size, title
        self.left, self.top, self.side = round(0.045 * size), round(0.105 * size), round(0.745 * size)
        self._points = dots(self.side, xy, colours, held)
        self._frame = corners(self.side, max(2, round(0.012 * size)))

    def picture(self, moments: Sequence[Moment], now: int) -> Image.Image:
        """The moment `now` of all, RGB."""
        moment, size = moments[now], self.size
        page = Image.new("RGB", (size, size), BACK)
        pen = ImageDraw.Draw(page)
        pen.text((self.left, round(0.034 * size)), self.title, fill=INK, font=font(0.036 * size))
        pen.text((size - self.left, round(0.041 * size)), moment.title, fill=FAINT, font=font(0.026 * size), anchor="ra")
        inset = 0.5  # the corners of the map are values, so half of a pixel lies beyond the plane
        width = moment.ground.shape[1]
        box = (inset, inset, width - inset, width - inset)
        ground = Image.fromarray(moment.ground).resize((self.side, self.side), Image.Resampling.BICUBIC, box=box)
        ground.paste(self._points, mask=self._points)
        page.paste(ground, (self.left, self.top), self._frame)
        self._numbers(pen, moment)
        self._curve(page, moments, now)
        return page

    def _numbers(self, pen: ImageDraw.ImageDraw, moment: Moment) -> None:
        size, left = self.size, self.left + self.side + round(0.028 * self.size)
        lines = [("Epoch", f"{moment.epoch:,}", INK)]
        for name, values, colour in (("training", 0, TRAIN), ("test", 1, TEST)):
            lines.append((f"Loss, {name}", number(moment.losses[values]), colour))
        says = percent if moment.metric.is_share else number
        for part, values, colour in (("training", 0, TRAIN), ("test", 1, TEST)):
            lines.append((f"{moment.metric.short}, {part}", says(moment.scores[values]), colour))
        top = self.top - round(0.006 * size)
        for label, value, colour in lines:
            pen.text((left, top), label, fill=FAINT, font=font(0.0185 * size))
            pen.text((left, top + round(0.023 * size)), value, fill=colour, font=font(0.036 * size))
            top += round(0.086 * size)
        self._legend(pen, left)

    def _legend(self, pen: ImageDraw.ImageDraw, left: int) -> None:
        """What discs and rings are, in no class's colour."""
        size, reach = self.size, 0.0085 * self.size
        middle = self.top + self.side - round(0.048 * size)
        for label, inner in (("training", FAINT), ("test", BACK)):
            pen.ellipse([left, middle - reach, left + 2 * reach, middle + reach], fill=FAINT)
            pen.ellipse([left + 0.4 * reach, middle - 0.6 * reach, left + 1.6 * reach, middle + 0.6 * reach], fill=inner)
            pen.text((left + 3 * reach, middle), label, fill=FAINT, font=font(0.0185 * size), anchor="lm")
            middle += round(0.033 * size)

    def _curve(self, page: Image.Image, moments: Sequence[Moment], now: int) -> None:
        """Both losses over the epochs, what is still to come faint."""
        size, width = self.size, max(1, round(0.0028 * self.size))
        left, right = self.left, self.size - self.left
        top, bottom = self.top + self.side + round(0.032 * size), size - round(0.045 * size)
        pen = ImageDraw.Draw(page)
        pen.line([(left, bottom), (right, bottom)], fill=LINE, width=max(1, width // 2))
        pen.text((right, bottom + round(0.006 * size)), "epochs", fill=FAINT, font=font(0.017 * size), anchor="ra")
        pen.text((left, bottom + round(0.006 * size)), "loss", fill=FAINT, font=font(0.017 * size))
        highest = ceiling([loss for moment in moments for loss in moment.losses])
        last = max(moments[-1].epoch, 1)
        for part, colour in ((0, TRAIN), (1, TEST)):
            places = [
                (left + (right - left) * moment.epoch / last, bottom - (bottom - top) * min(moment.losses[part] / highest, 1))
                for moment in moments
                if math.isfinite(moment.losses[part])
            ]
            done = [place for place in places if place[0] <= left + (right - left) * moments[now].epoch / last]
            if len(places) > 1:
                pen.line(places, fill=faded(colour), width=width, joint="curve")
            if len(done) > 1:
                pen.line(done, fill=colour, width=width, joint="curve")
            if done:
                (x, y), reach = done[-1], 2.2 * width
                pen.ellipse([x - reach, y - reach, x + reach, y + reach], fill=colour, outline=BACK, width=max(1, width // 2))


# Colours


def class_ground(winner: np.ndarray, surety: np.ndarray, classes: int) -> np.ndarray:
    """The page's colours of the decision map: the surer beyond guessing, the stronger. winner, surety: uint8 (side, side)."""
    guess = 1 / max(classes, 2)
    sure = np.clip((surety / 255 - guess) / (1 - guess), 0, 1)[..., np.newaxis]
    share = FAINTEST + (STRONGEST - FAINTEST) * sure**0.85
    return np.round(share * class_colours(winner) + (1 - share) * 255).astype(np.uint8)


def value_ground(value: np.ndarray) -> np.ndarray:
    """value: uint8 (side, side), -1 to 1 as 0 to 255."""
    return np.round(0.82 * value_colours(value / 127.5 - 1) + 0.18 * 255).astype(np.uint8)


def class_colours(labels: np.ndarray) -> np.ndarray:
    """uint8 (…, 3)."""
    table = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in CLASSES], np.uint8)
    return table[labels % len(CLASSES)]


def value_colours(values: np.ndarray) -> np.ndarray:
    """uint8 (…, 3): blue for -1 over nearly white for 0 to orange for 1."""
    ends = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in VALUES], float)  # as in `assets/plane/colours.js`
    t = np.asarray(values).clip(-1, 1)[..., np.newaxis]
    return np.round(ends[1] + np.abs(t) * (np.where(t < 0, ends[0], ends[2]) - ends[1])).astype(np.uint8)


def faded(colour: str, share: float = 0.25) -> tuple[int, ...]:
    """A share of the colour on the light ground."""
    return tuple(round(share * int(colour[at : at + 2], 16) + (1 - share) * 255) for at in (1, 3, 5))


# What text and lines are drawn with, their soft edges too: a small palette would lose them among the colours of the map.
WRITING = (
    (255, 255, 255),
    *(faded(colour, share) for colour in (INK, FAINT, TRAIN, TEST) for share in (1.0, 0.75, 0.5, 0.25)),
    faded(LINE, 1.0),
)


# Pieces


def dots(side: int, xy: np.ndarray, colours: np.ndarray, held: np.ndarray) -> Image.Image:
    """The points on a clear square, RGBA: training filled, test as rings, on top."""
    large = side * FINER
    usual = 4.2 if len(xy) <= 600 else 3.2 if len(xy) <= 1800 else 2.4
    radius = usual * large / 400
    layer = Image.new("RGBA", (large, large), (255, 255, 255, 0))
    pen = ImageDraw.Draw(layer)

    def disc(x: float, y: float, reach: float, fill: tuple[int, ...]) -> None:
        pen.ellipse([x - reach, y - reach, x + reach, y + reach], fill=fill)

    for i in np.argsort(held, kind="stable"):
        x, y = (float(xy[i, 0]) + 3) / 6 * large, (3 - float(xy[i, 1])) / 6 * large
        colour = tuple(int(value) for value in colours[i])
        disc(x, y, 1.2 * radius, (255, 255, 255, 255))
        disc(x, y, radius, tuple(round(0.55 * value) for value in colour))  # pale ones would vanish on a pale ground
        disc(x, y, 0.82 * radius, colour)
        if held[i]:
            disc(x, y, 0.52 * radius, (255, 255, 255, 255))
    return layer.resize((side, side), Image.Resampling.BOX)


def corners(side: int, radius: int) -> Image.Image:
    """A mask with round corners."""
    mask = Image.new("L", (side * FINER, side * FINER), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, side * FINER - 1, side * FINER - 1], radius * FINER, fill=255)
    return mask.resize((side, side), Image.Resampling.BOX)


@functools.lru_cache(maxsize=32)
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(8.0, size))


def ceiling(losses: Sequence[float]) -> float:
    """What the top of the curve stands for: the largest loss, unless a few tower above the rest."""
    finite = sorted(loss for loss in losses if math.isfinite(loss))
    return max(min(finite[-1], 12 * finite[len(finite) // 2]), 1e-9) if finite else 1.0


def number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 1000 else f"{value:.1e}" if math.isfinite(value) else "not a number"


def percent(value: float) -> str:
    """Never 100 % unless it is."""
    if not math.isfinite(value):
        return "none"
    return "100 %" if value == 1 else f"{min(100 * value, 99.9):.1f} %"
