"""One file per task: its networks, what it measures and how it is scored. `task` says what the engine wants of each; `supervised` is what
those share that learn from labels."""

from playground import data
from playground.engine.tasks.classifier import Classifier
from playground.engine.tasks.regressor import Regressor
from playground.engine.tasks.supervised import Supervised
from playground.engine.tasks.task import Score, Task
from playground.values.spec import Experiment

__all__ = ["TASKS", "Score", "Supervised", "Task", "prepare"]


def prepare(experiment: Experiment, arrays: data.Arrays) -> Task:
    """The experiment's task, ready to train. arrays: what `data.load` gave for its data."""
    return TASKS[experiment.task](experiment, arrays)


TASKS: dict[str, type[Task]] = {"classifier": Classifier, "regressor": Regressor}
