"""Cells of layers that add chance in training and do nothing in prediction: dropout and noise, with many draws to show what is kept."""

from __future__ import annotations

import numpy as np

from playground.engine.arithmetic.cell import Answer, Cell, digits

MASKS = 6  # of a map that are sent
DRAWS = 200  # of which the running mean is taken
MAP = 128 * 128  # a larger map is sent without masks


def dropped(cell: Cell, seed: int) -> Answer:
    """In prediction the value is x. In training each number is dropped with probability p, and what stays is divided by 1 − p.

    So the expectation is kept: (1 − p)·x/(1 − p) + p·0 = x (Srivastava et al. 2014, "inverted" as in Keras).

    Returns masks: uint8 (n, rows, columns), 1 kept, for the cell's map (for a vector: of all units as one row); draws: float32 (200,)
    of this cell in training; means: float32 (200,), their running mean. The draws are ours, from `seed`: in training Keras draws its own.
    """
    x = float(cell.x[cell.index])
    generator = np.random.default_rng(seed)
    draws = RULES[cell.kind](cell, generator, x)
    means = np.cumsum(draws) / np.arange(1, DRAWS + 1)
    answer: Answer = {
        "family": "dropout",
        "recomputed": x,
        "draws": draws.astype(np.float32),
        "means": means.astype(np.float32),
        "rate": float(getattr(cell.layer, "rate", 0.0) or 0.0),
        "masks": masks(cell, generator),
    }
    mean = f"Mean over {DRAWS} draws: {digits(means[-1])}; without any chance: {digits(x)}."
    return answer | {"formula": [f"In prediction: a = x = {digits(x)}, unchanged.", *TEXTS[cell.kind](cell, x), mean]}


def masks(cell: Cell, generator: np.random.Generator) -> np.ndarray | None:
    """A few masks of what would be kept, for layers that drop."""
    if cell.kind not in ("Dropout", "AlphaDropout") and not cell.kind.startswith("Spatial"):
        return None
    if cell.kind.startswith("Spatial") or cell.x.ndim == 1:  # whole channels, or units
        shape: tuple[int, ...] = (1, min(cell.x.shape[-1], MAP))
    else:
        shape = cell.x.shape[-3:-1] if cell.x.ndim > 2 else (1, cell.x.shape[0])
    if shape[0] * shape[1] > MAP:
        return None
    return (generator.random((MASKS, *shape)) >= cell.layer.rate).astype(np.uint8)


def plain(cell: Cell, generator: np.random.Generator, x: float) -> np.ndarray:
    kept = generator.random(DRAWS) >= cell.layer.rate
    return np.where(kept, x / (1 - cell.layer.rate), 0.0)


def times_noise(cell: Cell, generator: np.random.Generator, x: float) -> np.ndarray:
    return x * generator.normal(1.0, np.sqrt(cell.layer.rate / (1 - cell.layer.rate)), DRAWS)


def plus_noise(cell: Cell, generator: np.random.Generator, x: float) -> np.ndarray:
    return x + generator.normal(0.0, cell.layer.stddev, DRAWS)


ALPHA = -1.6732632423543772 * 1.0507009873554805  # what SELU gives for very small inputs (Klambauer et al. 2017)


def self_normalising(cell: Cell, generator: np.random.Generator, x: float) -> np.ndarray:
    """Dropped numbers become SELU's lower bound; a and b then put mean and variance back (for inputs of mean 0 and variance 1)."""
    rate = cell.layer.rate
    a = ((1 - rate) * (1 + rate * ALPHA**2)) ** -0.5
    b = -a * ALPHA * rate
    return a * np.where(generator.random(DRAWS) >= rate, x, ALPHA) + b


def nothing(cell: Cell, generator: np.random.Generator, x: float) -> np.ndarray:
    return np.full(DRAWS, x)


def say_plain(cell: Cell, x: float) -> list[str]:
    rate = cell.layer.rate
    kept = f"{digits(x)} / (1 − {digits(rate)}) = {digits(x / (1 - rate))}"
    whole = " A whole channel goes at once." if cell.kind.startswith("Spatial") else ""
    return [
        f"In training: 0 with probability {digits(rate)}, else x / (1 − p) = {kept}.{whole}",
        f"Expected: {digits(rate)} · 0 + {digits(1 - rate)} · {digits(x / (1 - rate))} = {digits(x)}.",
    ]


def say_times(cell: Cell, x: float) -> list[str]:
    spread = np.sqrt(cell.layer.rate / (1 - cell.layer.rate))
    return [f"In training: x times a random number of mean 1 and standard deviation √(p / (1 − p)) = {digits(spread)}."]


def say_plus(cell: Cell, x: float) -> list[str]:
    return [f"In training: x plus a random number of mean 0 and standard deviation {digits(cell.layer.stddev)}."]


def say_alpha(cell: Cell, x: float) -> list[str]:
    return [
        f"In training: {digits(ALPHA)} instead of x with probability {digits(cell.layer.rate)}; all is then shifted and scaled so that "
        "mean 0 and variance 1 stay over all numbers. For one number the mean moves, as here."
    ]


def say_nothing(cell: Cell, x: float) -> list[str]:
    return ["In training too; only the loss takes part of it as a penalty."]


DROPPING = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
RULES = {
    **dict.fromkeys(DROPPING, plain),
    "GaussianDropout": times_noise,
    "GaussianNoise": plus_noise,
    "AlphaDropout": self_normalising,
    "ActivityRegularization": nothing,
}
TEXTS = {
    **dict.fromkeys(DROPPING, say_plain),
    "GaussianDropout": say_times,
    "GaussianNoise": say_plus,
    "AlphaDropout": say_alpha,
    "ActivityRegularization": say_nothing,
}
