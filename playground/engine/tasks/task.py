"""What a run trains, as the rest of the engine sees it: checkpoints, changes, scoring and views ask a `Task`, whatever its networks are.

A new task is a class in a file of its own and a row in `TASKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import keras
import numpy as np

from playground import data
from playground.engine.compiled.learning_rate import LearningRate
from playground.engine.compiled.trainer import Trainer
from playground.engine.transfer.weight_transfer import Transfer
from playground.values.metric import Metric
from playground.values.spec import Experiment

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False)
class Score:
    """A scored split. loss: mean over its examples, penalty included; metric: the task's; confusion: int32 (classes, classes), rows true,
    None where there are no classes."""

    loss: float
    metric: float
    confusion: np.ndarray | None = None


class Task(Protocol):
    """An experiment with its data, ready to train.

    metrics: what is measured, the main one first; metric: the name of that one. classes: () where there are none. examples: split → how
    many.
    models: the compiled networks by role. The first is the one that is looked at, edited and exported; `model` is the same.
    learning_rate: of the optimizer whose rate is shown and can be changed.
    """

    metrics: tuple[Metric, ...]
    metric: str
    classes: tuple[str, ...]
    examples: Mapping[str, int]
    models: Mapping[str, keras.Model]
    trainer: Trainer
    learning_rate: LearningRate

    def __init__(self, experiment: Experiment, arrays: data.Arrays) -> None:
        """arrays: what `data.load` gave for the experiment's data."""

    @classmethod
    def compiled(cls, experiment: Experiment) -> dict[str, keras.Model]:
        """The experiment's networks by role, freshly built and compiled."""

    @staticmethod
    def encode(labels: np.ndarray, experiment: Experiment, classes: Sequence[str]) -> np.ndarray:
        """Labels (n,) as the experiment's loss wants them, (n, …)."""

    @staticmethod
    def reader(experiment: Experiment) -> Callable[[tf.Tensor], tf.Tensor]:
        """What makes answers, int32 or float32 (batch,), of the first model's outputs (batch, …)."""

    @property
    def model(self) -> keras.Model:
        """The first of `models`."""

    @property
    def arrays(self) -> data.Arrays:
        """The data it was given."""

    @property
    def parameters(self) -> int:
        """Trainable ones."""

    def score(self, split: str) -> Iterator[Score | None]:
        """Score "validation" or "test" in chunks: None between them, the Score at last."""

    def take_over(self, before: Task, *, step: int, keep_rate: bool) -> Transfer:
        """Go on with what another task has learned, which was edited into this one. step: of the edit; keep_rate: the learning rate too."""
