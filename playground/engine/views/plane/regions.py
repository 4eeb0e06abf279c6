"""The regions of the plane in which a network is linear: one for each pattern of its units' straight pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from playground.engine.graph.logits import ACTIVATIONS, name_of
from playground.engine.graph.receptive_field import input_tensors, source_name
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.forward import IDLE, Values
from playground.engine.plane.layout import activation_of
from playground.engine.plane.plane import Plane
from playground.engine.plane.points import grid_of
from playground.values.errors import InvalidValue

SIDE = 300
SEED = 3  # of the numbers that tell patterns apart
BREAKS: dict[str, tuple[float, ...]] = {  # where an activation's straight pieces meet
    "linear": (),
    "relu": (0.0,),
    "leaky_relu": (0.0,),
    "prelu": (0.0,),
    "absolute": (0.0,),
    "step": (0.0,),
    "relu6": (0.0, 6.0),
    "hard_tanh": (-1.0, 1.0),
    "hard_sigmoid": (-3.0, 3.0),
    "sparse_sigmoid": (-1.0, 1.0),
    "hard_shrink": (-0.5, 0.5),
    "soft_shrink": (-0.5, 0.5),
}
STRAIGHT = (  # layers that are linear themselves, or do nothing in inference mode
    keras.layers.InputLayer,
    keras.layers.Dense,
    keras.layers.BatchNormalization,
    keras.layers.Rescaling,
    keras.layers.Concatenate,
    keras.layers.Add,
    keras.layers.Subtract,
    keras.layers.Average,
    keras.layers.Flatten,
    *IDLE,
)


def plane_regions(subject: Subject, question: Question) -> dict[str, Any]:
    """No arguments. Inspector at 300 × 300 places, so that regions that lie between them are missed.

    Returns "regions" uint8 (300, 300): a number for each region, another one than its neighbours'; "count"; "patterns": different ones;
    "bends": units with a bend; "linear_inputs": whether the network is given x and y only, so that it is linear in the plane itself.
    With other inputs it is linear in these, and one pattern may appear in several places. The output's own activation does not count
    unless it too is made of straight pieces.

    Raises InvalidValue for a network with curved activations or layers.
    """
    plane = Plane.of(subject.model, subject.experiment)
    bends = list(bends_of(plane))
    values = plane.forward(tf.constant(grid_of(plane.inputs, SIDE)))
    patterns = patterns_of(values, bends)
    is_linear = set(plane.inputs) <= {"x", "y"}
    # A pattern is a set of inequalities, linear ones in a network that is given x and y: their region has no holes and is one piece.
    regions = patterns if is_linear else connected(patterns)
    return {
        "regions": shades(regions),
        "count": int(regions.max()) + 1,
        "patterns": int(patterns.max()) + 1,
        "bends": sum(int(values.outputs[name].shape[-1]) for _, name, _ in bends),
        "linear_inputs": is_linear,
    }


def bends_of(plane: Plane) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    """Where patterns are read off: "sums" or "outputs", the layer's name, and the places of the bends."""
    output = plane.forward.last
    for layer in plane.forward.model.layers:
        if isinstance(layer, ACTIVATIONS):
            places, where = breaks_of(layer), ("outputs", source_name(input_tensors(layer)[0]))
        elif isinstance(layer, keras.layers.Dense):
            places, where = BREAKS.get(name_of(layer.activation) or "linear"), ("sums", layer.name)
        else:
            places, where = () if isinstance(layer, STRAIGHT) else None, ("", layer.name)
        if places is None and layer.name == output:
            return
        if places is None:
            bent = activation_of(layer) if hasattr(layer, "activation") else type(layer).__name__
            raise InvalidValue(
                "This network is curved: it has no regions in which it is linear.",
                expected="activations " + ", ".join(BREAKS),
                got=f"{bent} in {layer.name}",
                fix="Choose relu for every hidden layer.",
            )
        if places:
            yield *where, places


def breaks_of(layer: keras.layers.Layer) -> tuple[float, ...] | None:
    """None for a curved one."""
    if isinstance(layer, keras.layers.ReLU):
        highest = layer.max_value
        return (float(layer.threshold),) if highest is None else (float(layer.threshold), float(highest))
    return BREAKS.get(activation_of(layer))


def patterns_of(values: Values, bends: list[tuple[str, str, tuple[float, ...]]]) -> np.ndarray:
    """int32 (SIDE, SIDE): the pattern at each place, numbered from 0."""
    bits = [tf.cast(getattr(values, where)[name], tf.float32).numpy() > place for where, name, places in bends for place in places]
    if not bits:
        return np.zeros((SIDE, SIDE), np.int32)
    packed = np.packbits(np.concatenate(bits, axis=1), axis=1)
    words = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)
    if words.shape[1] == 1:
        keys = words[:, 0]
    else:  # patterns of many units are told apart by a random sum, modulo 2⁶⁴
        keys = (words * np.random.default_rng(SEED).integers(1, 2**63, words.shape[1], dtype=np.uint64)).sum(axis=1)
    _, numbers = tf.unique(keys.view(np.int64))  # quicker than sorting
    return numbers.numpy().reshape(SIDE, SIDE)


def shades(regions: np.ndarray) -> np.ndarray:
    """uint8 of the regions' shape: a number below 256 for each region, such that neighbours have different ones."""
    found = np.arange(regions.max() + 1) % 256
    pairs = np.concatenate(
        [
            np.stack([regions[:, :-1].ravel(), regions[:, 1:].ravel()], axis=1),
            np.stack([regions[:-1].ravel(), regions[1:].ravel()], axis=1),
        ]
    )
    first, second = pairs[pairs[:, 0] != pairs[:, 1]].T
    sizes = np.bincount(regions.ravel())
    smaller = np.where(sizes[first] < sizes[second], first, second)  # it has fewer neighbours: a large one may have one of each number
    rng = np.random.default_rng(SEED)
    while (clash := smaller[found[first] == found[second]]).size:  # few, and fewer each time
        found[clash] = rng.integers(0, 256, len(clash))
    return found[regions].astype(np.uint8)


def connected(patterns: np.ndarray) -> np.ndarray:
    """int32 of the shape of `patterns`: numbers from 0 for the parts of equal patterns that are connected by sides or corners."""
    places = np.arange(patterns.size).reshape(patterns.shape)
    all_but_first, all_but_last, all_of_them = slice(1, None), slice(None, -1), slice(None)
    neighbours = (  # to the right, below, and below on either side
        ((all_of_them, all_but_last), (all_of_them, all_but_first)),
        ((all_but_last, all_of_them), (all_but_first, all_of_them)),
        ((all_but_last, all_but_last), (all_but_first, all_but_first)),
        ((all_but_last, all_but_first), (all_but_first, all_but_last)),
    )
    pairs = np.concatenate([np.stack([places[a], places[b]])[:, patterns[a] == patterns[b]] for a, b in neighbours], axis=1)
    graph = coo_array((np.ones(pairs.shape[1], bool), pairs), shape=(patterns.size, patterns.size))
    return connected_components(graph, directed=False)[1].reshape(patterns.shape)
