"""The layer stack: the network from top to bottom, edited in the browser by pointer and keyboard, with shapes and sizes as described.

The browser draws each edit at once and sends it here; what it shows is corrected by the data of the next run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from playground import catalog
from playground.network.edit import is_merge
from playground.ui import colours, state
from playground.ui.component import register
from playground.values.description import Description, LayerInfo
from playground.values.spec import Layer, Network, Part

USUAL = (
    "Dense",
    "Conv2D",
    "MaxPooling2D",
    "Flatten",
    "Dropout",
    "BatchNormalization",
    "GlobalAveragePooling2D",
    "Activation",
    "AveragePooling2D",
    "SeparableConv2D",
    "LayerNormalization",
    "Reshape",
    "LSTM",
    "GRU",
    "Add",
)
component = register("stack")
Edit = Mapping[str, Any]


def stack(
    network: Network,
    description: Description | None = None,
    *,
    selected: str | None = None,
    can_undo: bool = False,
    can_redo: bool = False,
    data_title: str = "",
    on_edit: Callable[[Edit], None] | None = None,
    form: str = "np-layer-form",
    key: str = "stack",
) -> Edit | None:
    """Mount the editor and return the edit the person just made, once: carry it out and run again.

    An edit is `{"op": "select", "name": …}` (name None: no layer), `{"op": "fix", "index": …}` (a problem of `description`),
    `{"op": "undo"}`, `{"op": "redo"}`, or one of `playground.edit.apply`.

    Args:
        description: what the engine found out, or None while it is not known; layers are matched by name.
        selected: the name of the layer whose form is open.
        data_title: what stands in the input block ("MNIST sample").
        on_edit: gets the edits instead, each once and in order, before the script runs again; spares a run per edit.
        form: the key of the `st.container` with the selected layer's form; Enter goes there.
    """

    def edited() -> None:
        _receive(key)
        while on_edit and (edit := _next(key)):
            on_edit(edit)

    component(
        key=key,
        data={
            "seen": state.value(f"{key}.seen"),
            "input": {"shape": list(network.input_shape), "title": data_title},
            "layers": _rows(network, description),
            "problems": _problems(description),
            "totals": _totals(description),
            "selected": selected,
            "canUndo": can_undo,
            "canRedo": can_redo,
            "form": form,
            "palette": palette(),
            "colours": colours.PURPOSES,
        },
        on_edit_change=edited,
    )
    return None if on_edit else _next(key)


def brief(part: Part) -> str:
    """The arguments that say most, in a few words: `"16 filters, 3 × 3, relu"`."""
    rank = dimensions(part.kind)
    shown = [
        (param.name, part.args.get(param.name, param.default))
        for param in catalog.entry(part.kind).params
        if param.name in part.args or (param.first and param.name in TELLING)
    ]
    return ", ".join(text for name, value in shown if (text := phrase(name, value, rank=rank)))


def phrase(name: str, value: Any, *, rank: int = 2) -> str:
    """One argument in a word or two, or "" where it says nothing. rank: of the map that the layer works on."""
    if value is None or (name, value) in SILENT:
        return ""
    if name in SIZES:
        sides = value if isinstance(value, tuple) else (value,) * max(rank, 1)
        return SIZES[name].format(times(sides) if len(sides) > 1 or name == "strides" else f"size {sides[0]}")
    if isinstance(value, bool):
        return spaced(name) if value else f"no {spaced(name).removeprefix('use ')}"
    word = (
        value.short
        if isinstance(value, Part)
        else times(value)
        if isinstance(value, tuple)
        else f"{value:,}"
        if type(value) is int
        else value
    )
    return WORDS.get(name, spaced(name) + " {}").format(word)


@lru_cache(1)
def palette() -> list[dict[str, Any]]:
    """Every offered layer for the add palette: the usual ones first, then by purpose in the catalogue's order."""
    entries = catalog.entries("layers")
    order = {f"layers.{name}": place for place, name in enumerate(USUAL)}
    return [
        {
            "kind": entry.kind,
            "title": entry.title,
            "purpose": entry.purpose,
            "summary": entry.summary,
            "stem": Part(entry.kind).default_name,
            "brief": brief(catalog.default_part(entry.kind)),
            "rank": dimensions(entry.kind),
            "usual": order.get(entry.kind, -1),
            "merges": is_merge(Part(entry.kind)),
        }
        for entry in entries
    ]


def dimensions(kind: str) -> int:
    """How many axes before the channels a layer's input has, where its name says so (Conv2D: 2), else 0."""
    found = re.search(r"([123])D", kind)
    return int(found[1]) if found else 0


def times(values: tuple[Any, ...]) -> str:
    """`(28, 28)` → `28 × 28`."""
    return " × ".join(f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value) for value in values)


def spaced(name: str) -> str:
    return name.replace("_", " ")


def _rows(network: Network, description: Description | None) -> list[dict[str, Any]]:
    infos = {info.name: info for info in description.layers} if description else {}
    return [_row(layer, infos.get(layer.name)) for layer in network.layers]


def _row(layer: Layer, info: LayerInfo | None) -> dict[str, Any]:
    entry = catalog.entry(layer.part.kind)
    shape = info.output_shape if info else None
    return {
        "name": layer.name,
        "kind": layer.part.kind,
        "title": entry.title,
        "purpose": entry.purpose,
        "brief": brief(layer.part),
        "active": layer.active,
        "inputs": list(layer.inputs),
        "shape": None if shape is None else list(shape),
        "parameters": info.parameters if info else None,
        "trainable": info.trainable if info else 0,
        "weightBytes": info.weight_bytes if info else 0,
        "activationBytes": info.activation_bytes if info else 0,
        "summary": entry.summary,
    }


def _problems(description: Description | None) -> list[dict[str, Any]]:
    problems = description.problems if description else ()
    return [
        {
            "index": index,
            "what": problem.what,
            "layer": problem.layer,
            "severity": problem.severity,
            "fix": problem.fix_label if problem.fixed else "",
        }
        for index, problem in enumerate(problems)
    ]


def _totals(description: Description | None) -> dict[str, int] | None:
    if description is None:
        return None
    return {"parameters": description.parameters, "trainable": description.trainable, "memory": description.memory_bytes}


def _receive(key: str) -> None:
    """Line up the edits of the message that just came, without those had before: the browser sends what is unanswered again."""
    message = (state.value(key) or {}).get("edit")
    if not isinstance(message, dict) or not isinstance(message.get("edits"), list):
        return
    client, waiting = str(message.get("client")), list(state.value(f"{key}.waiting") or [])
    had = [state.value(f"{key}.seen") or {}, *waiting]
    last = max((edit["seq"] for edit in had if edit.get("client") == client), default=0)
    for edit in message["edits"]:
        if isinstance(edit, dict) and type(edit.get("seq")) is int and edit["seq"] > last and isinstance(edit.get("op"), dict):
            waiting.append({"client": client, "seq": edit["seq"], "op": edit["op"]})
    state.bind(f"{key}.waiting", waiting)


def _next(key: str) -> Edit | None:
    """The first edit in line, now acknowledged."""
    waiting = state.value(f"{key}.waiting") or []
    if not waiting:
        return None
    edit = waiting[0]
    state.bind(f"{key}.waiting", waiting[1:])
    state.bind(f"{key}.seen", {"client": edit["client"], "seq": edit["seq"]})
    op: Edit = edit["op"]
    return op


SILENT = {
    ("activation", "linear"),
    ("padding", "valid"),
    ("strides", 1),
    ("strides", (1, 1)),
    ("strides", (1,)),
    ("strides", (1, 1, 1)),
    ("use_bias", True),
    ("dilation_rate", 1),
    ("dilation_rate", (1, 1)),
    ("return_sequences", False),
    ("negative_slope", 0.0),
}
TELLING = ("kernel_size", "pool_size", "size", "rate", "activation", "negative_slope")  # shown at their defaults too
SIZES = {"kernel_size": "{}", "pool_size": "{}", "size": "{}", "strides": "stride {}", "target_shape": "to {}"}
WORDS = {
    "units": "{} units",
    "filters": "{} filters",
    "activation": "{}",
    "padding": "{} padding",
    "rate": "rate {}",
    "stddev": "deviation {}",
    "n": "{} times",
}
