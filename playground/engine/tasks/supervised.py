"""What the tasks that learn from labelled examples share: one network, its compiled loop, and scoring in chunks."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from playground import data
from playground.engine.compiled import device
from playground.engine.compiled.fused import Fused, suits
from playground.engine.compiled.loop import Loop, Scorer, place
from playground.engine.model import build
from playground.values.metric import Metric
from playground.values.spec import Experiment

if TYPE_CHECKING:
    import tensorflow as tf

SCORING_BATCH = 128  # at least; nothing learns there, so larger batches cost nothing but memory


@dataclass(frozen=True, eq=False)
class Score:
    """A scored split. loss: mean over its examples, penalty included; metric: the task's main one's value; confusion: int32 (classes,
    classes), rows true, None where there are no classes."""

    loss: float
    metric: float
    confusion: np.ndarray | None = None


class Supervised(ABC):
    """One network ready to learn from labels: `model`, `loop`, and scoring of "validation" and "test".

    metrics: what is measured, the main one first; each is a column of the loop by its name.
    """

    metrics: tuple[Metric, ...]

    def __init__(self, experiment: Experiment, arrays: data.Arrays) -> None:
        training = experiment.training
        self.classes = tuple(arrays.classes)
        splits = {"train": arrays.train, "validation": arrays.validation, "test": arrays.test}
        self.examples = {name: len(x) for name, (x, _) in splits.items()}
        if data.of(experiment.data).kind == "plane":
            del self.examples["validation"]  # the same points as the test part
        self.model = self.compiled(experiment)
        labels = {name: self.encode(y, experiment, self.classes) for name, (_, y) in splits.items()}
        train, held = (arrays.train[0], labels["train"]), (arrays.validation[0], labels["validation"])
        size = training.batch_size
        self.loop: Loop | Fused = (
            Fused(self.model, train, held, batch_size=size) if suits(self.model, size) else Loop(self.model, train, batch_size=size)
        )
        self._truth = {name: y for name, (_, y) in splits.items()}
        self._ids = arrays.ids
        self._placed = {name: (place(splits[name][0]), place(labels[name])) for name in ("validation", "test")}
        self._scorer = Scorer(self.model, self.reader(experiment), batch_size=max(training.batch_size, SCORING_BATCH))

    @staticmethod
    @abstractmethod
    def encode(labels: np.ndarray, experiment: Experiment, classes: Sequence[str]) -> np.ndarray:
        """Labels (n,) as the experiment's loss wants them, (n, …)."""

    @staticmethod
    @abstractmethod
    def measure(experiment: Experiment) -> keras.metrics.Metric:
        """The main metric, under its name."""

    @staticmethod
    @abstractmethod
    def reader(experiment: Experiment) -> Callable[[tf.Tensor], tf.Tensor]:
        """What makes answers, int32 or float32 (batch,), of outputs (batch, …)."""

    @abstractmethod
    def scored(self, loss: float, truth: np.ndarray, answers: np.ndarray) -> Score:
        """The score of a split. truth, answers: (n,)."""

    @classmethod
    def compiled(cls, experiment: Experiment) -> keras.Model:
        """The experiment's model with its optimizer, loss and metric, compiled for the chunk loop."""
        training = experiment.training
        model = build.build(experiment.network, training)
        model.compile(
            optimizer=build.build_part(training.optimizer),
            loss=build.build_part(training.loss),
            metrics=[cls.measure(experiment)],
            jit_compile=device.jit_compile(),
        )
        return model

    @property
    def metric(self) -> str:
        """The name of the main one."""
        return self.metrics[0].name

    @property
    def arrays(self) -> data.Arrays:
        """The data again, as numpy sees what lies on the device: on a CPU without a copy."""
        placed = {"train": self.loop.x} | {name: x for name, (x, _) in self._placed.items()}
        parts = {name: (np.asarray(x), self._truth[name]) for name, x in placed.items()}
        return data.Arrays(**parts, classes=self.classes, ids=self._ids)

    @property
    def parameters(self) -> int:
        """Trainable ones."""
        return sum(math.prod(v.shape) for v in self.model.trainable_variables)

    @property
    def has_fixed_rate(self) -> bool:
        return not isinstance(self.model.optimizer._learning_rate, keras.optimizers.schedules.LearningRateSchedule)

    def scoring(self, split: str) -> Iterator[Score | None]:
        """Scores "validation" or "test" in chunks: yields None between them and the Score at last."""
        x, y = self._placed[split]
        size, total = self._scorer.batch_size, len(x)
        losses: list[np.ndarray] = []
        answers: list[np.ndarray] = []
        done = 0
        while done < total:
            some, found = self._scorer.score(x, y, first=done // size)
            done += len(found)
            losses.append(some)
            answers.append(found)
            if done < total:
                yield None
        each = np.concatenate(losses).astype(np.float64)
        sizes = [min(size, total - start) for start in range(0, total, size)]
        yield self.scored(float(np.average(each, weights=sizes)), self._truth[split], np.concatenate(answers))
