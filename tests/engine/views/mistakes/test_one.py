"""One example in depth: neighbours against scikit-learn, doubt about labels by hand, history over kept weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from playground.engine.checkpoints import keyframes
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights, arrays_of
from playground.engine.model import build
from playground.engine.views import VIEWS
from playground.engine.views.mistakes import neighbours, predictions
from playground.engine.views.mistakes.one import label_doubt
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

LAYERS = (
    Layer(part("layers.Conv2D", filters=4, kernel_size=(3, 3), activation="relu"), "conv2d"),
    Layer(part("layers.Flatten"), "flatten"),
    Layer(part("layers.Dense", units=12, activation="tanh"), "dense"),
    Layer(part("layers.Dropout", rate=0.5), "dropout"),
    Layer(part("layers.Dense", units=10, activation="softmax"), "answer"),
)


def subject_of(folder: Path, *layers: Layer) -> Subject:
    keras.utils.set_random_seed(5)
    network = Network((8, 8, 1), layers)
    experiment = Experiment(
        DataChoice("digits"), (network,), Training(part("optimizers.Adam"), part("losses.SparseCategoricalCrossentropy"))
    )
    model = build.build(network, experiment.training)
    return Subject("r", experiment, folder, model, arrays_of(experiment.data), Weights("last", 1, 1), "first")


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject_of(tmp_path_factory.mktemp("run"), *LAYERS)


def look(subject: Subject, view: str, **args: Any) -> dict[str, Any]:
    pieces: Iterator[None] = VIEWS[view].answer(subject, Question(args))
    try:
        while True:
            next(pieces)
    except StopIteration as end:
        return end.value


def test_an_example_is_told_with_all_its_numbers(subject: Subject) -> None:
    found = look(subject, "one", picture="test:12")
    expected = subject.model(subject.arrays.test[0][12:13].astype("float32") / 255).numpy()[0]
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-6)
    label = int(subject.arrays.test[1][12])
    assert (found["label"], found["predicted"]) == (label, expected.argmax())
    assert found["loss"] == pytest.approx(-np.log(expected[label]), rel=1e-4)
    assert found["margin"] == pytest.approx(np.sort(expected)[-1] - np.sort(expected)[-2], rel=1e-3)


@pytest.mark.parametrize("split", ["test", "train"])
def test_the_nearest_are_those_of_scikit_learn(subject: Subject, split: str) -> None:
    layer = keras.Model(subject.model.input, subject.model.get_layer("dropout").output)
    train = layer(subject.arrays.train[0].astype("float32") / 255).numpy()
    own = layer(getattr(subject.arrays, split)[0][7:8].astype("float32") / 255).numpy()
    scaler = StandardScaler().fit(train)
    distances, positions = NearestNeighbors(n_neighbors=9).fit(scaler.transform(train)).kneighbors(scaler.transform(own))
    first = 1 if split == "train" else 0  # an example is its own nearest, and is left out
    found = look(subject, "one", picture=f"{split}:7")["nearest"]
    np.testing.assert_array_equal(found["positions"], positions[0, first : first + 8])
    np.testing.assert_allclose(found["distances"], distances[0, first : first + 8], rtol=1e-3)
    np.testing.assert_array_equal(found["labels"], subject.arrays.train[1][found["positions"]])
    assert (found["layer"], found["features"], found["compared"]) == ("answer", 12, len(train))


def test_maps_before_the_last_kernel_are_averaged_over_places(tmp_path: Path) -> None:
    conv = Layer(part("layers.Conv2D", filters=4, kernel_size=(3, 3)), "conv2d")
    last = Layer(part("layers.Conv2D", filters=10, kernel_size=(1, 1)), "classes")
    pooled = Layer(part("layers.GlobalAveragePooling2D"), "pool")
    subject = subject_of(tmp_path, conv, last, pooled, Layer(part("layers.Softmax"), "softmax"))
    x = subject.arrays.train[0][:5]
    expected = (
        keras.Model(subject.model.input, subject.model.get_layer("conv2d").output)(x.astype("float32") / 255).numpy().mean(axis=(1, 2))
    )
    np.testing.assert_allclose(neighbours.features(subject, x), expected, atol=1e-5)
    assert neighbours.deciding(subject.model).name == "classes"


def test_large_parts_are_compared_with_evenly_chosen_examples(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MOST_VALUES", 12 * 50)
    subject.memory.clear()
    found = look(subject, "one", picture="test:1")["nearest"]
    assert found["compared"] == 50
    subject.memory.clear()


def whole() -> predictions.Predicted:
    """Two classes; the mean self-confidence of class 0 is 0.8, of class 1 0.6."""
    rows = np.array([[0.9, 0.1], [0.7, 0.3], [0.4, 0.6], [0.4, 0.6]], np.float32)
    return predictions.of(rows, np.array([0, 0, 1, 1]))


@pytest.mark.parametrize(
    ("label", "answer", "near", "is_doubted"),
    [
        (0, [0.3, 0.7], [1, 1, 1, 0], True),
        (0, [0.3, 0.7], [1, 1, 0, 0], False),  # only half of the neighbours agree
        (0, [0.45, 0.55], [1, 1, 1, 1], False),  # the other class is usually surer
        (1, [0.3, 0.7], [0, 0, 0, 0], False),  # the prediction is the label
    ],
)
def test_a_label_is_doubted_by_the_stated_rule(label: int, answer: list[float], near: list[int], is_doubted: bool) -> None:
    found = label_doubt(whole(), label=label, probabilities=np.array(answer, np.float32), neighbours=np.array(near))
    assert found["is_doubted"] is is_doubted
    assert found["label_threshold"] == pytest.approx([0.8, 0.6][label])


def test_history_has_the_answers_of_every_kept_epoch(subject: Subject, monkeypatch) -> None:
    keyframes.folder_of(subject.folder).mkdir()
    expected = []
    x = subject.arrays.test[0][3:4].astype("float32") / 255
    for epoch in (0, 2, 5):
        model = build.build(subject.experiment.network, subject.experiment.training)
        expected.append(model(x).numpy()[0])
        variables = {f"model/{i}": np.asarray(v) for i, v in enumerate(model.variables)}
        np.savez(keyframes.path_of(subject.folder, epoch), **{name: variables[name] for name in variables})
    found = look(subject, "history", picture="test:3")
    assert list(found["epochs"]) == [0, 2, 5]
    np.testing.assert_allclose(found["probabilities"], np.stack(expected), atol=1e-6)
    loaded = []
    monkeypatch.setattr(keyframes, "load", lambda folder, epoch, load=keyframes.load: loaded.append(epoch) or load(folder, epoch))
    again = look(subject, "history", picture="test:3")
    np.testing.assert_array_equal(again["probabilities"], found["probabilities"])
    np.savez(keyframes.path_of(subject.folder, 2), **variables)  # trained on from epoch 1, it comes out otherwise
    keyframes.path_of(subject.folder, 0).unlink()
    again = look(subject, "history", picture="test:3")
    assert loaded == [2]
    np.testing.assert_allclose(again["probabilities"], [expected[2], expected[2]], atol=1e-6)


def test_history_without_kept_weights_is_empty(tmp_path: Path) -> None:
    found = look(subject_of(tmp_path, *LAYERS), "history", picture="test:3")
    assert found["probabilities"].shape == (0, 10)


def test_an_example_that_is_not_there_is_refused(subject: Subject) -> None:
    for picture in ("test:100000", "elsewhere:1", "test"):
        with pytest.raises(InvalidValue):
            look(subject, "one", picture=picture)
