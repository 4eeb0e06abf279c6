"""What the tasks that learn from labelled examples share: one network, its trainer, and scoring in chunks."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np

from playground import data
from playground.engine.compiled import device
from playground.engine.compiled.learning_rate import LearningRate
from playground.engine.compiled.loop import Scorer, place
from playground.engine.compiled.trainer import trainer_for
from playground.engine.model import build
from playground.engine.tasks.task import Score, Task
from playground.engine.training.batch_order import BatchOrder
from playground.engine.transfer.optimizer_state import carry_slots
from playground.engine.transfer.weight_transfer import Transfer, carry
from playground.values.metric import Metric
from playground.values.spec import Experiment

if TYPE_CHECKING:
    import tensorflow as tf

SCORING_BATCH = 128  # at least; nothing learns there, so larger batches cost nothing but memory
NETWORK = "network"  # the role of the only one
EXAMPLES = 1_000  # of the training part, on which an edit is judged
EXAMPLES_OF_MAPS = 100


class Supervised(ABC):
    """One network ready to learn from labels, as a `Task`.

    metrics: what is measured, the main one first; each is a column of the trainer by its name.
    """

    metrics: tuple[Metric, ...]

    def __init__(self, experiment: Experiment, arrays: data.Arrays) -> None:
        training = experiment.training
        self.classes = tuple(arrays.classes)
        splits = {"train": arrays.train, "validation": arrays.validation, "test": arrays.test}
        is_plane = data.of(experiment.data).kind == "plane"  # there, the validation part is the same points as the test part
        self.examples: Mapping[str, int] = {name: len(x) for name, (x, _) in splits.items() if not (is_plane and name == "validation")}
        self.models: Mapping[str, keras.Model] = self.compiled(experiment)
        self._truth = {name: y for name, (_, y) in splits.items()}
        self._ids = arrays.ids
        self._seed = training.seed
        self._placed = {name: (place(x), place(self.encode(y, experiment, self.classes))) for name, (x, y) in splits.items()}
        self.trainer = trainer_for(
            self.model,
            self._placed["train"],
            self._placed["validation"],
            batch_size=training.batch_size,
            order=BatchOrder(len(arrays.train[0]), seed=training.seed),
        )
        self.learning_rate = LearningRate(self.model.optimizer)
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
    def compiled(cls, experiment: Experiment) -> dict[str, keras.Model]:
        """The experiment's network with its optimizer, loss and metric, compiled for the trainer."""
        training = experiment.training
        model = build.build(experiment.network, training)
        model.compile(
            optimizer=build.build_part(training.optimizer),
            loss=build.build_part(training.loss),
            metrics=[cls.measure(experiment)],
            jit_compile=device.jit_compile(),
        )
        return {NETWORK: model}

    @property
    def model(self) -> keras.Model:
        return self.models[NETWORK]

    @property
    def metric(self) -> str:
        """The name of the main one."""
        return self.metrics[0].name

    @property
    def arrays(self) -> data.Arrays:
        """The data again, as numpy sees what lies on the device: on a CPU without a copy."""
        parts = {name: (np.asarray(x), self._truth[name]) for name, (x, _) in self._placed.items()}
        return data.Arrays(**parts, classes=self.classes, ids=self._ids)

    @property
    def parameters(self) -> int:
        """Trainable ones."""
        return sum(math.prod(v.shape) for v in self.model.trainable_variables)

    def take_over(self, before: Task, *, step: int, keep_rate: bool) -> Transfer:
        """See `Task.take_over`."""
        x = before.arrays.train[0]
        x = x[: EXAMPLES if x.ndim == 2 else EXAMPLES_OF_MAPS]
        x = x.astype(np.float32) / 255 if x.dtype == np.uint8 else x
        kept, gathers = carry(before.model, self.model, x=x, seed=self._seed, step=step)
        carry_slots(before.model, self.model, gathers, keep_rate=keep_rate)
        return kept

    def score(self, split: str) -> Iterator[Score | None]:
        """See `Task.score`."""
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
