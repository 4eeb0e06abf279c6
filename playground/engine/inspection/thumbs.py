"""Pictures made smaller for a screen full of them."""

from __future__ import annotations

import numpy as np


def shrunk(pictures: np.ndarray, side: int) -> np.ndarray:
    """uint8 (n, height, width, channels), channels 1 or 3, at most `side` pixels on the longer side; each pixel the mean of its area."""
    from PIL import Image

    n, height, width, channels = pictures.shape
    if max(height, width) <= side or not n:
        return pictures
    rows, columns = max(round(height * side / max(height, width)), 1), max(round(width * side / max(height, width)), 1)
    small = [
        Image.fromarray(picture[..., 0] if channels == 1 else picture).resize((columns, rows), Image.Resampling.BOX) for picture in pictures
    ]
    return np.stack([np.asarray(picture) for picture in small]).reshape(n, rows, columns, channels)
