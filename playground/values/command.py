"""What a person may tell a run that goes on: pause, resume, step, stop, set. One declaration for API, WebSocket and engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.values import spec
from playground.values.changes import ChangeValue, setting
from playground.values.errors import InvalidValue

WEIGHTS = {"last": "checkpoint.npz", "best": "best.npz"}  # which of a run's weights can be had → the file in its folder
VERBS = ("pause", "resume", "step", "stop", "set")
UNITS = ("batch", "epoch")


@dataclass(frozen=True)
class Command:
    """do: one of VERBS. unit: for "step". name, value: for "set", as in `changes.setting`; value: for "resume" too, a new rate.

    "step" trains one batch or to the end of the epoch and pauses again. "resume" also brings back an ended run from its checkpoint
    (the lab's concern), after a NaN with a smaller learning rate.
    """

    do: str
    unit: str = "batch"
    name: str = ""
    value: ChangeValue | None = None

    def to_json(self) -> dict[str, Any]:
        extra = {"step": {"unit": self.unit}, "set": {"name": self.name, "value": spec.to_json(self.value)}}
        if self.do == "resume" and self.value is not None:
            return {"do": "resume", "learning_rate": self.value}
        return {"do": self.do} | extra.get(self.do, {})


def from_json(data: Any) -> Command:
    """A command from `{"do": "pause"}`, `{"do": "step", "unit": "epoch"}`, `{"do": "set", "name": "learning_rate", "value": 0.01}`."""
    if not isinstance(data, dict) or data.get("do") not in VERBS:
        raise InvalidValue("This is not a command.", expected='{"do": …} with one of ' + ", ".join(VERBS), got=data)
    allowed = {"do"} | {"step": {"unit"}, "set": {"name", "value"}, "resume": {"learning_rate"}}.get(data["do"], set())
    if extra := set(data) - allowed:
        raise InvalidValue(f"{data['do']} takes no {', '.join(sorted(extra))}.", expected="only " + ", ".join(sorted(allowed)), got=data)
    if data["do"] == "step":
        if data.get("unit", "batch") not in UNITS:
            raise InvalidValue("A step is a batch or an epoch.", expected=" or ".join(UNITS), got=data["unit"])
        return Command("step", unit=data.get("unit", "batch"))
    if data["do"] == "set":
        return Command("set", name=data.get("name", ""), value=setting(data.get("name"), data.get("value")))
    if data["do"] == "resume" and data.get("learning_rate") is not None:
        return Command("resume", value=setting("learning_rate", data["learning_rate"]))
    return Command(data["do"])
