"""What is measured of a network, described by itself: its title, which way is better, how its numbers are written."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.values.errors import InvalidValue

DIRECTIONS = ("higher", "lower")
FORMATS = ("percent", "number")


@dataclass(frozen=True)
class Metric:
    """name: of its column, `val_<name>` over the validation part, `test_<name>` over the test part.

    short: the title where there is little room. better: "higher" or "lower". format: "percent" of a share from 0 to 1, or "number".
    help: one sentence. Raises InvalidValue for another direction or format.
    """

    name: str
    title: str
    short: str
    better: str
    format: str
    help: str = ""

    def __post_init__(self) -> None:
        for value, offered in ((self.better, DIRECTIONS), (self.format, FORMATS)):
            if value not in offered:
                raise InvalidValue("A metric cannot be read.", expected=" or ".join(offered), got=value)

    @property
    def is_share(self) -> bool:
        return self.format == "percent"

    def is_better(self, value: float, other: float | None) -> bool:
        """Whether a value counts more than another; a number more than NaN or None."""
        if not math.isfinite(value):
            return False
        if other is None or not math.isfinite(other):
            return True
        return value > other if self.better == "higher" else value < other

    def reaches(self, values: np.ndarray, goal: float, *, slack: float = 0.0) -> np.ndarray:
        """Which values are as good as `goal`, bool (n,). slack: what they may lack for being rounded."""
        return values >= goal - slack if self.better == "higher" else values <= goal + slack

    def best(self, values: np.ndarray) -> int | None:
        """The place of the best finite value, the first of equal ones; None where none is finite."""
        worst = -np.inf if self.better == "higher" else np.inf
        known = np.isfinite(values)
        if not known.any():
            return None
        finite = np.where(known, values, worst)
        return int(finite.argmax() if self.better == "higher" else finite.argmin())

    def text(self, value: float) -> str:
        """As people read it, and as `format.js` writes it: "97.3 %", "0.0123", "1.23e+4"."""
        if not math.isfinite(value):
            return "not a number"
        if self.is_share:
            return f"{100 * value:.1f} %"
        if value == 0 or 0.0001 <= abs(value) < 1000:
            return f"{value:.4f}"
        digits, power = f"{value:.{2 if abs(value) >= 1000 else 1}e}".split("e")
        return f"{digits}e{int(power):+d}"

    def to_json(self) -> dict[str, str]:
        return dataclasses.asdict(self)


def metric_from_json(data: Mapping[str, Any] | Metric) -> Metric:
    """The inverse of `to_json`. Raises InvalidValue."""
    if isinstance(data, Metric):
        return data
    try:
        return Metric(**data)
    except TypeError as error:
        raise InvalidValue("A metric could not be read.", expected="name, title, short, better, format, help", got=str(error)) from None


LOSS = Metric("loss", "Loss", "Loss", "lower", "number", "How wrong the network is: what training makes smaller.")
ACCURACY = Metric("accuracy", "Accuracy", "Accuracy", "higher", "percent", "Share of the examples that get their own class.")
MAE = Metric("mae", "Mean absolute error", "Error", "lower", "number", "Mean distance between prediction and truth.")

METRICS: dict[str, tuple[Metric, ...]] = {  # by task, the main one first
    "classifier": (ACCURACY, LOSS),
    "regressor": (MAE, LOSS),
}
