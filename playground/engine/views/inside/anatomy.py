"""The network and the run as the pages that look inside need them: layers, shapes, classes, kept epochs."""

from __future__ import annotations

import math
from typing import Any

import keras

from playground import catalog, data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import SPLITS, Subject


def anatomy(subject: Subject, question: Question) -> dict[str, Any]:
    """{"layers": […], "input_shape", "classes", "examples", "data", "kind", "columns", "standardised", "keyframes", "epoch",
    "epochs", "loss", "scores_are"}. standardised: whether the network gets columns with mean 0 and deviation 1."""
    experiment = subject.experiment
    dataset = data.of(experiment.data)
    parts = [split for split in SPLITS if split != "validation" or dataset.kind != "plane"]  # points have one held-out part, called test
    wiring = {layer.name: (layer, names) for layer, names in experiment.network.wiring()}
    return {
        "layers": [_layer(subject.layer(name), layer.part.kind, names) for name, (layer, names) in wiring.items()],
        "input_shape": list(experiment.network.input_shape),
        "classes": list(subject.classes),
        "examples": {split: len(subject.split(split)[0]) for split in parts},
        "data": experiment.data.name,
        "kind": "pictures" if subject.is_pictures else "table",
        "columns": list(dataset.columns),
        "standardised": dataset.kind == "table",
        "keyframes": list(subject.keyframes),
        "epoch": subject.epoch,
        "epochs": experiment.training.epochs,
        "loss": experiment.training.loss.short,
        "scores_are": subject.scores_are,
    }


def _layer(layer: keras.Layer, kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    kernels = [tuple(v.shape) for v in layer.trainable_variables if len(v.shape) > 1]
    return {
        "name": layer.name,
        "kind": kind.rpartition(".")[2],
        "purpose": catalog.entry(kind).purpose,
        "shape": [None if n is None else int(n) for n in layer.output.shape[1:]],
        "parameters": sum(math.prod(v.shape) for v in layer.trainable_variables),
        "activation": getattr(getattr(layer, "activation", None), "__name__", None),
        "kernel": list(kernels[0]) if kernels else None,
        "inputs": list(names),
    }
