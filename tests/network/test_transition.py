"""From one experiment to another: on with what was learnt, or from the start."""

import dataclasses

import pytest

from playground.network.transition import transition_between
from playground.plane.sketch import FIRST, Block
from playground.values import command
from playground.values.spec import Change, DataChoice, Part, Training, part

BEFORE = FIRST.experiment()


def after(**fields):
    return dataclasses.replace(FIRST, **fields).experiment()


def trained(**fields):
    return after(training=dataclasses.replace(FIRST.training, **fields))


@pytest.mark.parametrize(
    "changed",
    [
        after(data=dataclasses.replace(FIRST.data, seed=1)),
        after(data=dataclasses.replace(FIRST.data, test=0.4)),
        after(data=DataChoice("moons", test=0.3)),
        after(data=DataChoice("waves", test=0.3), output="linear"),
        after(data=DataChoice("spirals", {"classes": 3, "inputs": ("x", "y", "r")}, test=0.3)),
        trained(seed=1),
    ],
)
def test_other_data_another_seed_and_other_inputs_begin_anew_and_say_why(changed):
    found = transition_between(BEFORE, changed)
    assert found.kind == "restart" and not found.commands and found.why.endswith(".")


def test_another_output_begins_anew():
    moons = dataclasses.replace(FIRST, data=DataChoice("moons", test=0.3))
    assert transition_between(moons.experiment(), dataclasses.replace(moons, output="sigmoid").experiment()).kind == "restart"


@pytest.mark.parametrize(
    "changed, names",
    [
        (after(blocks=FIRST.blocks[:1]), ["network"]),
        (after(blocks=(Block("new", 3), *FIRST.blocks)), ["network"]),
        (after(blocks=(dataclasses.replace(FIRST.blocks[0], activation="relu", dropout=0.1), FIRST.blocks[1])), ["network"]),
        (trained(optimizer=part("optimizers.Adam", learning_rate=0.5)), ["learning_rate"]),
        (trained(optimizer=Part("optimizers.Adam")), ["learning_rate"]),
        (trained(optimizer=part("optimizers.Adam", learning_rate=0.003, beta_1=0.5)), ["training"]),
        (trained(optimizer=part("optimizers.SGD", learning_rate=0.01)), ["training"]),
        (trained(batch_size=20), ["training"]),
        (trained(epochs=20), ["training"]),
        (trained(loss=Part("losses.CategoricalHinge")), ["training"]),
        (dataclasses.replace(FIRST, blocks=(), training=Training()).experiment(), ["network", "training"]),
    ],
)
def test_other_changes_go_on_by_commands_that_the_run_understands(changed, names):
    found = transition_between(BEFORE, changed)
    assert found.kind == "warm" and [each["name"] for each in found.commands] == names and found.why
    for each in found.commands:
        command.from_json(each)
    changes = tuple(Change(10, each["name"], each["value"]) for each in found.commands)
    assert transition_between(BEFORE.having(changes=changes), changed).kind == "same"


def test_what_is_at_keras_default_is_the_same_as_left_out():
    assert (
        transition_between(trained(optimizer=Part("optimizers.SGD")), trained(optimizer=part("optimizers.SGD", learning_rate=0.01))).kind
        == "same"
    )
    assert transition_between(BEFORE, BEFORE.having(name="mine")).kind == "same"


def test_a_network_without_layers_is_none_to_go_on_with():
    empty = BEFORE.having(network=dataclasses.replace(BEFORE.network, layers=()))
    assert transition_between(empty, BEFORE).kind == "restart"


def test_a_transition_begins_at_what_is_in_force():
    changed = BEFORE.having(changes=(Change(5, "learning_rate", 0.5),))
    assert transition_between(changed, BEFORE).commands[0]["value"] == 0.003
