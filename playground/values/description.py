"""What the engine found out about an experiment without training it: shapes, sizes and what does not fit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LayerInfo:
    """One layer of the stack, in its order. output_shape: without the batch axis; None behind an impossible layer.

    parameters: all; trainable: those that learn; weight_bytes; activation_bytes: of its output for one batch.
    """

    name: str
    output_shape: tuple[int, ...] | None
    parameters: int = 0
    trainable: int = 0
    weight_bytes: int = 0
    activation_bytes: int = 0


@dataclass(frozen=True)
class Problem:
    """What does not fit. layer: its name, or "" for the whole. severity: "error" (cannot train) or "warning" (will train badly).

    fix_label: verb phrase for a button ("Add Flatten before dense"), or "". fixed: the mended experiment as JSON data, or None.
    """

    what: str
    layer: str = ""
    severity: str = "error"
    fix_label: str = ""
    fixed: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Description:
    """memory_bytes: estimate for training: weights, gradients, optimizer slots, activations of a batch, the data."""

    layers: tuple[LayerInfo, ...]
    problems: tuple[Problem, ...] = ()
    parameters: int = 0
    trainable: int = 0
    memory_bytes: int = 0

    @property
    def can_train(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def to_json(description: Description) -> dict[str, Any]:
    return dataclasses.asdict(description)


def from_json(data: Mapping[str, Any]) -> Description:
    layers = tuple(
        LayerInfo(**item | {"output_shape": None if item["output_shape"] is None else tuple(item["output_shape"])})
        for item in data["layers"]
    )
    return Description(**dict(data) | {"layers": layers, "problems": tuple(Problem(**item) for item in data["problems"])})
