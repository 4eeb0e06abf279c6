"""Edits of a network as pure functions over spec values: add, remove, move, connect … and a history for undo and redo.

Knows nothing of screens. Every edit leaves the sources that layers name consistent, or refuses with a sentence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playground import catalog
from playground.values.errors import InvalidValue
from playground.values.spec import MAX_LAYERS, DataChoice, Experiment, Layer, Network, Part, part

MERGES = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")  # take several layers' outputs
MAX_HISTORY = 100
USUAL_LOSSES = {  # behind a linear output
    "classifier": part("losses.SparseCategoricalCrossentropy", from_logits=True),
    "regressor": part("losses.MeanSquaredError"),
}


class DataSet(Protocol):
    """What `fit_to_data` needs to know of a data set: shape of one example (no batch axis), its task and the names of its classes."""

    @property
    def name(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def shape(self) -> Sequence[int]: ...
    @property
    def classes(self) -> Sequence[str]: ...


# Looking


def find(network: Network, name: str) -> int:
    """The place of a layer. Raises InvalidValue when there is none of this name."""
    for place, layer in enumerate(network.layers):
        if layer.name == name:
            return place
    raise InvalidValue(
        "There is no such layer.", expected="one of " + (", ".join(layer.name for layer in network.layers) or "none yet"), got=name
    )


def sources(network: Network, place: int) -> tuple[str, ...]:
    """Where the layer at `place` takes its input from: the names it gives, else the layer before it, else `"input"`."""
    return network.layers[place].inputs or (network.layers[place - 1].name if place else "input",)


def is_merge(part: Part) -> bool:
    return part.short in MERGES


def free_name(kind: str, taken: Collection[str]) -> str:
    """A readable name that nobody has, as Keras would give it: `dense`, `dense_1`, `dense_2` …"""
    base, number = Part(kind).default_name, 0
    while (name := f"{base}_{number}" if number else base) in taken:
        number += 1
    return name


def reach(network: Network, name: str) -> tuple[int, int]:
    """The lowest and highest place the layer can be moved to without standing before a source or behind a layer that names it."""
    place = find(network, name)
    rest = [layer for layer in network.layers if layer.name != name]
    lowest = max((at + 1 for at, layer in enumerate(rest) if layer.name in network.layers[place].inputs), default=0)
    highest = min((at for at, layer in enumerate(rest) if name in layer.inputs), default=len(rest))
    return lowest, highest


# Changing


def add(network: Network, kind: str, at: int | None = None, *, name: str = "") -> Network:
    """A new layer with sensible first settings at place `at` (None: at the end), into the chain as it runs there.

    name: the wished-for name; one that is taken or no name at all is replaced by a free one.
    """
    part = catalog.default_part(kind)
    place = check_place(network, len(network.layers) if at is None else at, last=len(network.layers))
    earlier = ["input", *(layer.name for layer in network.layers[:place])]
    inputs = tuple(earlier[-2:]) if is_merge(part) and len(earlier) > 1 else ()
    return insert(network, Layer(part, pick_name(network, kind, name), inputs), place)


def duplicate(network: Network, name: str, *, new_name: str = "") -> Network:
    """A copy right behind the layer and fed by it; the copy of a merge layer takes the original for its last source."""
    place = find(network, name)
    layer = network.layers[place]
    inputs = (*layer.inputs[:-1], name) if len(layer.inputs) > 1 else ()
    copy = dataclasses.replace(layer, name=pick_name(network, layer.part.kind, new_name), inputs=inputs)
    return insert(network, copy, place + 1)


def remove(network: Network, name: str) -> Network:
    """Without the layer; those that named it take what it took. Refused where a merge layer would be left with one source."""
    place = find(network, name)
    instead = sources(network, place)
    layers = []
    for layer in network.layers:
        if layer.name == name:
            continue
        if name in layer.inputs:
            inputs = tuple(dict.fromkeys(s for source in layer.inputs for s in (instead if source == name else (source,))))
            if len(inputs) < 2 <= len(layer.inputs):
                raise InvalidValue(
                    f"{layer.name} joins {' and '.join(layer.inputs)}; without {name} it has only {inputs[0]} left.",
                    fix=f"Remove {layer.name} first, or give it another source.",
                )
            layer = dataclasses.replace(layer, inputs=inputs)
        layers.append(layer)
    return having(network, layers)


def move(network: Network, name: str, to: int) -> Network:
    """The layer at place `to` of the new order (0: first). Refused where it would stand before a source or behind one that names it."""
    layer = network.layers[find(network, name)]
    check_place(network, to, last=len(network.layers) - 1)
    rest = [other for other in network.layers if other.name != name]
    lowest, highest = reach(network, name)
    if to < lowest:
        raise InvalidValue(f"{name} takes its input from {rest[lowest - 1].name} and must stay behind it.", fix="Move that layer first.")
    if to > highest:
        raise InvalidValue(f"{rest[highest].name} takes its input from {name}, which must stay before it.", fix="Move that layer first.")
    return having(network, [*rest[:to], layer, *rest[to:]])


def replace(network: Network, name: str, part: Part) -> Network:
    """The layer with another part: new arguments, or another kind in the same place."""
    return change(network, name, lambda layer: dataclasses.replace(layer, part=part))


def toggle(network: Network, name: str) -> Network:
    """The layer switched off, or on again."""
    return change(network, name, lambda layer: dataclasses.replace(layer, active=not layer.active))


def connect(network: Network, name: str, inputs: Sequence[str]) -> Network:
    """The layer with these sources, by name; none: fed by the layer before it."""
    return change(network, name, lambda layer: dataclasses.replace(layer, inputs=tuple(inputs)))


def rename(network: Network, name: str, new_name: str) -> Network:
    """The layer under another name, also where it is named as a source."""
    find(network, name)
    return having(
        network,
        [
            dataclasses.replace(
                layer,
                name=new_name if layer.name == name else layer.name,
                inputs=tuple(new_name if source == name else source for source in layer.inputs),
            )
            for layer in network.layers
        ],
    )


def apply(network: Network, op: Mapping[str, Any]) -> Network:
    """The network after one edit as the browser says it: `{"op": "move", "name": "dense_1", "to": 2}`. See OPS for the others."""
    if not isinstance(op, Mapping) or not isinstance(op.get("op"), str) or op["op"] not in OPS:
        raise InvalidValue("This is not an edit of the network.", expected="an op out of " + ", ".join(OPS), got=op)
    return OPS[op["op"]](network, op)


def fit_to_data(experiment: Experiment, dataset: DataSet) -> Experiment:
    """The experiment on another data set: its task and input shape, and as many units in the output layer as it has classes.

    One unit that tells two classes apart stays alone. Between classes and numbers the output becomes linear, with the usual loss.
    Layers that cannot work on the new shape stay: the engine's description names them and offers the fix. The data set's own knobs
    (`limit`, `noise` …) go back to their defaults; split and seed stay.
    """
    data = experiment.data
    if data.name != dataset.name:
        data = DataChoice(dataset.name, validation=data.validation, test=data.test, seed=data.seed)
    network = dataclasses.replace(experiment.network, input_shape=tuple(dataset.shape))
    output = next((layer for layer in reversed(network.layers) if layer.active and "units" in layer.part.args), None)
    training, other_task = experiment.training, dataset.task != experiment.task
    if output and output.part.short == "Dense":
        stays = len(dataset.classes) == 2 and output.part.args["units"] == 1 and not other_task
        part = output.part if stays else output.part.having(units=len(dataset.classes) or 1)
        network = replace(network, output.name, part.without("activation") if other_task else part)
    if other_task:
        training = dataclasses.replace(training, loss=USUAL_LOSSES[dataset.task])
    return experiment.having(task=dataset.task, data=data, network=network, training=training)


# History


@dataclass(frozen=True)
class History:
    """What came before and after the present, as canonical texts (`spec.dumps`); the nearest stands last in each."""

    past: tuple[str, ...] = ()
    future: tuple[str, ...] = ()

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)

    def push(self, before: str) -> History:
        """The history once the experiment `before` has been changed; what had been undone is forgotten."""
        return History((*self.past, before)[-MAX_HISTORY:])

    def undo(self, present: str) -> tuple[History, str]:
        """The history and the text one step back; both unchanged where there is nothing to undo."""
        if not self.past:
            return self, present
        return History(self.past[:-1], (*self.future, present)), self.past[-1]

    def redo(self, present: str) -> tuple[History, str]:
        """The inverse of `undo`."""
        if not self.future:
            return self, present
        return History((*self.past, present)[-MAX_HISTORY:], self.future[:-1]), self.future[-1]

    def to_json(self) -> dict[str, list[str]]:
        return {"past": list(self.past), "future": list(self.future)}

    @staticmethod
    def from_json(data: Mapping[str, Sequence[str]]) -> History:
        """The inverse of `to_json`; an empty mapping is an empty history."""
        return History(tuple(data.get("past", ())), tuple(data.get("future", ())))


# Pieces


def change(network: Network, name: str, to: Callable[[Layer], Layer]) -> Network:
    place = find(network, name)
    return having(network, [*network.layers[:place], to(network.layers[place]), *network.layers[place + 1 :]])


def insert(network: Network, layer: Layer, place: int) -> Network:
    """The chain runs through the new layer: the next layer, where it names the one before it, names the new one instead."""
    before, behind = list(network.layers[:place]), list(network.layers[place:])
    if len(network.layers) >= MAX_LAYERS:
        raise InvalidValue("The network has too many layers.", expected=f"at most {MAX_LAYERS}", fix="Remove one first.")
    if behind and behind[0].inputs:
        previous = before[-1].name if before else "input"
        inputs = tuple(layer.name if source == previous else source for source in behind[0].inputs)
        behind[0] = dataclasses.replace(behind[0], inputs=inputs)
    return having(network, [*before, layer, *behind])


def having(network: Network, layers: Sequence[Layer]) -> Network:
    return Network(network.input_shape, tuple(layers))


def pick_name(network: Network, kind: str, wish: str) -> str:
    taken = {"input", *(layer.name for layer in network.layers)}
    return wish if wish and wish not in taken else free_name(kind, taken)


def check_place(network: Network, place: Any, *, last: int) -> int:
    if type(place) is not int or not 0 <= place <= last:
        raise InvalidValue("There is no such place in the network.", expected=f"a whole number from 0 to {max(last, 0)}", got=place)
    return place


def text(op: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    value = op.get(name, "")
    if not isinstance(value, str) or (needed and not value):
        raise InvalidValue(f"The edit {op['op']} lacks {name}.", expected=f"{name} as text", got=value)
    return value


def number(op: Mapping[str, Any], name: str) -> Any:
    """What the edit gives for a place, unchecked: the network's length decides what is one."""
    return op.get(name)


OPS: dict[str, Callable[[Network, Mapping[str, Any]], Network]] = {
    "add": lambda network, op: add(network, text(op, "kind"), number(op, "at"), name=text(op, "name", needed=False)),
    "duplicate": lambda network, op: duplicate(network, text(op, "name"), new_name=text(op, "as", needed=False)),
    "remove": lambda network, op: remove(network, text(op, "name")),
    "move": lambda network, op: move(network, text(op, "name"), number(op, "to")),
    "toggle": lambda network, op: toggle(network, text(op, "name")),
    "rename": lambda network, op: rename(network, text(op, "name"), text(op, "to")),
}
