"""What a person may tell a run, and how everything else is refused."""

import pytest

from playground.values import command
from playground.values.command import Command
from playground.values.errors import InvalidValue
from playground.values.spec import Network, Training

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
    ({"do": "set", "name": "weight", "value": ["a", "bias", 3, -0.5]}, Command("set", name="weight", value=("a", "bias", 3, -0.5))),
    ({"do": "set", "name": "network", "value": {"input_shape": [2]}}, Command("set", name="network", value=Network((2,)))),
    ({"do": "set", "name": "training", "value": {"batch_size": 7}}, Command("set", name="training", value=Training(batch_size=7))),
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
        ({"do": "set", "name": "weight", "value": 1.0}, "not a weight"),
        ({"do": "set", "name": "weight", "value": ["a", "kernel", 3]}, "not a weight"),
        ({"do": "set", "name": "weight", "value": [1, "kernel", 3, 1.0]}, "not a weight"),
        ({"do": "set", "name": "weight", "value": ["a", "gamma", 3, 1.0]}, "kernels and biases"),
        ({"do": "set", "name": "weight", "value": ["a", "kernel", -1, 1.0]}, "index is out of range"),
        ({"do": "set", "name": "weight", "value": ["a", "kernel", True, 1.0]}, "index is out of range"),
        ({"do": "set", "name": "weight", "value": ["a", "kernel", 3, float("nan")]}, "weight is out of range"),
        ({"do": "set", "name": "weight", "value": ["a", "kernel", 3, 1e39]}, "weight is out of range"),
        ({"do": "set", "name": "network", "value": None}, "not an object"),
        ({"do": "set", "name": "network", "value": {"layers": []}}, "lacks input_shape"),
        ({"do": "set", "name": "training", "value": {"colour": "red"}}, "unknown field"),
        ({"do": "set", "name": "training", "value": {"epochs": 0}}, "epochs is out of range"),
    ],
)
def test_what_is_no_command_is_refused_with_a_sentence(data: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says) as caught:
        command.from_json(data)
    assert caught.value.expected
