"""Which losses fit the end of a network and its task, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass

from playground.catalog.registry import Entry, entries, entry, is_activation
from playground.values.spec import Experiment, Network

SPARSE_LOSSES = (  # take the label's number; all others a 0 or 1 for each class
    "losses.SparseCategoricalCrossentropy",
    "losses.CategoricalGeneralizedCrossEntropy",
)
NEEDS_PROBABILITIES = (  # and have no from_logits
    "losses.KLDivergence",
    "losses.CategoricalGeneralizedCrossEntropy",
    "losses.Poisson",
    "losses.Dice",
    "losses.Tversky",
)
PROBABILITIES = ("softmax", "sigmoid", "hard_sigmoid", "sparsemax", "sparse_sigmoid")
UNFIT = {
    "losses.MeanSquaredLogarithmicError": "It compares sizes of growing numbers such as prices; a class is no size.",
    "losses.MeanAbsolutePercentageError": "It divides by the label, and most labels of classes are 0.",
}
UNFIT_FOR_NUMBERS = {
    "losses.MeanSquaredLogarithmicError": "It compares sizes of growing numbers such as prices; here numbers may be negative.",
    "losses.MeanAbsolutePercentageError": "It divides by the number to be predicted, which may be 0 here.",
    "losses.Poisson": "It is for counts; here numbers may be negative.",
    "losses.CosineSimilarity": "It compares directions: of a single number it sees no more than the sign.",
}
SINGLE_LOSSES = (  # of one output: two classes told apart by it, or a number
    "losses.BinaryCrossentropy",
    "losses.BinaryFocalCrossentropy",
    "losses.Hinge",
    "losses.SquaredHinge",
)
DISTANCES = ("losses.MeanSquaredError", "losses.MeanAbsoluteError", "losses.Huber", "losses.LogCosh")
SHAPELESS = ("Activation", "Normalisation", "Regularisation")  # purposes of layers behind which as many numbers come out as go in
REASONS = {  # by purpose
    "Classification": "Compares the outputs with 1 for the right class and 0 for the others.",
    "One against the rest": "Asks a yes-or-no question for each class by itself.",
    "Distance": "Measures how far the outputs are from 1 for the right class and 0 for the others.",
    "Overlap": "Measures how much of the right answer the outputs cover.",
}


@dataclass(frozen=True)
class LossChoice:
    """A loss, whether it fits, and why (not), in one sentence."""

    entry: Entry
    valid: bool
    reason: str


def losses_for(experiment: Experiment) -> tuple[LossChoice, ...]:
    """Every offered loss with whether it fits the experiment's task and the end of its network, and why (not)."""
    output = output_activation(experiment.network)
    if experiment.task == "regressor":
        return tuple(loss_of_number(each) for each in entries("losses"))
    if output_units(experiment.network) == 1:
        return tuple(loss_of_one_output(each, output) for each in entries("losses"))
    return tuple(loss_choice(each, output) for each in entries("losses"))


def output_units(network: Network) -> int | None:
    """How many numbers come out of a network that ends in a Dense layer; None where there is no telling without building it."""
    for layer, sources in reversed(network.wiring()):
        if layer.part.short == "Dense":
            units: int = layer.part.args["units"]
            return units
        if len(sources) > 1 or entry(layer.part.kind).purpose not in SHAPELESS:
            return None
    return None


def output_activation(network: Network) -> str | None:
    """The activation that gives the network's output: `"softmax"`, `"linear"`; None where there is no telling."""
    wired = network.wiring()
    part = wired[-1][0].part if wired else None
    if part is None or part.kind == "layers.Softmax":
        return "softmax" if part else None
    if any(is_activation(param.name) for param in entry(part.kind).params):
        return part.args.get("activation") or "linear"
    return None


def loss_choice(loss: Entry, output: str | None) -> LossChoice:
    """output: the activation of the last layer, or None when unknown."""
    if loss.kind in UNFIT:
        return LossChoice(loss, False, UNFIT[loss.kind])
    if loss.kind in NEEDS_PROBABILITIES and output is not None and output not in PROBABILITIES:
        return LossChoice(loss, False, "It compares probabilities: give the last layer the activation softmax first.")
    if loss.kind in SPARSE_LOSSES:
        usual = ": the usual choice" if loss.kind == SPARSE_LOSSES[0] else ""
        return LossChoice(loss, True, f"Takes the number of the right class{usual}.")
    return LossChoice(loss, True, REASONS[loss.purpose])


def loss_of_number(loss: Entry) -> LossChoice:
    """Of a regressor, whose labels may be negative."""
    if loss.kind in DISTANCES:
        return LossChoice(loss, True, "Measures how far the output is from the number it should be.")
    reason = UNFIT_FOR_NUMBERS.get(loss.kind, "It compares classes or shares; here one number is to be predicted.")
    return LossChoice(loss, False, reason)


def loss_of_one_output(loss: Entry, output: str | None) -> LossChoice:
    """Of two classes told apart by one output. output: its activation, or None when unknown."""
    if loss.kind in UNFIT:
        return LossChoice(loss, False, UNFIT[loss.kind])
    if loss.kind in SINGLE_LOSSES[:2] and output not in (None, "linear", *PROBABILITIES):  # a linear one may be a logit
        return LossChoice(loss, False, "It compares probabilities: give the last layer the activation sigmoid first.")
    if loss.kind in SINGLE_LOSSES:
        return LossChoice(loss, True, "Asks one yes-or-no question: is it the second class?")
    if loss.kind in DISTANCES:
        return LossChoice(loss, True, "Measures how far the output is from the number that stands for the right class.")
    return LossChoice(loss, False, "It needs an output for each class; this network has one for both.")
