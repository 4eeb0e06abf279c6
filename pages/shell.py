"""The frame around every page: title, logo, navigation, engine badge."""

import streamlit as st

from playground.ui import pages, state
from playground.ui.badge import badge
from playground.ui.component import ASSETS
from playground.ui.navigation import navigation
from playground.ui.plane import opens
from playground.ui.style import style

st.set_page_config(page_title="Neural Playground", page_icon=str(ASSETS / "favicon.svg"), layout="wide", initial_sidebar_state="collapsed")
dark = st.context.theme.type == "dark"
st.logo(str(ASSETS / ("logo-dark.svg" if dark else "logo-light.svg")), size="large")
style()
page, script = navigation()
if state.begin(page.place, opens=opens) != page.place:
    pages.switch_to(pages.page_about("build"))  # an old link, or the link of another kind of experiment
badge()
script.run()
