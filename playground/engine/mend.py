"""What does not fit in an experiment, said in plain sentences, each with the mended experiment where one click can fix it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playground.data import DataSet
from playground.description import Problem
from playground.engine.infer import Inferred
from playground.spec import Experiment


def input_problems(experiment: Experiment, dataset: DataSet) -> Iterator[Problem]:
    yield from ()


def layer_problems(experiment: Experiment, found: Mapping[str, Inferred]) -> Iterator[Problem]:
    for name, result in found.items():
        if result.error:
            yield Problem(f"Layer {name} does not fit: {result.error}", name)


def output_problems(experiment: Experiment, found: Mapping[str, Inferred], dataset: DataSet) -> Iterator[Problem]:
    yield from ()
