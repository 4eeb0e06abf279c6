"""A form for any Keras object, made from the catalogue: one widget per argument, the usual ones first.

A changed widget calls back with the new part before the script runs again, so the experiment is always the truth; a value that is
refused is named under its widget and the form goes back to what holds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from playground import catalog
from playground.catalog import Entry, Param
from playground.catalog.params import Bool, Choice, Either, Float, Floats, Int, Ints, Maybe, ParamType, PartOf, Text
from playground.ui import state
from playground.values.errors import InvalidValue, PlaygroundError
from playground.values.spec import Part

NONE = "none"
Change = Callable[[Part], None]


def part_form(part: Part, *, key: str, change: Change, columns: int = 2, between: Callable[[], None] | None = None) -> None:
    """Widgets for the arguments of `part`; `change` gets the part after each edit. between: draws what stands before the folded ones."""
    entry = catalog.entry(part.kind)
    first = [param for param in entry.params if param.first]
    rest = [param for param in entry.params if not param.first]
    _grid(first, part, entry, key=key, change=change, columns=columns)
    if between:
        between()
    if rest:
        changed = sum(param.name in part.args for param in rest)
        label = f"More arguments ({len(rest)})" + (f", {changed} changed" if changed else "")
        with st.expander(label, expanded=not first, key=f"{key}.more"):
            _grid(rest, part, entry, key=key, change=change, columns=columns)


def part_choice(
    label: str,
    part: Part | None,
    options: Sequence[Entry],
    *,
    key: str,
    change: Callable[[Part | None], None],
    help: str = "",
    optional: bool = False,
) -> None:
    """A select box over catalogue entries. The new choice starts with its default arguments."""
    titles = {entry.kind: entry.title for entry in options}
    kinds = ([None] if optional else []) + list(titles)

    def chosen() -> None:
        kind = state.value(key)
        if kind != (part.kind if part else None):  # a browser that draws the widget anew may repeat what holds
            _try(key, lambda: change(catalog.default_part(kind) if kind else None))

    summaries = {entry.kind: entry.summary for entry in options}
    note = summaries.get(part.kind, "") if part else ""
    st.selectbox(
        label,
        kinds,
        **state.bind_choice(key, part.kind if part else None, kinds),
        on_change=chosen,
        format_func=lambda kind: titles.get(kind, NONE),
        placeholder=NONE,
        help="\n\n".join(t for t in (help, note) if t),
    )
    show_complaint(key)


def show_complaint(key: str) -> None:
    """The error kept for a widget, if any, in one line under it."""
    if error := state.complaint(key):
        st.caption(f":red[{sentence(error)}]")


def sentence(error: PlaygroundError | Mapping[str, str]) -> str:
    """An error (or its `to_json`) as one line of text, safe for Markdown."""
    if isinstance(error, PlaygroundError):
        error = error.to_json()
    parts = [
        error["what"],
        f"Expected {error['expected']}." if error.get("expected") else "",
        f"Got {error['got']}." if error.get("got") else "",
        error.get("fix", ""),
    ]
    return plain(" ".join(part for part in parts if part))


def plain(text: str) -> str:
    """Text with Markdown's signs escaped, so that what a person typed is shown as typed."""
    return "".join("\\" + sign if sign in r"\`*_{}[]<>#|~$:" else sign for sign in text)


def _grid(params: Sequence[Param], part: Part, entry: Entry, *, key: str, change: Change, columns: int) -> None:
    rates = [param for param in params if isinstance(param.type, Either)]
    wide = [param for param in params if _has_parts(param.type) and param not in rates]
    narrow = [param for param in params if not _has_parts(param.type)]
    for param in rates:
        _argument(param, part, key=f"{key}.{param.name}", change=change)
    for start in range(0, len(narrow), columns):
        for param, column in zip(narrow[start : start + columns], st.columns(columns), strict=False):
            with column:
                _argument(param, part, key=f"{key}.{param.name}", change=change)
    for param in wide:
        _argument(param, part, key=f"{key}.{param.name}", change=change)


def _argument(param: Param, part: Part, *, key: str, change: Change) -> None:
    value = part.args.get(param.name, param.default)

    def give(new: Any) -> None:
        change(catalog.part_with(part.kind, {**part.args, param.name: new}))

    _widget(param.type, _label(param.name), value, key=key, give=give, help=param.help)


def _widget(
    kind: ParamType,
    label: str,
    value: Any,
    *,
    key: str,
    give: Callable[[Any], None],
    help: str,
    optional: bool = False,
) -> None:
    """One widget for one parameter type; `give` gets what was chosen, unchecked."""

    def sent(read: Callable[[Any], Any] = lambda raw: raw) -> Callable[[], None]:
        def send() -> None:
            new = read(state.value(key))
            if new != value or type(new) is not type(value):  # a browser that draws the widget anew may repeat what holds
                give(new)

        return lambda: _try(key, send)

    match kind:
        case Maybe(inner):
            return _widget(inner, label, value, key=key, give=give, help=help, optional=True)
        case Bool() if not optional:
            st.toggle(label, **state.bind(key, bool(value)), on_change=sent(), help=help)
        case Bool():
            _select(label, [None, True, False], value, key=key, sent=sent(), help=help)
        case Int(low, high):
            number = value if isinstance(value, int) else None if optional else low
            st.number_input(label, low, high, step=1, **state.bind(key, number), on_change=sent(), help=help, placeholder=NONE)
        case Float():
            _float(kind, label, value, key=key, sent=sent(), help=help, optional=optional)
        case Choice(options):
            _select(label, ([None] if optional else []) + list(options), value, key=key, sent=sent(), help=help)
        case Ints() | Floats():
            st.text_input(
                label, **state.bind(key, _written(value)), on_change=sent(_read_numbers), help=f"{help}\n\nTakes {kind.expects()}."
            )
        case Text():
            st.text_input(label, **state.bind(key, value or ""), on_change=sent(lambda raw: raw or None if optional else raw), help=help)
        case PartOf(group):
            _part(group, label, value, key=key, give=give, help=help, optional=optional)
        case Either(Float() as number, PartOf() as other):
            _either(number, other, label, value, key=key, give=give, help=help)
        case _:
            raise TypeError(f"no widget for {kind}")
    show_complaint(key)


def _select(label: str, options: list[Any], value: Any, *, key: str, sent: Callable[[], None], help: str) -> None:
    if value not in options:
        options = [*options, value]
    st.selectbox(
        label,
        options,
        **state.bind_choice(key, value, options),
        on_change=sent,
        help=help,
        format_func=lambda v: NONE if v is None else str(v),
        placeholder=NONE,
    )


def _float(kind: Float, label: str, value: Any, *, key: str, sent: Callable[[], None], help: str, optional: bool) -> None:
    if not optional and not kind.log and (kind.low, kind.high) == (0.0, 1.0):
        st.slider(label, 0.0, 1.0, step=0.01, **state.bind(key, float(value)), on_change=sent, help=help)
        return
    number = float(value) if isinstance(value, (int, float)) else None if optional else float(kind.low)
    step = 10.0 ** _power(number) if number else 0.001
    st.number_input(
        label,
        float(kind.low),
        float(kind.high),
        step=step,
        format="%.7g",
        **state.bind(key, number),
        on_change=sent,
        help=help,
        placeholder=NONE,
    )


def _power(number: float) -> int:
    """The power of ten of the first digit: a step of the buttons changes just that digit."""
    return int(f"{abs(number):e}".partition("e")[2]) if number else -3


def _part(group: str, label: str, value: Any, *, key: str, give: Callable[[Any], None], help: str, optional: bool) -> None:
    """A choice among Keras objects of a group, with the form of the chosen one under it."""
    part = as_part(group, value)
    part_choice(label, part, catalog.entries(group), key=key, change=give, help=help, optional=optional)
    if part and catalog.entry(part.kind).params:
        with st.container(border=True):
            part_form(part, key=f"{key}.{part.kind}", change=give)


def _either(number: Float, other: PartOf, label: str, value: Any, *, key: str, give: Callable[[Any], None], help: str) -> None:
    """A number or a Keras object in its place: a learning rate or a schedule of it."""
    part = value if isinstance(value, Part) else None
    left, right = st.columns(2)
    with left:
        part_choice(
            f"{label} schedule",
            part,
            catalog.entries(other.group),
            key=f"{key}.kind",
            change=lambda new: give(new or 0.001),
            help="How it changes over the steps; none keeps it constant.",
            optional=True,
        )
    with right:
        if part is None:
            _widget(number, label, value, key=key, give=give, help=help)
    if part:
        with st.container(border=True):
            part_form(part, key=f"{key}.{part.kind}", change=give)


def as_part(group: str, value: Any) -> Part | None:
    """A default that Keras gives as a short name ("glorot_uniform") as the Part it stands for."""
    if isinstance(value, Part) or value is None:
        return value
    wanted = str(value).replace("_", "").lower()
    matches = [entry.kind for entry in catalog.entries(group) if entry.kind.rpartition(".")[2].lower() == wanted]
    return catalog.default_part(matches[0]) if matches else None


def _try(key: str, act: Callable[[], Any]) -> None:
    state.settle(key)
    try:
        act()
    except PlaygroundError as error:
        state.complain(key, error)


def _has_parts(kind: ParamType) -> bool:
    return isinstance(kind, (PartOf, Either)) or (isinstance(kind, Maybe) and _has_parts(kind.inner))


def _label(name: str) -> str:
    """`kernel_size` → "Kernel size"; Keras's own words otherwise."""
    return name.replace("_", " ").capitalize()


def _written(value: Any) -> str:
    """(3, 5) → "3, 5"; ((1, 2), (3, 4)) → "(1, 2), (3, 4)"; None → "none"."""
    if value is None:
        return NONE
    return (
        ", ".join(f"({_written(item)})" if isinstance(item, tuple) else str(item) for item in value)
        if isinstance(value, tuple)
        else str(value)
    )


def _read_numbers(raw: str) -> Any:
    """The inverse of `_written`; "3 × 5" is read too. Raises InvalidValue for anything but numbers and brackets."""
    text = raw.replace("×", ",").strip()
    if text.lower() in ("", NONE):
        return None
    try:
        value = ast.literal_eval(f"({text.strip(',')},)")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise InvalidValue("This is not a list of numbers.", expected='numbers such as "3" or "3, 5"', got=raw) from None
    return value[0] if len(value) == 1 else value
