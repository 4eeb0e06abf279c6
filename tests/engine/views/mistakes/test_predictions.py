"""The views that say where a network is right and wrong, against scikit-learn and numpy, on an untrained net that errs a lot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights, arrays_of
from playground.engine.model import build
from playground.engine.views import VIEWS
from playground.engine.views.mistakes import predictions
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part


def subject_of(layers: tuple[Layer, ...], *, logits: bool, name: str = "digits", shape: tuple[int, ...] = (8, 8, 1)) -> Subject:
    keras.utils.set_random_seed(5)
    loss = part("losses.SparseCategoricalCrossentropy", from_logits=True) if logits else part("losses.SparseCategoricalCrossentropy")
    experiment = Experiment(DataChoice(name), (Network(shape, layers),), Training(part("optimizers.Adam"), loss))
    model = build.build(experiment.network, experiment.training)
    return Subject("r", experiment, Path("nowhere"), model, arrays_of(experiment.data), Weights("last", 1, 1), "first")


@pytest.fixture(scope="module")
def subject() -> Subject:
    flat, dense = Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=10), "dense")
    return subject_of((flat, dense), logits=True)


@pytest.fixture(scope="module")
def truth(subject: Subject) -> np.ndarray:
    return subject.arrays.test[1]


@pytest.fixture(scope="module")
def probabilities(subject: Subject) -> np.ndarray:
    """By plain Keras."""
    x = subject.arrays.test[0].astype("float32") / 255
    return keras.activations.softmax(subject.model(x, training=False)).numpy()


def drained(pieces: Iterator[None]) -> Any:
    try:
        while True:
            next(pieces)
    except StopIteration as end:
        return end.value


def look(subject: Subject, view: str, **args: Any) -> dict[str, Any]:
    return drained(VIEWS[view].answer(subject, Question(args)))


def test_predictions_are_plain_keras_own(subject: Subject, truth: np.ndarray, probabilities: np.ndarray) -> None:
    found = drained(predictions.predicted(subject, "test"))
    np.testing.assert_allclose(found.probabilities, probabilities, atol=1e-6)
    ordered = np.sort(probabilities, axis=1)
    np.testing.assert_allclose(found.confidence, ordered[:, -1], atol=1e-6)
    np.testing.assert_allclose(found.margin, ordered[:, -1] - ordered[:, -2], atol=1e-6)
    assert np.mean(found.loss) == pytest.approx(log_loss(truth, probabilities, labels=range(10)), rel=1e-5)
    assert drained(predictions.predicted(subject, "test")) is found


def test_the_matrix_and_its_table_are_those_of_scikit_learn(subject: Subject, truth: np.ndarray, probabilities: np.ndarray) -> None:
    found, labels = look(subject, "matrix", split="test"), probabilities.argmax(1)
    np.testing.assert_array_equal(found["counts"], confusion_matrix(truth, labels, labels=range(10)))
    expected = precision_recall_fscore_support(truth, labels, labels=range(10), zero_division=0)
    for name, column in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        np.testing.assert_allclose(found[name], column, atol=1e-6)
    assert found["accuracy"] == pytest.approx(np.mean(truth == labels))
    assert found["scores_are"] == "logits"


def test_the_gallery_begins_with_the_mistake_of_most_confidence(subject: Subject, truth: np.ndarray, probabilities: np.ndarray) -> None:
    page = look(subject, "gallery", split="test", size=7)
    wrong = np.flatnonzero(probabilities.argmax(1) != truth)
    expected = wrong[np.argsort(-probabilities.max(1)[wrong], kind="stable")]
    np.testing.assert_array_equal(page["list"], expected)
    np.testing.assert_array_equal(page["positions"], expected[:7])
    np.testing.assert_array_equal(page["pictures"], subject.arrays.test[0][expected[:7]])
    np.testing.assert_array_equal(page["top_labels"], np.argsort(-probabilities[expected[:7]], axis=1)[:, :3])
    assert page["examples"][0] == data.example(subject.arrays, "test", int(expected[0]))
    assert page["counts"] == {"wrong": len(wrong), "right": len(truth) - len(wrong), "all": len(truth)}


@pytest.mark.parametrize("sort", ["confidence", "loss", "margin", "position"])
@pytest.mark.parametrize("order", ["falling", "rising"])
def test_pages_together_hold_everything_once_in_order(subject: Subject, sort: str, order: str) -> None:
    pages = [look(subject, "gallery", only="all", sort=sort, order=order, size=50, page=n) for n in range(100)]
    pages = pages[: pages[0]["pages"]]
    positions = np.concatenate([page["positions"] for page in pages])
    assert sorted(positions) == list(range(len(subject.arrays.test[1])))
    values = positions if sort == "position" else np.concatenate([page[sort] for page in pages])
    steps = np.diff(values.astype(float))
    assert (steps <= 0).all() if order == "falling" else (steps >= 0).all()


def test_a_cell_of_the_matrix_holds_as_many_pictures_as_it_says(subject: Subject) -> None:
    counts = look(subject, "matrix")["counts"]
    row, column = np.unravel_index((counts * (1 - np.eye(10, dtype=int))).argmax(), counts.shape)
    page = look(subject, "gallery", true=int(row), predicted=int(column))
    assert page["total"] == counts[row, column]
    assert set(page["truth"]) == {row} and set(page["labels"]) == {column}
    assert look(subject, "gallery", true=int(row), only="all")["total"] == counts[row].sum()
    assert look(subject, "gallery", true=int(row), predicted=int(row))["total"] == 0  # the diagonal holds no mistakes


def test_the_gallery_shows_what_it_is_named(subject: Subject) -> None:
    page = look(subject, "gallery", only="all", positions=[5, 3, 9], sort="position")
    assert list(page["positions"]) == [3, 5, 9]
    named = look(subject, "gallery", only="all", ids=[*page["examples"], "test/3"], sort="position")
    assert named["examples"] == page["examples"]
    assert look(subject, "gallery", only="all", ids=[])["total"] == 0


@pytest.mark.parametrize(
    "args",
    [
        {"split": "tests"},
        {"only": "some"},
        {"sort": "luck"},
        {"true": 10},
        {"size": 121},
        {"positions": [-1]},
        {"ids": ["x"]},
        {"ids": "train/1"},
    ],
)
def test_wrong_questions_are_refused(subject: Subject, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        look(subject, "gallery", **args)


def test_pairs_are_counted_both_ways(subject: Subject, truth: np.ndarray, probabilities: np.ndarray) -> None:
    found, labels = look(subject, "pairs"), probabilities.argmax(1)
    counted = Counter((t, p) for t, p in zip(truth.tolist(), labels.tolist(), strict=True) if t != p)
    ordered = found["ordered"]
    assert {(t, p): n for t, p, n in zip(ordered["true"], ordered["predicted"], ordered["count"], strict=True)} == dict(
        counted.most_common(40)
    )
    assert (np.diff(ordered["count"]) <= 0).all()
    assert ordered["share"][0] == pytest.approx(ordered["count"][0] / np.sum(truth == ordered["true"][0]))
    both = Counter(tuple(sorted(pair)) for pair in counted.elements())
    first = {name: column[0] for name, column in found["unordered"].items()}
    assert first["count"] == both.most_common(1)[0][1] == first["there"] + first["back"]
    assert first["there"] == counted[first["first"], first["second"]]
    assert found["mistakes"] == counted.total()


def test_rows_of_a_table_come_as_they_are_stored() -> None:
    table = subject_of((Layer(part("layers.Dense", units=3, activation="softmax"), "dense"),), logits=False, name="iris", shape=(4,))
    page = look(table, "gallery", only="all", sort="position", size=3)
    np.testing.assert_array_equal(page["pictures"], load_iris().data[table.arrays.ids["test"][1][:3]].astype(np.float32))
    first = VIEWS["picture"].answer(table, Question({"picture": "test:0"}))
    np.testing.assert_array_equal(first["original"], page["pictures"][0])
    np.testing.assert_array_equal(first["input"], table.arrays.test[0][0])
    assert look(table, "matrix")["scores_are"] == "probabilities"


def test_a_network_without_numbers_is_refused() -> None:
    layers = (Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=10), "dense"))
    broken = subject_of(layers, logits=True)
    broken.model.layers[-1].bias.assign(np.full(10, np.nan, "float32"))
    with pytest.raises(Conflict, match="NaN"):
        look(broken, "matrix")


def test_a_class_without_examples_has_an_empty_row(subject: Subject) -> None:
    found = predictions.of(np.eye(3, dtype=np.float32)[[0, 1, 1]], np.array([0, 1, 0]))
    assert list(found.is_right) == [True, True, False]
    assert found.loss[2] == pytest.approx(16.118, abs=1e-3)
    one_class = predictions.of(np.ones((2, 1), np.float32), np.zeros(2, int))
    assert list(one_class.margin) == [1, 1]
