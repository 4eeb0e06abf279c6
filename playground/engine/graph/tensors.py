"""Which tensor a layer's output is, in a sentence: before or after an activation, a normalisation, in use or in training."""

from __future__ import annotations

import keras

from playground.engine.graph.receptive_field import SEQUENCES, input_tensors, source_name

WEIGHTED = ("Dense", "Conv", "SeparableConv", "DepthwiseConv")
UNCHANGED = (
    *("Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "ActivityRegularization"),
    *(f"SpatialDropout{rank}D" for rank in (1, 2, 3)),
)  # in use; in training most of them change values at random
MERGED = {"Add": "sum", "Average": "mean", "Maximum": "maximum", "Minimum": "minimum", "Multiply": "product", "Subtract": "difference"}
MOVED = ("Flatten", "Reshape", "Permute", "RepeatVector")


def says_nothing_new(layer: keras.Layer) -> str | None:
    """The layer whose values this one passes on unchanged while the network is in use, in the same places or in one row; else None."""
    kind = type(layer).__name__
    if kind in UNCHANGED or kind == "Flatten" or (kind == "Activation" and layer.activation is keras.activations.linear):
        return source_name(input_tensors(layer)[0])
    return None


def what_is_it(layer: keras.Layer) -> str:
    """One or two sentences that tell this tensor from others with the same shape."""
    kind = type(layer).__name__
    if isinstance(layer, keras.layers.InputLayer):
        return "What the network gets: the example after it was prepared."
    before = " and ".join(source_name(tensor) for tensor in input_tensors(layer))
    activation = getattr(getattr(layer, "activation", None), "__name__", None)
    if kind in SEQUENCES:
        when = "each step" if layer.return_sequences else "the last step"
        return f"The state of each unit after {when}; {activation} and any gates have been applied."
    if kind.startswith(WEIGHTED):
        return _weighted(layer, activation)
    if kind == "BatchNormalization":
        return f"{before} after normalisation with the running mean and variance that training has collected, not those of a batch."
    if kind in ("LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization"):
        return f"{before} after normalisation with this example's own statistics."
    if kind in UNCHANGED:
        return f"The values of {before}, unchanged: {kind} acts only while the network trains."
    if "Pooling" in kind:
        what = "largest value" if "Max" in kind else "mean"
        return f"The {what} of {before} {'over each whole map' if kind.startswith('Global') else 'in each window'}."
    if kind in MERGED:
        return f"The {MERGED[kind]} of {before}, cell by cell."
    if kind == "Concatenate":
        return f"{before}, one behind the other."
    if kind in MOVED:
        return f"The values of {before} in another order or shape."
    if kind == "Activation":
        return f"{before} after the activation {activation}."
    if kind in ("ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"):
        return f"{before} after the activation {kind}."
    return f"What {kind} makes of {before}."


def _weighted(layer: keras.Layer, activation: str | None) -> str:
    sums = "weighted sums plus bias" if getattr(layer, "use_bias", False) else "weighted sums"
    if activation in (None, "linear"):
        follower = _activated_later(layer)
        return f"The {sums}, before any activation" + (f"; {follower} applies one later." if follower else ".")
    return f"The {sums} after the layer's own activation, {activation}."


def _activated_later(layer: keras.Layer) -> str | None:
    """The layer behind this one that applies its activation, past normalisation and dropout; None where there is none."""
    for _ in range(8):
        followers = {node.operation.name: node.operation for node in layer._outbound_nodes}
        if len(followers) != 1:
            return None
        (layer,) = followers.values()
        kind = type(layer).__name__
        if kind in ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"):
            return layer.name
        if not kind.endswith(("Normalization", "Dropout", "Rescaling", "Noise")):
            return None
    return None
