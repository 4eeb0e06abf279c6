"""What a browser tab remembers: the experiment as JSON text, its history, the run on show.

The only file that touches session state or the URL. The URL mirrors it: `?x=` is the experiment as a link, `?run=` the run.
The experiment is the truth; widgets are refilled from it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from playground import catalog, data, link, spec
from playground.edit import History
from playground.errors import PlaygroundError
from playground.presets import PRESETS
from playground.spec import Experiment
from playground.web.owner import owner_of

FIRST = "lenet"  # the preset that a newcomer finds
EXPERIMENT, HISTORY, SELECTED, RUN, LINK, COMPLAINT = "experiment", "history", "selected", "run", "link", "complaint"


def begin() -> None:
    """Take over what the URL says, once a page run: a link that differs from the one written last, and the run."""
    session, query = st.session_state, st.query_params
    if "owner" not in session:
        session["owner"] = owner_of(st.context.cookies) or secrets.token_urlsafe(24)
    given, damage = query.get("x"), None
    if given and given != session.get(LINK):
        session[LINK] = given
        try:
            _keep(link.decode(given))
        except PlaygroundError as error:
            damage = error
    if EXPERIMENT not in session:
        _keep(PRESETS[FIRST].experiment)
    if damage:
        complain("link", damage)
    if "run" in query or RUN not in session:
        session[RUN] = query.get("run")
    mirror()


def mirror() -> None:
    """Write experiment and run into the URL, so that refresh, bookmark and copy keep them; one too long for a link stays out."""
    session, query = st.session_state, st.query_params
    try:
        session[LINK] = link.encode(experiment())
    except PlaygroundError:
        session[LINK] = None
    wanted = {name: text for name, text in (("x", session[LINK]), ("run", session.get(RUN))) if text}
    if dict(query) != wanted:
        query.from_dict(wanted)


def owner() -> str:
    """The anonymous owner of this browser."""
    return st.session_state["owner"]


# The experiment and its history


def experiment() -> Experiment:
    return spec.loads(st.session_state[EXPERIMENT])


def history() -> History:
    return History.from_json(json.loads(st.session_state.get(HISTORY, "{}")))


def change(new: Experiment) -> None:
    """Make `new` the experiment, undoable. Raises InvalidValue when it names what is not offered."""
    _check(new)
    text = spec.dumps(new)
    if text != st.session_state[EXPERIMENT]:
        _remember(history().push(st.session_state[EXPERIMENT]))
        _put(text)


def undo() -> None:
    _travel(history().undo)


def redo() -> None:
    _travel(history().redo)


def start_from(new: Experiment) -> None:
    """Put another experiment into the editor (a preset, a former run), undoable; the selected layer and the run on show are let go."""
    change(new)
    select(None)
    show_run(None)


def _travel(step: Callable[[str], tuple[History, str]]) -> None:
    past, text = step(st.session_state[EXPERIMENT])
    _remember(past)
    _put(text)


def _put(text: str) -> None:
    """Into the URL at once: a refresh right after an edit keeps it."""
    st.session_state[EXPERIMENT] = text
    mirror()


def _keep(new: Experiment) -> None:
    if EXPERIMENT in st.session_state:
        change(new)
    else:
        _check(new)
        st.session_state[EXPERIMENT] = spec.dumps(new)


def _check(new: Experiment) -> None:
    catalog.check(new)
    data.check(new.data)


def _remember(past: History) -> None:
    st.session_state[HISTORY] = json.dumps(past.to_json())


# The layer being edited and the run on show


def selected() -> str | None:
    """The name of the layer whose form is open; None when it is gone."""
    name = st.session_state.get(SELECTED)
    return name if any(layer.name == name for layer in experiment().network.layers) else None


def select(name: str | None) -> None:
    st.session_state[SELECTED] = name


def run_id() -> str | None:
    return st.session_state.get(RUN)


def show_run(run: str | None, its_experiment: Experiment | None = None) -> None:
    """Show this run beside the editor, and its settings in it."""
    if its_experiment is not None:
        change(its_experiment)
        select(None)
    st.session_state[RUN] = run
    mirror()


# Widgets


def bind(key: str, value: Any) -> dict[str, Any]:
    """`key` and `value` for a widget: the experiment is the truth, not what the widget remembers.

    The value is given as the default too, for a browser that draws the widget a run later starts from the default.
    """
    if st.session_state.get(key, _NOTHING) != value:
        st.session_state[key] = value
    return {"key": key, "value": value}


def bind_choice(key: str, value: Any, options: Sequence[Any]) -> dict[str, Any]:
    """The same for a select box over `options`."""
    return {"key": bind(key, value)["key"], "index": list(options).index(value)}


def value(key: str, default: Any = None) -> Any:
    """What a widget holds now."""
    return st.session_state.get(key, default)


def complain(key: str, error: PlaygroundError) -> None:
    """Keep an error for the place `key`: it is shown there until the experiment changes."""
    about = st.session_state.get(EXPERIMENT)
    st.session_state[f"{COMPLAINT}:{key}"] = json.dumps({"error": error.to_json(), "about": about})


def complaint(key: str, *, once: bool = False) -> dict[str, str] | None:
    """The error kept for `key`. once: forgotten as it is read."""
    text = st.session_state.get(f"{COMPLAINT}:{key}")
    kept = json.loads(text) if text else None
    if kept and (once or kept["about"] != st.session_state.get(EXPERIMENT)):
        del st.session_state[f"{COMPLAINT}:{key}"]
    return kept["error"] if kept and (once or kept["about"] == st.session_state.get(EXPERIMENT)) else None


def settle(key: str) -> None:
    """Forget the error kept for `key`."""
    st.session_state.pop(f"{COMPLAINT}:{key}", None)


_NOTHING = object()
