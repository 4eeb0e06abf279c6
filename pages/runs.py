"""All runs of this browser: find one, open it, rename it, build on it, delete it."""

import streamlit as st

from playground.ui.pages import PAGES
from playground.ui.runs import runs

st.header(PAGES["runs"].title)
runs()
