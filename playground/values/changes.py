"""Changes in mid-run: what can be changed, to what, which change replaces which, and what is in force at a step.

The one place for these rules: experiments, commands, runs and engines call it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.values.checks import check_number, check_text, check_whole
from playground.values.errors import Conflict, InvalidValue
from playground.values.network import Network, Part
from playground.values.spec_json import network_from_json, take, training_from_json
from playground.values.training import Training

MAX_CHANGES = 1_000  # of a run: each is kept, for links and exported scripts repeat them
MAX_WEIGHT = 1e6  # size of a weight set by hand
MAX_RATE = 3e38  # a learning rate that float32 can hold; by hand less can be set, see SETTINGS
FIXED = ("seed", "precision")  # of a training: with another one a run would start anew
DEEP = ("network", "training")  # edits that build on one another, so that none replaces the one before
SPEED = "speed"  # can be set in mid-run too, but changes nothing of what is learned: links and scripts leave it out
SETTINGS = {"learning_rate": (1e-10, 1_000.0), SPEED: (0.1, 1e6)}  # name → lowest and highest; speed: steps a second, None: no limit

Weight = tuple[str, str, int, float]  # layer, "kernel" or "bias", index in it as in a flat list, value
ChangeValue = float | Weight | Network | Training  # which of them: told by the change's name
Entry = tuple[int, str, Any]  # step, name and value as JSON data, as `Run.changes` has them


@dataclass(frozen=True)
class Change:
    """What was changed by hand in mid-run. step: the finished steps at that moment.

    name: "learning_rate" (value: 1/step), "weight" (value: a `Weight`), "network" (a Network) or "training" (a Training).
    """

    step: int
    name: str
    value: ChangeValue

    def __post_init__(self) -> None:
        check_whole("A change's step", self.step, low=0, high=2**31 - 1)
        if not isinstance(self.name, str) or self.name not in CHANGES:
            raise InvalidValue("This cannot be changed in mid-run.", expected=" or ".join(CHANGES), got=self.name)
        object.__setattr__(self, "value", CHANGES[self.name](self.value))

    @property
    def is_deep(self) -> bool:
        """Whether it edits network or training, each edit building on the one before."""
        return self.name in DEEP


def change_from_json(data: Any) -> Change:
    return Change(**take(data, Change, "change", required=("step", "name", "value")))


# What can be changed, and to what


def check_rate(value: Any) -> float:
    check_number("learning_rate", value, low=0.0, high=MAX_RATE)
    return float(value)


def check_weight(value: Any) -> Weight:
    if not isinstance(value, (list, tuple)) or len(value) != 4 or not all(isinstance(name, str) for name in value[:2]):
        raise InvalidValue("This is not a weight.", expected='[layer, "kernel" or "bias", index, value]', got=value)
    layer, which, index, number = value
    check_text("The layer's name", layer)
    if which not in ("kernel", "bias"):
        raise InvalidValue("Only kernels and biases can be set.", expected="kernel or bias", got=which)
    check_whole("The weight's index", index, low=0, high=2**31 - 1)
    check_number("The weight", number, low=-MAX_WEIGHT, high=MAX_WEIGHT)
    return (layer, which, index, float(number))


def check_network(value: Any) -> Network:
    return value if isinstance(value, Network) else network_from_json(value)


def check_training(value: Any) -> Training:
    return value if isinstance(value, Training) else training_from_json(value)


CHANGES: dict[str, Callable[[Any], ChangeValue]] = {
    "learning_rate": check_rate,
    "weight": check_weight,
    "network": check_network,
    "training": check_training,
}


def setting(name: Any, value: Any) -> ChangeValue | None:
    """The value of what a person sets by hand: of a change, within the narrower ranges of SETTINGS, or the speed. Raises InvalidValue."""
    if not isinstance(name, str) or name not in (*SETTINGS, *CHANGES):
        raise InvalidValue("This cannot be set while a run goes on.", expected=" or ".join({**SETTINGS, **CHANGES}), got=name)
    if name not in SETTINGS:
        return CHANGES[name](value)
    if name == SPEED and value is None:
        return None
    low, high = SETTINGS[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or not low <= value <= high:
        raise InvalidValue(f"{name} is out of range.", expected=f"a number from {low:g} to {high:g}", got=value)
    return float(value)


def check_suits(change: Change, *, network: Network, training: Training) -> None:
    """Raises InvalidValue for a change with which a run that began with `network` and `training` would have to start anew."""
    if isinstance(change.value, Network) and change.value.input_shape != network.input_shape:
        raise InvalidValue(
            "The network's input cannot change in mid-run.",
            expected=f"input shape {network.input_shape}",
            got=change.value.input_shape,
            fix="Start a new run.",
        )
    for name in FIXED if change.name == "training" else ():
        if (got := getattr(change.value, name)) != (expected := getattr(training, name)):
            raise InvalidValue(f"The {name} cannot change in mid-run.", expected=str(expected), got=got, fix="Start a new run.")


# Which change replaces which


def planned(changes: Sequence[Change], *, network: Network, training: Training) -> tuple[Change, ...]:
    """An experiment's changes, settled. network, training: with which it begins.

    Raises InvalidValue for too many, for steps that do not ascend, and for a change that does not suit.
    """
    if len(changes) > MAX_CHANGES:
        raise InvalidValue("There are too many changes.", expected=f"at most {MAX_CHANGES:,}", got=f"{len(changes):,}")
    last = 0
    for change in changes:
        if change.step < last:
            raise InvalidValue("The changes are not in order.", expected="ascending steps", got=change.step)
        check_suits(change, network=network, training=training)
        last = change.step
    return settled(changes)


def made(changes: tuple[Change, ...], change: Change, *, network: Network, training: Training) -> tuple[Change, ...]:
    """A run's changes with one more. network, training: with which it began.

    Raises InvalidValue for one that does not suit, Conflict for one too many.
    """
    check_suits(change, network=network, training=training)
    more = extended(changes, change)
    if len(more) > MAX_CHANGES:
        raise Conflict("Too much was changed in this run.", expected=f"at most {MAX_CHANGES:,} changes", fix="Start a new run from here.")
    return more


def extended(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """The changes with one more at the end; what it replaces is left out, so that a slider leaves one entry a step."""
    return settled((*changes, change))


def settled(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, in order, without those that a later one replaces."""
    found = tuple(changes)
    return tuple(found[place] for place in lasting([(change.step, change.name, change.value) for change in found]))


def noted(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """A run's entries with one more at the end, as `extended`; of the speed only the last stays."""
    found = (*entries, entry)
    return tuple(found[place] for place in lasting(found))


def lasting(entries: Sequence[Entry]) -> list[int]:
    """The places of the entries that no later one replaces: one of the same target at the same step, with no deep edit in between.

    An entry of the speed is replaced by any later one.
    """
    kept: list[int] = []
    later: set[tuple[object, ...]] = set()  # targets at the same step, with no deep edit in between
    at: int | None = None
    has_speed = False
    for place in reversed(range(len(entries))):
        step, name, value = entries[place]
        if name == SPEED:
            is_replaced, has_speed = has_speed, True
        else:
            if name in DEEP or step != at:
                later.clear()
            at, target = step, target_of(name, value)
            is_replaced = target in later
            if name not in DEEP:
                later.add(target)
        if not is_replaced:
            kept.append(place)
    return kept[::-1]


def target_of(name: str, value: Any) -> tuple[object, ...]:
    """What is set: a weight is told by its layer, kernel or bias, and index; anything else by its name."""
    return (name, *(value[:3] if name == "weight" else ()))


# What is in force, and what is still to come


def in_force(changes: Iterable[Change], step: float, *, network: Network, training: Training) -> tuple[Network, Training]:
    """Network and training when so many steps are finished and what is changed then is changed; weights set by hand are in neither."""
    for change in changes:
        if change.step > step:
            break
        if isinstance(change.value, Network):
            network = change.value
        elif isinstance(change.value, Training):
            training = change.value
        elif change.name == "learning_rate" and not isinstance(training.optimizer.args.get("learning_rate"), Part):
            training = dataclasses.replace(training, optimizer=training.optimizer.having(learning_rate=change.value))
    return network, training


def remaining(plan: tuple[Change, ...], done: tuple[Change, ...]) -> tuple[Change, ...]:
    """What of an experiment's planned changes is still to come: the plan holds for as long as nothing else was changed."""
    return plan[len(done) :] if done == plan[: len(done)] else ()
