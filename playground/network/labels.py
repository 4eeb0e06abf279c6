"""How labels are told to a loss and how an answer is read off the outputs: one rule for the engine, the exported script and the forms.

Knows the ends of networks and the losses, not the data.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground import catalog
from playground.values.spec import Experiment

ZERO_ONE_LOSSES = (  # of a single output: compare it with 0 or 1, also where it is a score (the hinges shift labels to -1 and 1 themselves)
    "losses.BinaryCrossentropy",
    "losses.BinaryFocalCrossentropy",
    "losses.Hinge",
    "losses.SquaredHinge",
)


@dataclass(frozen=True)
class Labels:
    """encoding: "index" int32 (n,); "one_hot" float32 (n, classes); and for a single output float32 (n, 1): "zero_one", "minus_plus" (-1
    for the first class, 1 for the second) or "value" (the number to be predicted).

    threshold: a single output above it means the second class; None where there is no such thing.
    """

    encoding: str
    threshold: float | None = None

    @property
    def is_single(self) -> bool:
        """Whether two classes are told apart by one output."""
        return self.threshold is not None


def labels_for(experiment: Experiment) -> Labels:
    """What the experiment's loss is given."""
    if experiment.task == "regressor":
        return Labels("value")
    loss = experiment.training.loss
    if catalog.output_units(experiment.network) != 1:
        return Labels("index" if loss.kind in catalog.SPARSE_LOSSES else "one_hot")
    is_probability = catalog.output_activation(experiment.network) in catalog.PROBABILITIES
    by_zero_one = is_probability or loss.kind in ZERO_ONE_LOSSES
    return Labels("zero_one" if by_zero_one else "minus_plus", 0.5 if is_probability else 0.0)
