"""Each form of labels and outputs gives the numbers of plain numpy, and of the script a person would run."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from playground import data
from playground.engine import tasks
from playground.engine.compiled.chunk import Position
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.describe import describe
from playground.engine.views import VIEWS
from playground.network.labels import labels_for
from playground.values.errors import Conflict
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part


def two_classes(activation: str, loss: str, **args: object) -> Experiment:
    """On points of two classes, told apart by one output."""
    layers = (
        Layer(part("layers.Dense", units=4, activation="tanh"), "hidden"),
        Layer(part("layers.Dense", units=1, activation=activation), "output"),
    )
    training = Training(part("optimizers.SGD", learning_rate=0.1), part(f"losses.{loss}", **args), batch_size=10, epochs=2)
    return Experiment(DataChoice("circles", test=0.3), (Network((2,), layers),), training)


IDS = {name: ("train", np.arange(40, dtype=np.int32)) for name in ("train", "validation", "test")}


def arrays() -> data.Arrays:
    """60 points of two classes, 40 to train."""
    rng = np.random.default_rng(0)
    y = np.arange(60, dtype=np.int32) % 2
    x = rng.normal(size=(60, 2)).astype(np.float32) + 2 * y[:, None]
    return data.Arrays((x[:40], y[:40]), (x[40:], y[40:]), (x[40:], y[40:]), ("a", "b"), IDS)


def losses(output: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Of each example, by the textbook. y: 0 or 1."""
    signed = 2.0 * y - 1
    return {
        "BinaryCrossentropy": -np.log(np.where(y == 1, output, 1 - output)),
        "Hinge": np.maximum(0, 1 - signed * output),
        "MeanSquaredError": (signed - output) ** 2,
    }


@pytest.mark.parametrize(
    ("activation", "loss", "form", "threshold"),
    [
        ("sigmoid", "BinaryCrossentropy", "zero_one", 0.5),
        ("tanh", "MeanSquaredError", "minus_plus", 0.0),
        ("tanh", "Hinge", "zero_one", 0.0),
    ],
)
def test_one_output_tells_two_classes_apart(activation: str, loss: str, form: str, threshold: float) -> None:
    experiment = two_classes(activation, loss)
    labels = labels_for(experiment)
    assert (labels.encoding, labels.threshold) == (form, threshold)
    task = tasks.prepare(experiment, arrays())
    x, y = arrays().train
    batch = data.order(40, seed=0, epoch=0)[:10]
    before = task.model(x[batch], training=False).numpy()[:, 0]
    chunk = task.trainer.train(Position(0, 0), 1)
    row = dict(zip(task.trainer.names, chunk.rows[0], strict=True))
    assert row["loss"] == pytest.approx(losses(before, y[batch])[loss].mean(), rel=1e-4)
    assert row["accuracy"] == pytest.approx(np.mean((before > threshold) == y[batch]))
    x, y = arrays().test
    output = task.model(x, training=False).numpy()[:, 0]
    score = [score for score in task.score("test") if score][-1]
    assert score.loss == pytest.approx(losses(output, y)[loss].mean(), rel=1e-4)
    assert score.metric == pytest.approx(np.mean((output > threshold) == y))
    assert score.confusion.sum() == len(y)


def test_a_regressor_measures_how_far_it_is_off() -> None:
    sort = two_classes("linear", "MeanSquaredError")
    experiment = sort.having(task="regressor")
    assert labels_for(experiment).encoding == "value"
    found = arrays()
    targets = {
        name: (x, x[:, 0] * 0.3 - 0.1) for name, (x, _) in (("train", found.train), ("validation", found.validation), ("test", found.test))
    }
    task = tasks.prepare(experiment, data.Arrays(**targets, classes=()))
    task.trainer.pace.steps = 800
    assert len(task.trainer.train(Position(0, 0), 800).scores) == 200
    x, y = targets["test"]
    output = task.model(x, training=False).numpy()[:, 0]
    score = [score for score in task.score("test") if score][-1]
    assert score.confusion is None
    assert score.loss == pytest.approx(np.mean((output - y) ** 2), rel=1e-4)
    assert score.metric == pytest.approx(np.mean(np.abs(output - y)), rel=1e-4)
    assert score.metric < 0.1


def subject(experiment: Experiment, found: data.Arrays) -> Subject:
    model = tasks.TASKS[experiment.task].compiled(experiment)["network"]
    return Subject("run", experiment, Path("/nowhere"), model, found, Weights("last", 1, 1), stamp=1)


def worked_out(answer: Any) -> Mapping[str, Any]:
    """What a view says, also one that works in pieces."""
    if not inspect.isgenerator(answer):
        return answer
    while True:
        try:
            next(answer)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize(
    ("activation", "loss", "args", "second"),
    [
        ("sigmoid", "BinaryCrossentropy", {}, lambda output: output),
        ("linear", "BinaryCrossentropy", {"from_logits": True}, lambda output: 1 / (1 + np.exp(-output))),
        ("tanh", "MeanSquaredError", {}, lambda output: (1 + output) / 2),
    ],
)
def test_views_read_two_classes_off_one_output(activation: str, loss: str, args: dict, second: Callable) -> None:
    found = arrays()
    of = subject(two_classes(activation, loss, **args), found)
    output = of.model(found.test[0], training=False).numpy()[:, 0]
    probabilities = of.probabilities(found.test[0])
    np.testing.assert_allclose(probabilities[:, 1], second(output), rtol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    matrix = worked_out(VIEWS["matrix"].answer(of, Question({"split": "test"})))["counts"]
    np.testing.assert_array_equal(matrix, confusion_matrix(found.test[1], probabilities.argmax(axis=1)))
    for wanted, sign in ((0, -1), (1, 1)):
        answer = VIEWS["steps"].answer(of, Question({"picture": "test:0", "class": wanted}))
        slope = answer["stages"][-1]["gradient"]["maps"].ravel()[0]
        at = probabilities[0, wanted]
        expected = sign / at if activation == "sigmoid" else sign  # of ln p, or of the output itself
        assert slope == pytest.approx(expected, rel=1e-3)


def test_views_of_a_run_that_predicts_a_number_show_what_they_can_and_refuse_the_rest() -> None:
    found = arrays()
    parts = {name: (x, x[:, 0]) for name, (x, _) in (("train", found.train), ("validation", found.validation), ("test", found.test))}
    of = subject(two_classes("linear", "MeanSquaredError").having(task="regressor"), data.Arrays(**parts, classes=(), ids=IDS))
    answer = VIEWS["steps"].answer(of, Question({"picture": "test:0"}))
    assert answer["target"] == "the predicted number"
    assert answer["stages"][-1]["gradient"]["maps"].ravel()[0] == 1
    for view in ("matrix", "gallery", "why"):
        with pytest.raises(Conflict, match="predicts a number"):
            worked_out(VIEWS[view].answer(of, Question({"picture": "test:0", "split": "test", "method": "saliency"})))


@pytest.mark.parametrize("task", tasks.TASKS.values(), ids=tasks.TASKS)
def test_a_task_offers_all_that_the_engine_asks_of_one(task: type[tasks.Task]) -> None:
    experiment = two_classes("tanh", "MeanSquaredError").having(task="classifier" if task is tasks.TASKS["classifier"] else "regressor")
    ready = task(experiment, arrays())
    asked = {*inspect.get_annotations(tasks.Task), *(name for name in vars(tasks.Task) if name[0] != "_")}
    missing = [name for name in asked if not hasattr(ready, name)]
    assert {"models", "trainer", "score", "take_over"} <= asked and not missing
    assert ready.model is next(iter(ready.models.values()))


def test_a_network_set_to_the_wrong_task_is_told_with_a_fix() -> None:
    iris = Experiment(DataChoice("iris"), (Network((4,), (Layer(part("layers.Dense", units=1), "out"),)),), Training(), task="regressor")
    problem = describe(iris).problems[0]
    assert "classes to be predicted" in problem.what
    assert problem.fixed["networks"][0]["layers"][0]["part"]["args"]["units"] == 3
    assert problem.fixed.get("task") is None


def test_one_output_does_not_tell_three_classes_apart() -> None:
    one = Experiment(DataChoice("iris"), (Network((4,), (Layer(part("layers.Dense", units=1), "out"),)),))
    assert "3 classes" in describe(one).problems[0].what


def test_a_loss_that_wants_an_output_for_each_class_is_replaced() -> None:
    one = two_classes("sigmoid", "BinaryCrossentropy")
    wrong = one.having(training=dataclasses.replace(one.training, loss=part("losses.SparseCategoricalCrossentropy")))
    problem = next(problem for problem in describe(wrong).problems if "does not suit" in problem.what)
    assert problem.fixed["training"]["loss"] == {"kind": "losses.BinaryCrossentropy"}
