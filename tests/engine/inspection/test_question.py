"""A question's arguments come from a browser: each is read and checked."""

from __future__ import annotations

import pytest

from playground.engine.inspection.question import Question
from playground.values.errors import InvalidValue

GOOD = [
    (lambda q: q.text("name"), "conv2d"),
    (lambda q: q.text("none", None), None),
    (lambda q: q.whole("unit", low=0, high=9), 3),
    (lambda q: q.whole("none", low=0, high=9, default=None), None),
    (lambda q: q.wholes("at", low=0, high=9, most=2), [1, 2]),
    (lambda q: q.number("share", low=0, high=1), 0.5),
    (lambda q: q.choice("name", ("conv2d", "dense")), "conv2d"),
    (lambda q: q.choice("invert", ("auto", True, False)), True),
    (lambda q: q.flag("invert"), True),
    (lambda q: q.part("prepare"), {"fit": "crop"}),
    (lambda q: q.part("none"), {}),
]
BAD = [
    lambda q: q.text("none"),
    lambda q: q.text("unit"),
    lambda q: q.text("long"),
    lambda q: q.whole("share", low=0, high=9),
    lambda q: q.whole("unit", low=4, high=9),
    lambda q: q.whole("invert", low=0, high=9),  # True is no number
    lambda q: q.wholes("at", low=0, high=1, most=2),
    lambda q: q.wholes("at", low=0, high=9, most=1),
    lambda q: q.wholes("name", low=0, high=9, most=9),
    lambda q: q.number("name", low=0, high=9),
    lambda q: q.number("nan", low=0, high=9),
    lambda q: q.choice("name", ("dense",)),
    lambda q: q.choice("one", (True, False)),  # 1 is not True
    lambda q: q.choice("list", ("dense",)),
    lambda q: q.flag("unit"),
    lambda q: q.part("name"),
]


@pytest.fixture
def question() -> Question:
    given = {"name": "conv2d", "unit": 3, "at": [1, 2], "share": 0.5, "invert": True, "prepare": {"fit": "crop"}, "none": None}
    return Question(given | {"long": "x" * 201, "nan": float("nan"), "one": 1, "list": ["dense"]})


@pytest.mark.parametrize(("read", "expected"), GOOD)
def test_a_good_argument_is_read(question, read, expected) -> None:
    assert read(question) == expected


@pytest.mark.parametrize("read", BAD)
def test_a_bad_argument_is_refused(question, read) -> None:
    with pytest.raises(InvalidValue):
        read(question)
