"""Points in the plane x, y ∈ [−3, 3], drawn from a seed: classes to tell apart and surfaces to approximate.

The exported script shows these functions by their own source text, so each stands alone and needs only `np`. Every draw goes through the
points one by one: a larger set begins with the points of the smaller one, and more noise moves the same points further.
"""

from __future__ import annotations

import numpy as np

# Classes: (n, classes, rng) → points float64 (n, 2), labels int64 (n,), each class as often as the others


def circles(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A disc, and a ring around it for each further class, evenly filled."""
    labels, draw = np.arange(n) % classes, rng.random((n, 2))
    step = 2.7 / (classes - 0.3)
    inner, outer = labels * step, (labels + 0.7) * step
    radius, angle = np.sqrt(inner**2 + draw[:, 0] * (outer**2 - inner**2)), 2 * np.pi * draw[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def moons(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into one another."""
    labels, draw = np.arange(n) % 2, rng.random((n, 2))
    angle, radius = np.pi * draw[:, 0], 1.5 + 0.3 * (draw[:, 1] - 0.5)
    side = 1 - 2 * labels
    return np.stack([side * (radius * np.cos(angle) - 0.75), side * (radius * np.sin(angle) - 0.4)], axis=1), labels


def gaussians(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A round cloud for each class, their centres on a circle."""
    labels = np.arange(n) % classes
    angle = 2 * np.pi * (labels / classes + 0.125)
    return 1.7 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.5 * rng.normal(size=(n, 2)), labels


def xor(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Four squares; those on a diagonal belong together."""
    square, draw = np.arange(n) % 4, 0.2 + 2.5 * rng.random((n, 2))
    side = np.stack([np.where((square == 0) | (square == 3), 1, -1), np.where(square < 2, 1, -1)], axis=1)
    return side * draw, square % 2


def spirals(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """An arm for each class, all winding around the same centre, with equally many points on each stretch of an arm."""
    labels, draw = np.arange(n) % classes, rng.random(n)
    along = np.sqrt(draw)
    radius, turns = 0.15 + 2.5 * along, 0.4 + 2.2 / classes
    angle = 2 * np.pi * (turns * along + labels / classes)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), labels


def checkerboard(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Four by four fields."""
    labels, draw = np.arange(n) % 2, rng.random((n, 3))
    field = np.floor(8 * draw[:, 0])
    row = field // 2
    column = 2 * (field % 2) + (row + labels) % 2
    return 1.35 * (np.stack([column, row], axis=1) - 2 + 0.08 + 0.84 * draw[:, 1:]), labels


def windmill(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A disc cut into a curved blade for each class."""
    labels, draw = np.arange(n) % classes, rng.random((n, 2))
    radius = 2.7 * np.sqrt(0.01 + 0.99 * draw[:, 0])
    angle = 2 * np.pi * (labels + 0.06 + 0.88 * draw[:, 1]) / classes + 0.9 * radius
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def flower(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Five petals, and what is around them."""
    labels, draw = np.arange(n) % 2, rng.random((n, 2))
    angle = 2 * np.pi * draw[:, 1]
    edge = 1.5 + 0.65 * np.cos(5 * (angle - np.pi / 2))
    inner, outer = labels * (edge + 0.12), np.where(labels, 2.75, edge - 0.12)
    radius = np.sqrt(inner**2 + draw[:, 0] * (outer**2 - inner**2))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def bands(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A wavy band for each class, one above the other."""
    labels, draw = np.arange(n) % classes, rng.random((n, 2))
    x = 5.4 * draw[:, 0] - 2.7
    y = 4.2 * ((labels + 0.08 + 0.84 * draw[:, 1]) / classes - 0.5) + 0.6 * np.sin(1.7 * x)
    return np.stack([x, y], axis=1), labels


def links(n: int, classes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A ring for each class; neighbours overlap as the links of a chain do."""
    labels, draw = np.arange(n) % classes, rng.random((n, 2))
    size = 5.2 / (2 + 1.3 * (classes - 1))
    radius, angle = size * (0.88 + 0.12 * draw[:, 0]), 2 * np.pi * draw[:, 1]
    x, y = 1.3 * size * (labels - (classes - 1) / 2), (0.25 if classes > 2 else 0) * size * (1 - 2 * (labels % 2))
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1), labels


# Surfaces: points float64 (n, 2) → heights (n,), from −1 to 1 on the plane


def ramp(points: np.ndarray) -> np.ndarray:
    """A slope that rises evenly to the upper right."""
    return (0.8 * points[:, 0] + 0.6 * points[:, 1]) / 4.2


def saddle(points: np.ndarray) -> np.ndarray:
    """Up to the left and right, down to the front and back: (x² − y²) / 9."""
    x, y = points.T
    return np.asarray((x**2 - y**2) / 9)


def bumps(points: np.ndarray) -> np.ndarray:
    """Two hills and two hollows."""
    x, y = points.T
    hills = ((-1.4, 1.3, 0.95), (1.5, -1.2, 0.95), (1.5, 1.4, -0.95), (-1.3, -1.5, -0.95))
    return np.asarray(sum(height * np.exp(-((x - a) ** 2 + (y - b) ** 2) / 0.9) for a, b, height in hills))


def waves(points: np.ndarray) -> np.ndarray:
    """Crests and troughs in two directions: sin 1.8x · cos 1.3y."""
    return np.sin(1.8 * points[:, 0]) * np.cos(1.3 * points[:, 1])


def ripples(points: np.ndarray) -> np.ndarray:
    """Rings around a centre that grow flatter outwards."""
    radius = np.hypot(points[:, 0], points[:, 1])
    return np.asarray(np.cos(2.4 * radius) * np.exp(-radius / 4))


def scattered(n: int, rng: np.random.Generator) -> np.ndarray:
    """Points evenly over the plane, float64 (n, 2)."""
    return 5.7 * rng.random((n, 2)) - 2.85


# Noise


def disturbed(
    points: np.ndarray, labels: np.ndarray, *, classes: int, noise: float, label_noise: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Each point moved by `noise` standard deviations of 1, and a share `label_noise` of them given another class.

    A point that would leave the plane is folded back at its edge. Returns float32 (n, 2) and int32 (n,).
    """
    moved = points + noise * np.random.default_rng([seed, 0, 2]).normal(size=points.shape)
    folded = 3 - np.abs((moved - 3) % 12 - 6)
    draw = np.random.default_rng([seed, 0, 3]).random((len(labels), 2))
    other = (labels + 1 + np.floor(draw[:, 1] * (classes - 1)).astype(int)) % classes
    return folded.astype("float32"), np.where(draw[:, 0] < label_noise, other, labels).astype("int32")


def roughened(heights: np.ndarray, *, noise: float, label_noise: float, seed: int) -> np.ndarray:
    """Heights with normal noise of standard deviation `noise`, a share `label_noise` of them any number at all; float32 (n,) in [−1, 1]."""
    rough = heights + noise * np.random.default_rng([seed, 0, 2]).normal(size=heights.shape)
    draw = np.random.default_rng([seed, 0, 3]).random((len(heights), 2))
    return np.clip(np.where(draw[:, 0] < label_noise, 2 * draw[:, 1] - 1, rough), -1, 1).astype("float32")
