"""The arithmetic of the kernel bench against Keras, TensorFlow and numpy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.deno import evaluate

MODULES = ("geometry", "arithmetic", "pooling", "transposed")
LIBRARY = """
const { geometry, arithmetic, pooling, transposed: transposing } = modules;
const grid = ({values, shape}) => ({values: Float32Array.from(values), height: shape[0], width: shape[1], channels: shape[2]});
const bare = (y) => ({values: [...y.values], shape: [y.height, y.width, y.channels]});
const axes = (make, {steps: {stride, ...steps}, size: [height, width]}, x) => [
  make(x.height, {kernel: height, stride: stride[0], ...steps}), make(x.width, {kernel: width, stride: stride[1], ...steps})];
"""


def run(body: str, argument: object) -> list:
    return evaluate([f"inside/bench/math/{name}.js" for name in MODULES], LIBRARY + body, argument)


def sent(x: np.ndarray) -> dict:
    return {"values": x.ravel().tolist(), "shape": list(x.shape)}


def received(answer: dict) -> np.ndarray:
    return np.array(answer["values"], np.float32).reshape(answer["shape"])


def picture(height: int, width: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(height, width, channels)).astype(np.float32)


def steps(stride: tuple[int, int], padding: str, *, dilation: int = 1, p: int = 0) -> dict:
    return {"stride": list(stride), "padding": padding, "dilation": dilation, "p": p}


def padded(x: np.ndarray, settings: dict) -> tuple[np.ndarray, str]:
    """The picture and Keras's word for the padding: p zeros on every side are put there by numpy."""
    if settings["padding"] != "p":
        return x, settings["padding"]
    return np.pad(x, ((settings["p"],) * 2,) * 2 + ((0, 0),)), "valid"


def keras_correlation(x: np.ndarray, kernel: np.ndarray, settings: dict) -> np.ndarray:
    """Every channel is an example of its own, so that one kernel goes over each."""
    from keras import ops

    x, padding = padded(x, settings)
    y = ops.conv(
        x.transpose(2, 0, 1)[..., None],
        kernel[..., None, None],
        strides=tuple(settings["stride"]),
        padding=padding,
        dilation_rate=settings["dilation"],
    )
    return np.array(y)[..., 0].transpose(1, 2, 0)


def cases() -> list[tuple[np.ndarray, np.ndarray, dict]]:
    rng = np.random.default_rng(1)
    found = []
    sizes = [(1, 1), (2, 3), (3, 3), (4, 5), (5, 2)]
    for (height, width), stride, padding in itertools.product(sizes, [(1, 1), (2, 2), (3, 2), (1, 4)], ["valid", "same", "p"]):
        found.append((picture(9, 12), rng.normal(size=(height, width)).astype("f4"), steps(stride, padding, p=2)))
    for dilation, padding in itertools.product([2, 3], ["valid", "same", "p"]):
        found.append((picture(10, 11), rng.normal(size=(3, 2)).astype("f4"), steps((1, 1), padding, dilation=dilation, p=1)))
    found.append((picture(1, 13, 1), rng.normal(size=(1, 4)).astype("f4"), steps((1, 2), "same")))  # a signal
    return found


CORRELATE = """return argument.map(({x, kernel, ...rest}) => {
  const [rows, columns] = axes(geometry.walk, {...rest, size: kernel.shape}, grid(x));
  const weights = {values: kernel.values, height: kernel.shape[0], width: kernel.shape[1]};
  const y = arithmetic.correlate(grid(x), weights, rows, columns);
  const flipped = arithmetic.correlate(grid(x), arithmetic.flip(weights), rows, columns);
  const cell = {i: rows.out - 1, j: columns.out >> 1, channel: x.shape[2] - 1};
  return {y: bare(y), flipped: bare(flipped), last: arithmetic.sum(arithmetic.terms(grid(x), weights, rows, columns, cell)), rows};
});"""


def test_correlation_equals_keras_and_the_flipped_kernel_gives_convolution():
    table = cases()
    answers = run(CORRELATE, [{"x": sent(x), "kernel": sent(kernel), "steps": settings} for x, kernel, settings in table])
    for (x, kernel, settings), found in zip(table, answers, strict=True):
        wanted = keras_correlation(x, kernel, settings)
        y = received(found["y"])
        assert y.shape == wanted.shape, settings
        np.testing.assert_allclose(y, wanted, atol=2e-5, err_msg=str(settings))
        np.testing.assert_allclose(received(found["flipped"]), keras_correlation(x, kernel[::-1, ::-1].copy(), settings), atol=2e-5)
        assert found["last"] == pytest.approx(wanted[-1, wanted.shape[1] // 2, -1], abs=2e-5)


def test_convolution_of_a_signal_equals_numpy():
    x, kernel = picture(1, 15, 1), np.random.default_rng(3).normal(size=(1, 5))
    table = [{"x": sent(x), "kernel": sent(kernel), "steps": steps((1, 1), padding, p=4)} for padding in ("valid", "same", "p")]
    for found, mode in zip(run(CORRELATE, table), ("valid", "same", "full"), strict=True):
        row = found["rows"]["before"]  # p goes around the whole picture: the rows above the signal are zeros
        np.testing.assert_allclose(received(found["flipped"])[row, :, 0], np.convolve(x[0, :, 0], kernel[0], mode), atol=1e-5)


def test_a_window_larger_than_the_picture_gives_nothing():
    answers = run(CORRELATE, [{"x": sent(picture(3, 3)), "kernel": sent(np.ones((5, 5))), "steps": steps((1, 1), "valid")}])
    assert answers[0]["y"]["shape"][:2] == [0, 0]


def test_the_sides_of_same_padding_are_those_of_tensorflow():
    settings = [(n, kernel, stride) for n in range(1, 12) for kernel in range(1, 6) for stride in range(1, 5)]
    found = run("return argument.map(([n, kernel, stride]) => geometry.walk(n, {kernel, stride, padding: 'same'}));", settings)
    for (n, kernel, stride), walk in zip(settings, found, strict=True):
        total = (
            max(kernel - stride, 0) if n % stride == 0 else max(kernel - n % stride, 0)
        )  # as TensorFlow's documentation of padding has it
        assert (walk["before"], walk["after"], walk["out"]) == (total // 2, total - total // 2, -(-n // stride))


TRANSPOSE = """return argument.map(({x, kernel, ...rest}) => {
  const [rows, columns] = axes(geometry.stretch, {...rest, size: kernel.shape}, grid(x));
  const weights = {values: kernel.values, height: kernel.shape[0], width: kernel.shape[1]};
  const cell = {i: rows.out >> 1, j: columns.out - 1, channel: 0};
  return {y: bare(transposing.transposed(grid(x), weights, rows, columns)), matrix: bare(transposing.forwardMatrix(weights, rows, columns)),
    one: arithmetic.sum(transposing.sources(grid(x), weights, rows, columns, cell))};
});"""


def test_transposed_convolution_equals_keras_and_its_matrix():
    from keras import ops

    rng = np.random.default_rng(4)
    table = [
        (picture(4, 5), rng.normal(size=size).astype("f4"), steps(stride, padding))
        for size, stride, padding in itertools.product([(1, 1), (3, 3), (2, 4)], [(1, 1), (2, 2), (3, 2), (4, 4)], ["valid", "same"])
    ]
    answers = run(TRANSPOSE, [{"x": sent(x), "kernel": sent(kernel), "steps": settings} for x, kernel, settings in table])
    for (x, kernel, settings), found in zip(table, answers, strict=True):
        stacked = x.transpose(2, 0, 1)[..., None]
        wanted = np.array(
            ops.conv_transpose(stacked, kernel[..., None, None], strides=tuple(settings["stride"]), padding=settings["padding"])
        )
        wanted = wanted[..., 0].transpose(1, 2, 0)
        y = received(found["y"])
        assert y.shape == wanted.shape, (settings, kernel.shape)
        np.testing.assert_allclose(y, wanted, atol=2e-5, err_msg=f"{settings} {kernel.shape}")
        np.testing.assert_allclose(received(found["matrix"])[..., 0].T @ x[..., 0].ravel(), wanted[..., 0].ravel(), atol=2e-5)
        assert found["one"] == pytest.approx(wanted[wanted.shape[0] // 2, -1, 0], abs=2e-5)


def test_transposed_convolution_with_p_undoes_the_size_of_the_convolution_with_p():
    kernel = np.random.default_rng(5).normal(size=(3, 3))
    x = picture(4, 4, 1)
    (found,) = run(TRANSPOSE, [{"x": sent(x), "kernel": sent(kernel), "steps": steps((2, 2), "p", p=1)}])
    wide = np.zeros((9, 9), np.float64)  # (n - 1) s + k
    for i, j in itertools.product(range(4), range(4)):
        wide[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += x[i, j, 0] * kernel
    np.testing.assert_allclose(received(found["y"])[..., 0], wide[1:-1, 1:-1], atol=1e-5)


POOL = """return argument.map(({x, ...rest}) => {
  const [rows, columns] = axes(geometry.walk, rest, grid(x));
  const {pooled, switches} = pooling.maxPool(grid(x), rows, columns);
  const mean = pooling.averagePool(grid(x), rows, columns);
  return {max: bare(pooled), switches: [...switches], back: bare(pooling.unpool(pooled, switches, rows, columns)),
    mean: bare(mean), spread: bare(pooling.spread(mean, rows, columns))};
});"""


def test_pooling_its_switches_and_unpooling_equal_tensorflow():
    import tensorflow as tf

    x = np.random.default_rng(6).integers(-3, 4, size=(7, 10, 2)).astype(np.float32)  # with ties
    table = [(x, size, steps(stride, padding)) for size in [(2, 2), (3, 2)] for stride in [(2, 2), (1, 3)] for padding in ("valid", "same")]
    answers = run(POOL, [{"x": sent(x), "size": list(size), "steps": settings} for x, size, settings in table])
    for (x, size, settings), found in zip(table, answers, strict=True):
        padding = settings["padding"].upper()
        wanted, places = tf.nn.max_pool_with_argmax(x[None], size, settings["stride"], padding)
        np.testing.assert_array_equal(received(found["max"]), wanted.numpy()[0])
        np.testing.assert_array_equal(found["switches"], places.numpy().ravel())
        back = np.zeros(x.size, np.float32)
        back[places.numpy().ravel()] = wanted.numpy().ravel()
        np.testing.assert_array_equal(received(found["back"]).ravel(), back)
        mean = tf.nn.avg_pool2d(x[None], size, settings["stride"], padding).numpy()[0]
        np.testing.assert_allclose(received(found["mean"]), mean, atol=1e-6)


def test_average_unpooling_without_overlap_repeats_each_mean():
    import keras

    x = picture(6, 8)
    (found,) = run(POOL, [{"x": sent(x), "size": [2, 2], "steps": steps((2, 2), "valid")}])
    wanted = keras.layers.UpSampling2D(2)(keras.layers.AveragePooling2D(2)(x[None]))
    np.testing.assert_allclose(received(found["spread"]), np.array(wanted)[0], atol=1e-6)


def test_a_picture_is_shrunk_by_means_and_made_grey_as_bt_601_says():
    x = np.abs(picture(8, 12, 3)) * 50
    small, faint = run("return [bare(arithmetic.shrink(grid(argument), 6)), bare(arithmetic.grey(grid(argument)))];", sent(x))
    np.testing.assert_allclose(received(small), x.reshape(4, 2, 6, 2, 3).mean((1, 3)), rtol=1e-5)
    np.testing.assert_allclose(received(faint)[..., 0], x @ [0.299, 0.587, 0.114], rtol=1e-5)
