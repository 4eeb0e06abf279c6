"""Weights carried from one network into an edited one, so that it goes on with what was learnt.

What holds, for vectors (Dense, batch normalisation, dropout, Concatenate, Add) outside training, up to rounding:

- exactly: more units (the new ones lead nowhere yet), a layer put in where its activation is linear, or is linear over the values that
  come (ReLU behind ReLU; behind tanh with a bias of 1), a linear layer taken out, batch normalisation put in or taken out, dropout,
  a skip link that is concatenated (its weights begin at zero);
- nearly: a bent layer put in (its units work where the activation is almost straight) or taken out, a skip link that is added or cut
  (the layer behind it is fitted to what it gave, by least squares over the training examples);
- in part: fewer units (the last ones go, with what they gave), another activation (the weights stay).

`Transfer` tells which, from the outputs before and after. Layers that give out maps keep their weights where the shapes agree.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import keras
import numpy as np

from playground.engine.transfer.linear_range import find_linear_range
from playground.engine.transfer.optimizer_state import Gather
from playground.engine.transfer.unit_provenance import (
    BENDING,
    Forward,
    Unit,
    UnitProvenance,
    is_flat_dense,
    is_linear,
    is_norm,
    number,
    provenance_of,
    sources,
)

EXACT = 1e-5  # of the largest output
NEAR = 0.05
RIDGE = 1e-6  # of the inputs' mean square: keeps weights small that the examples leave open


@dataclass(frozen=True)
class Transfer:
    """How much of the function is kept. kept: "exactly", "nearly" or "partly"; moved: the largest change of an output over the examples."""

    kept: str
    moved: float

    @property
    def says(self) -> str:
        if self.kept == "exactly":
            return "What was learnt is kept exactly."
        if not np.isfinite(self.moved):
            return "What was learnt is kept in part."
        if self.kept == "nearly":
            return f"What was learnt is kept nearly: outputs moved by at most {self.moved:.2g}."
        return f"What was learnt is kept in part: outputs moved by up to {self.moved:.2g}."


def carry(before: keras.Model, after: keras.Model, *, x: np.ndarray, seed: int, step: int) -> tuple[Transfer, dict[str, Gather]]:
    """Put what `before` has learnt into `after`, which is freshly built.

    x: float32 (n, …), training examples, scaled. seed, step: the training's seed and the step of the edit, of which new units' weights
    are drawn. Also returns where each variable's values came from, by its path, for the optimizer's memory.
    """
    edit = Edit(before, after, x=x, seed=seed, step=step)
    for layer in after.layers:
        edit.take(layer)
    old, new = Forward(before, x).out, Forward(after, x).out
    if old.shape != new.shape:
        return Transfer("partly", float("inf")), edit.gathers
    moved = float(np.max(np.abs(new - old), initial=0.0))
    size = max(1.0, float(np.max(np.abs(old), initial=0.0)))
    exactness = "exactly" if moved <= EXACT * size else "nearly" if moved <= NEAR * size else "partly"
    return Transfer(exactness, moved), edit.gathers


class Edit:
    """One edit under way: layers of the new network are taken in order, each knowing what those before it give out."""

    def __init__(self, before: keras.Model, after: keras.Model, *, x: np.ndarray, seed: int, step: int) -> None:
        self.seed, self.step = seed, step
        self.gathers: dict[str, Gather] = {}
        self._after = after
        self._old = {layer.name: layer for layer in before.layers}
        self._new = {layer.name: layer for layer in after.layers}
        self._old_values, self._new_values = Forward(before, x), Forward(after, x)
        self._old_provenances: dict[str, UnitProvenance | None] = {}
        self._provenances: dict[str, UnitProvenance | None] = {}
        self._reckoned: set[str] = set()  # activation layers that belong to a layer put in
        for layer in before.layers:
            feeds = [self._old_provenances[name] for name in sources(layer)]
            self._old_provenances[layer.name] = provenance_of(layer, feeds, lambda layer, width: [(layer.name, i) for i in range(width)])

    def take(self, layer: keras.Layer) -> None:
        """Give a layer of the new network its weights, and note what it gives out, in units of the old one."""
        twin = self._old.get(layer.name)
        if type(twin) is not type(layer):
            twin = None
        feeds = [self._provenances[name] for name in sources(layer)]
        made: list[Unit] | UnitProvenance | None = None
        if is_flat_dense(layer) and feeds[0] is not None:
            made = self._dense(layer, feeds[0], twin) if twin is not None and is_flat_dense(twin) else self._inserted(layer, feeds[0])
        elif is_norm(layer) and feeds[0] is not None:
            self._norm(layer, feeds[0], twin)
        elif twin is not None:
            self._same(layer, twin, feeds[0] if feeds else None)
        if isinstance(made, UnitProvenance):
            self._provenances[layer.name] = made
            return
        known = (lambda layer, width: [(layer.name, i) for i in range(width)]) if twin is not None else self._own
        provenance = provenance_of(layer, feeds, known)
        if layer.name in self._reckoned:
            provenance = feeds[0]
        self._provenances[layer.name] = provenance

    @staticmethod
    def _own(layer: keras.Layer, width: int) -> list[Unit]:
        return [("new", layer.name, i) for i in range(width)]

    # Dense layers

    def _dense(self, layer: keras.layers.Dense, feed: UnitProvenance, twin: keras.layers.Dense) -> UnitProvenance:
        """A layer that was there before: each weight goes where its unit went."""
        shared = min(layer.units, twin.units)
        fresh = self._drawn(layer) if layer.units > shared else np.zeros(layer.kernel.shape, np.float32)
        terms, bias = self._terms(twin)
        bias = bias[:shared]
        kernel = fresh.astype(np.float64)
        kernel[:, :shared] = 0.0
        for place, name in enumerate(feed.occurrences):
            row = terms.pop(name, None)
            if row is not None and feed.scale[place]:
                kernel[place, :shared] = row[:shared] / feed.scale[place]
                bias = bias - feed.shift[place] * kernel[place, :shared]
        lost = [unit for (unit, _), row in terms.items() if np.any(row[:shared]) and not self._is_cut_off(unit)]
        if lost:
            self._fit(layer, twin, kernel, bias)
        layer.kernel.assign(kernel.astype(np.float32))
        if layer.bias is not None:
            layer.bias.assign(np.concatenate([bias, number(layer.bias)[shared:]]).astype(np.float32))
        old = {name: i for i, name in enumerate(self._old_provenances[sources(twin)[0]].occurrences)}
        rows = np.array([-1 if lost else old.get(name, -1) for name in feed.occurrences], int)
        columns = np.array([i if i < shared else -1 for i in range(layer.units)], int)
        self._came(layer.kernel, twin.kernel, rows, columns)
        if layer.bias is not None and twin.bias is not None:
            self._came(layer.bias, twin.bias, columns)
        return UnitProvenance.of([(layer.name, i) if i < shared else ("new", layer.name, i) for i in range(layer.units)])

    def _terms(self, twin: keras.layers.Dense) -> tuple[dict[tuple[Unit, int], np.ndarray], np.ndarray]:
        """A layer's sums: unit → weights float64 (units,), and what is added. Linear layers that are gone are multiplied out."""
        found, bias = self._sums(twin)
        while gone := next((name for name in found if self._is_gone_and_linear(name[0])), None):
            row = found.pop(gone)
            name, i = gone[0]
            inner, added = self._sums(self._old[name])
            bias = bias + added[i] * row
            for unit, weights in inner.items():
                found[unit] = found.get(unit, 0.0) + weights[i] * row
        return found, bias

    def _sums(self, layer: keras.layers.Dense) -> tuple[dict[tuple[Unit, int], np.ndarray], np.ndarray]:
        provenance, kernel = self._old_provenances[sources(layer)[0]], number(layer.kernel)
        bias = number(layer.bias) if layer.bias is not None else np.zeros(layer.units)
        rows = {name: scale * row for name, scale, row in zip(provenance.occurrences, provenance.scale, kernel, strict=True)}
        return rows, bias + provenance.shift @ kernel

    def _is_gone_and_linear(self, unit: Unit) -> bool:
        layer = self._old.get(unit[0])
        return layer is not None and unit[0] not in self._new and is_flat_dense(layer) and is_linear(layer) and not self._bent(layer)

    def _bent(self, layer: keras.Layer) -> bool:
        return any(isinstance(other, BENDING) and sources(other) == [layer.name] for other in self._old.values())

    def _is_cut_off(self, unit: Unit) -> bool:
        """Whether it went because its layer has fewer units now."""
        if unit[0] == "+":
            return any(self._is_cut_off(part) for part in unit[1:])
        layer = self._new.get(unit[0])
        return layer is not None and is_flat_dense(layer) and unit[1] >= layer.units

    def _fit(self, layer: keras.layers.Dense, twin: keras.layers.Dense, kernel: np.ndarray, bias: np.ndarray) -> None:
        """Change kernel and bias, in place, so that the sums are what they were for the training examples, by least squares."""
        shared = len(bias)
        wanted = self._old_values.into(twin) @ number(twin.kernel)[:, :shared]
        wanted += number(twin.bias)[:shared] if twin.bias is not None else 0.0
        x = self._new_values.into(layer)
        if not (np.isfinite(x).all() and np.isfinite(wanted).all()):
            return
        centred = x - x.mean(axis=0)
        rest = (wanted - wanted.mean(axis=0)) - centred @ kernel[:, :shared]
        square = centred.T @ centred
        square += np.eye(len(square)) * (RIDGE * np.trace(square) / len(square) + 1e-9)
        kernel[:, :shared] += np.linalg.solve(square, centred.T @ rest)
        bias[:] = wanted.mean(axis=0) - x.mean(axis=0) @ kernel[:, :shared]

    def _inserted(self, layer: keras.layers.Dense, feed: UnitProvenance) -> UnitProvenance:
        """A layer put in hands on, as straight as its activation allows, what comes; units beyond that are drawn."""
        kernel = self._drawn(layer).astype(np.float64)
        shared = min(layer.units, len(feed.units))
        x = self._new_values.into(layer)
        part = find_linear_range(self._bend(layer), x, width=layer.units)
        if part is None:
            layer.kernel.assign(kernel.astype(np.float32))
            return UnitProvenance.of(self._own(layer, layer.units))
        kernel[:, :shared] = np.eye(len(kernel), shared) * part.scale
        layer.kernel.assign(kernel.astype(np.float32))
        if layer.bias is not None:
            layer.bias.assign(np.concatenate([np.full(shared, part.shift), number(layer.bias)[shared:]]).astype(np.float32))
        elif part.shift:
            return UnitProvenance.of(self._own(layer, layer.units))
        more = layer.units - shared
        return UnitProvenance(
            (*feed.units[:shared], *self._own(layer, layer.units)[shared:]),
            np.concatenate([part.slope * feed.scale[:shared], np.ones(more)]),
            np.concatenate([part.slope * feed.shift[:shared] + part.offset, np.zeros(more)]),
        )

    def _bend(self, layer: keras.layers.Dense):
        """The activation of a layer with that of the activation layers right behind it: (n, units) → the same."""
        chain, last = [layer.activation], layer.name
        while follower := next((each for each in self._after.layers if isinstance(each, BENDING) and sources(each) == [last]), None):
            chain.append(follower)
            last = follower.name
            self._reckoned.add(last)

        def bend(z: np.ndarray) -> np.ndarray:
            for function in chain:
                z = function(keras.ops.convert_to_tensor(z, "float32"))
            return np.asarray(z, np.float64)

        return bend

    def _drawn(self, layer: keras.layers.Dense) -> np.ndarray:
        """A kernel of the layer's own initialiser, float32, that seed, step and the layer's name alone decide. Sets the bias likewise."""
        keras.utils.set_random_seed(zlib.crc32(f"{self.seed} {self.step} {layer.name}".encode()) & 0x7FFFFFFF)
        again = type(layer.kernel_initializer).from_config(layer.kernel_initializer.get_config())
        if layer.bias is not None:
            layer.bias.assign(type(layer.bias_initializer).from_config(layer.bias_initializer.get_config())(layer.bias.shape))
        return np.asarray(again(layer.kernel.shape), np.float32)

    # Other layers

    def _norm(self, layer: keras.layers.BatchNormalization, feed: UnitProvenance, twin: keras.layers.BatchNormalization | None) -> None:
        """Transfer for the units that were there; put in, it begins as what changes nothing over the training examples."""
        if twin is not None:
            self._same(layer, twin, feed)
            return
        x = self._new_values.into(layer)
        mean = x.mean(axis=0) if layer.center else np.zeros(x.shape[1])
        variance = x.var(axis=0) if layer.scale else np.full(x.shape[1], 1 - layer.epsilon)
        if not (np.isfinite(mean).all() and np.isfinite(variance).all()):
            return
        layer.moving_mean.assign(mean.astype(np.float32))
        layer.moving_variance.assign(variance.astype(np.float32))
        if layer.scale:
            layer.gamma.assign(np.sqrt(number(layer.moving_variance) + layer.epsilon).astype(np.float32))
        if layer.center:
            layer.beta.assign(layer.moving_mean.value)

    def _same(self, layer: keras.Layer, twin: keras.Layer, feed: UnitProvenance | None) -> None:
        """Values where the shapes agree, and of vectors with a number for each unit where the units do."""
        before = self._old_provenances[sources(twin)[0]] if feed is not None and sources(twin) else None
        for variable, old in zip(layer.variables, twin.variables, strict=False):
            shape = tuple(variable.shape)
            by_unit = feed is not None and before is not None and "float" in variable.dtype  # whole numbers are dropout's seeds
            if by_unit and shape == (len(feed.units),) and tuple(old.shape) == (len(before.units),):
                places = {name: i for i, name in enumerate(before.occurrences)}
                found = np.array([places.get(name, -1) for name in feed.occurrences], int)
                values = variable.value.numpy().copy()
                values[found >= 0] = old.value.numpy()[found[found >= 0]]
                variable.assign(values)
                self._came(variable, old, found)
            elif shape == tuple(old.shape):
                variable.assign(old.value)
                self._came(variable, old, *(np.arange(size) for size in shape))

    def _came(self, variable: keras.Variable, old: keras.Variable, *axes: np.ndarray) -> None:
        self.gathers[variable.path] = Gather(old.path, axes)
