"""What Keras offers of what we offer: every layer, activation, optimizer … with its arguments, their types, defaults and help.

Names, defaults and texts come from Keras's own source (`signatures`), the choice and the ranges from `offered`. `check` is the safety
gate: what is not offered is refused before Keras sees it. Keras is never imported here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground import offered
from playground.errors import InvalidValue, shorten
from playground.offered import EXTRA_ACTIVATIONS, MODULES, OFFERED
from playground.params import Bool, Choice, Either, Ints, Maybe, ParamType, PartOf
from playground.signatures import REQUIRED, Argument, Signature, signature
from playground.spec import Args, Experiment, Network, Part, Training

__all__ = [
    "EXTRA_ACTIVATIONS",
    "GROUPS",
    "Entry",
    "LossChoice",
    "Param",
    "check",
    "check_part",
    "default_part",
    "entries",
    "entry",
    "is_activation",
    "losses_for",
    "output_activation",
    "output_units",
    "part_with",
]

GROUPS = tuple(OFFERED)


@dataclass(frozen=True)
class Param:
    """One argument. default: Keras's, or a sensible start where `required`; first: shown at once, the others folded away."""

    name: str
    type: ParamType
    default: Any
    help: str
    first: bool
    required: bool


@dataclass(frozen=True)
class Entry:
    """One Keras object that is offered. kind: `"layers.Conv2D"`; title: for people; purpose: its heading within the group."""

    kind: str
    title: str
    group: str
    purpose: str
    summary: str
    help: str
    params: tuple[Param, ...]

    def param(self, name: str) -> Param:
        """The argument of this name. Raises InvalidValue where there is none."""
        for param in self.params:
            if param.name == name:
                return param
        names = [param.name for param in self.params]
        raise InvalidValue(
            f"{self.title} has no argument {shorten(name, 60)}.",
            expected="one of " + ", ".join(names) if names else "no arguments",
            got=name,
            fix=suggestion(name, names) or "Leave it out.",
        )


@dataclass(frozen=True)
class LossChoice:
    """A loss, whether it fits, and why (not), in one sentence."""

    entry: Entry
    valid: bool
    reason: str


def entries(group: str) -> tuple[Entry, ...]:
    """What is offered of `"layers"`, `"activations"`, `"initializers"`, `"optimizers"`, `"schedules"`, `"losses"` …, in order."""
    return tuple(entry(kind) for kind in kinds(group))


@lru_cache(maxsize=16)
def kinds(group: str) -> tuple[str, ...]:
    """The kinds of a group, in order: `("layers.Dense", "layers.Conv2D", …)`."""
    return tuple(f"{MODULES[group]}.{name}" for names in OFFERED[group].values() for name in names)


@lru_cache(maxsize=512)
def entry(kind: str) -> Entry:
    """The offered object of this kind. Raises InvalidValue for any other."""
    place = offered_places().get(kind)
    if place is None:
        raise InvalidValue(
            f"{shorten(kind, 60)} is not offered.",
            expected='the name of an offered Keras object, such as "layers.Dense"',
            got=kind,
            fix=suggestion(kind, list(offered_places())) or "Choose one from the list.",
        )
    group, purpose = place
    name = kind.rpartition(".")[2]
    if name in EXTRA_ACTIVATIONS:
        text = re.search(r'"""(.*?)"""', EXTRA_ACTIVATIONS[name], re.S).group(1)
        found = Signature(text.split(". ")[0].rstrip(".") + ".", text, ())
    else:
        found = signature(kind)
    return Entry(kind, title(group, name), group, purpose, found.summary, found.help, params(kind, group, found))


@lru_cache(maxsize=1)
def offered_places() -> dict[str, tuple[str, str]]:
    """kind → (group, purpose)."""
    return {
        f"{MODULES[group]}.{name}": (group, purpose)
        for group, purposes in OFFERED.items()
        for purpose, names in purposes.items()
        for name in names
    }


def title(group: str, name: str) -> str:
    """Layers, activations and optimizers go by Keras's names; the others are split into words: `"Glorot uniform"`."""
    if group in ("layers", "activations", "optimizers"):
        return name
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+\d*(?:[A-Z]\d+)*|[a-z\d]+", name)
    return " ".join(word if i == 0 or word.isupper() else word.lower() for i, word in enumerate(words))


def params(kind: str, group: str, found: Signature) -> tuple[Param, ...]:
    """The arguments that are shown: the first ones ahead, then Keras's order. Activations go by their name and take none."""
    if group == "activations":
        return ()
    hidden = {*offered.HIDDEN, *offered.HIDDEN_IN.get(group, ()), *offered.HIDDEN_IN.get(kind, ())}
    shown = [param_of(kind, argument) for argument in found.arguments if argument.name not in hidden]
    order = {name: place for place, name in enumerate(offered.FIRST)}
    return tuple(sorted(shown, key=lambda param: (not param.first, order.get(param.name, 0) if param.first else 0)))


def param_of(kind: str, argument: Argument) -> Param:
    name = kind.rpartition(".")[2]
    required = argument.default is REQUIRED
    default = start(name, argument.name) if required else argument.default
    first = required or (argument.name in offered.FIRST and argument.name not in offered.FIRST_NOT.get(kind, ()))
    type_ = type_of(name, argument)
    return Param(argument.name, type_, type_.check(default, f"{kind}: {argument.name}"), help_of(kind, argument), first, required)


def help_of(kind: str, argument: Argument) -> str:
    if argument.help or kind not in offered.HELP_AT:
        return argument.help
    return next(other.help for other in signature(offered.HELP_AT[kind]).arguments if other.name == argument.name)


def start(name: str, argument: str) -> Any:
    """What a required argument starts with, repeated for each dimension where it says so."""
    value = offered.START[argument]
    return value * rank(name) if argument in offered.PER_DIMENSION and isinstance(value, tuple) else value


def rank(name: str) -> int:
    """Dimensions of a layer: 2 for `Conv2D`."""
    found = re.search(r"([123])D", name)
    return int(found.group(1)) if found else 1


def is_activation(argument: str) -> bool:
    """Whether an argument takes the name of an activation (`activation`, `recurrent_activation`)."""
    return argument.endswith("activation")


def type_of(name: str, argument: Argument) -> ParamType:
    """The type of an argument, from its name, its default and, for choices, its documentation."""
    table, key, default = offered.RANGES, argument.name, argument.default
    if is_activation(key):
        names = Choice(tuple(kind.rpartition(".")[2] for kind in kinds("activations")))
        return names if default is REQUIRED else Maybe(names)
    for ending, group in (("initializer", "initializers"), ("regularizer", "regularizers"), ("constraint", "constraints")):
        if key.endswith(ending):
            return PartOf(group, short_names(group)) if default else Maybe(PartOf(group, short_names(group)))
    if key == "learning_rate":
        return Either(offered.LEARNING_RATE, PartOf("schedules"))
    if isinstance(default, bool):
        return Bool()
    if isinstance(default, str):
        return Choice(choices(argument))
    if f"{name}.{key}" in table:
        return table[f"{name}.{key}"]
    if key in offered.PER_DIMENSION:
        low, high = offered.PER_DIMENSION[key]
        dimensions = 2 if name == "Cropping1D" else rank(name)
        whole = Ints(dimensions, dimensions, low, high, pairs=name in offered.PAIRED)
        return Maybe(whole) if default is None else whole
    return table[key]


def choices(argument: Argument) -> tuple[str, ...]:
    """The names in quotes in an argument's documentation, its default among them."""
    found = re.findall(r"[\"'](\w+)[\"']", argument.help)
    return tuple(dict.fromkeys([argument.default, *found]))


@lru_cache(maxsize=8)
def short_names(group: str) -> tuple[str, ...]:
    """The names by which Keras knows the offered objects of a group: `("GlorotUniform", "glorot_uniform", …)`."""
    nameable = [Part(kind) for kind in kinds(group) if kind not in offered.NAMELESS]
    return tuple(dict.fromkeys(name for part in nameable for name in (part.short, part.default_name)))


def suggestion(name: Any, known: list[str]) -> str:
    """`"Did you mean …?"` where something is near, else nothing."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.75) if isinstance(name, str) else []
    return f"Did you mean {near[0]}?" if near else ""


# Parts


@lru_cache(maxsize=512)
def default_part(kind: str) -> Part:
    """A part to begin with: Keras's defaults, and a sensible start value for each required argument."""
    return Part(kind, Args({param.name: param.default for param in entry(kind).params if param.required}))


def part_with(kind: str, values: Mapping[str, Any]) -> Part:
    """The part with these arguments, checked, in the signature's order, those at Keras's defaults left out."""
    known = entry(kind)
    for name in values:
        known.param(name)
    kept = {}
    for param in known.params:
        if param.name in values:
            value = param.type.check(values[param.name], f"{known.title}'s {param.name}")
            if param.required or type(value) is not type(param.default) or value != param.default:
                kept[param.name] = value
    part = Part(kind, Args(kept))
    check_part(part, known.title)
    return part


def values(part: Part) -> dict[str, Any]:
    """A part's arguments by name, each as its type has it: JSON tells 10 from 10.0 no better than people do, Keras does."""
    known = entry(part.kind)
    return {name: known.param(name).type.check(value, f"{known.title}'s {name}") for name, value in part.args.items()}


def check_part(part: Part, where: str, group: str | None = None) -> None:
    """Raises InvalidValue unless the part is offered (in `group`, if given) and its arguments are known, complete and in range."""
    try:
        known = entry(part.kind)
    except InvalidValue as error:
        raise InvalidValue(f"{where}: {error.what}", expected=error.expected, got=error.got, fix=error.fix) from None
    if group is not None and known.group != group:
        raise InvalidValue(f"{where} is of the wrong kind.", expected=f"one of Keras's {group}", got=part.kind)
    for name, value in part.args.items():
        param = known.param(name)
        param.type.check(value, f"{where}: {name}")
        if isinstance(value, Part):
            check_part(value, f"{where}: {name}")
    for param in known.params:
        if param.required and param.name not in part.args:
            raise InvalidValue(f"{where} lacks {param.name}.", expected=param.type.expects(), fix=f"Set {param.name} to {param.default!r}.")
    check_together(part, where)


def check_together(part: Part, where: str) -> None:
    """What Keras refuses in combination, one argument with another."""
    clips = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if part.args.get(name) is not None]
    if len(clips) > 1:
        raise InvalidValue(f"{where} clips gradients in two ways.", expected="one of them", got=" and ".join(clips), fix="Clear one.")
    if part.kind == "optimizers.schedules.PiecewiseConstantDecay":
        boundaries, values = part.args["boundaries"], part.args["values"]
        if len(values) != len(boundaries) + 1 or list(boundaries) != sorted(set(boundaries)):
            raise InvalidValue(
                f"{where}: the steps of the schedule do not fit its values.",
                expected="rising steps and one value more than steps",
                got=f"{len(boundaries)} steps, {len(values)} values",
                fix="Add or remove a value.",
            )


def check(experiment: Experiment) -> None:
    """The safety gate. Raises InvalidValue unless every part is offered and every argument known and in range.

    Whether the data set exists is `data`'s concern, whether shapes fit together the engine's.
    """
    for network in experiment.networks:
        check_network(network)
    check_training(experiment.training)
    for change in experiment.changes:
        if change.name == "network":
            check_network(change.value)
        elif change.name == "training":
            check_training(change.value)


def check_network(network: Network) -> None:
    for layer in network.layers:
        check_part(layer.part, f"Layer {layer.name}", "layers")


def check_training(training: Training) -> None:
    check_part(training.optimizer, "Optimizer", "optimizers")
    check_part(training.loss, "Loss", "losses")


# Losses

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
    "losses.MeanAbsolutePercentageError": "It divides by the label, and all but one label of a class are 0.",
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
            return layer.part.args["units"]
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
    return LossChoice(loss, False, "It compares classes or shares; here one number is to be predicted.")


def loss_of_one_output(loss: Entry, output: str | None) -> LossChoice:
    """Of two classes told apart by one output. output: its activation, or None when unknown."""
    if loss.kind in SINGLE_LOSSES[:2] and output not in (None, "linear", *PROBABILITIES):  # a linear one may be a logit
        return LossChoice(loss, False, "It compares probabilities: give the last layer the activation sigmoid first.")
    if loss.kind in SINGLE_LOSSES:
        return LossChoice(loss, True, "Asks one yes-or-no question: is it the second class?")
    if loss.kind in DISTANCES:
        return LossChoice(loss, True, "Measures how far the output is from the number that stands for the right class.")
    return LossChoice(loss, False, "It needs an output for each class; this network has one for both.")
