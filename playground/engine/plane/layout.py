"""How a network is drawn: its Dense layers as columns of units, what follows each of them, and where its inputs come from.

Reads the graph of any functional model; computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras

from playground.engine.graph.logits import ACTIVATIONS, name_of
from playground.engine.graph.receptive_field import ELEMENTWISE, input_tensors, source_name

NORMALISATIONS = (
    keras.layers.BatchNormalization,
    keras.layers.LayerNormalization,
    keras.layers.GroupNormalization,
    keras.layers.RMSNormalization,
    keras.layers.UnitNormalization,
)


@dataclass(frozen=True)
class Source:
    """Rows `first` to `end` (exclusive) of a kernel are for the outputs of this layer, drawn or not, or of "input"."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """A Dense layer and what follows it until the next one.

    members: the layers after it, in order; what the last of them gives out is the drawn layer's output. added: the drawn layer (or
    "input") whose outputs are added to this one's, or None.
    """

    dense: keras.layers.Dense
    sources: tuple[Source, ...]
    members: tuple[keras.layers.Layer, ...] = ()
    added: str | None = None

    @property
    def name(self) -> str:
        return self.dense.name

    @property
    def units(self) -> int:
        return self.dense.units

    @property
    def last(self) -> str:
        """The layer whose output is the drawn layer's."""
        return self.members[-1].name if self.members else self.name

    @property
    def activation(self) -> str:
        """The name of the function that bends the sums: the Dense layer's own, else that of the first activation layer behind it."""
        own = name_of(self.dense.activation)
        if own not in ("", "linear"):
            return own
        return next((activation_of(layer) for layer in self.members if isinstance(layer, ACTIVATIONS)), "linear")

    @property
    def norm(self) -> keras.layers.Layer | None:
        return next((layer for layer in self.members if isinstance(layer, NORMALISATIONS)), None)

    @property
    def dropout(self) -> float:
        """The share of outputs that are left out in training."""
        return next((float(layer.rate) for layer in self.members if isinstance(layer, keras.layers.Dropout)), 0.0)


def activation_of(layer: keras.layers.Layer) -> str:
    """The name of the function that an activation layer applies: "relu" of a ReLU layer."""
    names = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "prelu", "ELU": "elu", "Softmax": "softmax"}
    return names.get(type(layer).__name__) or name_of(getattr(layer, "activation", None)) or "linear"


def drawn_layers_of(model: keras.Model) -> tuple[DrawnLayer, ...]:
    """The model's Dense layers that give out a vector, in order, the output's last."""
    drawn_layers: dict[str, DrawnLayer] = {}
    pieces: dict[str, tuple[Source, ...]] = {}  # whose outputs stand where in what a layer gives out
    for layer in model.layers:
        names = [] if isinstance(layer, keras.layers.InputLayer) else [source_name(tensor) for tensor in input_tensors(layer)]
        width, rank = layer.output.shape[-1], len(layer.output.shape)
        found: tuple[Source, ...] = (Source(layer.name, 0, width),)
        if not names:
            found = (Source("input", 0, width),)
        elif isinstance(layer, keras.layers.Dense) and rank == 2:
            drawn_layers[layer.name] = DrawnLayer(layer, pieces[names[0]])
        elif isinstance(layer, keras.layers.Concatenate) and rank == 2:
            found = joined([pieces[name] for name in names])
        elif type(layer).__name__ in ELEMENTWISE:
            owners = [owner_of(pieces[name], drawn_layers, name) for name in names]
            main = max((owner for owner in owners if owner), key=list(drawn_layers).index, default=None)
            if main and drawn_layers[main].units == width:
                other = next((pieces[name][0].name for name, owner in zip(names, owners, strict=True) if owner != main), None)
                drawn_layers[main] = taking(drawn_layers[main], layer, added=other)
                found = (Source(main, 0, width),)
        elif rank == 2 and pieces[names[0]][-1].end == width:
            found = pieces[names[0]]
            if owner := owner_of(found, drawn_layers, names[0]):
                drawn_layers[owner] = taking(drawn_layers[owner], layer)
        pieces[layer.name] = found
    return tuple(drawn_layers.values())


def owner_of(pieces: Sequence[Source], drawn_layers: dict[str, DrawnLayer], name: str) -> str | None:
    """The drawn layer whose output this is, as it stands at present."""
    owner = pieces[0].name
    return owner if len(pieces) == 1 and owner in drawn_layers and drawn_layers[owner].last == name else None


def taking(drawn: DrawnLayer, layer: keras.layers.Layer, *, added: str | None = None) -> DrawnLayer:
    return replace(drawn, members=(*drawn.members, layer), added=drawn.added or added)


def joined(parts: Sequence[Sequence[Source]]) -> tuple[Source, ...]:
    """Outputs one behind the other."""
    found: list[Source] = []
    for part in parts:
        start = found[-1].end if found else 0
        found += [Source(piece.name, start + piece.first, start + piece.end) for piece in part]
    return tuple(found)
