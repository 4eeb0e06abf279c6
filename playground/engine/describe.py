"""What can be known of an experiment without training it: shapes, sizes, and what does not fit, each with a fix where there is one."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from functools import lru_cache

from playground import catalog, data
from playground.description import Description, LayerInfo, Problem
from playground.engine import mend
from playground.engine.build import sources
from playground.engine.infer import BYTES, Inferred, infer, slots
from playground.engine.limits import available_bytes, readable
from playground.errors import PlaygroundError
from playground.spec import DataChoice, Experiment

MAX_PARAMETERS = 100_000_000
PROCESS_BYTES = 200_000_000  # what TensorFlow takes for itself while it trains, beyond a warm engine


def describe(experiment: Experiment) -> Description:
    """Allocates no weights. Problems come in the order of the layers, those of the whole last."""
    try:
        dataset = data.check(experiment.data)
        counts = data_sizes(experiment.data)
    except PlaygroundError as error:
        return Description(tuple(LayerInfo(layer.name, None) for layer in experiment.network.layers), (Problem(str(error)),))
    found = walk(experiment)
    batch = min(experiment.training.batch_size, counts[0])
    infos = tuple(info(layer.name, found.get(layer.name), batch) for layer in experiment.network.layers)
    parameters, trainable = sum(i.parameters for i in infos), sum(i.trainable for i in infos)
    problems = (*mend.input_problems(experiment, dataset), *mend.layer_problems(experiment, found))
    if not any(problem.severity == "error" for problem in problems):
        problems += (*mend.output_problems(experiment, found, dataset), *part_problems(experiment))
    memory = 0
    if not any(problem.layer == "" and "Optimizer" in problem.what for problem in problems):
        memory = memory_bytes(experiment, infos, trainable, data_bytes=sum(counts) * math.prod(dataset.shape))
    problems += tuple(size_problems(parameters, memory))
    return Description(infos, problems, parameters, trainable, memory)


@lru_cache(maxsize=64)
def data_sizes(choice: DataChoice) -> tuple[int, int, int]:
    return data.sizes(choice)


def walk(experiment: Experiment) -> dict[str, Inferred]:
    """Active layer → what it makes of its inputs; layers behind an impossible one are left out."""
    shapes = {"input": experiment.network.input_shape}
    found: dict[str, Inferred] = {}
    for layer, names in sources(experiment.network):
        if not all(name in shapes for name in names):
            continue
        try:
            catalog.check_part(layer.part, layer.name, "layers")
            result = infer(layer.part, tuple(shapes[name] for name in names), experiment.training.precision)
        except PlaygroundError as error:
            result = Inferred(None, error=str(error))
        found[layer.name] = result
        if result.shape is not None:
            shapes[layer.name] = result.shape
    return found


def info(name: str, result: Inferred | None, batch: int) -> LayerInfo:
    if result is None or result.shape is None:
        return LayerInfo(name, None)
    outputs = math.prod(result.shape) * BYTES * batch
    return LayerInfo(name, result.shape, result.parameters, result.trainable, result.parameters * BYTES, outputs)


def part_problems(experiment: Experiment) -> Iterator[Problem]:
    """Of optimizer and loss, which have no place in the stack."""
    for part, what in ((experiment.training.optimizer, "Optimizer"), (experiment.training.loss, "Loss")):
        try:
            catalog.check_part(part, what, what.lower() + ("s" if what == "Optimizer" else "es"))
        except PlaygroundError as error:
            yield Problem(str(error))


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
