"""The view of filters: a layer's weights as pictures, matrices or vectors, now and at an earlier epoch, with statistics.

Large layers come in pages. Weights of earlier epochs are read from their keyframes, one array at a time.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.checkpoints import keyframes
from playground.engine.inspection.bins import histograms
from playground.engine.inspection.kernels import gates, looks_at, matrix, planes, sharing, variables_of
from playground.engine.inspection.question import Question
from playground.values.errors import InvalidValue, Unavailable

if TYPE_CHECKING:
    import keras

    from playground.engine.inspection.subject import Subject

FILTERS = 64  # of a page
INPUTS = 16  # channels of each filter on a page
VALUES = 400_000  # of a page
SIDE = 512  # rows and columns of a matrix on a page
NEAR = 0.01  # of the largest size: below, a weight counts as near zero
SORTS = ("place", "norm", "change")
MOST = 2**31 - 1


def filters(subject: Subject, question: Question) -> dict[str, Any]:
    """Arguments: layer; weight (its name, otherwise the first with two axes); form ("filters", "matrix" or "vector", otherwise the most
    telling); against (the epoch to compare with, 0 where it is kept; -1: none); sort ("place", "norm" or "change", largest first);
    first, inputs_first (page); only (a single filter, by its number).

    Returns "tensors": of each of the layer's weights "name", "shape", "count", "trainable", statistics; "weight", "form", "forms"
    (that it can take); "values" and "before" (the same earlier, or None) float32, by form
      filters: (k, inputs, depth, rows, columns), one for each output channel, matrix: (rows, columns) = (inputs, outputs), vector: (n,);
    "numbers" int32 (k,): which filters (columns of a matrix); "total", "inputs" (how many there are), "first", "inputs_first";
    "norms", "changes" float32 (k,): Euclidean, of the whole filter, changes None without an earlier epoch; "reach", "network_reach": the
    largest size of a weight in this tensor, in all kernels of the network; "histogram": {"edges" (41,), "now" (40,), "before"};
    "against": epoch or None; "picture": the maps that a dense layer looks at; "gates": of a recurrent layer's columns, equal shares;
    "sharing": what sharing weights saves, see `kernels.Sharing`; "bias": of the shown filters, or None.
    """
    layer = subject.layer(question.text("layer"))
    found = variables_of(layer)
    if not found:
        have = ", ".join(each.name for each in subject.model.layers if each.weights) or "none of this network"
        raise InvalidValue(f"{layer.name} has no weights.", expected=f"a layer with weights: {have}", got=layer.name)
    name = question.choice("weight", tuple(found), _main(found))
    epoch = _epoch(subject, question)
    now = values_of(found)
    before = {key: _earlier(subject, epoch, variable) for key, variable in found.items()} if epoch is not None else {}
    page = _page(layer, name, now[name], before.get(name), question)
    shared = sharing(layer)
    seen = looks_at(layer) if type(layer).__name__ == "Dense" else None
    return page | {
        "layer": layer.name,
        "kind": type(layer).__name__,
        "tensors": [_statistics(key, variable, now[key], before.get(key)) for key, variable in found.items()],
        "weight": name,
        "reach": _reach(now[name]),
        "network_reach": subject.remember("reach of all kernels", lambda: _network_reach(subject.model)),
        "histogram": _histogram(now[name], before.get(name)),
        "against": epoch,
        "picture": {"name": seen.name, "shape": list(seen.shape)} if seen else None,
        "gates": list(gates(layer)) if name != "bias" else [],
        "sharing": vars(shared) if shared else None,
        "bias": _bias(now, page["numbers"], page["total"]),
    }


def values_of(variables: dict[str, keras.Variable]) -> dict[str, np.ndarray]:
    return {name: np.asarray(variable.value, np.float32) for name, variable in variables.items()}


def _main(found: dict[str, keras.Variable]) -> str:
    return next((name for name, variable in found.items() if len(variable.shape) > 1), next(iter(found)))


def _epoch(subject: Subject, question: Question) -> int | None:
    wanted = question.whole("against", low=-1, high=MOST, default=None)
    if wanted is None:
        return 0 if 0 in subject.keyframes else None
    return None if wanted < 0 else wanted


def _page(layer: keras.Layer, name: str, now: np.ndarray, before: np.ndarray | None, question: Question) -> dict[str, Any]:
    """The part of a weight that is asked for."""
    solid, flat = planes(layer, name, now), matrix(now)
    forms = [form for form, is_there in (("filters", solid is not None), ("matrix", flat is not None)) if is_there] or ["vector"]
    form = question.choice("form", tuple(forms), forms[0])
    if form == "filters" and solid is not None:
        old = planes(layer, name, before) if before is not None else None
        return {"form": form, "forms": forms} | _filters(solid, old, question)
    if form == "matrix" and flat is not None:
        return {"form": form, "forms": forms} | _matrix(flat, matrix(before) if before is not None else None, question)
    now, old = now.reshape(-1), None if before is None else before.reshape(-1)
    first = question.whole("first", low=0, high=max(len(now) - 1, 0), default=0)
    part = slice(first, first + 4 * SIDE)
    numbers = np.arange(len(now), dtype=np.int32)[part]
    return {"form": form, "forms": forms, "values": now[part], "before": None if old is None else old[part], "numbers": numbers} | {
        "total": len(now), "inputs": 0, "first": first, "inputs_first": 0, "norms": np.abs(now[part]), "changes": None,
    }  # fmt: skip


def _filters(now: np.ndarray, before: np.ndarray | None, question: Question) -> dict[str, Any]:
    total, inputs = now.shape[:2]
    norms = _norms(now)
    changes = None if before is None else _norms(now - before)
    order = _order(question.choice("sort", SORTS, "place"), norms, changes)
    only = question.whole("only", low=0, high=total - 1, default=None)
    start = question.whole("inputs_first", low=0, high=inputs - 1, default=0)
    size = max(1, now[0, 0].size)
    wide = min(INPUTS, inputs, max(1, VALUES // size))
    if only is not None:
        first, chosen = only, np.array([only])
    else:
        first = question.whole("first", low=0, high=total - 1, default=0)
        chosen = order[first : first + max(1, min(FILTERS, VALUES // (size * wide)))]
    part = np.s_[chosen, start : start + wide]
    return {
        "values": np.ascontiguousarray(now[part]),
        "before": None if before is None else np.ascontiguousarray(before[part]),
        "numbers": chosen.astype(np.int32),
        "total": total,
        "inputs": inputs,
        "first": first,
        "inputs_first": start,
        "norms": norms[chosen],
        "changes": None if changes is None else changes[chosen],
    }


def _matrix(now: np.ndarray, before: np.ndarray | None, question: Question) -> dict[str, Any]:
    inputs, total = now.shape
    start = question.whole("inputs_first", low=0, high=inputs - 1, default=0)
    only = question.whole("only", low=0, high=total - 1, default=None)
    first = question.whole("first", low=0, high=total - 1, default=0) if only is None else only
    part = np.s_[start : start + SIDE, first : first + (SIDE if only is None else 1)]
    norms = _norms(now.T)
    changes = None if before is None else _norms((now - before).T)
    return {
        "values": np.ascontiguousarray(now[part]),
        "before": None if before is None else np.ascontiguousarray(before[part]),
        "numbers": np.arange(total, dtype=np.int32)[part[1]],
        "total": total,
        "inputs": inputs,
        "first": first,
        "inputs_first": start,
        "norms": norms[part[1]],
        "changes": None if changes is None else changes[part[1]],
    }


def _order(sort: str, norms: np.ndarray, changes: np.ndarray | None) -> np.ndarray:
    sizes = {"norm": norms, "change": changes}.get(sort)
    return np.arange(len(norms)) if sizes is None else np.argsort(-sizes, kind="stable")


def _norms(kernels: np.ndarray) -> np.ndarray:
    """Euclidean norm of each of the first axis, float32 (k,)."""
    flat = kernels.reshape(len(kernels), -1)
    return np.sqrt(np.einsum("ij,ij->i", flat, flat, dtype=np.float64)).astype(np.float32)


def _statistics(name: str, variable: keras.Variable, now: np.ndarray, before: np.ndarray | None) -> dict[str, Any]:
    """Of the finite weights; near: share whose size is below a hundredth of the largest; change: Euclidean, of the whole tensor."""
    is_finite = np.isfinite(now)
    finite = now.reshape(-1) if is_finite.all() else now[is_finite]
    about = {"name": name, "shape": list(now.shape), "count": int(now.size), "trainable": bool(variable.trainable)}
    about["broken"] = int(now.size - finite.size)
    about["change"] = None if before is None or about["broken"] else math.sqrt(_squares((now - before).reshape(-1)))
    if not finite.size:
        return about | dict.fromkeys(("low", "high", "mean", "deviation", "norm", "near"))
    low, high, mean, squares = float(finite.min()), float(finite.max()), float(finite.mean(dtype=np.float64)), _squares(finite)
    return about | {
        "low": low,
        "high": high,
        "mean": mean,
        "deviation": math.sqrt(max(squares / finite.size - mean**2, 0.0)),
        "norm": math.sqrt(squares),
        "near": float((np.abs(finite) <= np.float32(NEAR * max(abs(low), abs(high)))).mean()),
    }


def _squares(row: np.ndarray) -> float:
    """The sum of squares, added up as float64 without a copy of that size: a layer may have ten million weights."""
    return float(np.einsum("i,i->", row, row, dtype=np.float64))


def _histogram(now: np.ndarray, before: np.ndarray | None) -> dict[str, Any]:
    """How many weights lie in each of 40 equal intervals, now and before on the same ones."""
    edges, counts = histograms([now] if before is None else [now, before])
    return {"edges": edges, "now": counts[0], "before": None if before is None else counts[1]}


def _reach(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _network_reach(model: keras.Model) -> float:
    return max((_reach(np.asarray(v.value, np.float32)) for v in model.trainable_variables if len(v.shape) > 1), default=0.0)


def _bias(now: dict[str, np.ndarray], numbers: np.ndarray, total: int) -> np.ndarray | None:
    bias = now.get("bias")
    return bias[numbers] if bias is not None and bias.ndim == 1 and len(bias) == total else None


def _earlier(subject: Subject, epoch: int, variable: keras.Variable) -> np.ndarray:
    """The weight at the end of that epoch. Raises as `keyframes.load` does."""
    (index,) = (i for i, each in enumerate(subject.model.variables) if each is variable)
    path = keyframes.path_of(subject.folder, epoch)
    if not path.is_file():
        keyframes.load(subject.folder, epoch)  # says what is kept
    value = _stored(path, path.stat().st_mtime_ns, f"model/{index}")
    if value.shape != tuple(variable.shape):
        raise Unavailable("The kept weights belong to another network.", got=f"shape {value.shape}", fix="Choose another epoch.")
    return value


@functools.lru_cache(maxsize=12)
def _stored(path: Path, _time: int, name: str) -> np.ndarray:
    """One array of a keyframe; asked again and again while a run trains."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return np.asarray(file[name], np.float32)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise Unavailable("The weights of this epoch cannot be read.", got=str(error), fix="Choose another epoch.") from error
