"""How a browser component of ours comes onto a Streamlit page: a bootstrap that imports the modules of `assets/<name>/` in one piece.

`assets/<name>/index.js` exports `render(component)`, called at mount and at each rerun with Streamlit's component object (`data`,
`parentElement`, `key`, `setTriggerValue`, `setStateValue`); what it returns, if anything, is called at unmount.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from playground.web.assets import ASSETS, version

__all__ = ["ASSETS", "register"]

BOOTSTRAP = """
const ready = import(location.origin + "/assets/v/%(version)s/%(name)s.js");
const cleanups = new WeakMap();
const latest = new WeakMap();
export default function (component) {
  const root = component.parentElement;
  if ((root.dataset.version ??= "%(version)s") !== "%(version)s") {  // the server came back with newer scripts: what older ones drew goes
    for (const old of [...root.children]) if (old.tagName !== "STYLE") old.remove();
    root.dataset.version = "%(version)s";
  }
  latest.set(root, component);
  ready.then((module) => cleanups.set(root, module.render(component)));
  // Streamlit also runs the clean-up of a call that a newer one overtook while it was loading: only the newest may clear the place.
  return () => ready.then(() => {
    if (latest.get(root) !== component) return;
    cleanups.get(root)?.();
    cleanups.delete(root);
  });
}
"""


def register(name: str, *, frame: str | None = None, sheets: Sequence[str] = ("style.css",)) -> ComponentRenderer:
    """The component in `assets/<name>`, with its style sheets, those that it has. Call once, at import.

    frame: another folder whose style comes first, for components that share a look.
    """
    styles = [*([ASSETS / frame / "style.css"] if frame else []), *(ASSETS / name / sheet for sheet in sheets)]
    return st.components.v2.component(
        name,
        css="\n".join(style.read_text() for style in styles if style.is_file()) or None,
        js=BOOTSTRAP % {"name": name, "version": version()},
        isolate_styles=False,
    )
