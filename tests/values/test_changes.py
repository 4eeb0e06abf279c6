"""The rules of changes in mid-run: what may be changed, which change replaces which, what is in force at a step."""

import dataclasses
import random

import pytest

from playground.values import changes, spec
from playground.values.changes import Change
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

SMALL, WIDE = Network((2,), (Layer(part("layers.Dense", units=2), "a"),)), Network((2,), (Layer(part("layers.Dense", units=3), "a"),))
RATED = Training(part("optimizers.SGD", learning_rate=0.1))
PLAIN = Experiment(DataChoice("iris"), (SMALL,), RATED)


def test_the_experiment_in_force_has_what_was_changed_up_to_a_step() -> None:
    other = Training(part("optimizers.Adam"), epochs=20)
    changes = (
        Change(3, "learning_rate", 0.5),
        Change(5, "network", WIDE),
        Change(5, "weight", ("a", "bias", 0, 1.0)),
        Change(9, "training", other),
    )
    changed = PLAIN.having(changes=changes)
    assert changed.at(-1) == changed.at(2) == PLAIN
    assert changed.at(3).training.optimizer == part("optimizers.SGD", learning_rate=0.5) and changed.at(4).network == SMALL
    assert changed.at(5).network == WIDE and changed.at(8).training.optimizer.args["learning_rate"] == 0.5
    assert changed.at(float("inf")) == PLAIN.having(network=WIDE, training=other)
    assert spec.loads(spec.dumps(changed)) == changed
    assert hash(changed) == hash(spec.loads(spec.dumps(changed)))


def test_an_experiment_that_begins_otherwise_has_no_changes() -> None:
    changed = PLAIN.having(changes=(Change(3, "learning_rate", 0.5),))
    assert changed.having(name="mine", training=RATED).changes == changed.changes
    assert changed.having(training=Training()).changes == changed.having(network=WIDE).changes == ()
    assert changed.having(data=DataChoice("wine")).changes == ()


def test_of_changes_of_one_thing_at_one_step_the_last_counts_unless_an_edit_stands_between() -> None:
    first, second = Change(4, "weight", ("a", "kernel", 1, 0.5)), Change(4, "weight", ("a", "kernel", 1, 0.7))
    beside, edit = Change(4, "weight", ("a", "kernel", 2, 0.5)), Change(4, "network", WIDE)
    assert PLAIN.having(changes=(first, beside, second)).changes == (beside, second)
    assert PLAIN.having(changes=(first, edit, second)).changes == (first, edit, second)
    assert PLAIN.having(changes=(edit, edit)).changes == (edit, edit)
    later = Change(5, "weight", ("a", "kernel", 1, 0.9))
    assert PLAIN.having(changes=(first, later)).changes == (first, later)
    assert PLAIN.having(changes=(first, edit, beside, second, second, later, later)).changes == (first, edit, beside, second, later)


def test_changes_that_come_one_by_one_are_those_that_come_at_once() -> None:
    made = [Change(i // 5, "weight", ("a", "kernel", i * i % 3, float(i))) if i % 7 else Change(i // 5, "network", WIDE) for i in range(60)]
    one_by_one: tuple[Change, ...] = ()
    for change in made:
        one_by_one = spec.extended(one_by_one, change)
    assert one_by_one == PLAIN.having(changes=tuple(made)).changes
    assert len(one_by_one) < len(made)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((Change(5, "learning_rate", 0.1), Change(4, "learning_rate", 0.2)), "not in order"),
        ((Change(1, "network", Network((3,))),), "input cannot change"),
        ((Change(1, "training", Training(seed=1)),), "seed cannot change"),
        ((Change(1, "training", Training(precision="mixed_bfloat16")),), "precision cannot change"),
        (tuple(Change(step, "learning_rate", 0.1) for step in range(1_001)), "too many changes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_changes_that_cannot_be_are_refused(changes: tuple[Change, ...], says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        PLAIN.having(changes=changes)


@pytest.mark.parametrize(
    "broken",
    [
        {"step": -1},
        {"step": 1.5},
        {"name": "speed"},
        {"name": ["weight"]},
        {"value": "fast"},
        {"value": None},
        {"value": float("inf")},
        {"name": "weight", "value": ["\ud800", "kernel", 0, 1.0]},
        {"x": 1},
    ],
    ids=str,
)
def test_a_change_that_is_none_is_refused(broken: dict) -> None:
    with pytest.raises(InvalidValue):
        spec.experiment_from_json(spec.to_json(PLAIN) | {"changes": [{"step": 1, "name": "learning_rate", "value": 0.1} | broken]})


# A run's entries


def test_a_runs_entries_are_settled_as_the_changes_are() -> None:
    random.seed(3)
    made = []
    for step in sorted(random.choices(range(6), k=80)):
        choice = random.random()
        if choice < 0.1:
            made.append(Change(step, "network", WIDE))
        elif choice < 0.4:
            made.append(Change(step, "learning_rate", random.random()))
        else:
            made.append(Change(step, "weight", ("a", random.choice(("kernel", "bias")), random.randrange(3), random.random())))
    entries: tuple[changes.Entry, ...] = ()
    for change in made:
        entries = changes.noted(entries, (change.step, "speed", 3.0))
        entries = changes.noted(entries, (change.step, change.name, spec.to_json(change.value)))
    assert [entry for entry in entries if entry[1] == "speed"] == [(made[-1].step, "speed", 3.0)]
    kept = tuple(Change(*entry) for entry in entries if entry[1] != "speed")
    assert kept == changes.settled(made) and len(kept) < len(made)


def test_the_speed_stands_between_no_two_changes() -> None:
    first, speed, second = (4, "learning_rate", 0.1), (4, "speed", 2.0), (4, "learning_rate", 0.2)
    assert changes.noted((first, speed), second) == (speed, second)
    assert changes.noted((speed, first), (9, "speed", None)) == (first, (9, "speed", None))


def test_a_run_takes_a_change_that_suits_and_no_more_than_there_may_be() -> None:
    begun = {"network": SMALL, "training": RATED}
    rates = tuple(Change(step, "learning_rate", 0.1) for step in range(changes.MAX_CHANGES))
    assert changes.made(rates, Change(999, "learning_rate", 0.2), **begun)[-1].value == 0.2
    with pytest.raises(Conflict, match="Too much was changed"):
        changes.made(rates, Change(1_000, "learning_rate", 0.2), **begun)
    with pytest.raises(InvalidValue, match="input cannot change"):
        changes.made((), Change(1, "network", Network((3,))), **begun)
    for name, value in (("seed", 1), ("precision", "mixed_bfloat16")):
        with pytest.raises(InvalidValue, match=f"The {name} cannot change"):
            changes.made((), Change(1, "training", dataclasses.replace(RATED, **{name: value})), **begun)


def test_a_plan_holds_until_something_else_is_changed() -> None:
    plan = (Change(3, "learning_rate", 0.5), Change(9, "learning_rate", 0.1))
    assert changes.remaining(plan, ()) == plan
    assert changes.remaining(plan, plan[:1]) == plan[1:]
    assert changes.remaining(plan, plan) == ()
    assert changes.remaining(plan, (Change(3, "learning_rate", 0.4),)) == ()
    assert changes.remaining(plan, (*plan, plan[-1])) == ()


# By hand


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("learning_rate", 1, 1.0),
        ("speed", None, None),
        ("speed", 20, 20.0),
        ("weight", ["a", "bias", 0, 1], ("a", "bias", 0, 1.0)),
        ("network", {"input_shape": [2]}, Network((2,))),
        ("training", {"epochs": 3}, Training(epochs=3)),
    ],
    ids=str,
)
def test_what_is_set_by_hand_has_its_value(name: str, value: object, found: object) -> None:
    assert changes.setting(name, value) == found


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("learning_rate", 0, "from 1e-10 to 1000"),
        ("learning_rate", None, "out of range"),
        ("learning_rate", True, "out of range"),
        ("speed", 0.01, "from 0.1 to 1e"),
        ("epochs", 3, "cannot be set while a run goes on"),
        (["weight"], 3, "cannot be set while a run goes on"),
    ],
    ids=str,
)
def test_what_cannot_be_set_by_hand_is_refused(name: object, value: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        changes.setting(name, value)
