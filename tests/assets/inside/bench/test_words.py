"""The lines of Keras that the kernel bench shows, run."""

from __future__ import annotations

import itertools

import numpy as np

from tests.deno import evaluate

STEPS = {"stride": [1, 1], "padding": "valid", "p": 1, "dilation": 1}
RUN = """
const { checked } = modules.state, { work } = modules.model, { kerasLines } = modules.words;
return argument.map(({state, x}) => {
  const whole = checked(state);
  const {output} = work(whole, {...x, values: Float32Array.from(x.values)});
  const kernel = whole.line ? whole.comb : whole.plane;
  const shape = [output.height, output.width, output.channels];
  return {kernel, lines: kerasLines(whole, x.channels), values: [...output.values], shape};
});"""


def steps(**changes: object) -> dict:
    """The same for all operations."""
    return {name: STEPS | changes for name in ("convolution", "pooling", "transposed")}


def test_the_lines_of_keras_give_the_numbers_of_the_bench() -> None:
    import keras

    x = np.random.default_rng(0).normal(size=(7, 9, 3)).astype(np.float32)
    plane = {"preset": "own", "sigma": 1, "height": 2, "width": 3, "values": [1, -2, 3, 0, 5, 6]}
    comb = {"preset": "own", "sigma": 1, "height": 1, "width": 3, "values": [1, -2, 4]}
    asked = []
    for operation, padding, channels, line in itertools.product(
        ("convolution", "max", "average", "transposed"), ("valid", "same", "p"), (1, 3), (False, True)
    ):
        if (line and channels > 1) or (padding == "p" and operation in ("max", "average")) or (operation == "transposed" and channels > 1):
            continue
        part = x[:1, :, :1] if line else x[..., :channels]
        sent = {"values": part.ravel().tolist(), "height": part.shape[0], "width": part.shape[1], "channels": part.shape[2]}
        square = operation == "convolution" and channels > 1  # a depthwise convolution wants equal strides
        state = {
            "operation": operation,
            "line": line,
            "plane": plane,
            "comb": comb,
            "pool": [3, 2],
            "steps": steps(stride=[2, 2] if square else [1, 2], padding=padding),
        }
        asked.append((part, line, {"state": state, "x": sent}))
    answers = evaluate([f"inside/bench/{name}.js" for name in ("state", "model", "words")], RUN, [question for _, _, question in asked])
    for (part, line, _), found in zip(asked, answers, strict=True):
        weights = np.array(found["kernel"]["values"], np.float32).reshape(found["kernel"]["height"], found["kernel"]["width"])
        y = part[0][None] if line else part[None]
        for source in found["lines"]:
            layer = eval(source, {"layers": keras.layers})
            layer.build(y.shape)
            if layer.weights:
                kernel = weights[0] if line else weights
                depth = layer.weights[0].shape[-2 if "Depthwise" in source else -1]
                layer.weights[0].assign(np.repeat(kernel[..., None, None], depth, axis=-2))
            y = np.array(layer(y))
        np.testing.assert_allclose(
            np.array(found["values"]).reshape(found["shape"]), y[0].reshape(found["shape"]), atol=1e-4, err_msg=str(found["lines"])
        )
