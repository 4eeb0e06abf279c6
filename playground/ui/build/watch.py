"""The right half of the Build page: the run on show, live."""

from __future__ import annotations

import dataclasses
import random
import time

import streamlit as st

from playground.lab import current
from playground.ui import pages, state
from playground.ui.build.live import live
from playground.ui.form import sentence
from playground.values.errors import NotFound, PlaygroundError
from playground.values.metric import METRICS
from playground.values.run import Run
from playground.values.spec import Part

COMPARED = 4  # runs drawn behind the one on show at most
SCHEDULED = "A schedule sets the learning rate of this run."


def watch() -> None:
    """The live view, the runs to compare with, and a word when the editor shows other settings than the run's."""
    run = shown_run()
    others = _compared(run) if run else ()
    seen = live(
        run.id if run else state.run_id(),
        key="live",
        metrics=run.metrics if run else METRICS[state.experiment().task],
        compare=others,
        rate_reason=SCHEDULED if run and isinstance(run.experiment.training.optimizer.args.get("learning_rate"), Part) else "",
        on_ended=lambda: None,
        on_again=_again,
    )
    if (page := pages.named(seen.look)) and page.about == "run":
        pages.switch_to(page)
    if run and run.experiment != state.experiment():
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.caption("The editor shows other settings than this run's.")
        right.button(
            "Load this run's settings",
            icon=":material/settings_backup_restore:",
            on_click=lambda: state.show_run(run.id, run.experiment),
            width="stretch",
            help="Puts the settings that made this run into the editor. Undo brings yours back.",
        )
    if error := state.complaint("watch", once=True):
        st.error(sentence(error))


def shown_run() -> Run | None:
    """The run named in the URL, if there is one, it is this owner's and the store can be read."""
    run_id = state.run_id()
    if not run_id:
        return None
    try:
        return current().run(state.owner(), run_id)
    except NotFound:
        return None
    except PlaygroundError as error:
        state.complain("watch", error)
        return None


def _compared(run: Run) -> tuple[tuple[str, str], ...]:
    try:
        others = current().runs(state.owner())
    except PlaygroundError as error:
        state.complain("watch", error)
        return ()
    names = {other.id: _label(other) for other in others if other.id != run.id and other.epoch}
    if not names:
        return ()
    chosen = st.multiselect(
        "Compare with",
        list(names),
        key="compare",
        format_func=lambda key: names.get(key, "deleted run"),
        max_selections=COMPARED,
        placeholder="Compare with an earlier run",
        label_visibility="collapsed",
        help="Draws its curves, dashed, behind this run's.",
    )
    return tuple((key, names[key]) for key in chosen if key in names)


def _label(run: Run) -> str:
    """A name that tells runs apart: "Small LeNet · seed 0 · 96.1 % · 14:05:12"."""
    metric = run.metrics[0]
    best = run.summary.get(f"best_val_{metric.name}")
    score = [metric.text(best)] if best is not None else []
    return " · ".join(
        [run.name or run.id, f"seed {run.experiment.training.seed}", *score, time.strftime("%H:%M:%S", time.localtime(run.created))]
    )


def _again() -> None:
    """Train the shown run's settings once more, with the same seed (the same curve) or a new one."""
    run, which = shown_run(), state.value("live").again
    if run is None or which not in ("same", "new"):
        return
    experiment = run.experiment
    if which == "new":
        experiment = experiment.having(training=dataclasses.replace(experiment.training, seed=random.randrange(2**31)))
    try:
        state.show_run(current().submit(state.owner(), experiment, name=run.name), experiment)
    except PlaygroundError as error:
        state.complain("watch", error)
