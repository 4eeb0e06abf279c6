"""One cell of one layer's output with all that its value can come from; and numbers as text. Knows nothing of any kind of layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

PAGE = 16  # channels of a patch that are sent at once
PAGE_VALUES = 20_000  # numbers of a patch that are sent at once

MINUS = "−"


@dataclass(frozen=True, eq=False)
class Cell:
    """layer: in the model. inputs, output: its tensors for one example, float32, no batch axis. names: the layers that inputs come from.

    index: of the cell in `output`, the channel last. maps: shape that a vector had before it was flattened, or None.
    first: the channel to begin the page of a patch with, counted from the largest contribution.
    """

    layer: keras.Layer
    inputs: tuple[np.ndarray, ...]
    names: tuple[str, ...]
    output: np.ndarray
    index: tuple[int, ...]
    maps: tuple[int, ...] | None = None
    first: int = 0

    @property
    def x(self) -> np.ndarray:
        return self.inputs[0]

    @property
    def place(self) -> tuple[int, ...]:
        """Without the channel."""
        return self.index[:-1]

    @property
    def unit(self) -> int:
        return self.index[-1]

    @property
    def value(self) -> float:
        """What the network itself computed."""
        return float(self.output[self.index])

    @property
    def kind(self) -> str:
        return type(self.layer).__name__


Answer = dict[str, Any]


def array(variable: Any) -> np.ndarray:
    """A variable's or tensor's numbers as float64."""
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(variable, "float32")), np.float64)


def single(numbers: np.ndarray) -> np.ndarray:
    """As float32; what is too large becomes infinite, as in the network."""
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)


def axes_of(axis: int | list[int] | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """A layer's axes, which count the batch, as axes of an array without it."""
    given = axis if isinstance(axis, (list, tuple)) else [axis]
    return tuple(sorted(one - 1 if one > 0 else one + rank for one in given))


def digits(value: float) -> str:
    """Four significant digits: "0.1235", "−12.3", "1.2·10⁻⁷"."""
    value = float(value)
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.2e}".split("e")
        raised = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"["0123456789".index(c)] if c.isdigit() else "⁻" for c in str(int(exponent)))
        text = f"{mantissa.rstrip('0').rstrip('.')}·10{raised}"
    else:
        text = f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    return text.replace("-", MINUS)


def signed(value: float) -> str:
    """As a further summand: "+ 0.5" or "− 0.5"."""
    return f"{MINUS} {digits(-value)}" if value < 0 else f"+ {digits(value)}"


def bracketed(value: float) -> str:
    """As a factor: negative numbers in brackets."""
    return f"({digits(value)})" if value < 0 else digits(value)
