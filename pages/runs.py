"""All runs of this browser: find one, open it, rename it, build on it, delete it."""

import streamlit as st

from playground.errors import PlaygroundError
from playground.lab import current
from playground.ui import state
from playground.ui.form import sentence
from playground.ui.runs import Act, runs_table

lab, owner = current(), state.owner()


def change(act: Act) -> None:
    try:
        if act["do"] == "rename":
            lab.rename(owner, act["id"], act["name"])
        else:
            lab.delete(owner, act["id"])
            if state.run_id() == act["id"]:
                state.show_run(None)
    except PlaygroundError as error:
        state.complain("runs", error)


def go(act: Act) -> None:
    if act["do"] != "build":
        run = lab.run(owner, act["id"])
        if act["do"] == "open":
            state.show_run(run.id, run.experiment)
        else:
            state.start_from(run.experiment.having(name=run.name or run.experiment.name))
    st.switch_page("build.py")


st.title("Runs")
if error := state.complaint("runs"):
    st.error(sentence(error))
if act := runs_table(lab.runs(owner), on_change=change):
    try:
        go(act)
    except PlaygroundError as error:
        state.complain("runs", error)
        st.rerun()
