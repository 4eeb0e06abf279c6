"""Reading Keras's source text: docstrings taken apart, defaults read, a missing Keras named."""

import ast
import importlib.util

import pytest

from playground.catalog import signatures
from playground.catalog.signatures import REQUIRED
from playground.values.errors import Unavailable

DOCSTRING = """Does a thing, e.g. this one. And more.

A second paragraph.

Args:
    rate: Float between 0 and 1: the rate.
        It goes on here.

        - and in a list
    first, second: Two at once.
    **kwargs: Others.
continued without indentation
Returns:
    rate: not this one.
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("Two lines\nof one sentence.\n\nMore.", "Two lines of one sentence."),
        ("With an example, e.g. this one. And more.", "With an example, e.g. this one."),
        ("Version 3.15 is not an end. This is.", "Version 3.15 is not an end."),
        ("Two dots..", "Two dots."),
        ("No dot", "No dot"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_a_reader_ends_it(text: str, sentence: str) -> None:
    assert signatures.first_sentence(text) == sentence


def test_the_introduction_ends_at_the_first_section() -> None:
    assert signatures.introduction(DOCSTRING) == "Does a thing, e.g. this one. And more.\n\nA second paragraph."


def test_each_argument_has_its_own_paragraphs_on_one_line() -> None:
    helps = signatures.argument_helps(DOCSTRING)
    assert helps["rate"] == "Float between 0 and 1: the rate. It goes on here. - and in a list"
    assert helps["first"] == helps["second"] == "Two at once."


def test_a_docstring_without_arguments_has_no_help() -> None:
    assert signatures.argument_helps("Just a sentence.") == {}


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        (
            "class A:\n def __init__(self, a, b=(1, 2), *, c, d=None, **kwargs): ...",
            [("a", REQUIRED), ("b", (1, 2)), ("c", REQUIRED), ("d", None)],
        ),
        ("class A:\n def other(self, a): ...", []),
        ("def a(x, y=-1.5, z=NAME): ...", [("x", REQUIRED), ("y", -1.5), ("z", "NAME")]),
    ],
)
def test_arguments_and_defaults_are_read_as_written(source: str, arguments: list) -> None:
    assert signatures.arguments_of(ast.parse(source).body[0]) == arguments


def test_without_keras_the_word_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match="Keras is not installed"):
        signatures.root.__wrapped__()


def test_a_name_that_keras_lacks_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        signatures.signature("layers.NoSuchLayer")
