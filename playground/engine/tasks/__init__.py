"""One file per task: how labels are told to its loss, what is measured beside it and how it is scored; what they share is `supervised`."""

from playground import data
from playground.engine.tasks.classifier import Classifier
from playground.engine.tasks.regressor import Regressor
from playground.engine.tasks.supervised import Score, Supervised
from playground.values.spec import Experiment

__all__ = ["TASKS", "Score", "Supervised", "prepare"]


def prepare(experiment: Experiment, arrays: data.Arrays) -> Supervised:
    """The experiment's task, ready to train. arrays: what `data.load` gave for its data."""
    return TASKS[experiment.task](experiment, arrays)


TASKS: dict[str, type[Supervised]] = {"classifier": Classifier, "regressor": Regressor}
