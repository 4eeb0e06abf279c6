"""An experiment: everything that a link, a file, an API call and a click on Train carry, and its JSON text both ways."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from playground.values.changes import Change, change_from_json, in_force, planned
from playground.values.checks import check_text
from playground.values.errors import InvalidValue, shorten
from playground.values.network import Network
from playground.values.spec_json import data_from_json, listed, network_from_json, take, to_json, training_from_json
from playground.values.training import DataChoice, Training

TASKS = ("classifier", "regressor")
MAX_JSON = 200_000  # characters; a 200-layer network takes about 30,000


@dataclass(frozen=True)
class Experiment:
    """Everything a link, a file, an API call and a click on Train carry.

    changes: what a person changed in mid-run, in order; training repeats them at their steps.
    """

    data: DataChoice
    networks: tuple[Network, ...]
    training: Training = field(default_factory=Training)
    task: str = "classifier"
    name: str = ""
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", tuple(self.networks))
        if self.task not in TASKS:
            raise InvalidValue("This task is not offered.", expected=" or ".join(TASKS), got=self.task)
        if len(self.networks) != 1:
            raise InvalidValue(f"A {self.task} is one network.", expected="1", got=str(len(self.networks)))
        if not isinstance(self.name, str) or len(self.name) > 120:
            raise InvalidValue("The name is too long.", expected="at most 120 characters", got=self.name, fix="Shorten it.")
        check_text("The name", self.name)
        changes = planned(self.changes, network=self.network, training=self.training)
        object.__setattr__(self, "changes", changes)

    def at(self, step: float) -> Experiment:
        """The experiment in force when so many steps are finished and what is changed then is changed; has no changes itself."""
        network, training = in_force(self.changes, step, network=self.network, training=self.training)
        return self.having(network=network, training=training, changes=())

    @property
    def network(self) -> Network:
        """The network of a task that has one."""
        return self.networks[0]

    def having(self, **fields: Any) -> Experiment:
        """The same experiment with other fields; `network=` stands for `networks=(network,)`.

        With another beginning it has no changes, unless they are given: they were made in the mid-run of the one before.
        """
        if "network" in fields:
            fields["networks"] = (fields.pop("network"),)
        if any(name in fields and fields[name] != getattr(self, name) for name in ("data", "networks", "training", "task")):
            fields.setdefault("changes", ())
        return dataclasses.replace(self, **fields)


# JSON, both ways


def dumps(experiment: Experiment) -> str:
    """Canonical text: equal experiments give equal text."""
    return json.dumps(to_json(experiment), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def check_length(text: str | bytes) -> None:
    """Raises InvalidValue for the text of an experiment that no store, file or link could hand on."""
    if len(text) > MAX_JSON:
        raise too_long()


def too_long() -> InvalidValue:
    return InvalidValue(
        "The experiment is too long.", expected=f"at most {MAX_JSON:,} characters", fix="Use fewer layers or fewer planned changes."
    )


def loads(text: str | bytes) -> Experiment:
    """The inverse of `dumps`. Raises InvalidValue with the place of the fault."""
    check_length(text)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("This is not JSON.", expected="an experiment as JSON", got=shorten(str(error))) from None
    return experiment_from_json(data)


def experiment_from_json(data: Any) -> Experiment:
    """An Experiment from JSON data, field by field, so that an error can name the field."""
    fields = take(data, Experiment, "experiment", required=("data", "networks"))
    fields["data"] = data_from_json(fields["data"])
    fields["networks"] = tuple(network_from_json(n) for n in listed(fields["networks"], "networks"))
    if "training" in fields:
        fields["training"] = training_from_json(fields["training"])
    if "changes" in fields:
        fields["changes"] = tuple(change_from_json(item) for item in listed(fields["changes"], "changes"))
    return Experiment(**fields)
