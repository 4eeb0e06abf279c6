"""Feature maps against Keras sub-models, for every shape that an output can have."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from playground import data
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.views.inside.maps import FEW, maps, reduced
from playground.sharing.presets import PRESETS
from playground.values.errors import InvalidValue

layers = keras.layers


def subject(shape: tuple[int, ...], *stack: keras.Layer, connect: Any = None) -> Subject:
    inputs = keras.Input(shape, name="input")
    x = inputs
    for layer in stack:
        x = layer(x)
    model = keras.Model(inputs, connect(inputs) if connect else x)
    rng = np.random.default_rng(0)
    model.set_weights([abs(rng.normal(0, 0.5, w.shape)) + 0.1 for w in model.get_weights()])
    x, y = rng.normal(0, 1, (4, *shape)).astype(np.float32), np.array([0, 1, 2, 0])
    arrays = data.Arrays((x, y), (x, y), (x, y), ("a", "b", "c"))
    return Subject("r", PRESETS["digits_mlp"].experiment, Path("/nowhere"), model, arrays, Weights("last", 1, 1), stamp=1)


def ask(of: Subject, **args: Any) -> dict[str, Any]:
    return maps(of, Question({"picture": "test:1", **args}))


def truth(of: Subject, name: str) -> np.ndarray:
    part = keras.Model(of.model.inputs, of.model.get_layer(name).output)
    return np.asarray(part(of.arrays.test[0][1:2], training=False))[0]


def test_the_channels_of_a_convolution_equal_a_sub_models_output() -> None:
    net = subject((9, 7, 2), layers.Conv2D(5, 3, name="conv"), layers.BatchNormalization(name="norm"), layers.ReLU(name="relu"))
    for name in ("input", "conv", "norm", "relu"):
        expected = truth(net, name)
        (layer,) = ask(net, layer=name)["layers"]
        assert layer["form"] == "maps" and layer["block"] == 1 and layer["first"] == 0
        np.testing.assert_allclose(layer["maps"], expected.transpose(2, 0, 1), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer["low"], expected.min(axis=(0, 1)), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer["high"], expected.max(axis=(0, 1)), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer["mean"], expected.mean(axis=(0, 1)), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(layer["zeros"], (expected == 0).mean(axis=(0, 1)), atol=1e-6)


def test_all_layers_at_once_say_the_same_and_what_each_tensor_is() -> None:
    net = subject(
        (8, 8, 1),
        layers.Conv2D(3, 3, name="conv"),
        layers.BatchNormalization(name="norm"),
        layers.Activation("relu", name="act"),
        layers.Dropout(0.5, name="drop"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(name="flat"),
        layers.Dense(4, activation="tanh", name="dense"),
        layers.Dense(3, name="last"),
    )
    answer = ask(net)
    by_name = {layer["name"]: layer for layer in answer["layers"]}
    assert list(by_name) == [layer.name for layer in net.model.layers]
    np.testing.assert_allclose(by_name["pool"]["maps"], truth(net, "pool").transpose(2, 0, 1), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(by_name["dense"]["maps"], truth(net, "dense"), rtol=1e-5, atol=1e-6)
    assert by_name["dense"]["form"] == "vector"
    assert (by_name["drop"]["same"], by_name["flat"]["same"], by_name["conv"]["same"]) == ("act", "pool", None)
    assert by_name["drop"]["maps"].size == 0 and ask(net, layer="drop")["layers"][0]["maps"].shape == (3, 6, 6)
    assert "before any activation; act applies one later" in by_name["conv"]["tensor"]
    assert "running mean" in by_name["norm"]["tensor"]
    assert "own activation, tanh" in by_name["dense"]["tensor"]
    assert by_name["last"]["tensor"].endswith("before any activation.")
    within = [truth(net, name) for name in ("conv", "norm", "act", "pool", "dense")]
    np.testing.assert_allclose(answer["network"], [min(v.min() for v in within), max(v.max() for v in within)], rtol=1e-5)
    logits = truth(net, "last")
    np.testing.assert_allclose(answer["probabilities"], np.exp(logits) / np.exp(logits).sum(), rtol=1e-4)
    assert answer["left_out"] == ""


def test_sequences_volumes_and_any_other_shape_have_a_form() -> None:
    net = subject((12, 2), layers.Conv1D(4, 3, name="conv"), layers.LSTM(3, return_sequences=True, name="lstm"), layers.LSTM(3, name="end"))
    (conv,) = ask(net, layer="conv")["layers"]
    assert conv["form"] == "sequence"
    np.testing.assert_allclose(conv["maps"], truth(net, "conv").T, rtol=1e-5)
    assert (
        "after each step" in ask(net, layer="lstm")["layers"][0]["tensor"] and "last step" in ask(net, layer="end")["layers"][0]["tensor"]
    )
    solid = subject(
        (4, 6, 5, 1), layers.Conv3D(2, 2, name="conv"), layers.Reshape((3, 1, 5, 4, 2), name="deep"), layers.Flatten(name="flat")
    )
    expected = truth(solid, "conv")
    for at in (None, 0, 2):
        (conv,) = ask(solid, layer="conv", slice=at)["layers"]
        assert (conv["slices"], conv["slice"]) == (3, 1 if at is None else at)
        np.testing.assert_allclose(conv["maps"], expected[1 if at is None else at].transpose(2, 0, 1), rtol=1e-5)
    (deep,) = ask(solid, layer="deep", slice=1)["layers"]
    np.testing.assert_allclose(deep["maps"], truth(solid, "deep")[1, 0].transpose(2, 0, 1), rtol=1e-5)
    assert {layer["form"] for layer in ask(solid)["layers"]} == {"maps", "vector"}


def test_a_skip_link_is_named_and_a_row_of_a_table_is_a_vector() -> None:
    def skip(x: Any) -> Any:
        return layers.Add(name="add")([x, layers.Dense(3, activation="relu", name="dense")(x)])

    net = subject((3,), connect=skip)
    by_name = {layer["name"]: layer for layer in ask(net)["layers"]}
    assert by_name["input"]["form"] == "vector"
    np.testing.assert_allclose(by_name["input"]["maps"], net.arrays.test[0][1])
    assert by_name["add"]["tensor"] == "The sum of input and dense, cell by cell."


def test_an_overview_of_a_large_layer_is_bounded_and_says_so() -> None:
    net = subject((130, 200, 1), layers.Conv2D(FEW + 3, 1, name="conv"))
    answer = ask(net)
    found = answer["layers"][1]
    assert found["channels"] == FEW + 3 and found["maps"].shape == (FEW, 32, 50) and found["block"] == 4
    assert str(FEW) in answer["left_out"]
    block = truth(net, "conv")[4:8, 8:12, 6].mean()
    assert found["maps"][6, 1, 2] == pytest.approx(block, rel=1e-4)
    (whole,) = ask(net, layer="conv")["layers"]
    assert whole["maps"].shape == (FEW + 3, 130, 200)
    assert reduced(np.ones((2, 1, 300), np.float32), 64)[0].shape == (2, 1, 60)


def test_a_layer_too_large_for_one_answer_comes_in_pages(monkeypatch) -> None:
    monkeypatch.setattr(importlib.import_module("playground.engine.views.inside.maps"), "VALUES", 3 * 64)
    net = subject((8, 8, 1), layers.Conv2D(7, 1, name="conv"))
    answer = ask(net, layer="conv", first=3)
    np.testing.assert_allclose(answer["layers"][0]["maps"], truth(net, "conv")[..., 3:6].transpose(2, 0, 1), rtol=1e-5)
    assert answer["left_out"].startswith("Channels 3 to 5 of 7")


def test_dead_and_broken_maps_are_counted() -> None:
    net = subject((4, 4, 1), layers.Conv2D(3, 1, activation="relu", name="conv"))
    kernel, bias = net.model.get_layer("conv").get_weights()
    kernel[..., 0], bias[0], bias[1] = 0, -1, np.nan
    net.model.get_layer("conv").set_weights([kernel, bias])
    (layer,) = ask(net, layer="conv")["layers"]
    assert layer["zeros"][0] == 1 and layer["high"][0] == 0
    assert list(layer["broken"]) == [0, 16, 0]
    assert layer["low"][1] == layer["high"][1] == layer["mean"][1] == 0


def test_wrong_questions_are_refused_by_name() -> None:
    net = subject((4, 4, 1), layers.Conv2D(3, 1, name="conv"))
    for args, word in [({"layer": "cnv"}, "conv"), ({"layer": "conv", "first": 3}, "0 to 2"), ({"layer": "conv", "slice": 1}, "0 to 0")]:
        with pytest.raises(InvalidValue) as error:
            ask(net, **args)
        assert word in str(error.value.expected)
