"""How a person gets from page to page: Streamlit's navigation in the header, and on narrow screens a bar of our own at the bottom.

On narrow screens Streamlit hides its own in a closed sidebar; the bar keeps every page one tap away. A style sheet shows one of the two.
"""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page as Script

from playground.ui import pages
from playground.ui.component import register

_bar = register("navigation")


def navigation() -> tuple[pages.Page, Script]:
    """Draws both; the page on show, and its script to run."""
    scripts = {
        page.key: st.Page(page.script, title=page.title, icon=page.symbol, default=page == pages.first()) for page in pages.PAGES.values()
    }
    script = st.navigation(list(scripts.values()), position="top")
    page = next(pages.PAGES[key] for key, each in scripts.items() if each == script)
    _bar(key="navigation", data=pages.for_browser(page.key))
    return page, script
