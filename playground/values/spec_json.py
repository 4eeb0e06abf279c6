"""The pieces of an experiment as JSON data, both ways: read field by field, so that an error can name the field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from playground.values.errors import InvalidValue, shorten
from playground.values.network import Args, Layer, Network, Part
from playground.values.training import DataChoice, Training

MAX_DEPTH = 6  # Parts within Parts (a layer's initialiser, a wrapper's layer, its initialiser …)


def to_json(value: Any) -> Any:
    """A spec value as JSON data: fields at their defaults are left out, so links stay short and old ones keep working."""
    if isinstance(value, Part):
        return {"kind": value.kind, "args": to_json(value.args)} if value.args else {"kind": value.kind}
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {f.name: to_json(v) for f in fields if (v := getattr(value, f.name)) != default_of(f)}
    if isinstance(value, Mapping):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


def default_of(f: dataclasses.Field[Any]) -> Any:
    return f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default


def data_from_json(data: Any) -> DataChoice:
    fields = take(data, DataChoice, "data", required=("name",))
    if not isinstance(fields["name"], str):
        raise InvalidValue("data.name is not text.", expected="the name of a data set", got=fields["name"])
    if "args" in fields:
        fields["args"] = args_from_json(fields["args"], "data.args")
    return DataChoice(**fields)


def network_from_json(data: Any) -> Network:
    fields = take(data, Network, "network", required=("input_shape",))
    fields["input_shape"] = tuple(listed(fields["input_shape"], "input_shape"))
    fields["layers"] = tuple(layer_from_json(item) for item in listed(fields.get("layers", []), "layers"))
    return Network(**fields)


def layer_from_json(data: Any) -> Layer:
    fields = take(data, Layer, "layer", required=("part", "name"))
    fields["part"] = part_from_json(fields["part"])
    sources = listed(fields.get("inputs", []), "inputs")
    if not all(isinstance(source, str) for source in sources):
        raise InvalidValue("A layer's inputs are not names.", expected="names of earlier layers", got=sources)
    fields["inputs"] = tuple(sources)
    if type(fields.get("active", True)) is not bool:
        raise InvalidValue("A layer's active is not true or false.", expected="true or false", got=fields["active"])
    return Layer(**fields)


def training_from_json(data: Any) -> Training:
    fields = take(data, Training, "training")
    for name in ("optimizer", "loss"):
        if name in fields:
            fields[name] = part_from_json(fields[name])
    return Training(**fields)


def part_from_json(data: Any, depth: int = 0) -> Part:
    """A Part from `{"kind": …, "args": {…}}`."""
    if depth > MAX_DEPTH:
        raise InvalidValue("Parts are nested too deeply.", expected=f"at most {MAX_DEPTH} levels", got="more")
    fields = take(data, Part, "part", required=("kind",))
    return Part(fields["kind"], args_from_json(fields.get("args", {}), str(fields["kind"]), depth))


def args_from_json(data: Any, where: str, depth: int = 0) -> Args:
    if not isinstance(data, dict):
        raise InvalidValue(f"The arguments of {shorten(where, 60)} are not an object.", expected='{"name": value}', got=data)
    return Args({name: thaw(value, depth) for name, value in data.items()})


def thaw(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return part_from_json(value, depth + 1)
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise InvalidValue("Lists are nested too deeply.", expected=f"at most {MAX_DEPTH} levels", got="more")
        return tuple(thaw(item, depth + 1) for item in value)
    return value


def take(data: Any, cls: type, where: str, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of `cls` found in `data`; unknown or missing ones are refused by name."""
    if not isinstance(data, dict):
        raise InvalidValue(f"The {where} is not an object.", expected="a JSON object", got=data)
    known = [f.name for f in dataclasses.fields(cls)]
    for name in data:
        if name not in known:
            raise InvalidValue(f"The {where} has an unknown field.", expected="one of " + ", ".join(known), got=name, fix="Remove it.")
    for name in required:
        if name not in data:
            raise InvalidValue(f"The {where} lacks {name}.", expected=name, got="fields " + (", ".join(data) or "none"), fix=f"Add {name}.")
    return dict(data)


def listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise InvalidValue(f"{where} is not a list.", expected="a list", got=value)
    return list(value)
