"""What a person may tell a run, and how everything else is refused."""

import pytest

from playground import command
from playground.command import Command
from playground.errors import InvalidValue

GOOD = [
    ({"do": "pause"}, Command("pause")),
    ({"do": "stop"}, Command("stop")),
    ({"do": "resume"}, Command("resume")),
    ({"do": "resume", "learning_rate": 0.01}, Command("resume", value=0.01)),
    ({"do": "step", "unit": "batch"}, Command("step", unit="batch")),
    ({"do": "step", "unit": "epoch"}, Command("step", unit="epoch")),
    ({"do": "set", "name": "learning_rate", "value": 0.5}, Command("set", name="learning_rate", value=0.5)),
    ({"do": "set", "name": "speed", "value": 10.0}, Command("set", name="speed", value=10.0)),
    ({"do": "set", "name": "speed", "value": None}, Command("set", name="speed", value=None)),
]


@pytest.mark.parametrize(("data", "meant"), GOOD, ids=str)
def test_a_command_is_read_and_written_alike(data: dict, meant: Command) -> None:
    assert command.from_json(data) == meant
    assert meant.to_json() == data
    assert command.from_json(meant.to_json()) == meant


def test_every_verb_is_among_those_that_are_tried() -> None:
    assert {data["do"] for data, _ in GOOD} == set(command.VERBS)


def test_a_step_is_a_batch_and_whole_numbers_are_numbers() -> None:
    assert command.from_json({"do": "step"}) == Command("step", unit="batch")
    assert command.from_json({"do": "set", "name": "learning_rate", "value": 1}).value == 1.0
    assert command.from_json({"do": "resume", "learning_rate": None}) == Command("resume")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "not a command"),
        ([], "not a command"),
        ("pause", "not a command"),
        ({}, "not a command"),
        ({"do": "dance"}, "not a command"),
        ({"do": ["pause"]}, "not a command"),
        ({"do": "pause", "unit": "batch"}, "pause takes no unit"),
        ({"do": "pause", "value": 1}, "pause takes no value"),
        ({"do": "step", "unit": "year"}, "batch or an epoch"),
        ({"do": "step", "unit": ["batch"]}, "batch or an epoch"),
        ({"do": "set"}, "cannot be set"),
        ({"do": "set", "name": "loss", "value": 1}, "cannot be set"),
        ({"do": "set", "name": ["speed"], "value": 1}, "cannot be set"),
        ({"do": "set", "name": "learning_rate"}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": None}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": 0}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": "0.1"}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": True}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": float("nan")}, "learning_rate is out of range"),
        ({"do": "set", "name": "learning_rate", "value": 1e9}, "learning_rate is out of range"),
        ({"do": "set", "name": "speed", "value": 0}, "speed is out of range"),
        ({"do": "resume", "learning_rate": -1}, "learning_rate is out of range"),
    ],
)
def test_what_is_no_command_is_refused_with_a_sentence(data: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says) as caught:
        command.from_json(data)
    assert caught.value.expected
