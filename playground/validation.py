"""What is checked of an experiment that comes in, in which order: the one path for links, files, API calls, clicks and engines.

Three levels, each with the ones before it: offered, complete, trainable. Structure, types and text are checked when the values are made,
in `playground.values`. Knows nothing of screens, servers or Keras.
"""

from __future__ import annotations

from collections.abc import Callable

from playground import catalog, data
from playground.values import spec
from playground.values.description import Description
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import Experiment

Describe = Callable[[Experiment], Description | None]


def check_offered(experiment: Experiment) -> None:
    """The data set and its arguments, every part and argument, those of planned changes too, and the length as text. Pure.

    Own points may be too few to learn from, for somebody may be painting them. Raises InvalidValue, LimitExceeded.
    """
    data.check_offered(experiment.data)
    catalog.check(experiment)
    spec.check_length(spec.dumps(experiment))


def check_complete(experiment: Experiment) -> None:
    """Offered, and the data are enough to learn from. Pure. Raises InvalidValue, LimitExceeded."""
    check_offered(experiment)
    data.check(experiment.data)


def check_trainable(experiment: Experiment, describe: Describe | None = None) -> None:
    """Complete, its data on this machine, and described without an error.

    describe: the engine's; it may give None when no answer can be had in time. None at all: the engine that is asked next checks that.

    Raises InvalidValue, LimitExceeded, Conflict (data not downloaded).
    """
    check_complete(experiment)
    dataset = data.of(experiment.data)
    if data.missing(dataset.name):
        raise Conflict(f"{dataset.title} is not on this machine yet.", fix="Download it on the Build page.")
    if describe is not None and (found := describe(experiment)):
        check_description(found)


def check_description(found: Description) -> None:
    """Raises InvalidValue for the first error in a description."""
    problem = next((problem for problem in found.problems if problem.severity == "error"), None)
    if problem is not None:
        raise InvalidValue(problem.what, fix=f"{problem.fix_label}." if problem.fix_label else "")
