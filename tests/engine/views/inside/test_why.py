"""The why views against plain TensorFlow written here anew."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from playground import data
from playground.engine.graph.logits import before_activation, linear, logits_of
from playground.engine.inspection import attribution
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.build import build
from playground.engine.views.inside.why import METHODS, default_layer, layers_with_maps, why, why_at_length
from playground.sharing.presets import FLATTEN, POOL, conv, dense, on, stack
from playground.values import spec
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import DataChoice, Network, part

DIGITS = DataChoice("digits")


def subject(*parts: spec.Part, name: str = "digits", shape: tuple[int, ...] = (8, 8, 1), logits: bool = False) -> Subject:
    experiment = on(name, shape, "Test", *parts, epochs=1, batch_size=32)
    if not logits:
        experiment = experiment.having(training=spec.Training(seed=3))
    model = build(experiment.network, experiment.training)
    rng = np.random.default_rng(1)
    model.set_weights([w + rng.normal(0, 0.2, w.shape) for w in model.get_weights()])  # biases too, and nothing symmetric
    return Subject("run", experiment, Path("/nowhere"), model, data.load(experiment.data), Weights("last", 1, 1), stamp=1)


@pytest.fixture(scope="module")
def convnet() -> Subject:
    return subject(conv(4), POOL, conv(6, padding="same"), FLATTEN, dense(10, "softmax"))


def ask(of: Subject, method: str, picture: str = "test:3", **args: object) -> dict:
    pieces = why_at_length(of, Question({"picture": picture, "method": method, **args}))
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def logits(model: keras.Model, x: tf.Tensor) -> tf.Tensor:
    """By hand: everything up to the last Dense layer, then its matrix product without the softmax."""
    for layer in model.layers[1:-1]:
        x = layer(x)
    kernel, bias = model.layers[-1].weights
    return x @ kernel.value + bias.value


def test_gradcam_equals_the_formula_written_out(convnet: Subject) -> None:
    found = ask(convnet, "gradcam", **{"class": 7})
    x = tf.constant(convnet.arrays.test[0][3:4] / np.float32(255))
    first, pool, second, flatten, last = convnet.model.layers[1:]
    maps = second(pool(first(x)))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = (flatten(maps) @ last.kernel.value + last.bias.value)[0, 7]
    alphas = tape.gradient(score, maps).numpy()[0].mean(axis=(0, 1))
    cam = np.maximum((maps.numpy()[0] * alphas).sum(-1), 0)
    assert found["layer"] == second.name
    np.testing.assert_allclose(found["raw"], cam, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["numbers"]["weights"], alphas[found["numbers"]["channels"]], rtol=1e-4)
    assert found["numbers"]["score"] == pytest.approx(float(score), rel=1e-5)
    assert found["heat"].shape == (8, 8) and found["heat"].min() >= 0 and found["heat"].max() == pytest.approx(1)


def test_half_the_precision_gives_about_the_same_gradcam() -> None:
    whole = subject(conv(4), POOL, conv(6, padding="same"), FLATTEN, dense(10, "softmax"))
    experiment = whole.experiment.having(training=spec.Training(seed=3, precision="mixed_bfloat16"))
    model = build(experiment.network, experiment.training)
    model.set_weights(whole.model.get_weights())
    half = Subject("half", experiment, Path("/nowhere"), model, whole.arrays, whole.weights, stamp=1)
    expected, found = (ask(of, "gradcam", **{"class": 7}) for of in (whole, half))
    assert expected["raw"].max() > 0
    assert np.corrcoef(found["raw"].ravel(), expected["raw"].ravel())[0, 1] > 0.99
    np.testing.assert_allclose(found["raw"], expected["raw"], atol=0.05 * expected["raw"].max())


def test_maps_are_enlarged_bilinearly_between_middles() -> None:
    raw = np.random.default_rng(0).random((3, 4)).astype(np.float32)
    large = attribution.enlarged(raw, 7, 9)
    for row, column in [(0, 0), (3, 4), (6, 8), (2, 7)]:
        down, across = (row + 0.5) * 3 / 7 - 0.5, (column + 0.5) * 4 / 9 - 0.5
        top, left = int(np.floor(down)), int(np.floor(across))
        at = lambda i, j: raw[np.clip(i, 0, 2), np.clip(j, 0, 3)]  # noqa: E731
        f, g = down - top, across - left
        wanted = (1 - f) * ((1 - g) * at(top, left) + g * at(top, left + 1)) + f * ((1 - g) * at(top + 1, left) + g * at(top + 1, left + 1))
        assert large[row, column] == pytest.approx(float(wanted), rel=1e-4)


def test_saliency_is_the_logits_gradient_not_the_probabilitys(convnet: Subject) -> None:
    x = tf.constant(convnet.arrays.test[0][3:4] / np.float32(255))
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = logits(convnet.model, x)[0, 2]
    slope = tape.gradient(score, x).numpy()[0]
    np.testing.assert_allclose(ask(convnet, "saliency", **{"class": 2})["values"], np.abs(slope).max(-1), rtol=1e-4, atol=1e-6)
    quick = why(convnet, Question({"picture": "test:3", "method": "saliency", "class": 2}))
    np.testing.assert_array_equal(quick["heat"], ask(convnet, "saliency", **{"class": 2})["heat"])
    assert convnet.model.layers[-1].activation is keras.activations.softmax, "the network is as it was"


def test_smoothgrad_is_the_mean_gradient_of_the_same_noise(convnet: Subject) -> None:
    x = convnet.arrays.test[0][3:4] / np.float32(255)
    noise = np.random.default_rng(0).normal(0, 0.15 * np.ptp(x), (32, 8, 8, 1)).astype(np.float32)
    noisy = tf.constant(x + noise)
    with tf.GradientTape() as tape:
        tape.watch(noisy)
        score = tf.reduce_sum(logits(convnet.model, noisy)[:, 5])
    wanted = np.abs(tape.gradient(score, noisy).numpy().mean(axis=0)).max(-1)
    np.testing.assert_allclose(ask(convnet, "smoothgrad", **{"class": 5})["values"], wanted, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("baseline", ["black", "white", "blurred"])
def test_integrated_gradients_add_up_to_the_difference_of_the_scores(convnet: Subject, baseline: str) -> None:
    found = ask(convnet, "integrated", baseline=baseline, **{"class": 7})["numbers"]
    x = convnet.arrays.test[0][3:4] / np.float32(255)
    if baseline != "blurred":
        ends = [float(logits(convnet.model, tf.constant(end))[0, 7]) for end in (x, np.full_like(x, float(baseline == "white")))]
        assert found["difference"] == pytest.approx(ends[0] - ends[1], rel=1e-4)
    assert abs(found["sum"] - found["difference"]) <= 0.01 * abs(found["difference"])


def test_integrated_gradients_are_taken_in_the_middle_of_each_piece_of_the_path(convnet: Subject) -> None:
    x = convnet.arrays.test[0][3:4] / np.float32(255)
    line = tf.constant(np.concatenate([x * (i + 0.5) / 8 for i in range(8)]))
    with tf.GradientTape() as tape:
        tape.watch(line)
        score = tf.reduce_sum(logits(convnet.model, line)[:, 7])
    wanted = x[0, ..., 0] * tape.gradient(score, line).numpy().mean(axis=0)[..., 0]
    np.testing.assert_allclose(ask(convnet, "integrated", steps=8, **{"class": 7})["values"], wanted, rtol=1e-3, atol=1e-6)


def test_integrated_gradients_of_a_linear_net_are_weight_times_input() -> None:
    of = subject(FLATTEN, dense(10), logits=True)
    found = ask(of, "integrated", **{"class": 1})
    x = of.arrays.test[0][3] / np.float32(255)
    np.testing.assert_allclose(
        found["values"], (x[..., 0] * of.model.layers[-1].get_weights()[0][:, 1].reshape(8, 8)), rtol=1e-4, atol=1e-6
    )


def test_occlusion_is_what_painting_over_costs(convnet: Subject) -> None:
    found = ask(convnet, "occlusion", patch=3, stride=2, fill="black", **{"class": 6})
    x = convnet.arrays.test[0][3:4] / np.float32(255)
    before = convnet.model(x).numpy()[0, 6]
    drops, total, count = {}, np.zeros((8, 8)), np.zeros((8, 8))
    for i, top in enumerate([0, 2, 4, 5]):
        for j, left in enumerate([0, 2, 4, 5]):
            covered = x.copy()
            covered[:, top : top + 3, left : left + 3] = 0
            drops[i, j] = before - convnet.model(covered).numpy()[0, 6]
            total[top : top + 3, left : left + 3] += drops[i, j]
            count[top : top + 3, left : left + 3] += 1
    np.testing.assert_allclose(found["raw"], [[drops[i, j] for j in range(4)] for i in range(4)], atol=1e-6)
    np.testing.assert_allclose(found["values"], total / count, atol=1e-6)
    assert found["numbers"]["peak"] == pytest.approx(max(drops.values()), abs=1e-6)


def test_colours_are_full_from_the_ninety_ninth_percentile_on(convnet: Subject) -> None:
    found = ask(convnet, "integrated", **{"class": 7})
    full = np.quantile(np.abs(found["values"]), 0.99)
    assert found["high"] == -found["low"] == pytest.approx(full) and found["most"] == np.abs(found["values"]).max()
    np.testing.assert_allclose(found["heat"], np.clip(found["values"] / full, 0, 1), rtol=1e-5)


def test_without_a_class_the_predicted_one_is_explained(convnet: Subject) -> None:
    found = ask(convnet, "saliency", **{"class": None})
    assert found["class"] == int(np.argmax(found["probabilities"]))


def test_grad_cam_lies_on_the_last_maps_before_they_shrink() -> None:
    block = (conv(4, activation=None, padding="same"), part("layers.BatchNormalization"), part("layers.Activation", activation="relu"))
    model = build(Network((8, 8, 1), stack(*block, POOL, *block, POOL, FLATTEN, dense(10))), spec.Training())
    layers = layers_with_maps(model)
    assert default_layer(model, layers) == "activation_1"
    assert "flatten" not in layers and "max_pooling2d_1" in layers


def test_maps_behind_a_reshape_are_no_picture_any_more() -> None:
    model = build(
        Network((8, 8, 1), stack(conv(4), part("layers.Reshape", target_shape=(4, 36, 1)), conv(2), FLATTEN, dense(10))), spec.Training()
    )
    assert layers_with_maps(model) == ["conv2d"]


def test_a_dense_net_has_no_grad_cam_but_every_other_method() -> None:
    of = subject(FLATTEN, dense(8, "relu"), dense(10, "softmax"))
    with pytest.raises(Conflict, match="Grad-CAM needs maps"):
        ask(of, "gradcam")
    for method in METHODS[1:]:
        assert ask(of, method)["heat"].shape == (8, 8)


def test_rows_of_a_table_get_a_number_for_each_column() -> None:
    of = subject(dense(8, "tanh"), dense(3), name="iris", shape=(4,), logits=True)
    for method in METHODS[1:]:
        found = ask(of, method)
        assert found["values"].shape == (4,) and found["signed"] and found["low"] == -found["high"]
    numbers = ask(of, "integrated", steps=256)["numbers"]
    assert numbers["sum"] == pytest.approx(numbers["difference"], rel=0.01) and numbers["baseline"] == "mean"


@pytest.mark.parametrize("end", [(dense(10), part("layers.Softmax")), (dense(10, "softmax"),), (dense(10, "sigmoid"),)])
def test_the_score_is_what_stands_before_the_squashing(end: tuple[spec.Part, ...]) -> None:
    model = build(Network((8, 8, 1), stack(FLATTEN, *end)), spec.Training())
    x = np.random.default_rng(2).random((2, 8, 8, 1)).astype(np.float32)
    found = logits_of(model).model(model)(tf.constant(x))[-1]
    kernel, bias = model.layers[2].get_weights()
    np.testing.assert_allclose(found, x.reshape(2, -1) @ kernel + bias, rtol=1e-4, atol=1e-5)


def test_a_layer_is_opened_only_for_a_while() -> None:
    layer = keras.layers.Dense(3, activation="relu")
    inputs = keras.Input((2,))
    keras.Model(inputs, layer(inputs))
    assert before_activation(layer).opened is layer
    with pytest.raises(RuntimeError), linear(layer):
        raise RuntimeError
    assert layer.activation is keras.activations.relu


def test_weights_that_are_no_numbers_are_told() -> None:
    of = subject(FLATTEN, dense(10, "softmax"))
    of.model.set_weights([np.full_like(w, np.nan) for w in of.model.get_weights()])
    with pytest.raises(Conflict, match="not a number"):
        ask(of, "saliency")


def test_where_nothing_counts_the_heat_is_zero_and_said_to_be() -> None:
    of = subject(FLATTEN, dense(10, "softmax"))
    of.model.set_weights([np.zeros_like(w) for w in of.model.get_weights()])
    found = ask(of, "saliency")
    assert found["is_empty"] and not found["heat"].any()


def test_bad_arguments_are_refused(convnet: Subject) -> None:
    for args in ({"class": 10}, {"class": "7"}, {"method": "magic"}, {"layer": "dense"}, {"picture": "test:99999"}, {"picture": "here"}):
        with pytest.raises(InvalidValue):
            ask(convnet, **{"method": "gradcam", **args})
    with pytest.raises(InvalidValue, match="too long"):
        why(convnet, Question({"picture": "test:3", "method": "occlusion"}))
