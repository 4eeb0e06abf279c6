"""What can be known of an experiment without training it: shapes, sizes, and what does not fit, each with a fix where there is one."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from functools import lru_cache

from playground import data, validation
from playground.engine.model import fitting, repairs
from playground.engine.model.infer import BYTES, Inferred, infer, slots
from playground.engine.model.limits import available_bytes, readable
from playground.values.description import Description, LayerInfo, Problem
from playground.values.errors import PlaygroundError
from playground.values.spec import DataChoice, Experiment

MAX_PARAMETERS = 100_000_000
PROCESS_BYTES = 200_000_000  # what TensorFlow takes for itself while it trains, beyond a warm engine


def describe(experiment: Experiment) -> Description:
    """Allocates no weights. Problems come in the order of the layers, those of the whole last; what is not offered is the only one."""
    try:
        validation.check_complete(experiment)
    except PlaygroundError as error:
        return Description(tuple(LayerInfo(layer.name, None) for layer in experiment.network.layers), (Problem(str(error)),))
    dataset, counts = data.of(experiment.data), data_sizes(experiment.data)
    found = walk(experiment)
    infos = tuple(
        info(layer.name, found.get(layer.name), min(experiment.training.batch_size, counts[0])) for layer in experiment.network.layers
    )
    problems = [
        *fitting.task_problems(experiment, dataset),
        *fitting.input_problems(experiment, dataset),
        *repairs.layer_problems(experiment, found),
    ]
    if not any(problem.severity == "error" for problem in problems):
        problems += fitting.output_problems(experiment, found, dataset)
    living = alive(experiment)
    parameters = sum(i.parameters for i in infos if i.name in living)
    trainable = sum(i.trainable for i in infos if i.name in living)
    memory = memory_bytes(experiment, infos, trainable, data_bytes=sum(counts) * math.prod(dataset.shape))
    problems += size_problems(parameters, memory)
    return Description(infos, tuple(problems), parameters, trainable, memory)


def check_trainable(experiment: Experiment) -> None:
    """What an engine asks of an experiment before it builds anything. Raises InvalidValue, LimitExceeded, Conflict."""
    validation.check_trainable(experiment, describe)


@lru_cache(maxsize=64)
def data_sizes(choice: DataChoice) -> tuple[int, int, int]:
    return data.sizes(choice)


def walk(experiment: Experiment) -> dict[str, Inferred]:
    """Active layer → what it makes of its inputs; layers after an impossible one are left out."""
    shapes = {"input": experiment.network.input_shape}
    found: dict[str, Inferred] = {}
    for layer, names in experiment.network.wiring():
        if not all(name in shapes for name in names):
            continue
        found[layer.name] = result = infer(layer.part, tuple(shapes[name] for name in names), experiment.training.precision)
        if result.shape is not None:
            shapes[layer.name] = result.shape
    return found


def info(name: str, result: Inferred | None, batch: int) -> LayerInfo:
    if result is None or result.shape is None:
        return LayerInfo(name, None)
    outputs = math.prod(result.shape) * BYTES * batch
    return LayerInfo(name, result.shape, result.parameters, result.trainable, result.parameters * BYTES, outputs)


def alive(experiment: Experiment) -> set[str]:
    """The layers that the network's output depends on; the others are not part of the model."""
    wired = experiment.network.wiring()
    needed = {wired[-1][0].name} if wired else set()
    for layer, names in reversed(wired):
        if layer.name in needed:
            needed |= set(names)
    return needed


def memory_bytes(experiment: Experiment, infos: tuple[LayerInfo, ...], trainable: int, *, data_bytes: int) -> int:
    """Estimate for training: weights, gradients, optimizer slots, kept copies of them, activations with their gradients, the data."""
    weights = sum(i.weight_bytes for i in infos)
    state = weights + int(trainable * BYTES * slots(experiment.training.optimizer))
    copies = 3 * state  # the state itself, the last good epoch's, the best epoch's
    activations = 2 * sum(i.activation_bytes for i in infos)
    return PROCESS_BYTES + copies + trainable * BYTES + activations + data_bytes


def size_problems(parameters: int, memory: int) -> Iterator[Problem]:
    most = int(os.environ.get("PLAYGROUND_MAX_PARAMETERS", MAX_PARAMETERS))
    there = available_bytes()
    if parameters > most:
        yield Problem(
            f"The network has {parameters:,} parameters and would need about {readable(memory)} to train; at most {most:,} parameters "
            "are allowed here. Use fewer units or filters, or pool more before the first Dense layer."
        )
    elif memory > there:
        yield Problem(
            f"Training needs about {readable(memory)} of memory, but this machine has {readable(there)} free. "
            "Use a smaller batch, fewer units or fewer filters."
        )
