"""One example in depth: all probabilities, the training examples most like it, and whether its label may be wrong."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from playground import data
from playground.engine.checkpoints import keyframes
from playground.engine.inspection.probe import Probe
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.views.mistakes.gallery import small
from playground.engine.views.mistakes.neighbours import Features, deciding, features, training_features
from playground.engine.views.mistakes.predictions import EPSILON, Predicted, predicted

NEAREST = 8
Work = Generator[None, None, dict[str, Any]]


def one(subject: Subject, question: Question) -> Work:
    """{"title", "original" uint8 (h, w, c) or float32 (columns,), "label", "predicted", "probabilities": float32 (c,), "confidence",
    "margin", "loss", "example", "rank", "scores_are", "nearest": {…}, "doubt": {…} or None}.

    label, loss, example and doubt are None for a person's own picture.
    """
    probe = subject.probe(question)
    output = subject.outputs(probe.input)[subject.model.layers[-1].name]
    probabilities = subject.as_probabilities(output)[0]
    order = np.argsort(-probabilities, kind="stable")
    chosen, label = int(order[0]), probe.label
    second = float(probabilities[order[1]]) if len(order) > 1 else 0.0
    near = yield from _nearest(subject, probe)
    doubt = None
    if label is not None:
        split, _ = probe.place
        whole = yield from predicted(subject, split)
        doubt = label_doubt(whole, label=label, probabilities=probabilities, neighbours=near["labels"]) | {"split": split}
    return {
        "source": probe.source,
        "title": probe.title,
        "original": probe.original,
        "label": label,
        "predicted": chosen,
        "probabilities": probabilities,
        "confidence": float(probabilities[chosen]),
        "margin": float(probabilities[chosen]) - second,
        "loss": None if label is None else float(-np.log(np.clip(probabilities[label], EPSILON, 1 - EPSILON))),
        "example": None if label is None else data.example(subject.arrays, *probe.place),
        "scores_are": subject.scores_are,
        "nearest": near,
        "doubt": doubt,
    }


def history(subject: Subject, question: Question) -> Work:
    """{"epochs": int32 (e,), "probabilities": float32 (e, c)}: the example's probabilities with the weights kept of each epoch."""
    probe = subject.probe(question)
    key = ("history", probe.source, probe.input.tobytes())
    kept = keyframes.times(subject.folder)
    rows = {moment: row for moment, row in subject.memory.get(key, {}).items() if moment in kept.items()}
    for then in subject.over_time([epoch for epoch in kept if (epoch, kept[epoch]) not in rows]):
        said = then.as_probabilities(np.asarray(then.model(probe.input, training=False), np.float32))[0]
        rows[then.epoch, kept[then.epoch]] = said
        yield
    subject.memory[key] = rows
    table = np.array([rows[moment] for moment in sorted(rows)], np.float32).reshape(-1, len(subject.classes))
    epochs = np.array([epoch for epoch, _ in sorted(rows)], np.int32)
    return {"source": probe.source, "label": probe.label, "epochs": epochs, "probabilities": table}


def label_doubt(whole: Predicted, *, label: int, probabilities: np.ndarray, neighbours: np.ndarray) -> dict[str, Any]:
    """Whether a label looks wrong, with the numbers that say so: confident learning (Northcutt, Jiang, Chuang 2021, section 3.1).

    A class's threshold is its self-confidence: the mean of p(class) over the examples labelled with it. The label is doubted if another
    class is the most probable and reaches its own threshold, the label's probability is below the label's, and more than half of the
    nearest training examples carry that other class. (The paper has no neighbours; they keep the hint rare.)

    Args:
        whole: the answers for the part of the data that the example is in; label, probabilities: float32 (c,), of the example.
        neighbours: int (k,), labels of the nearest training examples.
    """
    other = int(probabilities.argmax())
    thresholds = {name: self_confidence(whole, name) for name in (label, other)}
    agreeing = int((np.asarray(neighbours) == other).sum())
    is_doubted = (
        other != label
        and float(probabilities[label]) < thresholds[label]
        and float(probabilities[other]) >= thresholds[other]
        and agreeing * 2 > len(neighbours)
    )
    return {
        "is_doubted": is_doubted,
        "other": other,
        "label_probability": float(probabilities[label]),
        "label_threshold": thresholds[label],
        "other_probability": float(probabilities[other]),
        "other_threshold": thresholds[other],
        "agreeing": agreeing,
        "neighbours": len(neighbours),
    }


def self_confidence(whole: Predicted, label: int) -> float:
    """Mean probability of a class over the examples labelled with it; 1 where there are none, which nothing reaches."""
    own = whole.probabilities[whole.truth == label, label]
    return float(own.mean(dtype=np.float64)) if len(own) else 1.0


def _nearest(subject: Subject, probe: Probe) -> Generator[None, None, dict[str, Any]]:
    """{"positions", "labels": int32 (k,), "distances": float32 (k,), "pictures", "examples", "layer", "features", "compared"}."""
    train: Features = yield from training_features(subject)
    split, position = (None, None) if probe.label is None else probe.place
    own = features(subject, probe.input)[0]
    positions, distances = train.nearest(own, count=NEAREST, without=position if split == "train" else None)
    return {
        "positions": positions,
        "labels": subject.arrays.train[1][positions].astype(np.int32),
        "distances": distances,
        "pictures": small(subject, "train", positions),
        "examples": [data.example(subject.arrays, "train", int(place)) for place in positions],
        "layer": deciding(subject.model).name,
        "features": len(own),
        "compared": len(train.positions),
    }
