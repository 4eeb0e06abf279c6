"""Wire messages give back what went in, bit for bit, and anything else is refused without harm."""

import io
import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from playground.values import events, wire
from playground.values.errors import InvalidValue

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8).filter(lambda k: k != "$array"), inner, max_size=4),
    max_leaves=12,
)
ARRAYS = st.sampled_from(wire.DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
)


@given(PLAIN, st.lists(ARRAYS, max_size=4))
def test_a_message_gives_back_what_went_in(plain: object, arrays: list[np.ndarray]) -> None:
    body = wire.unpack(wire.pack({"plain": plain, "deep": [{"arrays": arrays}]}))
    assert body["plain"] == plain
    for sent, got in zip(arrays, body["deep"][0]["arrays"], strict=True):
        assert (got.dtype, got.shape, got.tobytes()) == (sent.dtype, sent.shape, sent.tobytes())


def test_the_bytes_are_laid_out_as_documented() -> None:
    """What `assets/shared/server/wire.js` relies on: everything in the message starts at a multiple of 8."""
    message = wire.pack({"a": np.array([1, 2, 3], np.uint8), "b": np.array([1.5], np.float64)})
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    assert header == {
        "body": {"a": {"$array": 0}, "b": {"$array": 1}},
        "arrays": [{"dtype": "uint8", "shape": [3]}, {"dtype": "float64", "shape": [1]}],
    }
    assert (4 + length) % 8 == 0
    assert message[4 + length :] == bytes([1, 2, 3, 0, 0, 0, 0, 0]) + struct.pack("<d", 1.5)


def test_arrays_in_any_memory_order_are_sent_in_c_order() -> None:
    turned = np.arange(12, dtype=np.int32).reshape(3, 4).T
    assert wire.unpack(wire.pack({"a": turned}))["a"].tolist() == turned.tolist()


def test_arrays_of_the_other_byte_order_are_sent_in_ours() -> None:
    assert wire.unpack(wire.pack({"a": np.array([1, 2], ">i4")}))["a"].tolist() == [1, 2]


def test_numbers_that_json_lacks_become_null_but_stay_in_arrays() -> None:
    body = wire.unpack(
        wire.pack({"x": math.nan, "y": [math.inf, np.float32(2.5)], "n": np.int64(3), "a": np.array([math.nan], np.float32)})
    )
    assert body["x"] is None
    assert body["y"] == [None, 2.5]
    assert body["n"] == 3
    assert math.isnan(body["a"][0])


def test_received_arrays_cannot_be_changed() -> None:
    body = wire.unpack(wire.pack({"a": np.zeros(3, np.float32)}))
    with pytest.raises(ValueError, match="read-only"):
        body["a"][0] = 1


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([object()]), np.array([1j]), np.zeros(3, np.float16)])
def test_arrays_of_other_types_are_not_sent(array: np.ndarray) -> None:
    with pytest.raises(InvalidValue, match="wire does not carry"):
        wire.pack({"a": array})


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read_and_never_break(message: bytes) -> None:
    try:
        wire.unpack(message)
    except InvalidValue as error:
        assert error.what == "A message could not be read."


GOOD = wire.pack({"a": np.arange(5, dtype=np.float32), "b": "text"})


@given(st.integers(0, len(GOOD) - 1))
def test_every_cut_of_a_message_is_refused(length: int) -> None:
    with pytest.raises(InvalidValue):
        wire.unpack(GOOD[: min(length, len(GOOD) - 5)])  # the last four bytes are padding


def forged(header: dict) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text


@pytest.mark.parametrize(
    "header",
    [
        {"body": {}},
        {"body": {}, "arrays": [{"dtype": "object", "shape": [1]}]},
        {"body": {}, "arrays": [{"dtype": "float64", "shape": [10**12]}]},
        {"body": {}, "arrays": [{"dtype": "float64", "shape": [-5]}]},
        {"body": {}, "arrays": [{"dtype": "float64", "shape": "x"}]},
        {"body": {"a": {"$array": 7}}, "arrays": []},
        {"body": {"a": {"$array": "0"}}, "arrays": []},
        [],
    ],
)
def test_forged_headers_are_refused(header: object) -> None:
    with pytest.raises(InvalidValue):
        wire.unpack(forged(header))


@pytest.mark.parametrize("name", ["$array", "a"])
def test_a_body_that_could_not_be_read_again_is_not_packed(name: str) -> None:
    body: dict = {name: 0}
    for _ in range(wire.DEEPEST if name == "a" else 3):
        body = {"question": [body]} if name == "$array" else {"question": body}
    with pytest.raises(InvalidValue, match=r"reserved|deeply"):
        wire.pack(body)
    assert wire.unpack(wire.pack({"array$": [[[{"a": {"b": 1}}]]]})) == {"array$": [[[{"a": {"b": 1}}]]]}


# Streams


def test_messages_follow_one_another_on_a_stream_until_its_end() -> None:
    stream = io.BytesIO()
    for n in range(3):
        wire.write(stream, {"n": n, "a": np.full(n, n, np.int32)})
    stream.seek(0)
    assert [wire.read(stream)["a"].tolist() for _ in range(3)] == [[], [1], [2, 2]]
    assert wire.read(stream) is None


def test_a_stream_that_ends_within_a_message_ends() -> None:
    stream = io.BytesIO()
    wire.write(stream, {"a": np.zeros(100)})
    for length in (0, 2, 4, 50, len(stream.getvalue()) - 1):
        assert wire.read(io.BytesIO(stream.getvalue()[:length])) is None


def test_a_message_of_absurd_length_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidValue, match="too large"):
        wire.read(io.BytesIO(struct.pack("<I", 2**32 - 1)))


# Events


EVENTS = [
    events.Started(0, 0, 10, 94, {"train": 3_000}, ("0", "1"), 1_234, "CPU, 2 cores", 32, 0.001),
    events.Progress(1, 94, 1.5, None, 2_000.0, 63.0, 0.001),
    events.BatchPoints(np.arange(3, dtype=np.int32), {"loss": np.ones(3, np.float32)}),
    events.EpochPoint(1, 94, {"loss": 0.5, "val_loss": 0.6}),
    events.EpochPoints(np.array([1], np.int32), np.array([94], np.int32), {"loss": np.ones(1, np.float32)}, {"epoch": 1, "loss": 0.5}, {}),
    events.Picture("confusion", 1, 94, {"matrix": np.eye(2, dtype=np.int32)}, {"split": "test"}),
    events.Paused(1, 94),
    events.Resumed(),
    events.Changed("speed", None),
    events.Saved(1, 94),
    events.Done(False, {"test_loss": 0.5, "per_class": [{"class": "0", "f1": 0.9}]}),
    events.Failed({"what": "It broke."}, {"last_good_epoch": 3}),
    events.Interrupted(None),
]


def test_every_kind_of_event_is_among_those_that_are_tried() -> None:
    assert {type(event).__name__ for event in EVENTS} == set(events.TYPES)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_wire(event: events.Event) -> None:
    again = events.from_message(wire.unpack(wire.pack(events.to_message(event))))
    assert type(again) is type(event)
    assert repr(again) == repr(event)


@pytest.mark.parametrize(
    "body", [{}, {"type": "Party"}, {"type": "Saved", "epoch": 1}, {"type": "Saved", "epoch": 1, "step": 2, "more": 3}]
)
def test_what_is_no_event_is_refused(body: dict) -> None:
    with pytest.raises(InvalidValue, match="could not be read"):
        events.from_message(body)
