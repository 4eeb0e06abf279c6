"""The frame around every page: title, logo, navigation, engine badge."""

import streamlit as st

from playground.ui import state
from playground.ui.badge import badge
from playground.ui.component import ASSETS
from playground.ui.plane import opens
from playground.ui.style import style

st.set_page_config(page_title="Neural Playground", page_icon=str(ASSETS / "favicon.svg"), layout="wide", initial_sidebar_state="collapsed")
dark = st.context.theme.type == "dark"
st.logo(str(ASSETS / ("logo-dark.svg" if dark else "logo-light.svg")), size="large")
landing = st.Page("plane.py", title="Playground", icon=":material/bubble_chart:", default=True)
page = st.navigation(
    [
        landing,
        st.Page("build.py", title="Build", icon=":material/account_tree:"),
        st.Page("inside.py", title="Look inside", icon=":material/visibility:"),
        st.Page("mistakes.py", title="Mistakes", icon=":material/rule:"),
        st.Page("runs.py", title="Runs", icon=":material/history:"),
    ],
    position="top",
)
style()
if state.begin("plane" if page == landing else "build", opens=opens) == "build" and page == landing:
    st.switch_page("build.py")  # an old link, or the link of another kind of experiment
badge()
page.run()
