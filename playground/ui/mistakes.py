"""The page "Mistakes": a browser component that asks the server where a network is wrong, without a rerun.

What it decides about single examples changes the experiment on Build, so that the next run learns from better data.
"""

from __future__ import annotations

from typing import Any

from playground import data
from playground.lab import current
from playground.ui import pages, run_on_show, state
from playground.ui.component import register
from playground.ui.message import text_of
from playground.values.errors import Conflict, PlaygroundError
from playground.values.spec import DataChoice

KEY = "mistakes"
DECISIONS = ("exclude", "relabel", "restore")
component = register("mistakes", frame="page")


def mistakes() -> None:
    """Mount it with the run on show; the browser says which other run to show, and where a person wants to go."""
    about = {"run": run_on_show.named_or_newest(), "edits": edits()}
    result = component(key=KEY, data=pages.for_browser(KEY) | about, on_act_change=_acted)
    run_on_show.go(result.act)


def edits() -> dict[str, Any]:
    """What the experiment on Build has corrected: {"data", "excluded": ids, "relabelled": {id: label}, "error": a refusal or None}."""
    choice = state.experiment().data
    relabelled = dict(entry.split("=") for entry in choice.args.get("relabel", ()))
    return {
        "data": choice.name,
        "excluded": list(choice.args.get("exclude", ())),
        "relabelled": {example: int(label) for example, label in relabelled.items()},
        "error": state.complaint(KEY, once=True),
    }


def decided(choice: DataChoice, message: Any) -> DataChoice:
    """The choice after `{"do": "exclude" | "relabel" | "restore", "example": "train/12", "label": 3}`. Raises PlaygroundError."""
    example = text_of(message, "example")
    if message["do"] == "exclude":
        return data.excluding(choice, example)
    if message["do"] == "relabel":
        return data.relabelling(choice, example, message.get("label"))
    return data.restoring(choice, example)


def _acted() -> None:
    message = (state.value(KEY) or {}).get("act")
    if text_of(message, "do") in DECISIONS:
        try:
            _decide(message)
        except PlaygroundError as error:
            state.complain(KEY, error)
    else:
        run_on_show.show(message)


def _decide(message: Any) -> None:
    """Change the data of the experiment on Build, of the run's data set; `"fresh": true` puts the run's settings there first."""
    run = current().run(state.owner(), text_of(message, "id"))
    experiment = run.experiment if message.get("fresh") is True else state.experiment()
    if run.experiment.data.name != experiment.data.name:
        raise Conflict(
            "The experiment on Build has another data set.",
            expected=run.experiment.data.name,
            got=experiment.data.name,
            fix="Choose that data set on Build, or put this run's settings there.",
        )
    state.change(experiment.having(data=decided(experiment.data, message)))
