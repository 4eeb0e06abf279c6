"""What does not fit between layers, said in plain sentences, each with the mended experiment where one click can fix it.

A fix is tried before it is offered: whatever `infer` still refuses is no fix.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping

from playground import catalog
from playground.engine.model.infer import Inferred, Shape, infer, times
from playground.network import edit
from playground.values.description import Problem
from playground.values.errors import PlaygroundError
from playground.values.spec import Experiment, Layer, Network, Part, part, to_json

FORMS = {
    1: "one row of numbers",
    2: "a sequence (steps × features)",
    3: "pictures (height × width × channels)",
    4: "volumes (depth × height × width × channels)",
}
SEQUENCES = ("SimpleRNN", "LSTM", "GRU")
Shapes = Mapping[str, Shape]
Mended = tuple[str, Network]  # label of the button, network


def layer_problems(experiment: Experiment, found: Mapping[str, Inferred]) -> Iterator[Problem]:
    """Layers that cannot work on what they get, and layers whose work nobody uses."""
    network = experiment.network
    wired = network.wiring()
    shapes = {"input": network.input_shape} | {name: result.shape for name, result in found.items() if result.shape is not None}
    for layer, names in wired:
        if layer.name not in found or not found[layer.name].error:
            continue
        mended = next(fixes(network, layer, names, shapes), None)
        yield problem(experiment, sentence(layer, names, shapes, found[layer.name].error), layer.name, mended)
    used = {name for _, names in wired for name in names}
    for layer, _ in wired[:-1]:
        if layer.name not in used:
            what = f"{layer.name} leads nowhere: no layer uses its output, so it does not learn."
            yield problem(experiment, what, layer.name, removal(network, layer.name), severity="warning")


def problem(experiment: Experiment, what: str, layer: str, mended: Mended | None, *, severity: str = "error") -> Problem:
    """mended: the label of the fix and the network it makes, or None."""
    if mended is None:
        return Problem(what, layer, severity)
    return Problem(what, layer, severity, mended[0], to_json(experiment.having(network=mended[1])))


# Saying


def sentence(layer: Layer, names: tuple[str, ...], shapes: Shapes, error: str) -> str:
    """In words of the playground where the reason is understood, else in Keras's."""
    given = [shapes[name] for name in names]
    if edit.is_merge(layer.part):
        if len(names) < 2:
            return f"{layer.name} joins the outputs of several layers, but has only one input."
        rule = "inputs that differ in the last number only" if layer.part.short == "Concatenate" else "inputs of the same shape"
        return f"{layer.name} needs {rule}, but gets {' and '.join(times(shape) for shape in given)}."
    if len(names) > 1:
        return f"{layer.name} takes one input, but has {len(names)}: {', '.join(names)}."
    wanted = rank(layer.part)
    if wanted and wanted != len(given[0]):
        return f"{layer.name} needs {FORMS[wanted]}, but {names[0]} gives {times(given[0])}."
    window = layer.part.args.get("pool_size", layer.part.args.get("kernel_size"))
    if padded(layer.part) and infer(padded(layer.part), (given[0],)).shape:
        size = f"a window of {each(window, len(given[0]) - 1)}" if window else "its window"
        return f"{layer.name} moves {size} over its input, but that is only {times(given[0][:-1])}."
    if layer.part.short == "Reshape":
        target = times(layer.part.args["target_shape"]).replace("-1", "any")
        return f"{layer.name} cannot make {target} out of the {math.prod(given[0]):,} numbers of {times(given[0])}."
    if "nothing would be left" in error:
        return f"{layer.name} leaves nothing of its input, which is {times(given[0])}."
    return f"{layer.name} does not fit: {error.rstrip('.')}."


def rank(piece: Part) -> int | None:
    """Axes of one example that the layer needs; None: it takes any."""
    if piece.short in SEQUENCES:
        return 2
    if piece.short == "RepeatVector":
        return 1
    if piece.short == "Permute":
        return len(piece.args["dims"])
    dimensions = re.search(r"([123])D", piece.short)
    return int(dimensions.group(1)) + 1 if dimensions else None


def each(window: int | tuple[int, ...], dimensions: int) -> str:
    return times(window if isinstance(window, tuple) else (window,) * dimensions)


# Mending


def fixes(network: Network, layer: Layer, names: tuple[str, ...], shapes: Shapes) -> Iterator[Mended]:
    """Ways to make the layer fit, the best first."""
    if edit.is_merge(layer.part):
        yield from join_fixes(network, layer, names, shapes)
    elif len(names) > 1:
        yield f"Connect {layer.name} to {names[-1]} only", edit.connect(network, layer.name, names[-1:])
    else:
        shape = shapes[names[0]]
        yield from shape_fixes(network, layer, names[0], shape)
        for label, other in other_arguments(layer, shape):
            if infer(other, (shape,)).shape:
                yield label, edit.replace(network, layer.name, other)
    removed = removal(network, layer.name)
    if removed:
        yield removed


def shape_fixes(network: Network, layer: Layer, source: str, shape: Shape) -> Iterator[Mended]:
    """A layer in between that brings the numbers into the form the layer needs, or a Flatten that should not be there."""
    wanted = rank(layer.part)
    if wanted is None or wanted == len(shape):
        return
    before = next((other for other in network.layers if other.name == source), None)
    if before and before.part.short == "Flatten" and wanted > 1:
        removed = removal(network, source)
        if removed:
            yield removed
    if before and before.part.short in SEQUENCES and wanted == 2:
        yield f"Set return_sequences of {source} to on", edit.replace(network, source, before.part.having(return_sequences=True))
    if wanted == 1:
        yield f"Add Flatten before {layer.name}", put_before(network, layer.name, part("layers.Flatten"))
    target = reshaped(shape, wanted)
    if target and infer(layer.part, (target,)).shape:
        label = f"Add Reshape to {times(target)} before {layer.name}"
        yield label, put_before(network, layer.name, part("layers.Reshape", target_shape=target))


def reshaped(shape: Shape, wanted: int) -> Shape | None:
    """The same numbers with as many axes as wanted: a channel axis more, or channels drawn into the width; a row as a square picture."""
    if len(shape) + 1 == wanted:
        side = math.isqrt(shape[0])
        return (*shape, 1) if len(shape) > 1 or wanted == 2 else None if side * side != shape[0] else (side, side, 1)
    if len(shape) == 1 and wanted == 3 and math.isqrt(shape[0]) ** 2 == shape[0]:
        return (math.isqrt(shape[0]), math.isqrt(shape[0]), 1)
    if len(shape) == wanted + 1 and wanted > 1:
        return (*shape[:-2], shape[-2] * shape[-1])
    return None


def other_arguments(layer: Layer, shape: Shape) -> Iterator[tuple[str, Part]]:
    """The layer with one argument changed; what works is for `infer` to say."""
    args = layer.part.args
    if (same := padded(layer.part)) is not None:
        yield f"Set padding of {layer.name} to same", same
    if layer.part.short == "GroupNormalization":
        groups = math.gcd(args.get("groups", 32), shape[-1])
        yield f"Set groups of {layer.name} to {groups}", layer.part.having(groups=groups)
    if layer.part.short == "Reshape":
        yield f"Set target_shape of {layer.name} to {math.prod(shape):,}", layer.part.having(target_shape=(math.prod(shape),))
    for name in ("groups", "dilation_rate", "shared_axes", "axis"):
        if name in args:
            default = catalog.entry(layer.part.kind).param(name).default
            yield f"Set {name} of {layer.name} to {default}", layer.part.without(name)


def padded(piece: Part) -> Part | None:
    """The part with padding "same", where that is an argument not yet so."""
    known = any(param.name == "padding" and "same" in getattr(param.type, "options", ()) for param in catalog.entry(piece.kind).params)
    return piece.having(padding="same") if known and piece.args.get("padding") != "same" else None


def join_fixes(network: Network, layer: Layer, names: tuple[str, ...], shapes: Shapes) -> Iterator[Mended]:
    """Joined with the nearest earlier layer whose output fits."""
    earlier = ["input", *(other.name for other in network.layers[: edit.find(network, layer.name)])]
    for name in reversed(earlier):
        pair = (name, names[0])
        alike = name in shapes and len(shapes[name]) == len(shapes[names[0]])  # Keras would stretch a row over a picture
        if name != names[0] and alike and infer(layer.part, (shapes[name], shapes[names[0]])).shape:
            yield f"Join {pair[0]} and {pair[1]} in {layer.name}", edit.connect(network, layer.name, pair)


def removal(network: Network, name: str) -> Mended | None:
    try:
        return f"Remove {name}", edit.remove(network, name)
    except PlaygroundError:
        return None  # a merge layer hangs on it


def put_before(network: Network, name: str, piece: Part) -> Network:
    """A new layer that takes what the named one took and feeds it."""
    place = edit.find(network, name)
    layer = network.layers[place]
    taken = {"input", *(other.name for other in network.layers)}
    new = Layer(piece, edit.free_name(piece.kind, taken), layer.inputs)
    layers = (*network.layers[:place], new, dataclasses.replace(layer, inputs=()), *network.layers[place + 1 :])
    return Network(network.input_shape, layers)
