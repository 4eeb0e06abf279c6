"""What a person takes away: the Python script, the trained model, the link, the settings as JSON."""

from __future__ import annotations

import json

import streamlit as st

from playground.sharing import link
from playground.sharing.script import of_run
from playground.sharing.script import script as script_of
from playground.ui import state
from playground.ui.build.watch import shown_run
from playground.ui.form import sentence
from playground.values import spec
from playground.values.errors import PlaygroundError
from playground.values.run import Run


@st.fragment
def take_away() -> None:
    """Of the run on show, if there is one, else of what the editor holds. Made only once it is opened."""
    place = st.expander("Take it with you: script, model, link", icon=":material/ios_share:", key="take_away", on_change="rerun")
    if not place.open:
        return
    run = shown_run()
    experiment = run.experiment if run else state.experiment()
    with place:
        script, model, address, settings = st.tabs(["Python script", "Model", "Link", "Settings"])
        with script:
            _script(experiment, run)
        with model:
            _model(run)
        with address:
            _link(experiment)
        with settings:
            text = json.dumps(spec.to_json(experiment), indent=2, ensure_ascii=False)
            st.caption("The whole experiment: the Presets dialog opens it again, and POST /api/runs takes it.")
            st.download_button(
                "Download experiment.json", text, "experiment.json", "application/json", icon=":material/download:", on_click="ignore"
            )
            st.code(text, language="json", height=360)


def _link(experiment: spec.Experiment) -> None:
    try:
        text = link.encode(experiment)
    except PlaygroundError as error:
        st.error(sentence(error))
        return
    st.caption("Opens this experiment, seed included, on any playground. Nothing is stored elsewhere: the link holds it all.")
    st.code(f"{_address()}?x={text}", language=None, wrap_lines=True)


def _script(experiment: spec.Experiment, run: Run | None) -> None:
    try:
        text = of_run(run) if run else script_of(experiment)
    except PlaygroundError as error:
        st.error(sentence(error))
        return
    st.caption(
        "Plain Keras. Run it with Python: on the same machine it gives this run's numbers."
        if run
        else "Plain Keras for what the editor holds."
    )
    st.download_button("Download train.py", text, "train.py", "text/x-python", icon=":material/download:", on_click="ignore")
    st.code(text, language="python", height=420)


def _model(run: Run | None) -> None:
    if run is None or run.checkpoint is None:
        st.caption("Once a run has finished its first epoch, its model can be downloaded here.")
        return
    st.caption("The whole Keras model with its weights. Pictures go in as numbers from 0 to 1.")
    with st.container(horizontal=True):
        st.link_button("Latest weights", f"{_address()}api/runs/{run.id}/model.keras", icon=":material/download:")
        if best := run.summary.get("best_epoch"):
            st.link_button(f"Best epoch ({best})", f"{_address()}api/runs/{run.id}/model.keras?weights=best", icon=":material/star:")
    st.code('import keras\n\nmodel = keras.models.load_model("model.keras")\nmodel.summary()', language="python")


def _address() -> str:
    """Where this playground is reached, ending in a slash."""
    return (st.context.url or "/").partition("?")[0].rstrip("/") + "/"
