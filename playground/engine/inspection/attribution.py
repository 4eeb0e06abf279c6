"""Which parts of an example a score hangs on: Grad-CAM, gradients, paths of gradients, and covering parts up.

Pure functions from a score to arrays; knows nothing of runs and views. Imports TensorFlow. The slow ones are generators that yield
None between pieces of work and return their result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from playground.engine.graph.logits import Score, gradient

BATCH_NUMBERS = 16 * 128 * 128 * 3  # of the examples that go through the network at once, at most
PIECE = 0.05  # seconds of work between two yields, about
SMOOTHINGS = 32  # noisy copies, as in the paper's figures about enough
NOISE = 0.15  # of the example's range, the middle of the 10 to 20 % of the paper

Steps = Generator[None, None, np.ndarray]
Measure = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class ClassMap:
    """raw: float32 (rows, columns), the weighted sum of a layer's maps, its negative part cut off; weights: float32 (channels,);
    maps: float32 (rows, columns, channels); score: of the class."""

    raw: np.ndarray
    weights: np.ndarray
    maps: np.ndarray
    score: float


@dataclass(frozen=True, eq=False)
class Path:
    """Integrated gradients. values: float32, as the example; scores: of the example and of the baseline; steps: points on the path."""

    values: np.ndarray
    score: float
    baseline_score: float
    steps: int

    @property
    def total(self) -> float:
        return float(self.values.sum(dtype=np.float64))

    @property
    def difference(self) -> float:
        """What the values add up to, if the path was followed finely enough."""
        return self.score - self.baseline_score

    @property
    def gap(self) -> float:
        """How far the sum is off, as a share of the difference."""
        return abs(self.total - self.difference) / max(abs(self.difference), 1e-9)


@dataclass(frozen=True, eq=False)
class Occlusion:
    """Covering parts up. raw: float32 (positions down, positions across), how much the score drops there; values: float32 (height, width),
    the mean drop of the patches that cover a pixel; score: of the example as it is."""

    raw: np.ndarray
    values: np.ndarray
    score: float


def class_map(forward: Callable[[tf.Tensor], list[tf.Tensor]], x: np.ndarray, label: int) -> ClassMap:
    """Grad-CAM (Selvaraju et al. 2017): α_k = mean over the map of ∂score/∂A_k, map = ReLU(Σ_k α_k A_k).

    forward: x → [maps (1, rows, columns, channels), of any precision, scores (1, classes)].
    """
    at = tf.convert_to_tensor(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(at)
        maps, scores = forward(at)
        score = scores[:, label]
    slope = tape.gradient(score, maps, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    maps = tf.cast(maps, tf.float32)
    weights = tf.reduce_mean(tf.cast(slope, tf.float32), axis=(1, 2))[0]
    raw = tf.nn.relu(tf.tensordot(maps[0], weights, 1))
    return ClassMap(raw.numpy(), weights.numpy(), maps[0].numpy(), float(score[0]))


def enlarged(raw: np.ndarray, height: int, width: int) -> np.ndarray:
    """float32 (rows, columns) → (height, width), bilinear between the cells' middles."""
    return tf.image.resize(raw[..., None], (height, width), method="bilinear").numpy()[..., 0]


def smooth(score: Score, x: np.ndarray, *, samples: int = SMOOTHINGS, seed: int = 0) -> Steps:
    """SmoothGrad (Smilkov et al. 2017): the mean gradient of noisy copies, float32 as x[0]. Noise: normal, σ = 0.15 of the range of x."""
    noise = np.random.default_rng(seed).normal(0, NOISE * float(np.ptp(x)), (samples, *x.shape[1:])).astype(np.float32)
    total = np.zeros(x.shape[1:], np.float64)
    for part in pieces(samples, x[0].size):
        total += gradient(score, x + noise[part])[0].sum(axis=0, dtype=np.float64)
        yield
    return (total / samples).astype(np.float32)


def path(score: Score, x: np.ndarray, baseline: np.ndarray, *, steps: int) -> Generator[None, None, Path]:
    """Integrated gradients (Sundararajan, Taly and Yan 2017): (x − x′) · mean of ∂score/∂x on the straight line from x′ to x.

    The line is cut into `steps` equal pieces and the gradient taken in the middle of each. baseline: float32 as x.
    """
    middles = ((np.arange(steps) + 0.5) / steps).astype(np.float32)
    total = np.zeros(x.shape[1:], np.float64)
    for part in pieces(steps, x[0].size):
        share = middles[part].reshape(-1, *[1] * (x.ndim - 1))
        total += gradient(score, baseline + share * (x - baseline))[0].sum(axis=0, dtype=np.float64)
        yield
    ends = score(tf.convert_to_tensor(np.concatenate([x, baseline]))).numpy()
    values = ((x - baseline)[0] * total / steps).astype(np.float32)
    return Path(values, float(ends[0]), float(ends[1]), steps)


def occlude(measure: Measure, x: np.ndarray, fill: np.ndarray, *, patch: int, stride: int) -> Generator[None, None, Occlusion]:
    """Occlusion (Zeiler and Fergus 2014): how much the score drops when a square of `patch` pixels is painted over with `fill`.

    measure: x float32 (n, …) → float32 (n,). x: float32 (1, height, width, channels); fill: float32 (channels,). The squares stand
    `stride` pixels apart; the last ones end at the edge.
    """
    height, width = x.shape[1:3]
    tops, lefts = places(height, patch, stride), places(width, patch, stride)
    corners = [(top, left) for top in tops for left in lefts]
    drops = np.zeros(len(corners), np.float32)
    whole = float(measure(x)[0])
    for part in pieces(len(corners), x[0].size):
        some = np.repeat(x, len(corners[part]), axis=0)
        for picture, (top, left) in zip(some, corners[part], strict=True):
            picture[top : top + patch, left : left + patch] = fill
        drops[part] = whole - measure(some)
        yield
    total, count = np.zeros((height, width), np.float64), np.zeros((height, width), np.float64)
    for (top, left), drop in zip(corners, drops, strict=True):
        total[top : top + patch, left : left + patch] += drop
        count[top : top + patch, left : left + patch] += 1
    values = np.divide(total, count, out=np.zeros_like(total), where=count > 0).astype(np.float32)
    return Occlusion(drops.reshape(len(tops), len(lefts)), values, whole)


def occlude_columns(measure: Measure, x: np.ndarray) -> Occlusion:
    """How much the score drops when one column of a standardised row is set to 0, its mean. x: float32 (1, columns)."""
    columns = x.shape[1]
    some = np.repeat(x, columns, axis=0)
    np.fill_diagonal(some, 0)
    scores = np.asarray(measure(np.concatenate([x, some])))
    drops = (scores[0] - scores[1:]).astype(np.float32)
    return Occlusion(drops, drops, float(scores[0]))


def places(length: int, patch: int, stride: int) -> list[int]:
    """Where the patches begin along one side: every `stride` pixels, and one that ends at the edge."""
    last = max(length - patch, 0)
    return sorted({*range(0, last + 1, stride), last})


def pieces(count: int, numbers: int) -> Iterator[slice]:
    """Slices of `count` examples of so many numbers each, each slice one piece of work; their size follows the clock."""
    most = max(1, min(64, BATCH_NUMBERS // max(numbers, 1)))
    start, size = 0, min(8, most)
    while start < count:
        begun = time.perf_counter()
        yield slice(start, min(start + size, count))
        start += size
        size = max(1, min(round(size * PIECE / max(time.perf_counter() - begun, 1e-6)), 4 * size, most))


def blurred(x: np.ndarray, share: float = 0.1) -> np.ndarray:
    """Pictures float32 (n, height, width, channels) blurred by a Gaussian, σ = `share` of the longer side, edges repeated."""
    sigma = share * max(x.shape[1:3])
    return gaussian_filter(x, sigma, mode="nearest", radius=int(3 * sigma) + 1, axes=(1, 2))
