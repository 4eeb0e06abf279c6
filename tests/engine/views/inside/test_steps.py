"""Forward and backward through every layer, against sub-models and tapes written here anew."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.build import build
from playground.engine.views.inside.steps import reduced, steps
from playground.sharing.presets import FLATTEN, POOL, conv, dense, on
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice, Part, Training, part


def subject(*parts: Part, loss: Part | None = None) -> Subject:
    experiment = on("digits", (8, 8, 1), "Test", *parts, epochs=1, batch_size=32)
    experiment = experiment.having(training=Training(seed=3, loss=loss) if loss else Training(seed=3))
    model = build(experiment.network, experiment.training)
    rng = np.random.default_rng(1)
    model.set_weights([w + rng.normal(0, 0.2, w.shape) for w in model.get_weights()])
    return Subject("run", experiment, Path("/nowhere"), model, data.load(DataChoice("digits")), Weights("last", 1, 1), stamp=1)


@pytest.fixture(scope="module")
def convnet() -> Subject:
    return subject(conv(4), POOL, part("layers.BatchNormalization"), conv(6), FLATTEN, dense(10, "softmax"))


def ask(of: Subject, **args: object) -> dict:
    return steps(of, Question({"picture": "test:5", **args}))


def by_hand(of: Subject, picture: int, wanted: int | None) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, float]]:
    """Activations from sub-models; each gradient from a tape of its own over the layers behind; weights' norms from one over the whole.

    Keras's cross-entropy divides by the sum of the probabilities, which is 1 but has a slope.
    """
    x, y = of.arrays.test
    x = tf.constant(x[picture : picture + 1] / np.float32(255))
    label = int(y[picture])

    def target(p: tf.Tensor) -> tf.Tensor:
        return -tf.math.log(p[0, label] / tf.reduce_sum(p)) if wanted is None else tf.math.log(p[0, wanted])

    layers = of.model.layers[1:]
    values, slopes = {"input": x}, {}
    for layer in layers:
        values[layer.name] = keras.Model(of.model.inputs, layer.output)([x], training=False)
    names = ["input", *(layer.name for layer in layers)]
    for index, name in enumerate(names):
        start = h = values[name]
        with tf.GradientTape() as tape:
            tape.watch(start)
            for layer in layers[index:]:
                h = layer(h, training=False)
            end = target(h)
        slopes[name] = tape.gradient(end, start).numpy()
    with tf.GradientTape() as tape:
        end = target(of.model(x, training=False))
    trainable = {layer.name: layer.trainable_weights for layer in layers if layer.trainable_weights}
    found = tape.gradient(end, {name: [w.value for w in ws] for name, ws in trainable.items()})
    norms = {name: float(np.sqrt(sum((g.numpy() ** 2).sum() for g in gs))) for name, gs in found.items()}
    return {name: np.asarray(value) for name, value in values.items()}, slopes, norms


@pytest.mark.parametrize("wanted", [None, 7])
def test_activations_gradients_and_norms_equal_those_of_tapes_of_their_own(convnet: Subject, wanted: int | None) -> None:
    found = ask(convnet, **({} if wanted is None else {"class": wanted}))
    values, slopes, norms = by_hand(convnet, 5, wanted)
    assert [stage["name"] for stage in found["stages"]] == list(values)
    for stage in found["stages"]:
        name = stage["name"]
        value, slope = values[name][0], slopes[name][0]
        assert stage["low"] == pytest.approx(value.min(), abs=1e-5) and stage["high"] == pytest.approx(value.max(), abs=1e-5)
        assert stage["gradient"]["norm"] == pytest.approx(np.linalg.norm(slope), rel=1e-3)
        assert (stage["weights"] is None) == (name not in norms)
        if stage["weights"] is not None:
            assert stage["weights"] == pytest.approx(norms[name], rel=1e-3)
        if value.ndim == 3:
            np.testing.assert_allclose(stage["maps"], np.moveaxis(value, -1, 0)[stage["channels"]], atol=1e-5)
            np.testing.assert_allclose(stage["gradient"]["maps"], np.moveaxis(slope, -1, 0)[stage["channels"]], atol=1e-4, rtol=1e-3)
    p = values[convnet.model.layers[-1].name][0]
    expected = -np.log(p[found["label"]]) if wanted is None else np.log(p[wanted])
    assert found["value"] == pytest.approx(expected, rel=1e-3)


def test_logits_and_one_hot_labels_have_their_loss_too() -> None:
    logits = subject(FLATTEN, dense(10, None), loss=part("losses.SparseCategoricalCrossentropy", from_logits=True))
    found = ask(logits)
    z = found["outputs"].astype(np.float64)
    assert found["value"] == pytest.approx(np.log(np.exp(z - z.max()).sum()) - (z[found["label"]] - z.max()), rel=1e-4)
    assert found["probabilities"].sum() == pytest.approx(1.0, abs=1e-5)
    one_hot = ask(subject(FLATTEN, dense(10, "softmax"), loss=part("losses.CategoricalCrossentropy")))
    assert one_hot["value"] == pytest.approx(-np.log(one_hot["probabilities"][one_hot["label"]]), rel=1e-3)


def test_a_branch_that_nothing_comes_back_from_is_said(convnet: Subject) -> None:
    dead = subject(FLATTEN, dense(4, "step"), dense(10, "softmax"))
    stages = {stage["name"]: stage for stage in ask(dead)["stages"]}
    first = next(stage for stage in stages.values() if stage["kind"] == "Dense")
    assert stages["input"]["gradient"] is None or stages["input"]["gradient"]["norm"] == 0
    assert not first["weights"]


def test_of_a_picture_without_a_label_the_predicted_classs_score_is_followed(convnet: Subject, monkeypatch) -> None:
    from playground.engine.inspection.probe import Probe

    unknown = Probe("upload:x", np.zeros((8, 8, 1), np.uint8), np.zeros((1, 8, 8, 1), np.float32))
    monkeypatch.setattr(Subject, "probe", lambda self, question: unknown)
    found = ask(convnet)
    assert found["label"] is None and found["class"] == np.argmax(found["outputs"]) and "probability" in found["target"]
    assert ask(convnet, **{"class": 3})["class"] == 3
    with pytest.raises(InvalidValue):
        ask(convnet, **{"class": 10})


def test_large_maps_are_reduced_to_means_over_blocks() -> None:
    values = np.random.default_rng(0).normal(size=(130, 100, 2)).astype(np.float32)
    maps, block = reduced(values, np.array([1]))
    assert block == 3 and maps.shape == (1, 44, 34)
    assert maps[0, 0, 0] == pytest.approx(values[:3, :3, 1].mean(), abs=1e-6)
    assert maps[0, -1, -1] == pytest.approx(values[129:, 99:, 1].mean(), abs=1e-6)
