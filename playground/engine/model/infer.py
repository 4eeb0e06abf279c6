"""One layer on given input shapes: what comes out and how large it is, without allocating a single weight."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import keras
from keras.src.backend.common import global_state

from playground.engine.model.build import build_part, first_sentence, precision
from playground.values.errors import PlaygroundError
from playground.values.spec import Part

Shape = tuple[int, ...]
BYTES = 4  # weights are float32 in every precision offered


@dataclass(frozen=True)
class Inferred:
    """shape: of the output, no batch axis, or None with `error` set. parameters: all; trainable: those that learn."""

    shape: Shape | None
    parameters: int = 0
    trainable: int = 0
    error: str = ""


@lru_cache(maxsize=2048)
def infer(part: Part, shapes: tuple[Shape, ...], policy: str = "float32") -> Inferred:
    """What the layer makes of inputs of these shapes (no batch axis)."""
    try:
        with weightless(), precision(policy):
            layer = build_part(part)
            inputs = [keras.KerasTensor((None, *shape), "float32") for shape in shapes]
            output = layer(inputs if len(inputs) > 1 else inputs[0])
            sizes = {v.path: math.prod(v.shape) for v in layer.weights}
            trainable = sum(math.prod(v.shape) for v in layer.trainable_weights)
    except PlaygroundError as error:
        return Inferred(None, error=str(error))
    except Exception as error:  # Keras raises many kinds for shapes it cannot take; each means the same to the person
        return Inferred(None, error=first_sentence(error))
    shape = tuple(output.shape[1:])
    if not all(isinstance(n, int) and n > 0 for n in shape):
        return Inferred(None, error=f"nothing would be left: the output would have the shape {times(shape)}")
    return Inferred(shape, sum(sizes.values()), trainable)


@lru_cache(maxsize=64)
def slots(optimizer: Part) -> float:
    """Numbers an optimizer keeps for each weight: 2 for Adam, 0 for plain SGD. Told from a small square matrix."""
    built = build_part(optimizer)
    built.build([keras.Variable(shape=(64, 64), initializer="zeros", dtype="float32", name="kernel")])
    return sum(math.prod(v.shape) for v in built.variables if len(v.shape)) / (64 * 64)


@contextlib.contextmanager
def weightless() -> Iterator[None]:
    """Variables made within never get a value. Keras would give them one at the next occasion, so its list of them is emptied."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


def times(shape: Sequence[int | None]) -> str:
    """(28, 28, 1) → "28 × 28 × 1"."""
    return " × ".join("?" if n is None else f"{n:,}" for n in shape) or "nothing"
