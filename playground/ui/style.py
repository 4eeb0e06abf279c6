"""The few rules of appearance that Streamlit's theme options do not reach."""

from __future__ import annotations

import streamlit as st

CSS = """
.stMainBlockContainer { padding: 4.2rem 1.5rem 3rem; max-width: 1640px; }
.st-key-np-badge-place { position: fixed; top: 0.85rem; right: 4.2rem; z-index: 999991; width: auto; }
.st-key-np-toolbar { position: sticky; top: 3.6rem; z-index: 90; background: var(--np-page, inherit); padding: 0.35rem 0; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 4rem 0.8rem 2rem; }
  .st-key-np-badge-place { right: 3.2rem; }
}
"""


def style() -> None:
    st.html(f"<style>{CSS}</style>")
