"""What Keras offers of what we offer: every layer, activation, optimizer … with its arguments, their types, defaults and help.

Names, defaults and texts come from Keras's own source (`signatures`), choice and ranges from `offered`. Keras is never imported here.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.catalog import offered
from playground.catalog.offered import EXTRA_ACTIVATIONS, MODULES, OFFERED
from playground.catalog.params import Bool, Choice, Either, Ints, Maybe, ParamType, PartOf
from playground.catalog.signatures import REQUIRED, Argument, Signature, signature
from playground.values.errors import InvalidValue, shorten
from playground.values.spec import Args, Part

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
        text = EXTRA_ACTIVATIONS[name].split('"""')[1]
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


@lru_cache(maxsize=512)
def default_part(kind: str) -> Part:
    """A part to begin with: Keras's defaults, and a sensible start value for each required argument."""
    return Part(kind, Args({param.name: param.default for param in entry(kind).params if param.required}))
