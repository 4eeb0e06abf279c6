"""What a network says about every example of a part of the data: shared by the views that ask where it is right and wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from playground.engine.inspection.subject import Subject
from playground.values.errors import Conflict

EPSILON = 1e-7  # Keras's: probabilities are kept this far from 0, so that no example's loss is infinite
SLICE = 0.03  # seconds of work between two yields, about
Work = Generator[None, None, "Predicted"]


@dataclass(frozen=True, eq=False)
class Predicted:
    """The answers for a part of the data, in its order.

    probabilities: float32 (n, classes), rows sum to 1. truth, label: int32 (n,), the true class and the most probable one.
    confidence: float32 (n,), the probability of `label`. margin: float32 (n,), confidence minus the second-largest probability.
    loss: float32 (n,), cross-entropy −ln p(true class), at most −ln 1e-7 = 16.1.
    """

    probabilities: np.ndarray
    truth: np.ndarray
    label: np.ndarray
    confidence: np.ndarray
    margin: np.ndarray
    loss: np.ndarray

    @property
    def is_right(self) -> np.ndarray:
        """bool (n,)."""
        return self.label == self.truth

    @property
    def classes(self) -> int:
        return self.probabilities.shape[1]


def predicted(subject: Subject, split: str) -> Work:
    """A generator that returns the Predicted of "train", "validation" or "test" with the subject's weights; the second time at once.

    Raises Conflict when the network gives out NaN or a number instead of classes, or the part is empty.
    """
    key = ("predicted", split)
    found = subject.recall(key)
    if found is None:
        if not subject.classes:
            raise Conflict("This run predicts a number, so it mistakes no class for another.", fix="Choose a run with classes.")
        x, y = subject.split(split)
        if not len(x):
            raise Conflict(f"The {split} part has no examples.", fix="Choose another part of the data.")
        pieces = yield from sliced(subject.probabilities, x, batch=subject.forward.batch_size)
        found = of(np.concatenate(pieces), y, split)
        subject.remember(key, lambda: found)
    return found


def sliced(answer: Callable[[np.ndarray], np.ndarray], x: np.ndarray, *, batch: int) -> Generator[None, None, list[np.ndarray]]:
    """answer(x) by slices whose size follows the clock: [arrays (k, …), …]. Yields between them.

    batch: examples; every slice is a multiple of it, for the compiled call takes as many.
    """
    pieces, done, size = [], 0, batch
    while done < len(x):
        begun = time.perf_counter()
        pieces.append(answer(x[done : done + size]))
        done += size
        took = time.perf_counter() - begun
        if len(pieces) > 1:  # the first is compiled, its time says nothing
            size = batch * max(1, min(round(size / batch * SLICE / max(took, 1e-6)), 4 * size // batch))
        if done < len(x):
            yield
    return pieces


def of(probabilities: np.ndarray, truth: np.ndarray, split: str = "test") -> Predicted:
    """probabilities: float32 (n, classes); truth: int (n,). Raises Conflict where they are not numbers."""
    broken = int((~np.isfinite(probabilities).all(axis=1)).sum())
    if broken:
        raise Conflict(
            f"The network's answers are no numbers (NaN) for {broken:,} of {len(truth):,} examples of the {split} part.",
            fix="Choose the weights of an earlier epoch; a smaller learning rate keeps the next run from it.",
        )
    rows = np.arange(len(truth))
    label = probabilities.argmax(axis=1)
    confidence = probabilities[rows, label]
    second = np.partition(probabilities, -2, axis=1)[:, -2] if probabilities.shape[1] > 1 else np.zeros(len(truth), np.float32)
    loss = -np.log(np.clip(probabilities[rows, truth], EPSILON, 1 - EPSILON))
    as_float = (confidence, confidence - second, loss)
    return Predicted(probabilities, truth.astype(np.int32), label.astype(np.int32), *(a.astype(np.float32) for a in as_float))
