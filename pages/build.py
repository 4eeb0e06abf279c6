"""Build a network, train it, watch it: the editor on the left, the run on the right."""

import streamlit as st

from playground.ui.build.editor import editor
from playground.ui.build.share import take_away
from playground.ui.build.watch import watch
from playground.ui.plane import offer

left, right = st.columns([5, 6], gap="medium")
with left:
    editor()
    offer()
with right:
    watch()
    take_away()
