"""The whole drawing of a network on points in the plane, at any kept moment."""

from __future__ import annotations

from typing import Any

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.plane.plane import Plane


def plane(subject: Subject, question: Question) -> dict[str, Any]:
    """No arguments. Returns "arrays" and "meta" as `Plane.frame` gives them."""
    arrays, meta = Plane.of(subject.model, subject.experiment).frame(epoch=subject.epoch, step=subject.step or 0)
    return {"arrays": arrays, "meta": meta}
