"""What trains a compiled model, a chunk at a time: one protocol for every training loop, and the choice of the loop for a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import keras

from playground.engine.compiled.chunk import Chunk, Pace, Position
from playground.engine.compiled.fused import FusedTrainer, suits
from playground.engine.compiled.loop import Arrays, LoopTrainer

if TYPE_CHECKING:
    from playground.engine.training.batch_order import BatchOrder


class Trainer(Protocol):
    """Trains on examples that lie on the device. Whoever drives it need not know how it does so.

    names: the columns of a chunk's rows: "loss", the metrics' names, and "penalty" where regularisers add one.
    examples: of the training part. epochs_per_chunk: how many epochs a chunk may finish.
    scores_epochs: whether its chunks bring loss and metric of the held-out part; otherwise the task scores each finished epoch.
    """

    names: tuple[str, ...]
    batch_size: int
    examples: int
    steps_per_epoch: int
    pace: Pace
    epochs_per_chunk: int
    scores_epochs: bool

    def prepare(self) -> None:
        """Compile without training; otherwise the first chunk does. Touches no variable, so that another thread may do it."""

    def train(self, first: Position, most: int) -> Chunk:
        """Train from `first` on, at most `most` steps and about a chunk's worth; most: 1 or more, over `epochs_per_chunk` epochs at most.

        Equal positions and states give equal chunks to the last bit, however the way is cut into chunks. Ends after a batch whose loss
        is not finite, and after an epoch whose score is not; so nothing is trained on top of either.
        """


def trainer_for(model: keras.Model, train: Arrays, held: Arrays, *, batch_size: int, order: BatchOrder) -> Trainer:
    """The trainer of a compiled model: the model alone decides which, so that equal experiments are trained alike.

    train, held: x uint8 (n, …), scaled to 0…1 in the graph, or float32 (n, …); y as the loss wants it. order: of the training part.
    """
    if suits(model, batch_size):
        return FusedTrainer(model, train, held, batch_size=batch_size, order=order)
    return LoopTrainer(model, train, batch_size=batch_size, order=order)
