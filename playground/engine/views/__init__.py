"""What can be looked at in a run: one function for each view, from a Subject and a Question to the answer.

A view returns a dict of JSON values and numpy arrays. A slow one is a generator that yields between pieces of work of at most
50 ms and returns the dict. live: quick enough to be answered by the run in training, between two chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject
from playground.engine.views.inside.anatomy import anatomy
from playground.engine.views.inside.ascent import ascent
from playground.engine.views.inside.cell import cell, cell_maps
from playground.engine.views.inside.filters import filters
from playground.engine.views.inside.likes import top, units
from playground.engine.views.inside.maps import maps
from playground.engine.views.inside.overtime import over_time
from playground.engine.views.inside.picture import picture
from playground.engine.views.inside.steps import steps
from playground.engine.views.inside.thumbnails import thumbnails
from playground.engine.views.inside.unit_occlusion import unit_occlusion
from playground.engine.views.inside.why import why, why_at_length
from playground.engine.views.mistakes.answers import answers
from playground.engine.views.mistakes.calibration import calibration
from playground.engine.views.mistakes.gallery import gallery
from playground.engine.views.mistakes.groups import groups
from playground.engine.views.mistakes.matrix import matrix, pairs
from playground.engine.views.mistakes.one import history, one
from playground.engine.views.mistakes.residuals import residuals
from playground.engine.views.mistakes.sheet import sheet
from playground.engine.views.mistakes.threshold import threshold
from playground.engine.views.plane.film import plane_film, plane_still
from playground.engine.views.plane.frame import plane
from playground.engine.views.plane.point import plane_point
from playground.engine.views.plane.regions import plane_regions
from playground.engine.views.plane.slopes import plane_arrows, plane_gradients
from playground.engine.views.plane.unit import plane_unit
from playground.engine.views.plane.unsure import plane_unsure
from playground.engine.views.plane.warp import plane_warp

Answer = dict[str, Any]


@dataclass(frozen=True)
class View:
    answer: Callable[[Subject, Question], Answer | Generator[None, None, Answer]]
    live: bool = False


VIEWS: dict[str, View] = {
    "anatomy": View(anatomy, live=True),
    "picture": View(picture, live=True),
    "thumbnails": View(thumbnails, live=True),
    "answers": View(answers),
    "calibration": View(calibration),
    "gallery": View(gallery),
    "groups": View(groups),
    "history": View(history),
    "matrix": View(matrix),
    "one": View(one),
    "pairs": View(pairs),
    "residuals": View(residuals),
    "sheet": View(sheet),
    "threshold": View(threshold),
    "why": View(why, live=True),
    "why_at_length": View(why_at_length),
    "units": View(units),
    "top": View(top),
    "ascent": View(ascent),
    "unit_occlusion": View(unit_occlusion),
    "cell": View(cell, live=True),
    "cell_maps": View(cell_maps, live=True),
    "steps": View(steps, live=True),
    "maps": View(maps, live=True),
    "filters": View(filters, live=True),
    "over_time": View(over_time),
    "plane": View(plane, live=True),
    "plane_unit": View(plane_unit, live=True),
    "plane_point": View(plane_point, live=True),
    "plane_arrows": View(plane_arrows, live=True),
    "plane_gradients": View(plane_gradients, live=True),
    "plane_unsure": View(plane_unsure, live=True),
    "plane_warp": View(plane_warp, live=True),
    "plane_regions": View(plane_regions, live=True),
    "plane_film": View(plane_film),
    "plane_still": View(plane_still),
}
