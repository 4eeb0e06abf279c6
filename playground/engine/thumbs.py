"""Pictures made smaller for a screen full of them."""

from __future__ import annotations

import numpy as np


def shrunk(pictures: np.ndarray, side: int) -> np.ndarray:
    """uint8 (n, height, width, channels), at most `side` pixels on the longer side: means over whole blocks of pixels."""
    n, height, width, channels = pictures.shape
    factor = -(-max(height, width) // side)
    if factor <= 1 or not n:
        return pictures
    rows, columns = max(height // factor, 1), max(width // factor, 1)
    cut = pictures[:, : rows * factor, : columns * factor]
    return cut.reshape(n, rows, factor, columns, factor, channels).mean(axis=(2, 4), dtype=np.float32).round().astype(np.uint8)
