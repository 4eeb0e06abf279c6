"""One cell worked out again, against the network's own tensors; receptive fields against what really changes the cell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.arithmetic.cell import digits
from playground.engine.graph.receptive_field import receptive_field
from playground.engine.graph.windows import windows
from playground.engine.inspection.question import Question
from playground.engine.views.inside.cell import RULES, cell, cell_maps
from playground.values.errors import InvalidValue

layers = keras.layers


@dataclass
class Look:
    """The little of a Subject that the view asks for, on a plain model."""

    model: keras.Model
    x: np.ndarray
    made: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def input(self) -> np.ndarray:
        return self.x

    def probe(self, question: Question) -> Look:
        return self

    def layer(self, name: str) -> keras.Layer:
        return self.model.get_layer(name)

    def outputs(self, x: np.ndarray) -> dict[str, np.ndarray]:
        if not self.made:
            every = keras.Model(self.model.inputs, {layer.name: layer.output for layer in self.model.layers})
            self.made = {name: np.asarray(value) for name, value in every([x], training=False).items()}
        return self.made


def look(shape: tuple[int, ...], *stack: keras.Layer, seed: int = 0) -> Look:
    inputs = x = keras.Input(shape, name="input")
    for layer in stack:
        x = layer(x)
    return random_weights(keras.Model(inputs, x), seed)


def random_weights(model: keras.Model, seed: int = 0) -> Look:
    rng = np.random.default_rng(seed)
    for layer in model.layers:  # variances stay positive; nothing is symmetric or zero
        layer.set_weights(
            [
                abs(rng.normal(0, 1, w.shape)) + 0.1 if "variance" in v.name else rng.normal(0, 0.5, w.shape)
                for v, w in zip(layer.weights, layer.get_weights(), strict=True)
            ]
        )
    return Look(model, rng.normal(0, 1, (1, *model.input_shape[1:])).astype(np.float32))


def ask(of: Look, **args: Any) -> dict[str, Any]:
    return cell(of, Question({"picture": "test:0", **args}))


def check(of: Look, layer: str, index: tuple[int, ...]) -> dict[str, Any]:
    """Our arithmetic gives the tensor's number; products and sums fit together."""
    *place, unit = (int(i) for i in index)
    answer = ask(of, layer=layer, at=place, unit=unit)
    truth = float(of.outputs(of.x)[layer][(0, *index)])
    assert answer["value"] == truth
    assert answer["recomputed"] == pytest.approx(truth, rel=1e-4, abs=2e-5), answer["formula"]
    if answer["family"] == "weighted":
        assert answer["shares"].sum() + (answer["bias"] or 0) == pytest.approx(answer["before"], rel=1e-4, abs=1e-4)
        np.testing.assert_allclose(answer["products"].sum((0, 1)), answer["sums"][answer["pages"]], rtol=1e-4, atol=1e-4)
        np.testing.assert_array_equal(np.isnan(answer["patch"][..., 0]), answer["mask"] != 0)
    return answer


KINDS: dict[str, tuple[tuple[int, ...], list[Any]]] = {
    "dense": ((7,), [lambda: layers.Dense(5, "tanh")]),
    "dense at each place": ((4, 5, 3), [lambda: layers.Dense(2, "softmax")]),
    "dense of maps": ((4, 5, 3), [lambda: layers.Flatten(), lambda: layers.Dropout(0.3), lambda: layers.Dense(6, "softmax")]),
    "log softmax": ((6,), [lambda: layers.Dense(4, "log_softmax")]),
    "sparsemax": ((6,), [lambda: layers.Dense(4, "sparsemax")]),
    "conv 1": ((9, 3), [lambda: layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")]),
    "conv 2": ((8, 7, 4), [lambda: layers.Conv2D(6, (3, 2), strides=(2, 1), padding="same", groups=2, activation="gelu")]),
    "conv 2 softmax": ((6, 6, 2), [lambda: layers.Conv2D(3, 3, activation="softmax", use_bias=False)]),
    "conv 3": ((5, 6, 4, 2), [lambda: layers.Conv3D(3, (2, 3, 2), strides=(1, 2, 1), padding="same")]),
    "depthwise 1": ((9, 3), [lambda: layers.DepthwiseConv1D(3, depth_multiplier=2, padding="same")]),
    "depthwise 2": ((8, 7, 3), [lambda: layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same", activation="elu")]),
    "separable 1": ((9, 3), [lambda: layers.SeparableConv1D(4, 3, depth_multiplier=2)]),
    "separable 2": ((8, 7, 3), [lambda: layers.SeparableConv2D(4, 3, dilation_rate=2, depth_multiplier=2, activation="relu")]),
    "transposed 1": ((5, 3), [lambda: layers.Conv1DTranspose(2, 4, strides=3, padding="same")]),
    "transposed 2": ((5, 4, 3), [lambda: layers.Conv2DTranspose(4, (3, 2), strides=2, padding="valid", activation="relu")]),
    "transposed 2 output padding": ((5, 4, 3), [lambda: layers.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1)]),
    "transposed 3": ((3, 4, 3, 2), [lambda: layers.Conv3DTranspose(2, 3, strides=2, padding="same")]),
    "max 1": ((9, 3), [lambda: layers.MaxPooling1D(3, strides=2, padding="same")]),
    "max 2": ((8, 7, 3), [lambda: layers.MaxPooling2D(3, strides=2, padding="same")]),
    "max 3": ((4, 5, 6, 2), [lambda: layers.MaxPooling3D((2, 3, 2))]),
    "average 1": ((9, 3), [lambda: layers.AveragePooling1D(2)]),
    "average 2": ((7, 7, 3), [lambda: layers.AveragePooling2D(3, strides=2, padding="same")]),
    "average 3": ((4, 5, 6, 2), [lambda: layers.AveragePooling3D(2, padding="same")]),
    "global 1": ((9, 3), [lambda: layers.GlobalAveragePooling1D()]),
    "global 2": ((5, 6, 3), [lambda: layers.GlobalMaxPooling2D()]),
    "global 3": ((4, 5, 6, 2), [lambda: layers.GlobalAveragePooling3D()]),
    "global max 3": ((4, 5, 6, 2), [lambda: layers.GlobalMaxPooling3D()]),
    "batch norm": ((4, 5, 3), [lambda: layers.BatchNormalization()]),
    "batch norm bare": ((4, 5, 3), [lambda: layers.BatchNormalization(scale=False, center=False)]),
    "layer norm": ((4, 5, 3), [lambda: layers.LayerNormalization()]),
    "layer norm axes": ((4, 5, 3), [lambda: layers.LayerNormalization(axis=(1, 3))]),
    "group norm": ((4, 5, 6), [lambda: layers.GroupNormalization(groups=3)]),
    "instance norm": ((4, 5, 6), [lambda: layers.GroupNormalization(groups=-1)]),
    "rms norm": ((4, 5, 3), [lambda: layers.RMSNormalization()]),
    "unit norm": ((4, 5, 3), [lambda: layers.UnitNormalization()]),
    "rescaling": ((4, 5, 3), [lambda: layers.Rescaling(0.5, -1.0)]),
    "activation": ((4, 5, 3), [lambda: layers.Activation("silu")]),
    "activation softmax": ((4, 5, 3), [lambda: layers.Activation("softmax")]),
    "relu": ((4, 5, 3), [lambda: layers.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)]),
    "leaky relu": ((9,), [lambda: layers.LeakyReLU(0.2)]),
    "prelu": ((4, 5, 3), [lambda: layers.PReLU(shared_axes=[1, 2])]),
    "elu": ((9,), [lambda: layers.ELU(0.7)]),
    "softmax": ((9,), [lambda: layers.Softmax()]),
    "softmax along rows": ((4, 5, 3), [lambda: layers.Softmax(axis=1)]),
    "dropout": ((4, 5, 3), [lambda: layers.Dropout(0.4)]),
    "spatial dropout": ((4, 5, 3), [lambda: layers.SpatialDropout2D(0.4)]),
    "gaussian dropout": ((9,), [lambda: layers.GaussianDropout(0.4)]),
    "gaussian noise": ((9,), [lambda: layers.GaussianNoise(0.4)]),
    "alpha dropout": ((9,), [lambda: layers.AlphaDropout(0.4)]),
    "activity": ((9,), [lambda: layers.ActivityRegularization(0.4)]),
    "flatten": ((4, 5, 3), [lambda: layers.Flatten()]),
    "reshape": ((4, 5, 3), [lambda: layers.Reshape((6, 10))]),
    "permute": ((4, 5, 3), [lambda: layers.Permute((3, 1, 2))]),
    "repeat": ((9,), [lambda: layers.RepeatVector(4)]),
    "upsampling 1": ((5, 3), [lambda: layers.UpSampling1D(3)]),
    "upsampling 2": ((4, 5, 3), [lambda: layers.UpSampling2D((2, 3))]),
    "upsampling 3": ((2, 3, 2, 3), [lambda: layers.UpSampling3D(2)]),
    "padding 1": ((5, 3), [lambda: layers.ZeroPadding1D((2, 1))]),
    "padding 2": ((4, 5, 3), [lambda: layers.ZeroPadding2D(((1, 2), (0, 3)))]),
    "padding 3": ((2, 3, 2, 3), [lambda: layers.ZeroPadding3D(1)]),
    "cropping 1": ((7, 3), [lambda: layers.Cropping1D((2, 1))]),
    "cropping 2": ((6, 7, 3), [lambda: layers.Cropping2D(((1, 2), (0, 3)))]),
    "cropping 3": ((4, 4, 5, 3), [lambda: layers.Cropping3D(1)]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_comes_out_at_the_networks_own_number(kind: str) -> None:
    shape, stack = KINDS[kind]
    of = look(shape, *(make() for make in stack))
    last = of.model.layers[-1]
    rng = np.random.default_rng(1)
    sizes = last.output.shape[1:]
    corners = [tuple(0 for _ in sizes), tuple(n - 1 for n in sizes)]
    for index in (*corners, *(tuple(rng.integers(0, sizes)) for _ in range(4))):
        check(of, last.name, index)


def test_no_offered_layer_is_without_its_arithmetic() -> None:
    from playground.catalog.offered import OFFERED
    from playground.engine.arithmetic.dropped import RULES as chances

    names = {name for names in OFFERED["layers"].values() for name in names}
    assert names - set(RULES) - set(chances) == {"SimpleRNN", "LSTM", "GRU"}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "MaxPooling2D", "AveragePooling2D"]),
    size=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    padding=st.sampled_from(["same", "valid"]),
    data=st.data(),
)
def test_any_stride_padding_and_dilation_comes_out_at_the_networks_own_number(kind, size, kernel, stride, dilation, padding, data) -> None:
    dilation = 1 if stride > 1 or "Pooling" in kind else dilation  # Keras takes only one of the two
    args: dict[str, Any] = {"strides": stride, "padding": padding}
    if padding == "valid":
        kernel = tuple(min(k, (n - 1) // dilation + 1) for k, n in zip(kernel, size, strict=True))
    if "Pooling" in kind:
        layer = getattr(layers, kind)(kernel, **args)
    else:
        filters = {} if kind == "DepthwiseConv2D" else {"filters": 2}
        layer = getattr(layers, kind)(kernel_size=kernel, dilation_rate=dilation, **filters, **args)
    of = look((*size, 2), layer)
    out = of.model.output_shape[1:]
    index = tuple(data.draw(st.integers(0, n - 1)) for n in out)
    answer = check(of, layer.name, index)
    for axis, n in zip(windows(layer, (*size, 2), out), out[:2], strict=True):
        assert f"= {n}" in axis.rule() and evaluated(axis.rule()) == n
    assert len(answer["sizes"]) == 2


def evaluated(rule: str) -> float:
    """The left side of a formula with numbers, worked out."""
    left = rule.partition(" = ")[0]
    for sign, word in (("·", "*"), ("−", "-"), ("⌊", "math.floor("), ("⌋", ")"), ("⌈", "math.ceil("), ("⌉", ")")):
        left = left.replace(sign, word)
    return eval(left, {"math": math})  # a formula of ours


@pytest.mark.parametrize(("kernel", "stride", "more", "dilation"), [(3, 2, 0, 1), (3, 2, 1, 1), (2, 3, 1, 1), (2, 3, 2, 1), (3, 1, 0, 2)])
def test_the_size_of_a_transposed_convolution_with_output_padding_adds_up(kernel: int, stride: int, more: int, dilation: int) -> None:
    layer = layers.Conv2DTranspose(2, kernel, strides=stride, padding="valid", output_padding=more, dilation_rate=dilation)
    out = layer.compute_output_shape((None, 7, 5, 1))[1:]
    for axis, n in zip(windows(layer, (7, 5, 1), out), out[:2], strict=True):
        assert f"= {n}" in axis.rule() and evaluated(axis.rule()) == n


def branches() -> Look:
    """A skip connection, two branches of other reach, and a stride: what people build."""
    inputs = x = keras.Input((13, 12, 2), name="input")
    x = layers.Conv2D(4, 3, padding="same", name="first")(x)
    skip = x
    x = layers.ZeroPadding2D(1, name="wider")(x)
    x = layers.DepthwiseConv2D(3, name="deep")(x)
    x = layers.Add(name="sum")([x, skip])
    a = layers.Conv2D(3, 3, strides=2, padding="same", name="strided")(x)
    b = layers.AveragePooling2D(2, padding="same", name="pool")(x)
    x = layers.Concatenate(name="both")([a, b])
    x = layers.Conv2DTranspose(2, 3, strides=2, name="larger")(x)
    x = layers.Cropping2D(((2, 3), (1, 0)), name="cropped")(x)
    x = layers.UpSampling2D(2, name="doubled")(x)
    x = layers.Conv2D(3, 2, dilation_rate=3, name="dilated")(x)
    x = layers.Flatten(name="flat")(x)
    return random_weights(keras.Model(inputs, layers.Dense(3, name="end")(x)))


def support(of: Look, name: str, index: tuple[int, ...]) -> np.ndarray | None:
    """Where the input moves this cell, (axes, 2) as [first, end), by the gradient, for all of this network is linear."""
    part = keras.Model(of.model.inputs, of.model.get_layer(name).output)
    x = tf.constant(of.x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = part([x], training=False)[(0, *index)]
    found = np.argwhere(np.abs(tape.gradient(value, x).numpy()[0]) > 0)
    return np.stack([found.min(0), found.max(0) + 1], axis=1) if len(found) else None


def test_receptive_fields_are_what_the_gradient_reaches() -> None:
    of = branches()
    rng = np.random.default_rng(3)
    for layer in of.model.layers[1:]:
        sizes = layer.output.shape[1:]
        for index in (
            tuple(0 for _ in sizes),
            tuple(n - 1 for n in sizes),
            *(tuple(int(rng.integers(n)) for n in sizes) for _ in range(2)),
        ):
            truth = support(of, layer.name, index)
            box = receptive_field(of.model, layer.name, index).box
            if truth is None:
                assert box is None, (layer.name, index)
            else:
                assert box is not None and np.array_equal(np.array(box), truth), (layer.name, index, box, truth)


def test_a_chain_of_convolutions_sees_what_the_closed_form_says() -> None:
    of = look((40, 40, 1), layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.Conv2D(2, 3))
    name = of.model.layers[-1].name
    found = ask(of, layer=name, at=[2, 2], unit=0)
    assert found["field_size"] == [1 + 2 + 1 + 4 + 2 + 8] * 2  # r = 1 + Σ (k − 1) · product of the strides before
    assert found["field"] == found["field_whole"] == [[8, 26], [8, 26]]


def test_padding_is_outside_the_window_and_left_open_in_the_patch() -> None:
    of = look((6, 6, 1), layers.Conv2D(1, 3, padding="same", name="conv"))
    answer = ask(of, layer="conv", at=[0, 5], unit=0)
    assert answer["window"] == [[-1, 2], [4, 7]]
    assert answer["mask"].tolist() == [[1, 1, 1], [0, 0, 1], [0, 0, 1]]
    assert answer["field"] == [[0, 2], [4, 6]] and answer["field_whole"] == [[-1, 2], [4, 7]]
    assert answer["sizes"] == ["⌈6 / 1⌉ = 6, with zeros around: 1 on each side"] * 2


def test_large_patches_come_in_pages_with_the_largest_share_first() -> None:
    of = look((5, 5, 40), layers.Conv2D(1, 3, name="conv"))
    first, second = (ask(of, layer="conv", at=[1, 1], unit=0, first=at) for at in (0, 16))
    assert first["patch"].shape == second["patch"].shape == (3, 3, 16) and len(first["sums"]) == 40
    order = np.argsort(-np.abs(first["shares"]), kind="stable")
    assert [*first["channels"], *second["channels"]] == list(order[:32])


def test_a_dense_layer_sees_the_maps_that_were_flattened() -> None:
    of = look((4, 5, 3), layers.Flatten(), layers.Dense(2, name="dense"))
    answer = ask(of, layer="dense", at=[], unit=1)
    assert answer["patch"].shape == (4, 5, 3)
    np.testing.assert_allclose(answer["patch"][..., np.argsort(answer["channels"])], of.x[0])
    maps = cell_maps(of, Question({"picture": "test:0", "layer": "dense", "unit": 1}))
    assert maps["output"].shape == (1, 2) and maps["inputs"][0]["maps"].shape == (3, 4, 5)


def test_dropout_keeps_the_expectation() -> None:
    of = look((4, 5, 3), layers.Dropout(0.5, name="drop"))
    answer = ask(of, layer="drop", at=[1, 1], unit=0, seed=4)
    x = answer["value"]
    assert set(np.round(answer["draws"], 5)) == {0.0, np.float32(round(2 * x, 5))}
    np.testing.assert_allclose(answer["means"][-1], answer["draws"].mean(), rtol=1e-5)
    assert abs(answer["means"][-1] - x) < 5 * abs(x) / np.sqrt(200)  # the standard deviation of one draw is |x| at p = ½
    assert answer["masks"].shape == (6, 4, 5)


def test_the_winner_of_a_pooling_is_the_number_that_goes_on() -> None:
    of = look((6, 6, 2), layers.MaxPooling2D(3, name="pool"))
    answer = ask(of, layer="pool", at=[1, 0], unit=1)
    row, column, depth = answer["winner"]
    assert answer["patch"][row, column, depth] == pytest.approx(answer["value"])


def test_recurrent_layers_say_why_there_is_no_sum() -> None:
    of = look((6, 3), layers.LSTM(2, return_sequences=True, name="lstm"))
    answer = ask(of, layer="lstm", at=[2], unit=1)
    assert answer["recomputed"] is None and "step by step" in answer["formula"][0] and answer["field"] == [[0, 3]]


def test_weights_that_are_not_a_number_are_shown_as_they_are() -> None:
    of = look(
        (6, 6, 1),
        layers.Conv2D(2, 3, activation="relu", name="conv"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(),
        layers.Dense(3, "softmax", name="end"),
    )
    of.model.get_layer("conv").set_weights([np.full((3, 3, 1, 2), np.nan), np.zeros(2)])
    assert np.isnan(ask(of, layer="conv", unit=0)["value"])
    assert ask(of, layer="pool", unit=0)["family"] == "pooling" and ask(of, layer="end", unit=0)["family"] == "weighted"
    assert "not a number" in " ".join(ask(of, layer="conv", unit=0)["formula"])


@pytest.mark.parametrize("args", [{"unit": 2}, {"at": [6, 0]}, {"at": [0]}, {"at": [0, 0, 0]}, {"at": "x"}, {"unit": -1}])
def test_a_cell_that_is_not_there_is_refused(args: dict[str, Any]) -> None:
    of = look((8, 8, 1), layers.Conv2D(2, 3, name="conv"))
    with pytest.raises(InvalidValue):
        ask(of, layer="conv", **args)


def test_numbers_read_well() -> None:
    assert [digits(x) for x in (0.0, 0.123456, -12.3, 1.2e-7, 123456.0, float("nan"))] == [
        "0",
        "0.1235",
        "−12.3",
        "1.2·10⁻⁷",
        "123456",
        "not a number",
    ]


def test_the_first_unit_that_is_not_one_value_everywhere_is_taken_where_none_was_chosen() -> None:
    of = look((5, 5, 1), layers.Conv2D(4, 3, activation="relu", name="conv"))
    kernel, bias = of.model.get_layer("conv").get_weights()
    kernel[..., :2], bias[:2] = 0, (0, 3)  # a dead unit and one that answers 3 everywhere
    of.model.get_layer("conv").set_weights([kernel, bias])
    maps = of.outputs(of.x)["conv"][0]
    assert [len(np.unique(maps[..., unit])) for unit in range(2)] == [1, 1] and len(np.unique(maps[..., 2])) > 1
    assert cell_maps(of, Question({"picture": "test:0", "layer": "conv"}))["unit"] == 2
    assert cell_maps(of, Question({"picture": "test:0", "layer": "conv", "unit": 1}))["unit"] == 1
    of.made["conv"] = np.full((1, 3, 3, 4), 7, np.float32)
    assert cell_maps(of, Question({"picture": "test:0", "layer": "conv"}))["unit"] == 0
