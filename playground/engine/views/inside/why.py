"""The why views: what in an example speaks for a class, by one of five methods. All explain the class's score before the softmax.

`why` is quick (Grad-CAM, saliency) and answered by the run in training; `why_at_length` knows all methods and works in pieces.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from playground.engine.graph.logits import Score, before_squashing, cached, class_score, gradient
from playground.engine.inspection import attribution
from playground.engine.inspection.probe import Probe
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.inspection.unit import EARLIER
from playground.values.errors import Conflict, InvalidValue

QUICK = ("gradcam", "saliency")
METHODS = (*QUICK, "smoothgrad", "integrated", "occlusion")
BASELINES = ("black", "white", "blurred")
FILLS = ("mean", "black", "white")
MOST_CLASSES = 1_000  # whose probabilities are told
MOST_PATCHES = 4_096  # that one occlusion may try
FINEST = (64, 256, 1_024)  # points on the path of integrated gradients: more until the sum fits
FULL = 0.99  # quantile of the pixels' values from which on colours are full
COMPLETE = 0.01  # how far the sum may be off, as a share of the difference
CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.Conv2DTranspose,
)

Answer = dict[str, Any]
Pieces = Generator[None, None, Answer]


@dataclass(frozen=True, eq=False)
class Case:
    """What is to be explained. label: the class; probabilities: float32 (classes,); score: the class's, a function of examples."""

    subject: Subject
    question: Question
    probe: Probe
    label: int
    probabilities: np.ndarray
    score: Score

    @property
    def x(self) -> np.ndarray:
        """float32 (1, …), as the network gets it."""
        return self.probe.input

    @property
    def is_picture(self) -> bool:
        return self.x.ndim == 4


def why(subject: Subject, question: Question) -> Answer:
    """{"picture", "method": "gradcam" | "saliency", "class"?: int, "layer"?: name} → see `said`."""
    method = question.choice("method", METHODS, "gradcam")
    if method not in QUICK:
        raise InvalidValue(
            f"{method} takes too long for this view.", expected=" or ".join(QUICK), got=method, fix="Ask the view why_at_length."
        )
    case = case_of(subject, question)
    return gradcam(case) if method == "gradcam" else saliency(case)


def why_at_length(subject: Subject, question: Question) -> Pieces:
    """As `why`, with every method: also "smoothgrad", "integrated" ("baseline", "steps") and "occlusion" ("patch", "stride", "fill")."""
    method = question.choice("method", METHODS, "integrated")
    case = case_of(subject, question)
    yield
    if method in QUICK:
        return gradcam(case) if method == "gradcam" else saliency(case)
    slow = {"smoothgrad": smoothgrad, "integrated": integrated, "occlusion": occlusion}[method]
    return (yield from slow(case))


def case_of(subject: Subject, question: Question) -> Case:
    """Raises Conflict where the network's answer is no number, or is one instead of a class."""
    if not subject.classes:
        raise Conflict("This run predicts a number, so there is no class to explain.", fix="Choose a run that tells classes apart.")
    probe = subject.probe(question)
    probabilities = subject.as_probabilities(subject.outputs(probe.input)[subject.model.layers[-1].name])[0]
    if not np.isfinite(probabilities).all():
        raise Conflict(
            "The network's answer is not a number, so there is nothing to explain.", fix="Choose the weights of an earlier epoch."
        )
    label = question.whole("class", low=0, high=len(subject.classes) - 1, default=int(probabilities.argmax()))
    return Case(subject, question, probe, label, probabilities, class_score(subject.model, label))


def gradcam(case: Case) -> Answer:
    """Raises Conflict for a network without maps that lie over the picture."""
    layers = layers_with_maps(case.subject.model)
    if not layers:
        raise Conflict(
            "Grad-CAM needs maps that lie over the picture, and this network has none.",
            expected="a convolution on the way from a picture to the answer",
            fix="Choose saliency or integrated gradients: they need no maps.",
        )
    name = case.question.choice("layer", layers, default_layer(case.subject.model, layers))
    network = case.subject.model
    forward = cached(network, ("maps", name), lambda: before_squashing(network).model(network, case.subject.layer(name).output))
    found = attribution.class_map(forward, case.x, case.label)
    height, width = case.x.shape[1:3]
    order = np.argsort(-np.abs(found.weights))[:8]
    numbers = {
        "score": found.score,
        "peak": float(found.raw.max()),
        "channels": order.astype(np.int32),
        "weights": found.weights[order],
        "means": found.maps.mean(axis=(0, 1))[order],
        "all_channels": len(found.weights),
    }
    formula = "L(i, j) = ReLU(Σₖ αₖ · Aₖ(i, j)), αₖ = mean over the map of ∂score/∂Aₖ, enlarged to the picture (Selvaraju et al. 2017)"
    heat = attribution.enlarged(found.raw, height, width)
    return said(case, "gradcam", heat, raw=found.raw, formula=formula, numbers=numbers) | {"layer": name, "layers": layers}


def saliency(case: Case) -> Answer:
    slope, scores = gradient(case.score, case.x)
    values = strongest(slope[0])
    formula = f"S = {over_channels(case)}|∂score/∂x| (Simonyan, Vedaldi and Zisserman 2013)"
    if not case.is_picture:
        return said(case, "saliency", slope[0], signed=True, formula="∂score/∂x of each column", numbers={"score": float(scores[0])})
    return said(case, "saliency", values, formula=formula, numbers={"score": float(scores[0]), "peak": float(values.max())})


def smoothgrad(case: Case) -> Pieces:
    mean = yield from attribution.smooth(case.score, case.x)
    values = mean if not case.is_picture else strongest(mean)
    sigma = attribution.NOISE * float(np.ptp(case.x))
    formula = f"S = {over_channels(case)}|mean of ∂score/∂x at x + noise|, noise normal with σ = 0.15 · (max − min) (Smilkov et al. 2017)"
    numbers = {"samples": attribution.SMOOTHINGS, "sigma": sigma, "peak": float(np.abs(values).max())}
    return said(case, "smoothgrad", values, signed=not case.is_picture, formula=formula, numbers=numbers)


def integrated(case: Case) -> Pieces:
    wanted = case.question.whole("steps", low=8, high=FINEST[-1], default=None)
    kind = case.question.choice("baseline", BASELINES, "black") if case.is_picture else "mean"
    for steps in (wanted,) if wanted else FINEST:
        found = yield from attribution.path(case.score, case.x, baseline(case.x, kind), steps=steps)
        if found.gap <= COMPLETE:
            break
    values = found.values.sum(axis=-1) if case.is_picture else found.values
    formula = "IG = (x − x′) · mean of ∂score/∂x on the line from x′ to x; their sum is score(x) − score(x′) (Sundararajan et al. 2017)"
    numbers = {
        "sum": found.total,
        "score": found.score,
        "baseline_score": found.baseline_score,
        "difference": found.difference,
        "gap": found.gap,
        "steps": found.steps,
        "baseline": kind,
    }
    return said(case, "integrated", values, signed=True, formula=formula, numbers=numbers)


def occlusion(case: Case) -> Pieces:
    def probability(x: Any) -> Any:
        return keras.ops.convert_to_tensor(
            case.subject.as_probabilities(keras.ops.convert_to_numpy(case.subject.model(x, training=False)))[:, case.label]
        )

    if not case.is_picture:
        found = attribution.cover_columns(probability, case.x)
        numbers: Answer = {"probability": found.score, "peak": float(found.values.max())}
        return said(case, "occlusion", found.values, signed=True, formula="p(x) − p(x with the column at its mean)", numbers=numbers)
    height, width = case.x.shape[1:3]
    patch, stride = patch_of(case.question, height, width)
    fill = fill_of(case.x, case.question.choice("fill", FILLS, "mean"))
    found = yield from attribution.cover(probability, case.x, fill, patch=patch, stride=stride)
    row, column = np.unravel_index(found.raw.argmax(), found.raw.shape)
    numbers = {
        "probability": found.score,
        "peak": float(found.raw.max()),
        "at": [
            attribution.places(height, patch, stride)[row],
            attribution.places(width, patch, stride)[column],
        ],
        "patch": patch,
        "stride": stride,
        "patches": int(found.raw.size),
    }
    formula = "p(x) − p(x with a square painted over), mean of the squares that cover a pixel (Zeiler and Fergus 2014)"
    return said(case, "occlusion", found.values, raw=found.raw, signed=True, formula=formula, numbers=numbers)


def said(
    case: Case, method: str, values: np.ndarray, *, formula: str, numbers: Answer, raw: np.ndarray | None = None, signed: bool = False
) -> Answer:
    """The answer of every method.

    heat: float32 (height, width) or (columns,), 0 (nothing speaks for the class) to 1; values: the same unscaled, negative where something
    speaks against it, if signed. raw: a map of its own size, or None. low, high: the colour scale for values, symmetric if signed; where
    each pixel has a gradient of its own it ends at their 99th percentile, or a few would leave all others pale.
    """
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all():
        raise Conflict("The explanation is not a number everywhere.", fix=EARLIER)
    most = float(np.abs(values).max(initial=0))
    by_pixel = case.is_picture and method in ("saliency", "smoothgrad", "integrated")
    full = (float(np.quantile(np.abs(values), FULL)) if by_pixel else most) or most
    shown = np.maximum(values, 0) if case.is_picture or not signed else np.abs(values)
    return {
        "heat": np.minimum(shown / full, 1) if most > 0 else np.zeros_like(values),
        "values": values,
        "raw": raw,
        "signed": signed,
        "low": -full if signed else 0.0,
        "high": full,
        "most": most,
        "is_empty": most == 0,
        "method": method,
        "class": case.label,
        "classes": list(case.subject.classes[:MOST_CLASSES]),
        "label": case.probe.label,
        "probabilities": case.probabilities[:MOST_CLASSES],
        "input": case.x[0],
        "score_is": before_squashing(case.subject.model).says,
        "formula": formula,
        "numbers": numbers,
        "layer": None,
        "layers": layers_with_maps(case.subject.model),
    }


def layers_with_maps(network: keras.Model) -> list[str]:
    """The layers whose maps still lie over the picture, from the input on: all but those behind a Flatten, Reshape or Permute."""
    lying = {id(tensor) for tensor in network.inputs if len(tensor.shape) == 4}
    found = []
    for layer in network.layers:
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        aside = isinstance(layer, (keras.layers.Reshape, keras.layers.Permute, keras.layers.InputLayer))
        if aside or len(layer.output.shape) != 4 or not all(id(source) in lying for source in sources):
            continue
        lying.add(id(layer.output))
        if layer.output.shape[1] * layer.output.shape[2] > 1:
            found.append(layer.name)
    return found


def default_layer(network: keras.Model, layers: list[str]) -> str:
    """The last maps of the size that the last convolution gives: behind its normalisation and activation, before pooling shrinks them."""
    shapes = {layer.name: layer.output.shape[1:3] for layer in network.layers}
    convolutions = [layer.name for layer in network.layers if layer.name in layers and isinstance(layer, CONVOLUTIONS)]
    if not convolutions:
        return layers[-1]
    behind = layers[layers.index(convolutions[-1]) :]
    return [name for name in behind if shapes[name] == shapes[convolutions[-1]]][-1]


def baseline(x: np.ndarray, kind: str) -> np.ndarray:
    """The example that says nothing. For a row: all columns at 0, their mean."""
    if kind == "blurred":
        return attribution.blurred(x)
    return np.full_like(x, 1.0 if kind == "white" else 0.0)


def fill_of(x: np.ndarray, kind: str) -> np.ndarray:
    """float32 (channels,), the colour that covers."""
    return x[0].mean(axis=(0, 1)) if kind == "mean" else np.full(x.shape[-1], 1.0 if kind == "white" else 0.0, np.float32)


def patch_of(question: Question, height: int, width: int) -> tuple[int, int]:
    """Side and distance of the covering squares in pixels, by default a fifth of the picture and a third of the side."""
    side = min(height, width)
    patch = question.whole("patch", low=1, high=side, default=max(side // 5, 1))
    stride = question.whole("stride", low=1, high=side, default=max(patch // 3, 1))
    count = len(attribution.places(height, patch, stride)) * len(attribution.places(width, patch, stride))
    if count > MOST_PATCHES:
        raise InvalidValue(
            "That would be too many squares to try.", expected=f"at most {MOST_PATCHES:,}", got=f"{count:,}", fix="Choose a larger stride."
        )
    return patch, stride


def strongest(slope: np.ndarray) -> np.ndarray:
    """The largest size over the channels: float32 (height, width, channels) → (height, width); rows stay as they are."""
    return np.abs(slope).max(axis=-1) if slope.ndim == 3 else np.abs(slope)


def over_channels(case: Case) -> str:
    return "max over channels of " if case.is_picture and case.x.shape[-1] > 1 else ""
