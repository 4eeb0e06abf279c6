"""One example before and after it was prepared for the network, and what the network takes it for."""

from __future__ import annotations

from typing import Any

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject


def picture(subject: Subject, question: Question) -> dict[str, Any]:
    """{"original", "input" (without batch axis), "steps", "label", "title", "probabilities" (classes,), "example"}.

    example: its id in the data set as stored, None for a person's own picture.
    """
    probe = subject.probe(question)
    output = subject.outputs(probe.input)[subject.model.layers[-1].name]
    return {
        "original": probe.original,
        "input": probe.input[0],
        "steps": list(probe.steps),
        "label": probe.label,
        "title": probe.title,
        "probabilities": subject.as_probabilities(output)[0],
        "example": None if probe.label is None else data.example(subject.arrays, *probe.place),
    }
