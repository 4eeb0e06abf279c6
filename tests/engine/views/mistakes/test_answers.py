"""The views that score a run, asked as the browser asks them, on untrained nets that err a lot."""

from __future__ import annotations

import io
import sys
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn import metrics
from sklearn.datasets import load_iris

from playground import data
from playground.engine.inspection.measures import MEASURES
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights, arrays_of
from playground.engine.model import build
from playground.engine.views import VIEWS
from playground.engine.views.mistakes.predictions import of
from playground.values import wire
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

VIEW_FILES = "playground.engine.views.mistakes."


def subject_of(name: str, shape: tuple[int, ...], classes: int) -> Subject:
    keras.utils.set_random_seed(5)
    layers = (Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=classes, activation="softmax"), "dense"))
    experiment = Experiment(DataChoice(name), (Network(shape, layers),), Training())
    model = build.build(experiment.network, experiment.training)
    return Subject("r", experiment, Path("nowhere"), model, arrays_of(experiment.data), Weights("last", 1, 1), "first")


@pytest.fixture(scope="module")
def digits() -> Subject:
    return subject_of("digits", (8, 8, 1), 10)


@pytest.fixture(scope="module")
def iris() -> Subject:
    return subject_of("iris", (4,), 3)


@pytest.fixture(scope="module")
def probabilities(digits) -> np.ndarray:
    """By plain Keras."""
    return np.asarray(digits.model(digits.arrays.test[0].astype("float32") / 255, training=False))


def look(subject: Subject, view: str, **args: Any) -> dict[str, Any]:
    pieces: Iterator[None] = VIEWS[view].answer(subject, Question(args))
    try:
        while True:
            next(pieces)
    except StopIteration as end:
        wire.pack(end.value)  # every answer must travel
        return end.value


def test_answers_name_each_example_and_what_the_network_says(digits, probabilities):
    found = look(digits, "answers", split="test", detail=True)
    truth = digits.arrays.test[1]
    np.testing.assert_array_equal(found["truth"], truth)
    np.testing.assert_array_equal(found["labels"], probabilities.argmax(1))
    np.testing.assert_allclose(found["probabilities"], probabilities, atol=1e-5)
    np.testing.assert_allclose(found["loss"], -np.log(probabilities[np.arange(len(truth)), truth]), rtol=1e-3)
    assert f"{found['pool']}/{found['places'][7]}" == data.example(digits.arrays, "test", 7)
    assert "probabilities" not in look(digits, "answers")


def test_of_many_classes_the_five_most_probable_are_told(digits, monkeypatch, probabilities):
    monkeypatch.setattr(sys.modules[VIEW_FILES + "answers"], "ALL_CLASSES", 9)
    found = look(digits, "answers", detail=True)
    np.testing.assert_array_equal(found["top"][:, 0], probabilities.argmax(1))
    np.testing.assert_allclose(found["probabilities"], -np.sort(-probabilities, axis=1)[:, :5], atol=1e-5)


def test_calibration_is_that_of_the_whole_part(digits, probabilities):
    found = look(digits, "calibration", split="test", bins=5)
    truth = digits.arrays.test[1]
    assert found["accuracy"] == pytest.approx(np.mean(probabilities.argmax(1) == truth))
    assert found["confidence"] == pytest.approx(probabilities.max(1).mean(), abs=1e-5)
    assert found["brier"] == pytest.approx(((probabilities - np.eye(10)[truth]) ** 2).sum(1).mean(), abs=1e-5)
    assert found["log_loss"] == pytest.approx(metrics.log_loss(truth, probabilities, labels=range(10)), rel=1e-3)
    assert found["counts"].sum() == len(truth)


def test_a_threshold_tells_one_class_from_the_rest(digits, probabilities):
    found = look(digits, "threshold", positive=3)
    assert found["name"] == "3"
    assert found["roc"]["auc"] == pytest.approx(metrics.roc_auc_score(digits.arrays.test[1] == 3, probabilities[:, 3]), abs=1e-4)


def test_a_class_without_examples_is_told_plainly(digits, monkeypatch):
    broken = of(np.full((6, 10), 0.1, np.float32), np.zeros(6, np.int32))
    monkeypatch.setitem(digits.memory, (digits.stamp, ("predicted", "validation")), broken)
    for positive, words in ((4, "no examples of 4"), (0, "only examples of 0")):
        with pytest.raises(Conflict, match=words):
            look(digits, "threshold", split="validation", positive=positive)
    told = look(digits, "groups", split="validation", by="class")
    assert [group["name"] for group in told["groups"]] == ["0"]
    assert told["gap"] is None


def test_groups_by_class_are_the_recalls(digits, probabilities):
    found = look(digits, "groups", by="class")
    recalls = metrics.recall_score(digits.arrays.test[1], probabilities.argmax(1), average=None, zero_division=0)
    np.testing.assert_allclose([group["share"] for group in found["groups"]], recalls)


@pytest.mark.parametrize("by", [name for name, measure in MEASURES.items() if not measure.is_colour])
def test_groups_by_a_property_hold_each_example_once(digits, by):
    found = look(digits, "groups", by=by, groups=3)
    assert sorted(np.concatenate(found["positions"])) == list(range(len(digits.arrays.test[1])))
    values = MEASURES[by].of(digits.arrays.test[0])
    for group, positions in zip(found["groups"], found["positions"], strict=True):
        assert (values[positions].min(), values[positions].max()) == pytest.approx((group["low"], group["high"]))


def test_a_property_is_measured_in_pieces(digits, monkeypatch):
    whole = look(digits, "groups", by="contrast")
    monkeypatch.setattr(sys.modules[VIEW_FILES + "groups"], "PIECE", 64 * 7)
    monkeypatch.setattr(sys.modules[VIEW_FILES + "groups"], "_measured", OrderedDict())
    assert look(digits, "groups", by="contrast")["groups"] == whole["groups"]


def test_a_property_is_measured_once_whatever_the_weights(digits, monkeypatch):
    look(digits, "groups", by="brightness")
    monkeypatch.setattr(sys.modules[VIEW_FILES + "groups"], "PIECE", None)
    look(digits, "groups", by="brightness", groups=6)


def test_groups_by_a_column_speak_in_its_own_units(iris):
    found = look(iris, "groups", by="column:2", groups=2)
    column = load_iris().data[:, 2][iris.arrays.ids["test"][1]]
    assert found["groups"][0]["low"] == pytest.approx(column.min())
    assert found["groups"][-1]["high"] == pytest.approx(column.max())
    assert [option["title"] for option in found["options"]][2:4] == ["sepal width (cm)", "petal length (cm)"]


def test_what_does_not_fit_the_data_is_not_offered(digits, iris):
    offered = [option["by"] for option in look(digits, "groups")["options"]]
    assert "brightness" in offered
    assert "hue" not in offered
    for subject, by in ((digits, "hue"), (digits, "column:0"), (iris, "brightness"), (iris, "column:4")):
        with pytest.raises(InvalidValue, match="cannot be grouped"):
            look(subject, "groups", by=by)


def test_own_tags_make_groups(digits):
    name = data.example(digits.arrays, "test", 5)
    found = look(digits, "groups", by="tags", sets={"odd": [name]})
    assert [(group["name"], group["n"]) for group in found["groups"]] == [("odd", 1), ("no tag", len(digits.arrays.test[1]) - 1)]
    assert found["positions"][0].tolist() == [5]


def test_a_sheet_is_a_picture_of_the_gallery(digits):
    found = look(digits, "sheet", split="test", only="wrong", true=3)
    image = Image.open(io.BytesIO(found["png"].tobytes()))
    assert image.format == "PNG"
    assert image.width > 1000
    gallery = look(digits, "gallery", split="test", only="wrong", true=3)
    assert found["count"] == found["total"] == gallery["total"]
    whole = look(digits, "sheet", split="train", only="all")
    assert whole["count"] == 200 < whole["total"]


def test_a_sheet_of_nothing_or_of_a_table_is_refused(digits, iris):
    with pytest.raises(Conflict, match="No example fits"):
        look(digits, "sheet", positions=[])
    with pytest.raises(Conflict, match="table"):
        look(iris, "sheet")


@pytest.mark.parametrize(
    ("view", "args"),
    [
        ("calibration", {"bins": 4}),
        ("calibration", {"split": "testing"}),
        ("threshold", {"positive": 10}),
        ("groups", {"by": "luck"}),
        ("groups", {"groups": 7}),
        ("groups", {"by": "tags", "sets": []}),
        ("answers", {"detail": 1}),
    ],
)
def test_bad_questions_are_refused(digits, view, args):
    with pytest.raises(InvalidValue):
        look(digits, view, **args)
