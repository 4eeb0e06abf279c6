"""What a person may tell a run that goes on: pause, resume, step, stop, set. One declaration for API, WebSocket and engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Change

WEIGHTS = {"last": "checkpoint.npz", "best": "best.npz"}  # which of a run's weights can be had → the file in its folder
VERBS = ("pause", "resume", "step", "stop", "set")
UNITS = ("batch", "epoch")
SETTINGS = {"learning_rate": (1e-10, 1_000.0), "speed": (0.1, 1e6)}  # name → lowest and highest; speed: steps a second, None: no limit


@dataclass(frozen=True)
class Command:
    """do: one of VERBS. unit: for "step". name, value: for "set", as in `spec.Change`; value: for "resume" too, a new rate.

    "step" trains one batch or to the end of the epoch and pauses again. "resume" also brings back an ended run from its checkpoint
    (the lab's concern), after a NaN with a smaller learning rate.
    """

    do: str
    unit: str = "batch"
    name: str = ""
    value: spec.ChangeValue | None = None

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
        return Command("set", name=data.get("name", ""), value=_setting(data.get("name"), data.get("value")))
    if data["do"] == "resume" and data.get("learning_rate") is not None:
        return Command("resume", value=_setting("learning_rate", data["learning_rate"]))
    return Command(data["do"])


def _setting(name: Any, value: Any) -> Any:
    if not isinstance(name, str) or name not in (*SETTINGS, *spec.CHANGES):
        raise InvalidValue("This cannot be set while a run goes on.", expected=" or ".join({**SETTINGS, **spec.CHANGES}), got=name)
    if name not in SETTINGS:
        return Change(0, name, value).value
    if name == "speed" and value is None:
        return None
    low, high = SETTINGS[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or not low <= value <= high:
        raise InvalidValue(f"{name} is out of range.", expected=f"a number from {low:g} to {high:g}", got=value)
    return float(value)
