"""What can be said of a picture by a single number, to group examples by: brightness, contrast, size, place, colour. numpy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

DRAWN = 25  # of 255; how far a pixel must differ from the border's colour to count as drawn
GREY = 5.0  # of 255; below this mean chroma a picture has no hue to speak of
HUES = ("red", "yellow", "green", "cyan", "blue", "magenta", "grey")


@dataclass(frozen=True)
class Measure:
    """of: uint8 (n, height, width, channels) → float32 (n,). names: what whole numbers stand for, empty where the numbers speak."""

    title: str
    explanation: str
    of: Callable[[np.ndarray], np.ndarray]
    is_colour: bool = False
    names: tuple[str, ...] = ()


def brightness(pictures: np.ndarray) -> np.ndarray:
    return pictures.mean(axis=(1, 2, 3), dtype=np.float32) / 255


def contrast(pictures: np.ndarray) -> np.ndarray:
    return _grey(pictures).std(axis=(1, 2)) / 255


def size(pictures: np.ndarray) -> np.ndarray:
    return drawn(pictures).mean(axis=(1, 2), dtype=np.float32)


def across(pictures: np.ndarray) -> np.ndarray:
    return _centre(drawn(pictures).sum(axis=1))


def down(pictures: np.ndarray) -> np.ndarray:
    return _centre(drawn(pictures).sum(axis=2))


def colourfulness(pictures: np.ndarray) -> np.ndarray:
    """Hasler and Süsstrunk (2003), equation for M̂⁽³⁾: 0 is grey, about 109 extremely colourful."""
    red, green, blue = np.moveaxis(pictures.astype(np.float32), -1, 0)
    opponents = np.stack([red - green, (red + green) / 2 - blue]).reshape(2, len(pictures), -1)
    return np.hypot(*opponents.std(axis=2)) + 0.3 * np.hypot(*opponents.mean(axis=2))


def hue(pictures: np.ndarray) -> np.ndarray:
    """The sector of the mean colour on the colour circle, each pixel counting by its chroma: a number into HUES."""
    red, green, blue = np.moveaxis(pictures.mean(axis=(1, 2), dtype=np.float32), -1, 0)
    alpha, beta = red - (green + blue) / 2, np.sqrt(0.75, dtype=np.float32) * (green - blue)
    sector = np.round(np.arctan2(beta, alpha) / (np.pi / 3)) % 6
    return np.where(np.hypot(alpha, beta) < GREY, 6, sector).astype(np.float32)


def drawn(pictures: np.ndarray) -> np.ndarray:
    """bool (n, height, width): pixels that differ from the border's colour (its median) by more than a tenth of the scale."""
    edges = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    border = np.median(np.concatenate(edges, axis=1), axis=1)[:, None, None, :].astype(np.float32)
    return (np.abs(pictures - border) > DRAWN).any(axis=-1)


def _grey(pictures: np.ndarray) -> np.ndarray:
    return pictures.mean(axis=-1, dtype=np.float32)


def _centre(counts: np.ndarray) -> np.ndarray:
    """Where the drawn pixels lie on average, 0…1 along an axis; 0.5 where nothing is drawn. counts: int (n, pixels of the axis)."""
    n = counts.shape[1]
    total = counts.sum(axis=1)
    middle = (counts * (np.arange(n) + 0.5)).sum(axis=1) / np.maximum(total, 1) / n
    return np.where(total > 0, middle, 0.5).astype(np.float32)


MEASURES = {
    "brightness": Measure("Brightness", "mean of all pixel values ÷ 255: 0 is black, 1 white", brightness),
    "contrast": Measure("Contrast", "standard deviation of the grey values ÷ 255: 0 is one flat grey", contrast),
    "size": Measure("Size of the drawn thing", "share of the pixels that differ from the border's colour by more than 25 of 255", size),
    "across": Measure("Place, left to right", "mean column of the drawn pixels: 0 is the left edge, 1 the right", across),
    "down": Measure("Place, top to bottom", "mean row of the drawn pixels: 0 is the top edge, 1 the bottom", down),
    "colourfulness": Measure(
        "Colourfulness", "spread and mean of red − green and yellow − blue (Hasler and Süsstrunk 2003): 0 is grey", colourfulness, True
    ),
    "hue": Measure("Hue", "direction of the mean colour on the colour circle; grey where it is less than 5 of 255 strong", hue, True, HUES),
}
