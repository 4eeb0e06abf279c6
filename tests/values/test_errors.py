"""Errors tell what is wrong, what was expected, what came and what to do, and survive every way they travel."""

import pickle

import pytest

from playground.values import errors
from playground.values.errors import InvalidValue, PlaygroundError

RATE = InvalidValue("Dropout rate is out of range.", expected="a number from 0 to 1", got=1.5, fix="Use 0.2 to 0.5.")


def test_an_error_reads_as_sentences() -> None:
    assert str(RATE) == "Dropout rate is out of range. Expected a number from 0 to 1. Got 1.5. Use 0.2 to 0.5."
    assert str(PlaygroundError("It broke.")) == "It broke."


@pytest.mark.parametrize("cls", errors.KINDS.values())
def test_an_error_survives_json_and_pickling(cls: type[PlaygroundError]) -> None:
    error = cls("What.", expected="this", got="that", fix="Mend it.")
    for again in (errors.from_json(error.to_json()), pickle.loads(pickle.dumps(error))):
        assert type(again) is cls
        assert again.to_json() == error.to_json()


def test_an_unknown_kind_is_still_an_error() -> None:
    assert type(errors.from_json({"kind": "new", "what": "x"})) is PlaygroundError
    assert errors.from_json({}).what


def test_what_came_is_shortened() -> None:
    assert len(InvalidValue("x", got="y" * 10_000).got) == 200
    assert InvalidValue("x", got=["a", 1]).got == "['a', 1]"
