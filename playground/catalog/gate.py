"""The safety gate: what is not offered, or out of range, is refused before Keras sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.catalog.registry import entry
from playground.values.errors import InvalidValue
from playground.values.spec import Args, Experiment, Network, Part, Training


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

    One of the checks of `playground.validation`, which whoever takes in an experiment calls instead.
    """
    for network in experiment.networks:
        check_network(network)
    check_training(experiment.training)
    for change in experiment.changes:
        if isinstance(change.value, Network):
            check_network(change.value)
        elif isinstance(change.value, Training):
            check_training(change.value)


def check_network(network: Network) -> None:
    for layer in network.layers:
        check_part(layer.part, f"Layer {layer.name}", "layers")


def check_training(training: Training) -> None:
    check_part(training.optimizer, "Optimizer", "optimizers")
    check_part(training.loss, "Loss", "losses")
