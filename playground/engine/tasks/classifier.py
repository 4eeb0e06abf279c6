"""Classification: one network, one class for each example. Makes the compiled model, prepares labels, and scores."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np

from playground import catalog, data
from playground.engine import build, confusion, device
from playground.engine.loop import Loop, Scorer, place
from playground.spec import Experiment, Part

SCORING_BATCH = 128  # at least; nothing learns there, so larger batches cost nothing but memory


@dataclass(frozen=True, eq=False)
class Score:
    """A scored split. loss: mean over its examples, penalty included; confusion: int32 (classes, classes), rows true."""

    loss: float
    accuracy: float
    confusion: np.ndarray


class Classifier:
    """A classifier ready to train: `model`, `loop`, and scoring of "validation" and "test"."""

    def __init__(self, experiment: Experiment, arrays: data.Arrays) -> None:
        training = experiment.training
        self.classes = tuple(arrays.classes)
        splits = {"train": arrays.train, "validation": arrays.validation, "test": arrays.test}
        self.examples = {name: len(x) for name, (x, _) in splits.items()}
        self.model = compiled(experiment)
        labels = {name: encode(y, training.loss, len(self.classes)) for name, (_, y) in splits.items()}
        self.loop = Loop(self.model, (arrays.train[0], labels["train"]), batch_size=training.batch_size)
        self._truth = {name: y for name, (_, y) in splits.items()}
        self._ids = arrays.ids
        self._placed = {name: (place(splits[name][0]), place(labels[name])) for name in ("validation", "test")}
        self._scorer = Scorer(self.model, predicted, batch_size=max(training.batch_size, SCORING_BATCH))

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
        labels: list[np.ndarray] = []
        done = 0
        while done < total:
            some, found = self._scorer.score(x, y, first=done // size)
            done += len(found)
            losses.append(some)
            labels.append(found)
            if done < total:
                yield None
        each = np.concatenate(losses).astype(np.float64)
        sizes = [min(size, total - start) for start in range(0, total, size)]
        counts = confusion.matrix(self._truth[split], np.concatenate(labels), len(self.classes))
        yield Score(float(np.average(each, weights=sizes)), float(np.trace(counts) / total), counts)


def compiled(experiment: Experiment) -> keras.Model:
    """The experiment's model with its optimizer, loss and accuracy, compiled for the chunk loop."""
    training = experiment.training
    model = build.build(experiment.network, training)
    kind = keras.metrics.CategoricalAccuracy if catalog.wants_one_hot(training.loss) else keras.metrics.SparseCategoricalAccuracy
    model.compile(
        optimizer=build.build_part(training.optimizer),
        loss=build.build_part(training.loss),
        metrics=[kind(name="accuracy")],
        jit_compile=device.jit_compile(),
    )
    return model


def encode(labels: np.ndarray, loss: Part, classes: int) -> np.ndarray:
    """Labels int (n,) as the loss wants them: one-hot float32 (n, classes), or int32 as they are."""
    return np.eye(classes, dtype=np.float32)[labels] if catalog.wants_one_hot(loss) else labels.astype(np.int32)


def predicted(output):
    """The model's output (batch, classes) → int32 (batch,) labels."""
    return keras.ops.cast(keras.ops.argmax(output, axis=-1), "int32")
