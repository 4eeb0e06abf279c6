"""How a browser component of ours comes onto a Streamlit page: a bootstrap that imports ES modules from `/assets/<name>/index.js`.

The module exports `render(component)`, called at mount and at each rerun with Streamlit's component object (`data`,
`parentElement`, `key`, `setTriggerValue`, `setStateValue`); what it returns, if anything, is called at unmount.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

ASSETS = Path(__file__).resolve().parents[2] / "assets"

BOOTSTRAP = """
const ready = import(location.origin + "/assets/%(name)s/index.js?v=%(version)s");
const cleanups = new WeakMap();
const latest = new WeakMap();
export default function (component) {
  const root = component.parentElement;
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


def register(name: str) -> ComponentRenderer:
    """The component in `assets/<name>`, with its `style.css` if it has one. Call once, at import."""
    style = ASSETS / name / "style.css"
    return st.components.v2.component(
        name,
        css=style.read_text() if style.is_file() else None,
        js=BOOTSTRAP % {"name": name, "version": version()},
        isolate_styles=False,
    )


@lru_cache(1)
def version() -> str:
    """Changes when any script or style in `assets` does, so that browsers never run old code against new data."""
    digest = hashlib.sha256()
    for path in sorted((*ASSETS.rglob("*.js"), *ASSETS.rglob("*.css"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
