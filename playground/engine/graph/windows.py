"""How an output cell of a convolution or pooling reads its input, axis by axis. Whole numbers only, no tensor is computed here."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

EDGE, GAP = -1, -2  # a tap beyond the input's edge; a tap that falls between the inputs which a stride has moved apart

POOLINGS = tuple(f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in (1, 2, 3))
CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D")
TRANSPOSED = ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")


@dataclass(frozen=True)
class Window:
    """One spatial axis of a layer with a kernel.

    Output i takes, by tap k of the kernel, input i·stride + k·dilation − before. Transposed, the other way round: input i is spread to
    the outputs i·stride + k·dilation − before.

    size, out: cells of input and output on this axis. before, after: padding at its start and end.
    """

    size: int
    out: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    padding: str
    transposed: bool = False

    def taps(self, cell: int) -> np.ndarray:
        """The input that each tap of the kernel meets for this output cell: int (kernel,), EDGE or GAP where there is none."""
        steps = np.arange(self.kernel) * self.dilation
        if not self.transposed:
            places = cell * self.stride + steps - self.before
            return np.where((places >= 0) & (places < self.size), places, EDGE)
        places, rest = np.divmod(cell + self.before - steps, self.stride)
        return np.where(rest != 0, GAP, np.where((places >= 0) & (places < self.size), places, EDGE))

    def span(self, first: int, end: int) -> tuple[int, int]:
        """The inputs that the output cells from `first` to before `end` read, as if the input went on beyond its edges."""
        reach = (self.kernel - 1) * self.dilation
        if not self.transposed:
            return first * self.stride - self.before, (end - 1) * self.stride - self.before + reach + 1
        return -((reach - first - self.before) // self.stride), (end - 1 + self.before) // self.stride + 1

    def overhang(self) -> tuple[int, int]:
        """How many cells the first and the last window stand out over the input's edges."""
        return max(-self.span(0, 1)[0], 0), max(self.span(self.out - 1, self.out)[1] - self.size, 0)

    def rule(self) -> str:
        """The output's size as a formula with its numbers (Keras's documentation; TensorFlow rounds "same" up, "valid" down)."""
        wide = f"({self.kernel} − 1)·{self.dilation} + 1" if self.dilation > 1 else f"{self.kernel}"
        if self.transposed:
            if self.padding == "same":
                return (
                    f"{self.size}·{self.stride} = {self.out}"
                    if self.out == self.size * self.stride
                    else f"{self.out}, as output_padding asks"
                )
            reach = (self.kernel - 1) * self.dilation + 1
            if (more := self.out - (self.size - 1) * self.stride - max(reach, self.stride)) == 0:
                return f"({self.size} − 1)·{self.stride} + max({wide}, {self.stride}) = {self.out}"
            more = self.out - (self.size - 1) * self.stride - reach
            return f"({self.size} − 1)·{self.stride} + {wide} + {more} = {self.out}, {more} of it as output_padding asks"
        if self.padding == "valid":
            return f"⌊({self.size} − {wide if self.dilation == 1 else f'({wide})'}) / {self.stride}⌋ + 1 = {self.out}"
        pads = f"{self.before} before and {self.after} after" if self.before != self.after else f"{self.before} on each side"
        return f"⌈{self.size} / {self.stride}⌉ = {self.out}, with zeros around: {pads}"


def windows(layer: keras.Layer, size: tuple[int, ...], out: tuple[int, ...]) -> tuple[Window, ...]:
    """The windows of a layer with a kernel, one for each spatial axis; () for any other layer. size, out: shapes without batch."""
    kind = type(layer).__name__
    if kind in POOLINGS:
        kernels, strides, dilations = layer.pool_size, layer.strides, (1,) * len(layer.pool_size)
    elif kind in CONVOLUTIONS or kind in TRANSPOSED:
        kernels, strides, dilations = layer.kernel_size, layer.strides, layer.dilation_rate
    else:
        return ()
    made = transposed if kind in TRANSPOSED else plain
    return tuple(made(layer.padding, *numbers) for numbers in zip(size, out, kernels, strides, dilations, strict=False))


def plain(padding: str, size: int, out: int, kernel: int, stride: int, dilation: int) -> Window:
    """With "same", TensorFlow pads as much as ⌈size / stride⌉ outputs need, the odd one of them at the end."""
    need = (out - 1) * stride + (kernel - 1) * dilation + 1 - size
    total = max(need, 0) if padding != "valid" else 0
    before = total if padding == "causal" else total // 2
    return Window(size, out, kernel, stride, dilation, before, total - before, padding)


def transposed(padding: str, size: int, out: int, kernel: int, stride: int, dilation: int) -> Window:
    """The mirror of a convolution from `out` to `size` cells with this padding: it cuts off what that one would pad."""
    need = (size - 1) * stride + (kernel - 1) * dilation + 1 - out
    total = max(need, 0) if padding == "same" else 0
    return Window(size, out, kernel, stride, dilation, total // 2, total - total // 2, padding, transposed=True)
