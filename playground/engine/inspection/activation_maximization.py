"""Gradient ascent to the example that a unit answers most to (Erhan et al. 2009; the regularisers after Olah et al. 2017).

Steps one at a time, so that a person can watch. Imports TensorFlow. Knows nothing of runs and views.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from scipy.special import logit

from playground.engine.inspection.attribution import blurred

Function = Callable[[tf.Tensor], tf.Tensor]
MOST = 256  # steps
REACH = 3.0  # standard deviations from the mean that a row of a table may go
BLUR_EVERY = 4  # steps, in pixel space


@dataclass(frozen=True)
class Restraint:
    """What keeps the picture from becoming noise that only this network sees. The pull of the unit's gradient counts 1.

    l2: pull towards the data's mean colour; variation: pull of neighbours towards each other; jitter: share of the longer side by which
    the picture is moved at random before each step; blur: pixels, σ of a Gaussian now and then (in pixel space).
    """

    l2: float
    variation: float
    jitter: float
    blur: float


RESTRAINTS = {
    "none": Restraint(l2=0, variation=0, jitter=0, blur=0),
    "some": Restraint(l2=0.5, variation=0.5, jitter=0.06, blur=0.4),
    "strong": Restraint(l2=1, variation=2, jitter=0.08, blur=0.6),
}


@dataclass(eq=False)
class Space:
    """How numbers make an example. start: float32, the numbers to begin with; make: numbers → example float32 (1, …); rate: Adam's step."""

    start: np.ndarray
    make: Function
    rate: float
    is_pixels: bool = False


def pixel_space(shape: tuple[int, ...], rest: np.ndarray, seed: int) -> Space:
    """The numbers are the pixels. rest: float32 (channels,), the data's mean colour, where the picture begins."""
    noise = np.random.default_rng(seed).normal(0, 0.05, (1, *shape))
    return Space(np.clip(rest + noise, 0, 1).astype(np.float32), lambda p: p, rate=0.02, is_pixels=True)


def fourier_space(shape: tuple[int, ...], rest: np.ndarray, seed: int) -> Space:
    """The numbers are waves, each weighted by 1 / frequency, so that coarse shapes come as easily as fine; a sigmoid keeps to 0 … 1."""
    height, width, channels = shape
    down, across = np.meshgrid(np.fft.fftfreq(height), np.fft.rfftfreq(width), indexing="ij")
    weight = 1 / np.maximum(np.hypot(down, across), 1 / max(height, width))
    weight = tf.constant((weight * np.sqrt(height * width) / weight.max())[None, None], tf.complex64)
    middle = logit(np.clip(rest, 0.02, 0.98)).astype(np.float32)
    start = np.random.default_rng(seed).normal(0, 0.1, (2, 1, channels, height, width // 2 + 1)).astype(np.float32)

    def make(p: tf.Tensor) -> tf.Tensor:
        waves = tf.signal.irfft2d(tf.complex(p[0], p[1]) * weight, (height, width))
        return tf.sigmoid(tf.transpose(waves, (0, 2, 3, 1)) + middle)

    return Space(start, make, rate=0.3)


def row_space(shape: tuple[int, ...], seed: int) -> Space:
    """A row of standardised columns, kept within REACH standard deviations."""
    start = np.random.default_rng(seed).normal(0, 0.05, (1, *shape)).astype(np.float32)
    return Space(start, lambda p: REACH * tf.tanh(p), rate=0.1)


@dataclass(eq=False)
class Ascent:
    """A climb that stands somewhere. aim: x float32 (1, …) → what is to grow, float32 (1,); slope: x → ∂aim/∂x.

    rest: float32 (channels,), the data's mean colour, or 0 for rows. curve: the aim's value at the start and after each step.
    """

    space: Space
    aim: Function
    slope: Function
    rest: np.ndarray | float
    restraint: Restraint
    seed: int
    curve: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._p = self.space.start.copy()
        self._slope, self._square = np.zeros_like(self._p), np.zeros_like(self._p)
        self.curve.append(float(self.aim(tf.constant(self.example))[0]))

    @property
    def steps(self) -> int:
        return len(self.curve) - 1

    @property
    def is_done(self) -> bool:
        return self.steps >= MOST

    @property
    def example(self) -> np.ndarray:
        """float32 (1, …), as the network gets it."""
        return self.space.make(tf.constant(self._p)).numpy()

    def climb(self) -> None:
        """One step of Adam along the aim's gradient, normalised, less what the restraints ask for."""
        rng = np.random.default_rng((self.seed, self.steps))
        at = tf.constant(self._p)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(at)
            x = self.space.make(at)
        shift = self._shift(rng, x.shape)
        moved = tf.roll(x, shift, axis=(1, 2)) if shift else x
        pull = self.slope(moved).numpy()
        pull = np.roll(pull, tuple(-n for n in shift), axis=(1, 2)) if shift else pull
        pull = pull / (np.sqrt(np.mean(pull**2)) + 1e-12)
        wanted = pull - self._restrained(x.numpy())
        self._adam(tape.gradient(x, at, output_gradients=tf.constant(wanted.astype(np.float32))).numpy())
        if self.space.is_pixels:
            self._p = np.clip(self._p, 0, 1)
            if self.restraint.blur and (self.steps + 1) % BLUR_EVERY == 0:
                self._p = blurred(self._p, self.restraint.blur / max(self._p.shape[1:3]))
        self.curve.append(float(self.aim(tf.constant(self.example))[0]))

    def _shift(self, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[int, int] | None:
        if len(shape) != 4 or not self.restraint.jitter:
            return None
        most = max(1, round(self.restraint.jitter * max(shape[1:3])))
        down, right = rng.integers(-most, most + 1, 2)
        return int(down), int(right)

    def _restrained(self, x: np.ndarray) -> np.ndarray:
        """∂(l2 · ‖x − rest‖² + variation · Σ squared differences of neighbours)/∂x, each in units of the picture's range."""
        found = self.restraint.l2 * 2 * (x - self.rest)
        if x.ndim != 4 or not self.restraint.variation:
            return found
        for axis in (1, 2):
            step = np.diff(x, axis=axis)
            edge = [(0, 0)] * 4
            before, behind = edge.copy(), edge.copy()
            before[axis], behind[axis] = (1, 0), (0, 1)
            found = found + self.restraint.variation * 2 * (np.pad(step, before) - np.pad(step, behind))
        return found

    def _adam(self, slope: np.ndarray) -> None:
        t = self.steps + 1
        self._slope = 0.9 * self._slope + 0.1 * slope
        self._square = 0.999 * self._square + 0.001 * slope**2
        step = self._slope / (1 - 0.9**t) / (np.sqrt(self._square / (1 - 0.999**t)) + 1e-8)
        self._p = (self._p + self.space.rate * step).astype(np.float32)
