"""Filters against Keras's own weights, for every layer that has some; what sharing them saves against the notes' numbers."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from playground import data
from playground.engine.checkpoints.keyframes import Keyframes
from playground.engine.inspection.kernels import sharing
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.views.inside.filters import filters
from playground.sharing.presets import PRESETS
from playground.values.errors import InvalidValue

layers = keras.layers
module = importlib.import_module("playground.engine.views.inside.filters")  # the package's name for it is the function's


def subject(shape: tuple[int, ...], *stack: keras.Layer, folder: Path = Path("/nowhere"), keep: bool = False) -> Subject:
    """A network whose weights moved away from those of its keyframe 0, where one is kept."""
    inputs = x = keras.Input(shape, name="input")
    for layer in stack:
        x = layer(x)
    model = keras.Model(inputs, x)
    rng = np.random.default_rng(0)
    if keep:
        Keyframes(folder, fresh=True).keep(0, {f"model/{i}": np.asarray(v.value) for i, v in enumerate(model.variables)})
    model.set_weights([w + rng.normal(0, 0.5, w.shape) for w in model.get_weights()])
    row = np.zeros((2, *shape), np.float32), np.array([0, 1])
    arrays = data.Arrays(row, row, row, ("a", "b"))
    return Subject("r", PRESETS["digits_mlp"].experiment, folder, model, arrays, Weights("last", 1, 1), stamp=1)


def ask(of: Subject, layer: str, **args: Any) -> dict[str, Any]:
    return filters(of, Question({"layer": layer, **args}))


def test_every_kind_of_convolution_shows_its_filters_over_their_inputs() -> None:
    stack = [layers.Conv2D(4, (2, 3), name="conv"), layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")]
    stack += [layers.SeparableConv2D(5, 3, name="separable"), layers.Conv2DTranspose(6, 2, name="transposed")]
    flat = subject((9, 9, 3), *stack, layers.Conv2D(2, 1, name="point"))
    weights = {layer.name: layer.get_weights() for layer in flat.model.layers}
    found = ask(flat, "conv")
    kernel, bias = weights["conv"]
    assert found["form"] == "filters" and found["values"].shape == (4, 3, 1, 2, 3) and list(found["numbers"]) == [0, 1, 2, 3]
    for k in range(4):
        for channel in range(3):
            np.testing.assert_array_equal(found["values"][k, channel, 0], kernel[:, :, channel, k])
    np.testing.assert_allclose(found["norms"], [np.linalg.norm(kernel[..., k]) for k in range(4)], rtol=1e-6)
    np.testing.assert_array_equal(found["bias"], bias)
    found = ask(flat, "depthwise")
    assert found["values"].shape == (8, 1, 1, 3, 3)
    np.testing.assert_array_equal(
        found["values"][5, 0, 0], weights["depthwise"][0][:, :, 2, 1]
    )  # output channel = input · multiplier + place
    found = ask(flat, "separable")
    assert found["weight"] == "depthwise_kernel" and [each["name"] for each in found["tensors"]] == [
        "depthwise_kernel",
        "pointwise_kernel",
        "bias",
    ]
    found = ask(flat, "separable", weight="pointwise_kernel")
    assert found["form"] == "matrix"
    np.testing.assert_array_equal(found["values"], weights["separable"][1][0, 0])
    found = ask(flat, "transposed")
    np.testing.assert_array_equal(found["values"][3, 2, 0], weights["transposed"][0][:, :, 3, 2])
    assert ask(flat, "point")["form"] == "matrix"

    line = subject(
        (9, 2),
        layers.Conv1D(4, 3, name="conv"),
        layers.Conv1DTranspose(2, 3, name="transposed"),
        layers.DepthwiseConv1D(2, name="depthwise"),
    )
    np.testing.assert_array_equal(ask(line, "conv")["values"][1, 1, 0, 0], line.model.get_layer("conv").get_weights()[0][:, 1, 1])
    np.testing.assert_array_equal(
        ask(line, "transposed")["values"][1, 3, 0, 0], line.model.get_layer("transposed").get_weights()[0][:, 1, 3]
    )
    assert ask(line, "depthwise")["values"].shape == (2, 1, 1, 1, 2)
    solid = subject((4, 5, 6, 2), layers.Conv3D(3, (2, 3, 4), name="conv"))
    np.testing.assert_array_equal(ask(solid, "conv")["values"][2, 1], solid.model.get_layer("conv").get_weights()[0][..., 1, 2])
    grouped = subject((6, 6, 4), layers.Conv2D(6, 3, groups=2, name="conv"))
    assert ask(grouped, "conv")["values"].shape == (6, 2, 1, 3, 3)


def test_a_dense_layer_behind_a_picture_has_filters_of_its_size_and_later_ones_are_matrices() -> None:
    net = subject(
        (5, 4, 3), layers.Flatten(name="flat"), layers.Dropout(0.5), layers.Dense(6, name="first"), layers.Dense(2, name="second")
    )
    kernel = net.model.get_layer("first").get_weights()[0]
    found = ask(net, "first")
    assert found["picture"] == {"name": "input", "shape": [5, 4, 3]} and found["forms"] == ["filters", "matrix"]
    np.testing.assert_array_equal(found["values"][4], kernel[:, 4].reshape(5, 4, 3).transpose(2, 0, 1)[:, None])
    np.testing.assert_array_equal(ask(net, "first", form="matrix")["values"], kernel)
    found = ask(net, "second")
    assert found["form"] == "matrix" and found["picture"] is None
    table = subject((7,), layers.Dense(3, name="dense"))
    np.testing.assert_array_equal(ask(table, "dense")["values"], table.model.get_layer("dense").get_weights()[0])


def test_recurrent_and_normalising_layers_show_matrices_and_vectors() -> None:
    net = subject(
        (6, 3), layers.LSTM(4, return_sequences=True, name="lstm"), layers.BatchNormalization(name="norm"), layers.GRU(2, name="gru")
    )
    found = ask(net, "lstm", weight="recurrent_kernel")
    np.testing.assert_array_equal(found["values"], net.model.get_layer("lstm").get_weights()[1])
    assert found["gates"] == ["input", "forget", "candidate", "output"] and ask(net, "gru")["gates"] == ["update", "reset", "candidate"]
    found = ask(net, "norm", weight="moving_variance")
    assert found["form"] == "vector" and not found["tensors"][3]["trainable"]
    np.testing.assert_array_equal(found["values"], net.model.get_layer("norm").get_weights()[3])


def test_earlier_weights_are_set_beside_the_present_ones(tmp_path) -> None:
    net = subject((6, 6, 1), layers.Conv2D(5, 3, name="conv"), layers.Flatten(), layers.Dense(2, name="dense"), folder=tmp_path, keep=True)
    start = np.load(tmp_path / "keyframes" / "000000.npz")
    now = net.model.get_layer("dense").get_weights()[0]
    found = ask(net, "dense", form="matrix")
    assert found["against"] == 0
    np.testing.assert_array_equal(found["before"], start["model/2"])
    np.testing.assert_allclose(found["changes"], np.linalg.norm(now - start["model/2"], axis=0), rtol=1e-5)
    assert found["tensors"][0]["change"] == pytest.approx(np.linalg.norm(now - start["model/2"]), rel=1e-5)
    low, high = min(now.min(), start["model/2"].min()), max(now.max(), start["model/2"].max())
    np.testing.assert_array_equal(found["histogram"]["now"], np.histogram(now.astype(float), 40, (low, high))[0])
    np.testing.assert_array_equal(found["histogram"]["before"], np.histogram(start["model/2"].astype(float), 40, (low, high))[0])
    assert ask(net, "dense", against=-1)["before"] is None
    with pytest.raises(InvalidValue, match="not kept"):
        ask(net, "dense", against=7)
    kernel, old = net.model.get_layer("conv").get_weights()[0], start["model/0"]
    change = np.linalg.norm((kernel - old).reshape(9, 5), axis=0)
    assert list(ask(net, "conv", sort="change")["numbers"]) == list(np.argsort(-change))
    assert list(ask(net, "conv", sort="norm")["numbers"]) == list(np.argsort(-np.linalg.norm(kernel.reshape(9, 5), axis=0)))


def test_statistics_are_numpys() -> None:
    net = subject((6, 6, 2), layers.Conv2D(5, 3, name="conv"), layers.Dense(3, name="dense"))
    kernel = net.model.get_layer("conv").get_weights()[0]
    kernel[0, 0, 0, 0] = 0
    net.model.get_layer("conv").set_weights([kernel, np.zeros(5)])
    about = ask(net, "conv")["tensors"][0]
    assert about["count"] == kernel.size and about["shape"] == [3, 3, 2, 5] and about["change"] is None
    expected = {"low": kernel.min(), "high": kernel.max(), "mean": kernel.mean(), "deviation": kernel.std(), "norm": np.linalg.norm(kernel)}
    for name, value in expected.items():
        assert about[name] == pytest.approx(value, rel=1e-5, abs=1e-7)
    assert about["near"] == pytest.approx((abs(kernel) <= abs(kernel).max() / 100).mean())
    found = ask(net, "conv")
    assert found["reach"] == pytest.approx(abs(kernel).max())
    assert found["network_reach"] == pytest.approx(max(abs(w).max() for w in net.model.get_weights() if w.ndim > 1))


def test_nan_weights_are_said_and_break_nothing(tmp_path) -> None:
    net = subject((6, 6, 1), layers.Conv2D(2, 3, name="conv"), folder=tmp_path, keep=True)
    net.model.get_layer("conv").set_weights([np.full((3, 3, 1, 2), np.nan), np.zeros(2)])
    found = ask(net, "conv")
    assert found["tensors"][0]["broken"] == 18 and found["tensors"][0]["mean"] is None and found["reach"] == 0
    assert found["histogram"]["now"].sum() == 0 and found["histogram"]["before"].sum() == 18


def test_large_layers_come_in_pages(monkeypatch) -> None:
    monkeypatch.setattr(module, "VALUES", 60)
    monkeypatch.setattr(module, "INPUTS", 3)
    monkeypatch.setattr(module, "SIDE", 4)
    net = subject((6, 6, 8), layers.Conv2D(7, 3, name="conv"), layers.Flatten(), layers.Dense(6, name="dense"))
    kernel = net.model.get_layer("conv").get_weights()[0]
    found = ask(net, "conv", first=4, inputs_first=6)
    assert (found["total"], found["inputs"], found["first"], found["inputs_first"]) == (7, 8, 4, 6)
    assert list(found["numbers"]) == [4, 5]
    np.testing.assert_array_equal(found["values"], kernel[:, :, 6:, 4:6].transpose(3, 2, 0, 1)[:, :, None])
    only = ask(net, "conv", only=5)
    assert list(only["numbers"]) == [5] and only["values"].shape[1] == 3
    matrix = net.model.get_layer("dense").get_weights()[0]
    np.testing.assert_array_equal(ask(net, "dense", form="matrix", first=3, inputs_first=70)["values"], matrix[70:74, 3:7])


def test_sharing_weights_saves_what_the_notes_say() -> None:
    net = subject((32, 32, 3), layers.ZeroPadding2D(1), layers.Conv2D(20, 8, strides=2, name="conv"))
    found = ask(net, "conv")["sharing"]
    assert (found["shared"], found["alone"]) == (3_860, 756_560)
    assert found["shared_formula"] == "(8·8·3 + 1)·20" and found["alone_formula"] == "14·14·(8·8·3 + 1)·20"


SHARED = [
    layers.Conv2D(4, 3, use_bias=False),
    layers.Conv2D(4, 3, groups=2),
    layers.DepthwiseConv2D(3, depth_multiplier=3),
    layers.SeparableConv2D(5, 3),
    layers.SeparableConv2D(5, 3, depth_multiplier=2, use_bias=False),
    layers.Conv2DTranspose(3, 2, strides=2),
    layers.Conv2DTranspose(3, 2, use_bias=False),
]


@pytest.mark.parametrize("layer", SHARED, ids=lambda layer: f"{type(layer).__name__}, bias {layer.use_bias}")
def test_the_formulas_of_sharing_give_its_numbers(layer: keras.Layer) -> None:
    inputs = keras.Input((7, 6, 4))
    out = layer(inputs)
    found = sharing(layer)
    assert found.shared == layer.count_params()
    for number, formula in [(found.shared, found.shared_formula), (found.alone, found.alone_formula), (found.dense, found.dense_formula)]:
        assert eval(formula.replace("·", "*").replace(",", "")) == number
    positions = np.prod((inputs if "Transpose" in type(layer).__name__ else out).shape[1:3])
    assert found.alone >= positions * (layer.count_params() - out.shape[-1])


def test_layers_without_weights_say_which_have_some() -> None:
    net = subject((6, 6, 1), layers.MaxPooling2D(name="pool"), layers.Conv2D(2, 2, name="conv"))
    with pytest.raises(InvalidValue) as error:
        ask(net, "pool")
    assert "conv" in error.value.expected
    with pytest.raises(InvalidValue) as error:
        ask(net, "conv", weight="gamma")
    assert "kernel, bias" in error.value.expected
