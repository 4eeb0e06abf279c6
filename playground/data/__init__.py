"""Data sets, how they are split and in what order they are learnt: numpy only, no Keras, no screen.

`load(choice)` gives the arrays; `script(choice)` gives the Python that makes the same arrays, for the exported script.
"""

from playground.data.choices import check, check_offered, corrected, excluding, plane_points, relabelling, restoring, sizes, uncorrected
from playground.data.dataset import Arrays, DataSet, File, Raw
from playground.data.examples import example, position
from playground.data.loading import load, stored
from playground.data.plane.features import FEATURES, feature_maps, features, grid
from playground.data.plane.sets import DRAWN, NOISES, SIZES, classes_of, knob_defaults
from playground.data.plane.spreadsheet import Imported, exported, imported
from playground.data.previews import Preview, preview
from playground.data.reading.downloads import download, missing
from playground.data.reading.files import folder
from playground.data.scripts import Script, script
from playground.data.sets import SETS, find, of
from playground.data.splits import order, split, standardise

__all__ = [
    "DRAWN",
    "FEATURES",
    "NOISES",
    "SETS",
    "SIZES",
    "Arrays",
    "DataSet",
    "File",
    "Imported",
    "Preview",
    "Raw",
    "Script",
    "check",
    "check_offered",
    "classes_of",
    "corrected",
    "download",
    "example",
    "excluding",
    "exported",
    "feature_maps",
    "features",
    "find",
    "folder",
    "grid",
    "imported",
    "knob_defaults",
    "load",
    "missing",
    "of",
    "order",
    "plane_points",
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
