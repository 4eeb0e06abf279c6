"""Cells that are weighted sums: Dense, and convolutions plain, grouped, depthwise, separable and transposed, in one to three dimensions.

All of them give the same answer: a patch of the input and numbers of the kernel under it, (rows, columns, pages). A page is an input
channel; in three dimensions an input channel at one depth of the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.arithmetic.activated import activated
from playground.engine.arithmetic.cell import PAGE, PAGE_VALUES, Answer, Cell, array, digits, signed, single
from playground.engine.graph.windows import EDGE, GAP, TRANSPOSED, windows

THERE, PADDED, BETWEEN = 0, 1, 2  # what a tap meets: a number, the padding, the gap that a stride has made


@dataclass(frozen=True, eq=False)
class Sum:
    """patch, kernel: float64 (…, channels), the kernel's spatial axes first; patch is 0 where mask (spatial axes) is not THERE.

    channels: the input channel of each page. mixing: what each page's sum is multiplied with afterwards (separable layers), or None.
    """

    patch: np.ndarray
    kernel: np.ndarray
    mask: np.ndarray
    channels: np.ndarray
    bias: float | None
    mixing: np.ndarray | None = None

    @property
    def sums(self) -> np.ndarray:
        """(…depth, channels): of each page alone."""
        return (self.patch * self.kernel).sum(axis=tuple(range(max(self.patch.ndim - 3, 0), self.patch.ndim - 1)))

    @property
    def before(self) -> float:
        total = self.sums if self.mixing is None else self.sums * self.mixing
        return float(total.sum() + (self.bias or 0.0))


def weighted(cell: Cell) -> Answer:
    """Patch × kernel = products, their sum over each page, bias, activation. The patch holds NaN where there is no input.

    patch, kernel, products: float32 (rows, columns, k), the pages `pages` (int32) from `first` on in the order of their shares, their input
    channels `channels`; mask: uint8 (rows, columns). Of every page: sums, shares (sums times mixing) and channel_of; order: pages by share;
    depths: how many depths follow each other in the pages.
    """
    found = summed(cell, cell.unit)
    shape = found.patch.shape
    depths = shape[0] if len(shape) == 4 else 1
    rows = (1,) * max(3 - len(shape), 0)  # a vector or a sequence as one row
    patch, kernel = (pages(part.reshape(rows + shape)) for part in (found.patch, found.kernel))
    mask = np.broadcast_to(found.mask[..., None], shape).reshape(rows + shape)
    mask = pages(mask)
    sums = found.sums.reshape(-1)
    mixing = None if found.mixing is None else np.tile(found.mixing, depths)
    shares = sums if mixing is None else sums * mixing
    order = np.argsort(-np.abs(shares), kind="stable")
    count = max(1, min(PAGE, PAGE_VALUES // max(patch.shape[0] * patch.shape[1], 1)))
    first = min(cell.first, max(len(order) - 1, 0))
    shown = order[first : first + count]
    patch, kernel, mask = patch[..., shown], kernel[..., shown], mask[..., shown]
    answer = {
        "family": "weighted",
        "patch": single(np.where(mask == THERE, patch, np.nan)),
        "mask": mask[..., 0].astype(np.uint8),
        "kernel": kernel.astype(np.float32),
        "products": single(patch * kernel),
        "pages": shown.astype(np.int32),
        "channels": np.tile(found.channels, depths)[shown].astype(np.int32),
        "depths": depths,
        "channel_of": np.tile(found.channels, depths).astype(np.int32),
        "first": first,
        "sums": single(sums),
        "shares": single(shares),
        "order": order[:4096].astype(np.int32),
        "mixing": None if mixing is None else mixing.astype(np.float32),
        "bias": found.bias,
        "before": found.before,
    }
    ended = activated(cell, found.before, lambda: befores(cell))
    return answer | ended | {"formula": [*formula(found, shares, mask.shape[0] * mask.shape[1]), *ended["formula"]]}


def pages(part: np.ndarray) -> np.ndarray:
    """(depth, rows, columns, channels) → (rows, columns, depth × channels); three axes stay."""
    if part.ndim == 3:
        return part
    depth, rows, columns, channels = part.shape
    return part.transpose(1, 2, 0, 3).reshape(rows, columns, depth * channels)


def formula(found: Sum, shares: np.ndarray, taps: int) -> list[str]:
    """The sum with its largest parts written out."""
    order = np.argsort(-np.abs(shares))[:4]
    terms = " ".join([digits(shares[order[0]]), *(signed(shares[page]) for page in order[1:])])
    rest = float(shares.sum() - shares[order].sum())
    more = f" {signed(rest)} (the other {len(shares) - len(order):,})" if len(shares) > len(order) else ""
    bias = "" if found.bias is None else f" {signed(found.bias)} (bias)"
    over = "Σ over the window of x·w" if taps > 1 else "x·w"
    if found.mixing is not None:
        over = f"Σ over channels of p·({over}), the depthwise sum times its pointwise weight p"
    elif len(shares) > 1:
        over = f"Σ over {len(shares):,} channels of {over}" if taps > 1 else f"Σ of x·w over {len(shares):,} inputs"
    with_bias = "" if found.bias is None else " + b"
    return [f"z = {over}{with_bias}", f"z = {terms}{more}{bias} = {digits(found.before)}"]


def summed(cell: Cell, unit: int) -> Sum:
    """The weighted sum of a unit at the cell's place."""
    layer, kind = cell.layer, cell.kind
    bias = None if not layer.use_bias else float(array(layer.bias)[unit])
    if kind == "Dense":
        return dense(cell, unit, bias)
    patch, mask = cut(cell)
    channels = np.arange(patch.shape[-1])
    if kind in TRANSPOSED:
        return Sum(patch, array(layer.kernel)[..., unit, :], mask, channels, bias)
    if kind.startswith("Separable"):
        kernel = array(layer.depthwise_kernel)
        times = kernel.shape[-1]
        mixing = array(layer.pointwise_kernel)[..., unit].reshape(-1)
        return Sum(np.repeat(patch, times, axis=-1), kernel.reshape(*kernel.shape[:-2], -1), mask, np.repeat(channels, times), bias, mixing)
    if kind.startswith("Depthwise"):
        channel, nth = divmod(unit, layer.depth_multiplier)
        own = slice(channel, channel + 1)
        return Sum(patch[..., own], array(layer.kernel)[..., own, nth], mask, channels[own], bias)
    kernel = array(layer.kernel)[..., unit]
    group = unit // (layer.filters // layer.groups)
    own = slice(group * kernel.shape[-1], (group + 1) * kernel.shape[-1])
    return Sum(patch[..., own], kernel, mask, channels[own], bias)


def dense(cell: Cell, unit: int, bias: float | None) -> Sum:
    """A weighted sum of a vector; laid out as the maps that the vector was flattened from, where it was."""
    vector, weights = cell.x[cell.place].astype(np.float64), array(cell.layer.kernel)[:, unit]
    shape = cell.maps or (1, len(vector))
    return Sum(vector.reshape(shape), weights.reshape(shape), np.zeros(shape[:-1], np.uint8), np.arange(shape[-1]), bias)


def cut(cell: Cell) -> tuple[np.ndarray, np.ndarray]:
    """The patch of the input under the kernel, float64 (kernel…, channels) with 0 where there is no input; and the mask (kernel…)."""
    taps = [axis.taps(at) for axis, at in zip(windows(cell.layer, cell.x.shape, cell.output.shape), cell.place, strict=True)]
    grid = np.ix_(*taps)
    mask = np.full([len(t) for t in taps], THERE, np.uint8)
    for places in grid:  # a gap tells more than an edge
        mask = np.where((places == EDGE) & (mask == THERE), PADDED, mask)
        mask = np.where(places == GAP, BETWEEN, mask)
    patch = cell.x[tuple(np.maximum(places, 0) for places in grid)].astype(np.float64)
    return np.where(mask[..., None] == THERE, patch, 0.0), mask.astype(np.uint8)


def befores(cell: Cell) -> np.ndarray:
    """Of all units at the cell's place, before the activation: float64 (units,)."""
    if cell.kind == "Dense":
        vector = cell.x[cell.place].astype(np.float64) @ array(cell.layer.kernel)
        return vector + array(cell.layer.bias) if cell.layer.use_bias else vector
    if cell.kind in ("Conv1D", "Conv2D", "Conv3D") and cell.layer.groups == 1:
        patch, _ = cut(cell)
        vector = np.tensordot(patch, array(cell.layer.kernel), patch.ndim)
        return vector + array(cell.layer.bias) if cell.layer.use_bias else vector
    return np.array([summed(cell, unit).before for unit in range(cell.output.shape[-1])])
