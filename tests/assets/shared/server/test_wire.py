"""The browser reads the messages that Python packs."""

from __future__ import annotations

import base64

import numpy as np

from playground.values import wire
from tests.deno import evaluate

DECODE = """
const bytes = Uint8Array.from(atob(argument), (letter) => letter.charCodeAt(0));
const { name, none, deep } = modules.wire.decode(bytes.buffer);
const plain = (array) => ({ kind: array.constructor.name, values: Array.from(array, Number), shape: array.shape ?? null });
return { name, none, arrays: deep.map(plain) };"""


def test_a_message_comes_as_it_was_sent() -> None:
    arrays = [np.array([1, 2, 3], np.uint8), np.arange(6, dtype=np.float32).reshape(2, 3), np.array([-7], np.int32), np.array([1e-3, 2.0])]
    message = wire.pack({"name": "x → y", "none": None, "deep": arrays})
    found = evaluate(["shared/server/wire.js"], DECODE, base64.b64encode(message).decode())
    assert (found["name"], found["none"]) == ("x → y", None)
    assert [array["kind"] for array in found["arrays"]] == ["Uint8Array", "Float32Array", "Int32Array", "Float64Array"]
    assert [array["shape"] for array in found["arrays"]] == [None, [2, 3], None, None]
    for sent, array in zip(arrays, found["arrays"], strict=True):
        assert array["values"] == sent.ravel().tolist()
