"""Challenges against runs made up for them."""

from __future__ import annotations

import dataclasses

import pytest

from playground.engine.model.describe import describe
from playground.plane.challenges import CHALLENGES, checks, find, result
from playground.plane.sketch import Block, Sketch
from playground.sharing import link
from playground.values import events, spec
from playground.values.errors import InvalidValue, NotFound
from playground.values.run import Run, fold
from playground.values.spec import Args


def run(sketch: Sketch, *, epoch: int = 10, **scores: float) -> Run:
    """A run of the sketch as it stands after some epochs."""
    return ended(Run("r", "owner", sketch.experiment(), status="training"), epoch, **scores)


def ended(found: Run, epoch: int, **scores: float) -> Run:
    """The run when it has ended this epoch, of 18 steps."""
    found = fold(found, events.Progress(epoch, epoch * 18, 1.0, None, 1.0, 1.0, 0.01))
    return fold(found, events.EpochPoint(epoch, epoch * 18, {"loss": 0.1, "val_loss": 0.1, "learning_rate": 0.01, **scores}))


def failing(name: str, of: Run) -> list[str]:
    return [check.text for check in checks(name, of) if not check.ok]


def test_there_are_at_least_eight() -> None:
    assert len(CHALLENGES) >= 8


@pytest.mark.parametrize("name", CHALLENGES)
def test_each_begins_with_a_sketch_that_trains_fits_into_a_link_and_does_not_meet_it_yet(name: str) -> None:
    sketch = CHALLENGES[name].sketch
    experiment = sketch.experiment()
    assert describe(experiment).can_train
    assert link.decode(link.encode(experiment)) == experiment
    assert Sketch.from_json(sketch.to_json()) == sketch
    value = {"accuracy": {"val_accuracy": 0.5}, "mae": {"val_mae": 0.5}}[find(name).goal.metric.name]
    assert find(name).goal.text in failing(name, run(sketch, **value))
    assert find(name).goal.text in failing(name, Run("r", "owner", experiment))


def test_a_goal_is_met_at_its_bound_and_not_below() -> None:
    sketch = CHALLENGES["one_line"].sketch
    assert failing("one_line", run(sketch, val_accuracy=0.95)) == []
    assert failing("one_line", run(sketch, val_accuracy=0.94)) == ["at most 5 % of the test points wrong"]
    waves = CHALLENGES["waves"].sketch
    assert failing("waves", run(waves, val_mae=0.12)) == []
    assert failing("waves", run(waves, val_mae=0.121)) == ["a mean absolute error of at most 0.12 on the test points"]


def test_a_hidden_layer_or_another_input_breaks_the_limits() -> None:
    sketch = CHALLENGES["one_line"].sketch
    deeper = dataclasses.replace(sketch, blocks=(Block("hidden_1", 2),))
    assert failing("one_line", run(deeper, val_accuracy=1.0)) == ["no hidden layer"]
    other = dataclasses.replace(sketch, data=dataclasses.replace(sketch.data, args=Args({**sketch.data.args, "inputs": ("x", "x2")})))
    assert failing("one_line", run(other, val_accuracy=1.0)) == ["only the inputs x and y"]


def test_easier_data_do_not_count() -> None:
    sketch = CHALLENGES["spiral"].sketch
    for args in ({**sketch.data.args, "noise": 0.0}, {**sketch.data.args, "size": 20}):
        easier = dataclasses.replace(sketch, data=dataclasses.replace(sketch.data, args=Args(args)))
        assert failing("spiral", run(easier, val_accuracy=1.0)) == ["the data of this challenge: Spirals"]


def test_weights_are_counted_and_the_network_in_force_counts() -> None:
    sketch = CHALLENGES["xor"].sketch
    four = dataclasses.replace(sketch, blocks=(Block("hidden_1", 4),))
    found = run(four, val_accuracy=1.0)
    assert failing("xor", found) == []
    assert result("xor", found) == 17  # 2·4 + 4 + 4·1 + 1
    five = dataclasses.replace(sketch, blocks=(Block("hidden_1", 5),)).experiment().network
    assert "at most 17 weights and biases" in failing("xor", fold(found, events.Changed("network", spec.to_json(five), 180)))


def test_what_a_network_scored_before_it_was_edited_does_not_count() -> None:
    sketch = CHALLENGES["xor"].sketch
    goal = find("xor").goal.text
    large = run(dataclasses.replace(sketch, blocks=(Block("hidden_1", 8),)), val_accuracy=1.0)
    small = dataclasses.replace(sketch, blocks=(Block("hidden_1", 2),)).experiment().network
    edited = fold(large, events.Changed("network", spec.to_json(small), 180))
    assert failing("xor", edited) == [goal]
    assert failing("xor", ended(edited, 11, val_accuracy=0.5)) == [goal]
    solved = ended(edited, 11, val_accuracy=0.95)
    assert failing("xor", solved) == []
    assert result("xor", solved) == 9


def test_epochs_count_where_they_are_limited() -> None:
    sketch = CHALLENGES["in_a_hurry"].sketch
    assert failing("in_a_hurry", run(sketch, epoch=31, val_accuracy=1.0)) == ["within 30 epochs"]
    assert result("in_a_hurry", run(sketch, epoch=12, val_accuracy=1.0)) == 12


def test_a_goal_that_was_met_stays_met_at_the_epoch_where_it_was_first() -> None:
    sketch = CHALLENGES["in_a_hurry"].sketch
    late = ended(ended(run(sketch, epoch=20, val_accuracy=0.97), 29, val_accuracy=0.99), 5000, val_accuracy=0.9)
    assert failing("in_a_hurry", late) == []
    assert result("in_a_hurry", late) == 20
    assert checks("in_a_hurry", late)[-1].text == "at most 3 % of the test points wrong, at epoch 20"


def test_a_run_of_another_kind_and_an_unknown_challenge_are_refused() -> None:
    from playground.sharing.presets import PRESETS

    with pytest.raises(InvalidValue):
        checks("xor", Run("r", "owner", PRESETS["lenet"].experiment))
    with pytest.raises(NotFound):
        find("nothing")
