"""Still drawings as HTML: pure functions from numbers to a picture, which the caller shows."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

VALUE, SLOPE = "#3a8fd0", "#e07b2c"  # blue and orange, told apart by every eye and on light and dark; the slope is dashed as well
GREY = "#8a93a5"
WIDTH, HEIGHT, LEFT, BOTTOM = 420, 150, 34, 18


def activation(name: str, curve: Mapping[str, np.ndarray]) -> str:
    """An activation and its slope. curve: x, y, slope, float32 (n,)."""
    x, y, slope = (np.nan_to_num(np.asarray(curve[column], float)) for column in ("x", "y", "slope"))
    low, high = min(y.min(), slope.min(), 0.0), max(y.max(), slope.max(), 1.0)
    pad = 0.06 * (high - low)
    frame = (float(x.min()), float(x.max()), low - pad, high + pad)
    ticks = "".join(_tick(value, frame) for value in (low, 0.0, high) if abs(value) > 1e-9 or value == 0.0)
    words = f"{escape(name)}: " + ", ".join(f"f({at}) = {_at(x, y, at):.3g}" for at in (-2, 0, 2)) + f"; slope at 0 {_at(x, slope, 0):.3g}"
    axes = _line([(frame[0], 0), (frame[1], 0)], frame) + _line([(0, frame[2]), (0, frame[3])], frame)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><g stroke="{GREY}" stroke-opacity=".6">{axes}</g>'
        f'<g fill="{GREY}" font-size="11" font-family="sans-serif">{ticks}</g>'
        f'<path d="{_path(x, y, frame)}" fill="none" stroke="{VALUE}" stroke-width="2.5"/>'
        f'<path d="{_path(x, slope, frame)}" fill="none" stroke="{SLOPE}" stroke-width="2" stroke-dasharray="5 4"/></svg>'
    )
    # As the source of a picture: pages do not let drawings through as markup.
    source = "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()
    return (
        f'<figure style="margin:0"><img src="{source}" alt="{words}" style="width:100%;max-width:21rem">'
        f'<figcaption style="font-size:.82rem;opacity:.85"><b style="color:{VALUE}">━</b> {escape(name)} f(x) &nbsp; '
        f'<b style="color:{SLOPE}">╍</b> its slope f′(x), which the gradient is multiplied by</figcaption></figure>'
    )


def _at(x: np.ndarray, y: np.ndarray, where: float) -> float:
    return float(np.interp(where, x, y))


def _place(x: float, y: float, frame: Sequence[float]) -> tuple[float, float]:
    left, right, low, high = frame
    return LEFT + (x - left) / (right - left) * (WIDTH - LEFT - 6), (HEIGHT - BOTTOM) - (y - low) / (high - low) * (HEIGHT - BOTTOM - 6)


def _path(x: np.ndarray, y: np.ndarray, frame: Sequence[float]) -> str:
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in (_place(a, b, frame) for a, b in zip(x, y, strict=True)))


def _line(points: Sequence[tuple[float, float]], frame: Sequence[float]) -> str:
    (x1, y1), (x2, y2) = (_place(x, y, frame) for x, y in points)
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _tick(value: float, frame: Sequence[float]) -> str:
    _, y = _place(0, value, frame)
    return f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>'
