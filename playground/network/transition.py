"""How a training run gets from one experiment to another: on with what it has learned, or from the start."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from playground import catalog
from playground.values import changes, spec
from playground.values.spec import DataChoice, Experiment, Part, Training

WHY_FIXED = {
    "seed": "Another seed draws other weights at the start.",
    "precision": "Another precision computes with other numbers from the start.",
}


@dataclass(frozen=True)
class Transition:
    """How a run gets from one experiment to another. kind: "same", "warm" (by `commands`, keeping what was learned) or "restart"."""

    kind: str
    commands: tuple[dict[str, Any], ...] = ()
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "commands": list(self.commands), "why": self.why}


def transition_between(before: Experiment, after: Experiment) -> Transition:
    """From what is in force at the end of `before` to what `after` begins with."""
    before, after = plain(before.at(math.inf)), plain(after.at(-1))
    if before == after:
        return Transition("same")
    if before.data != after.data or before.task != after.task:
        return Transition("restart", why=why_of_data(before.data, after.data))
    for name in changes.FIXED:
        if getattr(before.training, name) != getattr(after.training, name):
            return Transition("restart", why=WHY_FIXED[name])
    ends = [[layer.part for layer in each.network.layers[-1:]] for each in (before, after)]
    if [output_of(part) for part in ends[0]] != [output_of(part) for part in ends[1]]:
        return Transition("restart", why="Another output says its answers in another way.")
    commands, said = [], []
    if before.network != after.network:
        commands.append({"do": "set", "name": "network", "value": spec.to_json(after.network)})
        said.append("The network changes and keeps the weights that fit.")
    if before.training != after.training:
        rate = new_rate(before.training, after.training)
        if rate is not None:
            commands.append({"do": "set", "name": "learning_rate", "value": rate})
            said.append("The learning rate changes at once.")
        else:
            commands.append({"do": "set", "name": "training", "value": spec.to_json(after.training)})
            said.append("Training goes on in the new way.")
    return Transition("warm", tuple(commands), " ".join(said))


def output_of(part: Part) -> tuple[object, ...]:
    """What must stay of a network's last layer, for an answer to mean the same."""
    return part.kind, part.args.get("units"), part.args.get("activation")


def plain(experiment: Experiment) -> Experiment:
    """Without its name, and with those arguments of the optimizer and the loss left out that are at Keras's defaults."""
    training = experiment.training
    optimizer, loss = (catalog.part_with(each.kind, each.args) for each in (training.optimizer, training.loss))
    return experiment.having(name="", training=dataclasses.replace(training, optimizer=optimizer, loss=loss))


def new_rate(before: Training, after: Training) -> float | None:
    """The learning rate of `after` where nothing else differs and neither follows a schedule."""
    rates = [each.optimizer.args.get("learning_rate", 0.0) for each in (before, after)]
    bare = [dataclasses.replace(each, optimizer=each.optimizer.without("learning_rate")) for each in (before, after)]
    if bare[0] != bare[1] or any(isinstance(rate, Part) for rate in rates):
        return None
    return float(after.optimizer.args.get("learning_rate", catalog.entry(after.optimizer.kind).param("learning_rate").default))


def why_of_data(before: DataChoice, after: DataChoice) -> str:
    """Why other data begin anew, in a sentence."""
    if before.args.get("inputs") != after.args.get("inputs"):
        return "Other inputs: the first layer has no weights for them yet."
    if before.name != after.name:
        return "Another data set: what was learnt does not hold for it."
    return "Other points: a fair test needs a network that has not seen them."
