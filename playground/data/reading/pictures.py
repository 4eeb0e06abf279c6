"""A picture from anywhere made to look like those of a data set, each step told in words: numpy and Pillow, no Keras.

Centring by mass is how MNIST's digits were made (Y. LeCun, C. Cortes and C. Burges, The MNIST database): the ink fits a box of 20 of
28 pixels and its centre of mass stands in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from playground.values.errors import InvalidValue

Pixels = npt.NDArray[np.uint8]

FITS = ("crop", "pad", "stretch")
INVERSIONS = ("auto", True, False)
GREY = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue, as Pillow and ITU-R BT.601 weigh them
BOX = 20 / 28  # of a digit's frame is its ink
INK = 64  # of 255: brighter than this belongs to what was drawn
FAINTEST = 16  # of 255: less difference than this between ink and paper is none


@dataclass(frozen=True, eq=False)
class Prepared:
    """input: uint8 (height, width, channels), as a data set would store it. steps: what was done, in order, in sentences."""

    input: Pixels
    steps: tuple[str, ...]


def prepare(picture: Pixels, shape: tuple[int, ...], *, fit: str, invert: str | bool, centre: bool, is_dark: bool = True) -> Prepared:
    """Makes `picture` an example of `shape`.

    Args:
        picture: uint8 (height, width, 3), RGB.
        shape: (height, width, channels) of the data set's examples, channels 1 or 3.
        fit: a picture of another form is cut to its middle ("crop"), gets margins ("pad") or is distorted ("stretch").
        invert: light for dark and dark for light; "auto": for grey pictures, when its border is light and the data set's dark, or
            the reverse.
        centre: for grey pictures: only what was drawn counts, in the size and place of MNIST's digits.
        is_dark: whether the data set's pictures have a dark border.

    Raises InvalidValue.
    """
    height, width, channels = checked(picture, shape, fit=fit, invert=invert)
    steps: list[str] = []
    x = picture
    if channels == 1:
        x = grey(x, steps)
    if invert is True or (invert == "auto" and channels == 1 and (border_of(x) > 127).all() == is_dark):
        x = 255 - x
        as_trained = channels == 1 and (border_of(x) < 128).all() == is_dark
        steps.append(
            f"Inverted: {'light on dark' if is_dark else 'dark on light'}, as the training pictures are." if as_trained else "Inverted."
        )
    if fit == "crop":
        x = cropped(x, height, width, steps)
    centred = centred_by_mass(x, height, width, fit=fit, is_dark=is_dark, steps=steps) if centre and channels == 1 else None
    x = fitted(x, height, width, is_padded=fit == "pad", steps=steps) if centred is None else centred
    return Prepared(x.reshape(height, width, channels), tuple(steps))


def checked(picture: Pixels, shape: tuple[int, ...], *, fit: str, invert: str | bool) -> tuple[int, int, int]:
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InvalidValue(
            "A picture cannot be made to fit this network.",
            expected="an input of height × width × 1 or 3 channels",
            got=" × ".join(map(str, shape)),
            fix="Choose an example of the data set instead.",
        )
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise InvalidValue("This is no picture.", expected="uint8 (height, width, 3)", got=f"{picture.dtype} {picture.shape}")
    if fit not in FITS:
        raise InvalidValue("A picture cannot be fitted this way.", expected="one of " + ", ".join(FITS), got=fit)
    if not any(invert is each or invert == each == "auto" for each in INVERSIONS):
        raise InvalidValue("A picture cannot be inverted this way.", expected='"auto", true or false', got=invert)
    return shape


def grey(x: Pixels, steps: list[str]) -> Pixels:
    """uint8 (height, width) of RGB."""
    if (x == x[..., :1]).all():
        return np.ascontiguousarray(x[..., 0])
    steps.append("Turned grey: 0.299 × red + 0.587 × green + 0.114 × blue.")
    return np.asarray(np.rint(x @ GREY), np.uint8)


def border_of(x: Pixels) -> npt.NDArray[np.float64]:
    """The colour of most of the border, float (channels,), or of its median grey, float ()."""
    colour: npt.NDArray[np.float64] = np.median(border(x), axis=0)
    return colour


def border(x: Pixels) -> Pixels:
    """The outermost pixels, (n, …)."""
    return np.concatenate([x[0], x[-1], x[:, 0], x[:, -1]])


def cropped(x: Pixels, height: int, width: int, steps: list[str]) -> Pixels:
    """The largest part in the middle that has the form of height × width."""
    h, w = x.shape[:2]
    new_h, new_w = min(h, max(1, round(w * height / width))), min(w, max(1, round(h * width / height)))
    if (new_h, new_w) == (h, w):
        return x
    top, left = (h - new_h) // 2, (w - new_w) // 2
    steps.append(f"Cropped to the middle {new_w:,} × {new_h:,} of its {w:,} × {h:,} pixels.")
    return x[top : top + new_h, left : left + new_w]


def fitted(x: Pixels, height: int, width: int, *, is_padded: bool, steps: list[str]) -> Pixels:
    """uint8 (height, width, …), the whole of x: with margins in the colour of its border, or stretched."""
    if not is_padded:
        return resized(x, height, width, steps)
    scale = min(height / x.shape[0], width / x.shape[1])
    small = resized(x, min(height, max(1, round(x.shape[0] * scale))), min(width, max(1, round(x.shape[1] * scale))), steps)
    if small.shape[:2] == (height, width):
        return small
    colour = np.rint(border_of(x)).astype(np.uint8)
    whole = np.empty((height, width, *x.shape[2:]), np.uint8)
    whole[:] = colour
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    steps.append(f"Padded to {width:,} × {height:,} with the {'grey' if x.ndim == 2 else 'colour'} of its border.")
    return whole


def resized(x: Pixels, height: int, width: int, steps: list[str]) -> Pixels:
    """uint8 (height, width, …). Where it is reduced each pixel is the mean over its area, else pixels are interpolated."""
    h, w = x.shape[:2]
    if (h, w) == (height, width):
        return x
    is_stretched = abs(height / h * w / width - 1) > 1.5 / min(height, width)  # more than rounding explains
    is_reduced = height <= h and width <= w
    new = f"{width:,} × {height:,} pixels"
    how = "each pixel is the mean of those it covers" if is_reduced else "pixels between others are interpolated"
    steps.append(f"{'Stretched' if is_stretched else 'Reduced' if is_reduced else 'Enlarged'} from {w:,} × {h:,} to {new}: {how}.")
    return area(x, height, width)


def area(x: Pixels, height: int, width: int) -> Pixels:
    is_reduced = height <= x.shape[0] and width <= x.shape[1]
    kind = Image.Resampling.BOX if is_reduced else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(np.ascontiguousarray(x)).resize((width, height), kind))


def centred_by_mass(x: Pixels, height: int, width: int, *, fit: str, is_dark: bool, steps: list[str]) -> Pixels | None:
    """uint8 (height, width): the ink alone, on a plain ground; None when there is none. x: uint8 (h, w)."""
    ink = ink_of(x if is_dark else 255 - x)
    if ink is None:
        steps.append(f"Not centred: nothing stands out as {'lighter' if is_dark else 'darker'} than the border.")
        return None
    rows, columns = (np.flatnonzero((ink > INK).any(axis=axis)) for axis in (1, 0))
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box_h, box_w = max(1, round(height * BOX)), max(1, round(width * BOX))
    scale = min(box_h / part.shape[0], box_w / part.shape[1])
    if fit == "stretch":
        size = box_h, box_w
    else:
        size = min(box_h, max(1, round(part.shape[0] * scale))), min(box_w, max(1, round(part.shape[1] * scale)))
    small = area(part, *size)
    top, left = (place(small.sum(axis=axis), whole) for axis, whole in ((1, height), (0, width)))
    frame = np.zeros((height, width), np.uint8)
    frame[top : top + size[0], left : left + size[1]] = small
    steps += [
        f"Ground made {'black' if is_dark else 'white'} and ink {'white' if is_dark else 'black'}.",
        f"Cut out what is drawn, {part.shape[1]:,} × {part.shape[0]:,} pixels, and brought it to {size[1]} × {size[0]}, "
        f"in a box of {box_w} × {box_h}.",
        f"Placed on {width} × {height} so that its centre of mass is in the middle.",
    ]
    return frame if is_dark else 255 - frame


def ink_of(x: Pixels) -> Pixels | None:
    """Light on dark: 0 where it is as dark as nearly all of the border, 255 where it is lightest; None when nothing differs."""
    edge = border(x)
    low, high = float(np.percentile(edge, 95)), float(np.percentile(x, 99.9))
    if high - low < FAINTEST:
        low, high = float(np.median(edge)), float(x.max())
    if high - low < FAINTEST:
        return None
    return np.asarray(np.rint(np.clip((x - low) / (high - low), 0, 1) * 255), np.uint8)


def place(mass: npt.NDArray[np.integer], whole: int) -> int:
    """Where a strip with this mass along it begins in one of `whole` pixels, so that the mass balances in the middle."""
    middle = float((mass * np.arange(len(mass))).sum() / mass.sum())
    return int(np.clip(round((whole - 1) / 2 - middle), 0, whole - len(mass)))
