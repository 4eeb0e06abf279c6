"""What a browser tab remembers: Build's experiment as JSON text with its history, the Playground's, and the run that each shows.

The only file that touches session state or the URL. The URL mirrors what the page on show is about: `?x=` is its experiment as a link,
`?run=` its run, `?hide=` what a class view hides. The experiment is the truth; widgets are refilled from it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from playground import validation
from playground.network.edit import History
from playground.plane.sketch import FIRST as FIRST_SKETCH
from playground.plane.sketch import Sketch
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.ui.pages import Place
from playground.values import spec
from playground.values.errors import PlaygroundError
from playground.values.spec import Experiment
from playground.web.owner import owner_of

FIRST = "lenet"  # the preset that a newcomer finds
EXPERIMENT, HISTORY, SELECTED, RUN, LINK, COMPLAINT = "experiment", "history", "selected", "run", "link", "complaint"
PLACE, PLANE, PLANE_RUN, PLANE_TURN, HIDE = "place", "plane_experiment", "plane_run", "plane_turn", "hide"
MAX_HIDE = 2_000  # characters


def begin(place: Place = "build", *, opens: Callable[[str | None], bool] = lambda run: True) -> Place:
    """Take over what the URL says, once a page run: a link that differs from the one written last, the run, what is hidden.

    opens: whether a run named without an experiment belongs on the Playground.

    Returns:
        Where what the URL names belongs. Another place than the page's: go there, it is on show there then.
    """
    session, query = st.session_state, st.query_params
    session[PLACE] = place
    if "owner" not in session:
        session["owner"] = owner_of(st.context.cookies) or secrets.token_urlsafe(24)
    given, damage, belongs = query.get("x"), None, place
    if given and given != session.get(LINK):
        session[LINK] = given
        try:
            new = link.decode(given)
            belongs = place if place == "build" or is_plane(new) else "build"
            _keep(new, belongs)
        except PlaygroundError as error:
            damage = error
    if EXPERIMENT not in session:
        _keep(PRESETS[FIRST].experiment, "build")
    if PLANE not in session:
        _keep(FIRST_SKETCH.experiment(), "plane")
    if damage:
        complain("link", damage)
    if "run" in query or _run_key() not in session:
        run = query.get("run")
        if place == "plane" and not given and run and run != session.get(PLANE_RUN) and not opens(run):
            belongs = "build"
        session[_run_key()] = run
    if "hide" in query:
        session[HIDE] = query["hide"][:MAX_HIDE]
    if place == "plane" and belongs == "build":
        session[RUN] = session.pop(PLANE_RUN, None)
    else:
        mirror()
    return belongs


def mirror() -> None:
    """Write experiment and run into the URL, so that refresh, bookmark and copy keep them; one too long for a link stays out."""
    session, query = st.session_state, st.query_params
    on_show = plane() if session.get(PLACE) == "plane" else experiment()
    try:
        session[LINK] = link.encode(on_show)
    except PlaygroundError:
        session[LINK] = None
    pairs = [("x", session[LINK]), ("run", session.get(_run_key()))]
    if session.get(PLACE) == "plane":
        pairs.append(("hide", session.get(HIDE)))
    wanted = {name: text for name, text in pairs if text}
    if dict(query) != wanted:
        query.from_dict(wanted)


def _run_key() -> str:
    return PLANE_RUN if st.session_state.get(PLACE) == "plane" else RUN


def owner() -> str:
    """The anonymous owner of this browser."""
    found: str = st.session_state["owner"]
    return found


# The experiment and its history


def experiment() -> Experiment:
    return spec.loads(st.session_state[EXPERIMENT])


def history() -> History:
    return History.from_json(json.loads(st.session_state.get(HISTORY, "{}")))


def change(new: Experiment) -> None:
    """Make `new` the experiment, undoable. Raises InvalidValue when it names what is not offered."""
    validation.check_complete(new)
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


def _keep(new: Experiment, place: Place) -> None:
    if place == "plane":
        validation.check_offered(new)  # too few points to train with are no fault while somebody paints them
        st.session_state[PLANE] = spec.dumps(new)
    elif EXPERIMENT in st.session_state:
        change(new)
    else:
        validation.check_complete(new)
        st.session_state[EXPERIMENT] = spec.dumps(new)


def _remember(past: History) -> None:
    st.session_state[HISTORY] = json.dumps(past.to_json())


# The Playground's


def is_plane(about: Experiment) -> bool:
    """Whether the Playground can show it."""
    try:
        Sketch.of(about)
    except PlaygroundError:
        return False
    return True


def plane() -> Experiment:
    """The Playground's experiment."""
    return spec.loads(st.session_state[PLANE])


def plane_run() -> str | None:
    return st.session_state.get(PLANE_RUN)


def plane_turn() -> int:
    """The number of what the Playground told last, so that it knows its own echo from what others changed."""
    turn: int = st.session_state.get(PLANE_TURN, 0)
    return turn


def keep_plane(new: Experiment | None, run: str | None, *, turn: object = None) -> None:
    """What the Playground shows now. Raises InvalidValue when the experiment names what is not offered."""
    st.session_state[PLANE_TURN] = turn if isinstance(turn, int) else plane_turn()
    if new is not None:
        _keep(new, "plane")
    st.session_state[PLANE_RUN] = run
    mirror()


def hidden() -> str:
    """The controls that a class view hides, as the link names them."""
    return st.session_state.get(HIDE) or ""


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
