"""A run's model as a `.keras` file: built anew from the experiment, weights from the checkpoint. Such files are never read here."""

from __future__ import annotations

import os
from pathlib import Path

from playground import validation
from playground.engine.checkpoints import checkpoint
from playground.engine.checkpoints.architecture import with_architecture
from playground.engine.tasks import TASKS
from playground.values.command import WEIGHTS
from playground.values.errors import InvalidValue, NotFound, Unavailable
from playground.values.spec import Experiment


def export(experiment: Experiment, *, folder: Path, weights: str, path: Path) -> None:
    """Write the compiled model of a run that began with `experiment` to `path`, whole or not at all, in a folder that is there.

    weights: "last" or "best", with the network they belong to. Of a task's models it is the first.

    The model takes float32 pictures scaled to 0…1, or a table's standardised columns.
    """
    if weights not in WEIGHTS:
        raise InvalidValue("There are no such weights.", expected=" or ".join(WEIGHTS), got=weights)
    validation.check_offered(experiment)
    state = checkpoint.load(folder / WEIGHTS[weights])
    models = TASKS[experiment.task].compiled(with_architecture(experiment, state.counters))
    for model in models.values():
        model.optimizer.build(model.trainable_variables)
    checkpoint.put(models, state)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")  # Keras wants the name to end in .keras
    try:
        next(iter(models.values())).save(temporary)
        os.replace(temporary, path)
    except FileNotFoundError:  # making the folder anew would bring back a deleted run's
        raise NotFound("The folder for the model is gone.", fix="The run may have been deleted; look on the Runs page.") from None
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Unavailable("The model could not be written.", got=error.strerror or str(error), fix="Free some space.") from error
