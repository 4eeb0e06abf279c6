"""A person's own points as text that fits into a link: four bytes a point, base64url without padding."""

from __future__ import annotations

import base64
import binascii
import re

import numpy as np

from playground.values.errors import InvalidValue, LimitExceeded

MOST = 5_000  # points
STEPS = 4_095  # of a coordinate, from −3 to 3
VALUES = 254  # steps of a value, from −1 to 1


def written(points: np.ndarray, labels: np.ndarray) -> str:
    """The text of points (n, 2) in the plane, those beyond its edge on it, and their labels: whole numbers, or values in [−1, 1].

    Raises LimitExceeded for more than 5,000.
    """
    if len(points) > MOST:
        raise LimitExceeded("There are too many points.", expected=f"at most {MOST:,}", got=f"{len(points):,}", fix="Erase some.")
    x, y = np.round((np.clip(points, -3, 3) + 3) * STEPS / 6).astype(np.uint32).reshape(-1, 2).T
    last = labels if labels.dtype.kind in "iu" else np.round((np.clip(labels, -1, 1) + 1) * VALUES / 2)
    packed = (x << 20) | (y << 8) | last.astype(np.uint32)
    return base64.urlsafe_b64encode(packed.astype(">u4").tobytes()).decode().rstrip("=")


def decoded(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Points float32 (n, 2) in the plane, and the last byte of each, int32 (n,)."""
    packed = np.frombuffer(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), ">u4").astype("uint32")
    points = np.stack([packed >> 20, (packed >> 8) & 4095], axis=1) * 6 / 4095 - 3
    return points.astype("float32"), (packed & 255).astype("int32")


def read(text: object, *, classes: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The inverse of `written`, checked: points float32 (n, 2) and labels int32 (n,) below `classes`, or float32 (n,) where that is None.

    Raises InvalidValue for what is no such text, LimitExceeded for more than 5,000 points.
    """
    if not isinstance(text, str) or not re.fullmatch(r"[\w-]*", text, re.ASCII):
        raise fault("letters, digits, - and _", text)
    if len(text) > MOST * 16 / 3 + 1:
        raise LimitExceeded("There are too many points.", expected=f"at most {MOST:,}", got=f"{len(text) * 3 // 16:,}", fix="Erase some.")
    try:
        points, last = decoded(text)
    except (binascii.Error, ValueError):
        raise fault("four bytes for each point", f"{len(text)} characters") from None
    if classes is None:
        if len(last) and last.max() > VALUES:
            raise fault(f"values from 0 to {VALUES}", int(last.max()))
        return points, (last * np.float32(2 / VALUES) - 1).astype(np.float32)
    if len(last) and last.max() >= classes:
        raise InvalidValue(
            "A point is of a class that there is not.",
            expected=f"class 1 to {classes}",
            got=f"class {int(last.max()) + 1}",
            fix="Have more classes, or erase those points.",
        )
    return points, last


def fault(expected: str, got: object) -> InvalidValue:
    return InvalidValue("These are no points.", expected=expected, got=got, fix="Paint them again.")
