"""Frames of a network on the plane against a forward pass in numpy, for every kind of output."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from playground import data
from playground.engine.model import build
from playground.engine.plane import plane as module
from playground.engine.plane.plane import MOST_UNITS, SIDE, Plane
from playground.engine.tasks import prepare
from playground.values.errors import Conflict, InvalidValue
from playground.values.metric import METRICS
from playground.values.spec import Args, DataChoice, Experiment, Layer, Network, Part, Training, part

CROSSENTROPY = part("losses.SparseCategoricalCrossentropy")
SPIRALS = DataChoice("spirals", Args({"size": 60}), test=0.3)


def dense(name: str, units: int, *inputs: str, **args: Any) -> Layer:
    return Layer(part("layers.Dense", units=units, **args), name, inputs)


def experiment(*layers: Layer, choice: DataChoice = SPIRALS, loss: Part = CROSSENTROPY, task: str = "classifier") -> Experiment:
    inputs = choice.args.get("inputs", ("x", "y"))
    return Experiment(choice, (Network((len(inputs),), layers),), Training(part("optimizers.SGD"), loss), task)


def made(wished: Experiment, *, seed: int = 1) -> keras.Model:
    """Its model with weights that no initialiser would give, biases and running statistics too."""
    model = build.build(wished.network, wished.training)
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.8, w.shape) if "variance" not in v.name else rng.uniform(0.5, 2, w.shape) for v, w in named(model)])
    return model


def named(model: keras.Model) -> list[tuple[keras.Variable, np.ndarray]]:
    return list(zip(model.weights, model.get_weights(), strict=True))


def softmax(z: np.ndarray) -> np.ndarray:
    raised = np.exp(z - z.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def weights(model: keras.Model, name: str) -> list[np.ndarray]:
    return model.get_layer(name).get_weights()


def unpacked(arrays: dict[str, np.ndarray], meta: dict[str, Any], unit: int) -> np.ndarray:
    low, high = arrays["lows"][unit], arrays["highs"][unit]
    return low + arrays["units"][unit].astype(float) / 255 * (high - low)


def places(side: int) -> np.ndarray:
    """Row 0 is y = +3, column 0 is x = -3."""
    return np.array([[-3 + 6 * column / (side - 1), 3 - 6 * row / (side - 1)] for row in range(side) for column in range(side)], np.float32)


def close(picture: np.ndarray, expected: np.ndarray) -> None:
    """Within half a step of the 255."""
    step = (expected.max() - expected.min()) / 255
    np.testing.assert_allclose(picture, expected, atol=0.51 * step + 1e-5)


def test_a_frame_shows_what_a_forward_pass_in_numpy_gives() -> None:
    choice = DataChoice("spirals", Args({"size": 60, "classes": 3, "inputs": ("x", "xy", "sin2y")}), test=0.3)
    wished = experiment(dense("hidden_1", 4, activation="tanh"), dense("output", 3, activation="softmax"), choice=choice)
    model = made(wished)
    arrays, meta = Plane(model, wished).frame(epoch=3, step=12)

    def forward(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (k1, b1), (k2, b2) = weights(model, "hidden_1"), weights(model, "output")
        x, y = xy.T
        hidden = np.tanh(np.stack([x, x * y, np.sin(2 * y)], axis=1) @ k1 + b1)
        return hidden, softmax(hidden @ k2 + b2)

    assert arrays["units"].shape == (7, 32, 32) and arrays["units"].dtype == np.uint8
    hidden, out = forward(places(32))
    for unit in range(7):
        expected = (hidden[:, unit] if unit < 4 else out[:, unit - 4]).reshape(32, 32)
        close(unpacked(arrays, meta, unit), expected)
        assert arrays["lows"][unit] == pytest.approx(expected.min(), abs=1e-5)
    _, out = forward(places(SIDE))
    assert (arrays["winner"].ravel() == out.argmax(axis=1)).mean() > 0.999
    np.testing.assert_allclose(arrays["surety"].ravel() / 255, out.max(axis=1), atol=0.003)
    xy, labels, held = data.plane_points(choice)
    _, out = forward(xy)
    np.testing.assert_array_equal(arrays["guesses"], out.argmax(axis=1))
    losses = -np.log(out[np.arange(len(labels)), labels])
    for name, rows in (("train", ~held), ("test", held)):
        assert meta["loss"][name] == pytest.approx(losses[rows].mean(), rel=1e-4)
        assert meta["accuracy"][name] == pytest.approx((out.argmax(axis=1) == labels)[rows].mean())
    first, last = meta["layers"]
    offset, rows, columns = last["kernel"]
    np.testing.assert_array_equal(arrays["weights"][offset : offset + rows * columns].reshape(rows, columns), weights(model, "output")[0])
    np.testing.assert_array_equal(arrays["weights"][first["bias"] : first["bias"] + 4], weights(model, "hidden_1")[1])
    assert (first["sources"], last["sources"]) == ([{"name": "input", "from": 0, "to": 3}], [{"name": "hidden_1", "from": 0, "to": 4}])
    assert (meta["epoch"], meta["step"], meta["parameters"], meta["finite"]) == (3, 12, 16 + 15, True)


def test_compiled_frames_say_the_same_as_the_first_ones() -> None:
    layers = (
        dense("hidden_1", 4, activation="relu", kernel_regularizer=part("regularizers.L2", l2=0.02)),
        Layer(part("layers.BatchNormalization"), "hidden_1_norm"),
        Layer(part("layers.Dropout", rate=0.4), "hidden_1_drop"),
        Layer(part("layers.Concatenate"), "hidden_2_skip", ("hidden_1_drop", "input")),
        dense("hidden_2", 4, activation="elu"),
        Layer(part("layers.Add"), "hidden_2_add", ("hidden_2", "hidden_1_drop")),
        dense("output", 1, activation="sigmoid"),
    )
    wished = experiment(*layers, loss=part("losses.BinaryCrossentropy"))
    plane = Plane(made(wished), wished)
    arrays, meta = plane.frame()
    plane.compile()
    assert plane._compiled
    again, after = plane.frame()
    for name, values in arrays.items():
        np.testing.assert_allclose(again[name].astype(float), values.astype(float), atol=1.01 if values.dtype == np.uint8 else 1e-4)
    assert after["loss"]["test"] == pytest.approx(meta["loss"]["test"], rel=1e-4)
    one, two, _ = meta["layers"]
    assert one["norm"] and one["dropout"] == pytest.approx(0.4) and not two["norm"]
    assert two["sources"] == [{"name": "hidden_1", "from": 0, "to": 4}, {"name": "input", "from": 4, "to": 6}]
    assert (one["add"], two["add"]) == (None, "hidden_1")


@pytest.mark.parametrize(
    ("output", "loss", "task"),
    [
        (dense("output", 2, activation="softmax"), CROSSENTROPY, "classifier"),
        (dense("output", 2), part("losses.SparseCategoricalCrossentropy", from_logits=True), "classifier"),
        (dense("output", 2, activation="softmax"), part("losses.MeanSquaredError"), "classifier"),
        (dense("output", 1, activation="sigmoid"), part("losses.BinaryCrossentropy"), "classifier"),
        (dense("output", 1), part("losses.BinaryCrossentropy", from_logits=True), "classifier"),
        (dense("output", 1, activation="tanh"), part("losses.MeanSquaredError"), "classifier"),
        (dense("output", 1, activation="tanh"), part("losses.Hinge"), "classifier"),
        (dense("output", 1), part("losses.Huber"), "regressor"),
    ],
)
def test_loss_metric_and_guesses_are_those_of_the_run_itself(output: Layer, loss: Part, task: str) -> None:
    choice = SPIRALS if task == "classifier" else DataChoice("waves", Args({"size": 60}), test=0.3)
    hidden = dense("hidden_1", 3, activation="tanh", kernel_regularizer=part("regularizers.L1", l1=0.01))
    wished = experiment(hidden, output, choice=choice, loss=loss, task=task)
    running = prepare(wished, data.load(choice))
    model = running.model
    model.set_weights(made(wished).get_weights())
    score = next(found for found in running.score("test") if found)
    arrays, meta = Plane.of(model, wished).frame()
    metric = METRICS[task][0].name
    assert meta["loss"]["test"] == pytest.approx(score.loss, rel=1e-4)
    assert meta[metric]["test"] == pytest.approx(score.metric, rel=1e-4)
    assert meta["penalty"] == pytest.approx(0.01 * np.abs(weights(model, "hidden_1")[0]).sum(), rel=1e-4)
    raw = model(places(SIDE), training=False).numpy()
    if task == "regressor":
        np.testing.assert_allclose(arrays["value"].ravel(), 255 * (raw[:, 0].clip(-1, 1) + 1) / 2, atol=0.51)
        np.testing.assert_allclose(arrays["guesses"], model(Plane.of(model, wished).points.x).numpy()[:, 0], atol=1e-5)
        return
    threshold = 0.5 if output.part.args.get("activation") == "sigmoid" else 0.0
    expected = raw.argmax(axis=1) if raw.shape[1] > 1 else raw[:, 0] > threshold
    assert (arrays["winner"].ravel() == expected).mean() > 0.999
    assert arrays["surety"].min() >= 127


def test_weights_that_are_not_finite_are_drawn_as_zeros_and_said() -> None:
    wished = experiment(dense("hidden_1", 3, activation="relu"), dense("output", 2, activation="softmax"))
    model = made(wished)
    kernel, bias = weights(model, "hidden_1")
    kernel[0, 0], kernel[1, 1], kernel[0, 2] = np.nan, np.inf, 3e38
    model.get_layer("hidden_1").set_weights([kernel, bias])
    arrays, meta = Plane(model, wished).frame()
    assert not meta["finite"]
    assert all(np.isfinite(values).all() for values in arrays.values())
    assert not arrays["units"][0].any() and not arrays["surety"].any()


def test_many_units_get_smaller_maps_and_too_many_none() -> None:
    for sizes, side in (([16] * 4, 24), ([16] * 8, 16), ([MOST_UNITS], 0)):
        hidden = [dense(f"hidden_{i}", units, activation="tanh") for i, units in enumerate(sizes)]
        wished = experiment(*hidden, dense("output", 2, activation="softmax"))
        arrays, meta = Plane(made(wished), wished).frame()
        drawn = sum(sizes) + 2 if side else 0
        assert arrays["units"].shape == (drawn, side, side)
        assert bool(meta["left_out"]) == (side == 0) == (meta["layers"][0]["first"] is None)
        assert sum(values.nbytes for values in arrays.values()) < 75_000
        assert arrays["winner"].any()


def test_a_network_stacked_by_hand_is_drawn_by_its_dense_layers() -> None:
    layers = (
        Layer(part("layers.Rescaling", scale=0.5), "small"),
        dense("first", 5, use_bias=False),
        Layer(part("layers.LeakyReLU"), "leaky"),
        Layer(part("layers.GaussianNoise", stddev=0.1), "noise"),
        Layer(part("layers.Reshape", target_shape=(5, 1)), "shape"),
        Layer(part("layers.LSTM", units=3), "lstm"),
        dense("output", 2),
        Layer(part("layers.Softmax"), "softmax"),
    )
    wished = experiment(*layers)
    model = made(wished)
    arrays, meta = Plane(model, wished).frame()
    first, output = meta["layers"]
    assert (first["activation"], first["bias"], first["sources"]) == ("leaky_relu", None, [{"name": "input", "from": 0, "to": 2}])
    assert (output["activation"], output["sources"]) == ("softmax", [{"name": "lstm", "from": 0, "to": 3}])
    within = keras.Model(model.inputs[0], [model.get_layer("noise").output, model.output])
    hidden, out = (found.numpy().T.reshape(-1, 32, 32) for found in within(places(32)))
    for unit, expected in enumerate([*hidden, *out]):
        close(unpacked(arrays, meta, unit), expected)


def test_what_is_drawn_often_is_compiled_aside_and_can_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    wished = experiment(dense("hidden_1", 2, activation="tanh"), dense("output", 2, activation="softmax"))
    plane = Plane(made(wished), wished)
    first, _ = plane.frame()
    monkeypatch.setattr(module, "STEPWISE", 2)
    plane.frame()
    module.wait()
    assert plane._compiled is not None and not module.compiling
    np.testing.assert_allclose(plane.frame()[0]["lows"], first["lows"], atol=1e-5)
    plane.forward.model.set_weights([0 * w for w in plane.forward.model.get_weights()])
    assert not plane.frame()[0]["lows"][:2].any()  # the weights are those of the moment, not those that were compiled


def test_data_that_lie_in_no_plane_are_refused() -> None:
    wished = Experiment(DataChoice("iris"), (Network((4,), (dense("output", 3, activation="softmax"),)),))
    with pytest.raises(Conflict):
        Plane(build.build(wished.network, wished.training), wished)


def test_a_layer_that_is_not_drawn_is_refused_by_name() -> None:
    wished = experiment(dense("output", 2, activation="softmax"))
    with pytest.raises(InvalidValue, match="output"):
        Plane(made(wished), wished).drawn_layer("hidden_9")
