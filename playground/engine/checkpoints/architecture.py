"""Which network a kept state belongs to: that of the experiment, or one that it was edited into in mid-run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from playground.values import spec
from playground.values.spec import Change, Experiment


def architecture_of(changes: Iterable[Change]) -> dict[str, Any]:
    """Network and training as JSON, where they were edited: what a kept state tells of its form."""
    last = {change.name: change.value for change in changes if change.is_deep}
    return {name: spec.to_json(value) for name, value in last.items()}


def with_architecture(base: Experiment, facts: Mapping[str, Any]) -> Experiment:
    """The experiment whose weights a checkpoint or keyframe holds. base: as the run began; facts: `architecture_of`'s among them."""
    fields: dict[str, Any] = {}
    if "network" in facts:
        fields["network"] = spec.network_from_json(facts["network"])
    if "training" in facts:
        fields["training"] = spec.training_from_json(facts["training"])
    return base.having(changes=(), **fields)
