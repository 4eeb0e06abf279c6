"""What is found about made-up trainings, one test for each rule, and that nothing is found about healthy ones."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from playground.diagnosis import Finding, diagnose
from playground.plane.sketch import FIRST, Block
from playground.values import command, events
from playground.values.metric import METRICS
from playground.values.run import Run, fold
from playground.values.spec import DataChoice, part

STEPS = 10  # of an epoch
REGRESSION = dataclasses.replace(FIRST, data=DataChoice("ramp"), output="linear").experiment()
CLASSES = ("a", "b")


def trained(
    values: dict[str, Any],
    *,
    first: dict[str, float] | None = None,
    task: str = "classifier",
    held: str = "test",
    epochs: int = 0,
    **more: Any,
) -> Run:
    """A run whose epochs had these values, columns of one length; first: those of the first batches, else the first epoch's."""
    columns = {name: np.asarray(column, np.float32) for name, column in values.items()}
    count = max(map(len, columns.values()))
    experiment = REGRESSION if task == "regressor" else more.pop("experiment", FIRST.experiment())
    classes = () if task == "regressor" else CLASSES
    examples = {"train": 100, held: 200}
    began = events.Started(0, 0, 1_000, STEPS, examples, classes, 30, "CPU", 10, 0.03, metrics=METRICS[task])
    begin = first or {name: float(column[0]) for name, column in columns.items() if not name.startswith("val_")}
    story: list[events.Event] = [began]
    story.append(events.BatchPoints(np.arange(1, 11, dtype=np.int32), {n: np.full(10, v, np.float32) for n, v in begin.items()}))
    for i in range(count):
        story.append(events.EpochPoint(i + 1, (i + 1) * STEPS, {name: float(column[i]) for name, column in columns.items()}))
    story.append(events.Progress(count, count * STEPS, 1.0, None, 1.0, 1.0, 0.03))
    return told(Run("id", "me", experiment), *story).having(**more)


def told(run: Run, *story: events.Event) -> Run:
    for event in story:
        run = fold(run, event)
    return run


def healthy(count: int = 60, task: str = "classifier") -> Run:
    fall = np.exp(-np.arange(count) / 12)
    if task == "regressor":
        return trained({"loss": fall, "val_loss": fall + 0.02, "mae": 0.8 * fall, "val_mae": 0.8 * fall + 0.02}, task=task)
    return trained(
        {"loss": 0.7 * fall + 0.05, "val_loss": 0.7 * fall + 0.1, "accuracy": 1 - 0.5 * fall, "val_accuracy": 0.98 - 0.5 * fall},
        first={"loss": 0.75, "accuracy": 0.5},
    )


def picture(*, lows: list[float], highs: list[float], activation: str = "relu", finite: bool = True, step: int = 600) -> events.Picture:
    layers = [
        {"name": "h", "units": 2, "first": 0, "activation": activation},
        {"name": "output", "units": 1, "first": 2, "activation": "sigmoid"},
    ]
    arrays = {"lows": np.float32(lows), "highs": np.float32(highs)}
    return events.Picture("plane", step // STEPS, step, arrays, {"layers": layers, "finite": finite})


def about(run: Run) -> Finding:
    found = diagnose(run)
    assert found is not None
    assert found.title and found.text.endswith((".", "?"))
    return found


@pytest.mark.parametrize("task", METRICS)
def test_nothing_is_found_about_a_healthy_run(task: str) -> None:
    for count in (0, 1, 5, 12, 29, 30, 60):
        run = healthy(max(count, 1), task)
        assert diagnose(run if count else Run("id", "me", run.experiment)) is None
    seen = fold(healthy(60, task), picture(lows=[-1, 0, 0], highs=[1, 2, 1]))
    assert diagnose(seen) is None
    assert diagnose(fold(seen, events.Done(False, {}))) is None


def test_nothing_is_said_of_a_failure_which_says_all_itself() -> None:
    run = trained({"loss": [0.7, 3.0], "val_loss": [0.7, 3.0]})
    assert diagnose(run) is not None
    assert diagnose(fold(run, events.Failed({"what": "The loss became NaN."}))) is None


# Dead neurons


def test_neurons_that_are_the_same_everywhere_are_counted_and_dead_ones_are_explained() -> None:
    found = about(fold(healthy(), picture(lows=[0, -1, 0], highs=[0, 1, 0])))
    assert found.title == "1 of 2 hidden neurons is the same everywhere"  # the output's is none of them
    assert "no gradient flows" in found.text
    assert about(fold(healthy(), picture(lows=[0, 0, 0], highs=[0, 0, 0]))).title == "2 of 2 hidden neurons are the same everywhere"


@pytest.mark.parametrize(
    "constant", [{"lows": [2, -1, 0], "highs": [2, 1, 0]}, {"lows": [0, -1, 0], "highs": [0, 1, 0], "activation": "tanh"}]
)
def test_a_neuron_that_is_constant_but_not_dead_is_not_called_so(constant: dict[str, Any]) -> None:
    found = about(fold(healthy(), picture(**constant)))
    assert "only a constant" in found.text and "ReLU" not in found.text


def test_a_picture_that_shows_another_moment_or_no_numbers_says_nothing() -> None:
    flat = {"lows": [0, -1, 0], "highs": [0, 1, 0]}
    assert diagnose(fold(healthy(), picture(**flat, finite=False))) is None
    assert diagnose(fold(healthy(), picture(**flat, step=100))) is None
    edited = events.Changed("network", {"input_shape": [2]}, 600)
    assert diagnose(told(healthy(), picture(**flat), edited)) is None


# A loss that goes wrong


def test_a_loss_that_is_larger_than_at_the_beginning() -> None:
    run = trained({"loss": [0.7, 1.2, 1.9], "val_loss": [0.7, 1.2, 1.9]})
    found = about(run)
    assert found.title == "The loss is larger than at the beginning"
    assert found.text.startswith("1.9000 now, 0.7000 at the beginning") and "(0.03 now)" in found.text
    assert found.fix and found.fix.label == "Set the learning rate to 0.01"
    assert command.from_json(found.fix.command).value == pytest.approx(0.01)
    assert diagnose(trained({"loss": [0.1, 0.3], "val_loss": [0.1, 0.3]})) is None  # luck with the first batches


def test_a_loss_that_leaps_with_the_first_steps_has_risen_too() -> None:
    began = events.BatchPoints(np.arange(1, 11, dtype=np.int32), {"loss": np.float32([0.7, *[5.0] * 9])})
    run = trained({"loss": [5.0], "val_loss": [5.0]})
    leapt = run.having(batches=told(run.having(batches=Run("id", "me", run.experiment).batches), began).batches)
    assert "5.0000 now, 0.7000 at the beginning" in about(leapt).text


def test_a_loss_is_compared_with_the_last_change() -> None:
    run = told(trained({"loss": [0.1, 0.1, 0.1], "val_loss": [0.1, 0.1, 0.1]}), events.Changed("learning_rate", 0.5, 30))
    after = told(
        run,
        events.BatchPoints(np.arange(31, 41, dtype=np.int32), {"loss": np.full(10, 0.8, np.float32)}),
        events.EpochPoint(4, 40, {"loss": 2.0, "val_loss": 2.0}),
    )
    assert about(after).title == "The loss is larger than after step 30"


def test_no_rate_is_offered_where_a_schedule_sets_it_or_the_run_has_ended() -> None:
    run = trained({"loss": [0.7, 1.2, 1.9], "val_loss": [0.7, 1.2, 1.9]})
    assert about(fold(run, events.Done(True, {}))).fix is None
    rate = part("optimizers.schedules.CosineDecay", initial_learning_rate=0.1, decay_steps=10)
    training = dataclasses.replace(run.experiment.training, optimizer=part("optimizers.SGD", learning_rate=rate))
    assert about(run.having(experiment=run.experiment.having(training=training))).fix is None


@pytest.mark.parametrize("task", METRICS)
def test_a_loss_that_jumps(task: str) -> None:
    losses = [1.0, 0.3, 0.6] * 5
    found = about(trained({"loss": losses, "val_loss": losses}, task=task))
    assert found.title == "The loss jumps up and down"
    assert found.text.startswith("From 0.3000 to 1.0000 within 11 epochs") and found.fix
    small = [value / 100 for value in losses]
    assert diagnose(trained({"loss": small, "val_loss": small}, first={"loss": 1.0}, task=task)) is None


def test_a_change_by_hand_is_no_jump() -> None:
    losses = [1.0, 0.3, 0.6] * 5
    assert diagnose(fold(trained({"loss": losses, "val_loss": losses}), events.Changed("learning_rate", 0.01, 145))) is None


# Overfitting


def test_overfitting_is_told_by_the_loss() -> None:
    run = trained({"loss": [0.7, 0.1, 0.1], "val_loss": [0.5, 0.6, 0.6]})
    found = about(run)
    assert found.title == "Overfitting"
    assert "Loss is 0.1000 on the training examples and 0.6000 on the test examples." in found.text
    assert found.text.endswith("The lowest test loss was in epoch 1.")
    assert "validation examples" in about(trained({"loss": [0.7, 0.1, 0.1], "val_loss": [0.7, 0.6, 0.6]}, held="validation")).text


def test_overfitting_is_told_by_the_share_unless_that_may_be_chance() -> None:
    scores = {"loss": [0.7, 0.4, 0.4], "val_loss": [0.7, 0.5, 0.5], "accuracy": [0.5, 0.95, 0.95], "val_accuracy": [0.5, 0.75, 0.75]}
    assert "Accuracy is 95.0 % on the training examples and 75.0 %" in about(trained(scores)).text
    run = trained(scores)
    few = dataclasses.replace(run.started, examples={"train": 30, "test": 10})  # type: ignore[type-var]
    assert diagnose(run.having(started=few)) is None


def test_overfitting_of_a_regression_is_told_by_its_own_metric() -> None:
    found = about(
        trained(
            {"loss": [1.0, 0.1, 0.1], "val_loss": [1.0, 0.1, 0.1], "mae": [0.8, 0.1, 0.1], "val_mae": [0.8, 0.4, 0.4]}, task="regressor"
        )
    )
    assert "Mean absolute error is 0.1000 on the training examples and 0.4000 on the test examples." in found.text
    assert diagnose(trained({"loss": [1.0, 0.1, 0.1], "mae": [0.8, 0.01, 0.01], "val_mae": [0.8, 0.05, 0.05]}, task="regressor")) is None


def test_a_difference_that_comes_and_goes_is_no_overfitting() -> None:
    assert diagnose(trained({"loss": [0.7, 0.1], "val_loss": [0.5, 0.6]})) is None  # too early to tell
    steady = {"loss": [0.7, *[0.4] * 9, 0.1], "val_loss": [0.5, *[0.4] * 9, 0.5]}
    assert diagnose(trained(steady)) is None


# Nothing learned


def flat(value: float, count: int = 40) -> list[float]:
    return [value] * count


def test_a_network_that_gets_no_better_is_told_what_may_help() -> None:
    scores = {"loss": flat(0.69), "val_loss": flat(0.69), "accuracy": flat(0.52), "val_accuracy": flat(0.5)}
    linear = dataclasses.replace(FIRST, blocks=()).experiment()
    found = about(trained(scores, experiment=linear))
    assert found.title == "Accuracy is only 52.0 %" and "one linear layer" in found.text
    few = dataclasses.replace(FIRST, blocks=(Block("a", 3, "tanh"),)).experiment()
    assert about(trained(scores, experiment=few)).text.startswith("3 hidden neurons")
    many = dataclasses.replace(FIRST, blocks=(Block("a", 8, "tanh"),)).experiment()
    assert "another learning rate" in about(trained(scores, experiment=many)).text


def test_patience_and_progress_are_no_standstill() -> None:
    short = {"loss": flat(0.69, 29), "val_loss": flat(0.69, 29), "accuracy": flat(0.52, 29), "val_accuracy": flat(0.5, 29)}
    assert diagnose(trained(short)) is None
    rising = [0.5 + 0.005 * i for i in range(40)]
    assert diagnose(trained({"loss": flat(0.69), "val_loss": flat(0.69), "accuracy": rising, "val_accuracy": rising})) is None


def test_a_regression_is_stuck_where_its_error_is_that_of_an_untrained_network() -> None:
    scores = {"loss": flat(0.5), "val_loss": flat(0.5), "mae": flat(0.6), "val_mae": flat(0.6)}
    assert about(trained(scores, first={"loss": 0.6, "mae": 0.65}, task="regressor")).title == "Mean absolute error is still 0.6000"
    assert diagnose(trained(scores, first={"loss": 2.0, "mae": 1.5}, task="regressor")) is None
