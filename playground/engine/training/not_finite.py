"""What ends a run whose loss is NaN or infinite: where that is noticed, and how it is explained."""

from __future__ import annotations

import math

import numpy as np

from playground.engine.training.curve_points import FinishedEpochs
from playground.engine.training.training_state import TrainingState
from playground.values.errors import PlaygroundError


class NotFinite(Exception):
    """name: of the loss, "loss" or "val_loss"; value: NaN or infinite."""

    def __init__(self, name: str, value: float) -> None:
        super().__init__(name, value)
        self.name, self.value = name, value


def check_batches(rows: np.ndarray) -> None:
    """Raises NotFinite where the last batch's loss is not finite. rows: float32 (steps, names), loss first."""
    if len(rows) and not np.isfinite(rows[-1, 0]):
        raise NotFinite("loss", float(rows[-1, 0]))


def check_epochs(finished: FinishedEpochs) -> None:
    """Raises NotFinite where the last epoch's held-out loss is not finite."""
    loss = float(finished.values["val_loss"][-1])
    if not math.isfinite(loss):
        raise NotFinite("val_loss", loss)


def explained(reason: NotFinite, state: TrainingState, *, good_epoch: int) -> PlaygroundError:
    """What happened and what to do about it. good_epoch: the last one whose state was kept."""
    rate = state.task.learning_rate
    fix = f"Resume from epoch {good_epoch} with a learning rate below {rate.now:g}, for instance {rate.now / 10:g}, or clip the gradients."
    if not rate.is_fixed:
        fix = "Lower the schedule's rate or clip the gradients, and train again."
    return PlaygroundError(
        f"The {'loss' if reason.name == 'loss' else 'validation loss'} became {'NaN' if math.isnan(reason.value) else 'infinite'} "
        f"in step {state.step:,} of epoch {state.epoch_of(state.step)}: the weights grew beyond what numbers can hold.",
        fix=fix,
    )
