"""The pages of the app, declared once. Navigation, warming up, links between pages and what a browser may ask for all follow from PAGES.

A new page is its script in `pages/`, its component in `assets/`, and one entry here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

About = Literal["plane", "build", "run", "runs"]
Place = Literal["plane", "build"]
BUILD_MODULES = ("build.editor", "build.share", "build.watch")


@dataclass(frozen=True)
class Page:
    """One page.

    key: names it in messages and addresses (`/inside`; the first page is at `/`), and its script (`pages/inside.py`).
    icon: a name of Material Symbols (rounded).
    about: what it shows. "plane": the Playground's experiment; "build": Build's; "run": the run on show; "runs": all of them.
        Links to pages about a run stand wherever a run is shown.
    help: what a link to it promises, a sentence without a full stop.
    modules: of `playground.ui`, beside the one named like the page; imported when the server starts, so that no visitor waits for them.
    """

    key: str
    title: str
    icon: str
    about: About
    help: str
    modules: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        return f"{self.key}.py"

    @property
    def place(self) -> Place:
        """Whose experiment its address holds; pages about runs go with Build's."""
        return "plane" if self.about == "plane" else "build"

    @property
    def imports(self) -> tuple[str, ...]:
        """All modules to warm up, by their full names."""
        return tuple(f"playground.ui.{name}" for name in (self.key, *self.modules))

    @property
    def symbol(self) -> str:
        """The icon as Streamlit names it."""
        return f":material/{self.icon}:"

    def to_json(self) -> dict[str, str]:
        """What the browser needs for a link: key, title, icon, about, help, and the address it leads to."""
        told = asdict(self)
        del told["modules"]
        return told | {"address": "/" if self == first() else f"/{self.key}"}


def first() -> Page:
    """The landing page."""
    return next(iter(PAGES.values()))


def named(key: object) -> Page | None:
    """The page of that key; None for anything else that a browser may send."""
    return PAGES.get(key) if isinstance(key, str) else None


def page_about(about: About) -> Page:
    """The first page about this."""
    return next(page for page in PAGES.values() if page.about == about)


def for_browser(here: str) -> dict[str, Any]:
    """Data of a component on the page `here`: which page that is, and all pages in order."""
    return {"page": here, "pages": [page.to_json() for page in PAGES.values()]}


def switch_to(page: Page) -> None:
    """Go there; ends this script run."""
    st.switch_page(page.script)


PAGES: dict[str, Page] = {
    page.key: page
    for page in (
        Page("plane", "Playground", "bubble_chart", "plane", "The same network and points, drawn neuron by neuron while it learns"),
        Page("build", "Build", "account_tree", "build", "The same network in the editor that knows every layer of Keras", BUILD_MODULES),
        Page("inside", "Look inside", "visibility", "run", "Filters, feature maps and reasons of this network, also while it trains"),
        Page("mistakes", "Mistakes", "rule", "run", "Where this network is wrong, example by example"),
        Page("runs", "Runs", "history", "runs", "All your runs: find, open, rename or delete one"),
    )
}
