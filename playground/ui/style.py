"""The few rules of appearance that Streamlit's theme options do not reach."""

from __future__ import annotations

import streamlit as st

CSS = """
.stMainBlockContainer { padding: 4.2rem 1.5rem 3rem; max-width: 1640px; }
.st-key-np-badge-place { position: fixed; top: 0.85rem; right: 4.2rem; z-index: 999991; width: auto; }
@media (min-width: 900px) {  /* editor and run scroll apart, so that Train stays in reach */
  .stColumn:has(.st-key-np-toolbar) { position: sticky; top: 4.2rem; align-self: flex-start; }
  .st-key-np-section { max-height: calc(100vh - 12rem); overflow: hidden auto; scrollbar-width: thin; padding: 2px 0.5rem 0.5rem 2px; }
  .st-key-np-section:has(.st-key-np-layer-form) { overflow: hidden; }  /* the layers above, the form of the chosen one below */
  .st-key-np-layer-form, .st-key-np-section:has(.st-key-np-layer-form) .st-key-np-stack-place { overflow: hidden auto; }
  .st-key-np-section:has(.st-key-np-layer-form) .st-key-np-stack-place { max-height: calc(52vh - 8rem); }
  .st-key-np-layer-form { max-height: calc(48vh - 5rem); }
}
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 4rem 0.8rem 2rem; }
  .st-key-np-badge-place { position: static; align-self: flex-end; margin: -0.4rem 0 -0.7rem; }
}
"""


def style() -> None:
    st.html(f"<style>{CSS}</style>")
