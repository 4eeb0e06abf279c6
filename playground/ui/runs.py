"""The table of an owner's runs: what each row says, and what becomes of a click. Drawn in the browser, which also keeps it fresh."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from playground import catalog, data
from playground.lab import current
from playground.lab.rules import KEPT_PASSING, is_passing
from playground.ui import pages, state
from playground.ui.component import register
from playground.ui.form import sentence
from playground.values.errors import InvalidValue, PlaygroundError
from playground.values.metric import Metric
from playground.values.run import Curve, Run
from playground.values.spec import Experiment, Layer, Part

CURVE_POINTS = 40  # of the small curve in a row
MOVES = ("open", "duplicate")  # and the keys of pages
CHANGES = ("rename", "delete")
Act = dict[str, str]
component = register("runs")


def runs() -> None:
    """The owner's runs, and everything that can be done with one; what went wrong is said above them."""
    if error := state.complaint("runs", once=True):
        st.error(sentence(error))
    try:
        found = current().runs(state.owner(), curves=True)
    except PlaygroundError as error:  # the store cannot be read at the moment
        st.error(sentence(error.to_json()))
        return
    if any(is_passing(run) for run in found):
        st.caption(f"Of the Playground's ended runs without a name of their own the newest {KEPT_PASSING} are kept. Rename one to keep it.")
    if act := runs_table(found, on_change=_change):
        try:
            _go(act)
        except PlaygroundError as error:
            state.complain("runs", error)
            st.rerun()


def runs_table(found: Iterable[Run], *, on_change: Callable[[Act], None], key: str = "runs") -> Act | None:
    """Mount the table; returns where the person wants to go, once, or None.

    Args:
        on_change: gets `{"do": "rename", "id": …, "name": …}` and `{"do": "delete", "id": …}` before the script runs again, so that the
            table is drawn once, with what came of it.

    Returns:
        `{"do": "open" | "duplicate" | the key of a page about a run, "id": …}`, or `{"do": "build"}` from the empty state.
    """

    def acted() -> None:
        act = act_of((state.value(key) or {}).get("act"))
        if act and act["do"] in CHANGES:
            on_change(act)

    result = component(key=key, data={**pages.for_browser("runs"), "rows": [row(run) for run in found]}, on_act_change=acted)
    act = act_of(result.act)
    return act if act and act["do"] in (*MOVES, *pages.PAGES) else None


def act_of(message: Any) -> Act | None:
    """The browser's message where it is an act, else None: what comes from a browser is not trusted.

    "refresh" asks for nothing but the script run that any message causes: the browser has heard of runs that it was not given.
    """
    if not isinstance(message, Mapping) or message.get("do") not in (*MOVES, *pages.PAGES, *CHANGES, "refresh"):
        return None
    return {"do": message["do"], "id": str(message.get("id", "")), "name": str(message.get("name", "")).strip()}


def row(run: Run) -> dict[str, Any]:
    """A run as the table reads it: JSON data. best, last and test are of the run's main metric, None while unknown.

    seconds: of training; created: Unix seconds; curve: the metric's validation values by epoch, thinned, empty where curves were not
    loaded.
    """
    name, metric = title(run), run.metrics[0]
    return {
        "id": run.id,
        "name": name,
        "settings": settings(run.experiment, named=run.experiment.name != name, epochs=False),  # a column of their own
        "network": network(run.experiment),
        "parameters": run.started.parameters if run.started else None,
        "status": run.status,
        "position": run.position,
        "epoch": run.epoch,
        "epochs": run.experiment.training.epochs,
        "seconds": run.seconds,
        "created": run.created,
        "metric": metric.to_json(),
        "best": finite(run.summary.get(f"best_val_{metric.name}")),
        "last": finite(run.summary.get(f"val_{metric.name}")),
        "test": finite(run.summary.get(f"test_{metric.name}")),
        "error": (run.error or {}).get("what", ""),
        "curve": small_curve(run.epochs, metric),
    }


def title(run: Run) -> str:
    """What a run is called: its own name, its experiment's, or its id."""
    return run.name or run.experiment.name or f"Run {run.id}"


def settings(experiment: Experiment, *, named: bool = True, epochs: bool = True) -> str:
    """What was trained on what and how: `"Small LeNet on MNIST sample · Adam 0.001 · batch 32 · 10 epochs · seed 0"`.

    named: begin with the experiment's name, if it has one. epochs: say how many.
    """
    training = experiment.training
    where = data_title(experiment.data.name)
    if limit := experiment.data.args.get("limit"):
        where += f" ({limit:,} examples)"
    parts = [
        f"{experiment.name} on {where}" if named and experiment.name else where,
        optimizer(training.optimizer),
        f"batch {training.batch_size:,}",
        *([counted(training.epochs, "epoch")] if epochs else []),
        f"seed {training.seed}",
    ]
    if training.precision != "float32":
        parts.append(training.precision.replace("_", " "))
    return " · ".join(parts)


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def network(experiment: Experiment) -> str:
    """The layers that are in the model, in order: `"Conv2D 16 → MaxPooling2D → Flatten → Dense 10"`."""
    return " → ".join(layer_text(layer) for layer in experiment.network.layers if layer.active)


def layer_text(layer: Layer) -> str:
    sizes = [layer.part.args[name] for name in ("units", "filters", "rate") if name in layer.part.args]
    return " ".join([layer.part.short, *(str(size) for size in sizes)])


def optimizer(part: Part) -> str:
    """Its name and learning rate, Keras's default where none is set: `"Adam 0.001"`, `"SGD with CosineDecay"`."""
    try:
        rate = part.args.get("learning_rate", catalog.entry(part.kind).param("learning_rate").default)
    except InvalidValue:  # a run from before may name what is no longer offered
        rate = part.args.get("learning_rate")
    if isinstance(rate, Part):
        return f"{part.short} with {rate.short}"
    return part.short if rate is None else f"{part.short} {rate:g}"


def data_title(name: str) -> str:
    """The data set's title, or its bare name when it is no longer there."""
    return data.SETS[name].title if name in data.SETS else name


def small_curve(epochs: Curve, metric: Metric) -> list[float]:
    values = np.asarray(epochs.values.get(f"val_{metric.name}", ()), np.float64)
    values = values[np.isfinite(values)]
    if len(values) > CURVE_POINTS:
        values = values[np.linspace(0, len(values) - 1, CURVE_POINTS).round().astype(int)]
    return [float(f"{value:.4g}") for value in values]


def finite(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _change(act: Act) -> None:
    lab, owner = current(), state.owner()
    try:
        if act["do"] == "rename":
            lab.rename(owner, act["id"], act["name"])
        else:
            lab.delete(owner, act["id"])
            if state.run_id() == act["id"]:
                state.show_run(None)
    except PlaygroundError as error:
        state.complain("runs", error)


def _go(act: Act) -> None:
    """Open the run, or its settings alone, on Build or the Playground; or go to a page, which shows the run if it is about one."""
    page = pages.named(act["do"])
    if page and page.about != "run":
        pages.switch_to(page)
    else:
        run = current().run(state.owner(), act["id"])
        if page:
            state.show_run(run.id)
        pages.switch_to(page or _opened(run, act["do"]))


def _opened(run: Run, do: str) -> pages.Page:
    """Put the run (do: "open"), or its settings alone ("duplicate"), on the page that shows such an experiment, which is returned."""
    if state.is_plane(run.experiment):
        state.keep_plane(run.experiment, run.id if do == "open" else None)
        return pages.page_about("plane")
    if do == "open":
        state.show_run(run.id, run.experiment)
    else:
        state.start_from(run.experiment.having(name=run.name or run.experiment.name))
    return pages.page_about("build")
