"""Data sets, how they are split and in what order they are learnt: numpy only, no Keras, no screen.

`load(choice)` gives the arrays; `script(choice)` gives the Python that makes the same arrays, for the exported script.
"""

from playground.data.choices import check, corrected, excluding, relabelling, restoring, sizes, uncorrected
from playground.data.dataset import Arrays, DataSet, File, Raw
from playground.data.downloads import download, missing
from playground.data.examples import example, position
from playground.data.files import folder
from playground.data.loading import load, stored
from playground.data.previews import Preview, preview
from playground.data.scripts import Script, script
from playground.data.sets import SETS, find, of
from playground.data.splits import order, split, standardise

__all__ = [
    "SETS",
    "Arrays",
    "DataSet",
    "File",
    "Preview",
    "Raw",
    "Script",
    "check",
    "corrected",
    "download",
    "example",
    "excluding",
    "find",
    "folder",
    "load",
    "missing",
    "of",
    "order",
    "position",
    "preview",
    "relabelling",
    "restoring",
    "script",
    "sizes",
    "split",
    "standardise",
    "stored",
    "uncorrected",
]
