"""The few rules of appearance that Streamlit's theme options do not reach."""

from __future__ import annotations

import streamlit as st

CSS = """
.stMainBlockContainer { padding: 4.2rem 1.5rem 3rem; max-width: 1640px; }
.st-key-np-badge-place { position: fixed; top: 0.85rem; right: 4.2rem; z-index: 999991; width: auto; }
@media (min-width: 900px) {  /* editor and run scroll apart, so that Train stays in reach */
  .stColumn:has(.st-key-np-toolbar) { position: sticky; top: 4.2rem; align-self: flex-start; }
  .st-key-np-section { max-height: calc(100vh - 12rem); overflow: hidden auto; scrollbar-width: thin; padding: 2px 0.5rem 0.5rem 2px; }
  /* The layers above, the form of the chosen one below: each scrolls by itself, the form takes no more than it needs. */
  .st-key-np-section:has(.st-key-np-layer-form) { overflow: hidden; min-height: calc(100vh - 12rem); flex-wrap: nowrap; }
  .st-key-np-section > div:has(> .st-key-np-layer-form) { flex: 0 1 auto; max-height: calc(60vh - 6rem); overflow: hidden auto; }
  .st-key-np-section:has(.st-key-np-layer-form) > div:has(> .st-key-np-stack-place) { flex: 1 1 9rem; overflow: hidden auto; }
}
/* The icons' names are drawn as ligatures of the font; not as text, which would be read aloud, copied and searched. */
.np-symbol { flex: none; font: 400 1.1rem/1 "Material Symbols Rounded"; -webkit-font-smoothing: antialiased; }
.np-symbol::before { content: attr(data-name); display: block; width: 1em; height: 1em; overflow: hidden; white-space: nowrap; }
.stElementContainer.st-key-navigation { display: none; }
@media (min-width: 768px) and (max-width: 919.98px) {  /* room for the pages and the badge's dot; its words are still read aloud */
  .st-key-np-badge-place { right: 1rem; }
  .np-badge-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
}
@media (max-width: 767.98px) {  /* where Streamlit puts its navigation into the sidebar, ours takes over */
  [data-testid="stExpandSidebarButton"], .stSidebar { display: none; }
  .stElementContainer.st-key-navigation { display: block; position: fixed; inset: auto 0 0; z-index: 999980; width: auto; }
  .stMain { scroll-padding: 4.2rem 0 4.5rem; }
}
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 3.2rem 0.8rem 2rem; }
  .stLogo { height: 1.75rem; }
  .st-key-np-badge-place { top: 1rem; right: 0.8rem; max-width: calc(100vw - 13.6rem); }
}
@media (max-width: 767.98px) { .stMainBlockContainer { padding-bottom: calc(5.5rem + env(safe-area-inset-bottom)); } }
"""


def style() -> None:
    st.html(f"<style>{CSS}</style>")
