"""One message = a JSON header and raw arrays behind it, used on the engine's pipe and on the browser's WebSocket alike.

Layout, little endian: `uint32` length of the header, the header (UTF-8 JSON, padded with spaces so that the arrays start at a
multiple of 8), then each array's bytes in order, each padded to a multiple of 8. The header is
`{"body": …, "arrays": [{"dtype": "float32", "shape": [3]}, …]}`; in the body `{"$array": i}` stands for array i.
On a pipe every message is preceded by its length as `uint32`. `assets/shared/server/wire.js` reads the same bytes.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from playground.values.errors import InvalidValue

MAX_MESSAGE = 256 * 1024 * 1024  # bytes
DTYPES = ("float32", "float64", "int32", "int64", "uint8", "uint32", "bool")
DEEPEST = 100  # objects and lists within each other


def pack(body: Mapping[str, Any]) -> bytes:
    """A body of JSON values and numpy arrays (anywhere within) as one message. NaN and infinities outside arrays become null.

    Raises InvalidValue for what `unpack` could not read, for bodies carry what browsers send: nested too deeply, `$array` as a name.
    """
    arrays: list[np.ndarray] = []
    plain = _lift(body, arrays)
    header = json.dumps(
        {"body": plain, "arrays": [{"dtype": a.dtype.name, "shape": list(a.shape)} for a in arrays]},
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    header += b" " * (-(len(header) + 4) % 8)
    chunks = [struct.pack("<I", len(header)), header]
    for array in arrays:
        chunks += [array.tobytes(), b"\0" * (-array.nbytes % 8)]
    return b"".join(chunks)


def unpack(message: bytes) -> dict[str, Any]:
    """The inverse of `pack`; arrays are read-only views of the message. Raises InvalidValue on anything else."""
    try:
        (length,) = struct.unpack_from("<I", message)
        header = json.loads(message[4 : 4 + length])
        arrays, offset = [], 4 + length
        for spec in header["arrays"]:
            if spec["dtype"] not in DTYPES:
                raise ValueError(f"dtype {spec['dtype']}")
            if any(size < 0 for size in spec["shape"]):
                raise ValueError(f"shape {spec['shape']}")
            count = math.prod(spec["shape"])
            array = np.frombuffer(message, dtype=spec["dtype"], count=count, offset=offset).reshape(spec["shape"])
            arrays.append(array)
            offset += array.nbytes + (-array.nbytes % 8)
        body: dict[str, Any] = _lower(header["body"], arrays)
        return body
    except (struct.error, ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidValue("A message could not be read.", expected="a wire message", got=str(error)) from None


def write(stream: IO[bytes], body: Mapping[str, Any]) -> None:
    """Pack `body`, write it length first, and flush."""
    write_packed(stream, pack(body))


def write_packed(stream: IO[bytes], message: bytes) -> None:
    """A packed message, length first."""
    stream.write(struct.pack("<I", len(message)) + message)
    stream.flush()


def read(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next message of a stream, or None at its end (also when it ends within a message)."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("<I", head)
    if length > MAX_MESSAGE:
        raise InvalidValue("A message is too large.", expected=f"at most {MAX_MESSAGE:,} bytes", got=f"{length:,}")
    message = stream.read(length)
    return unpack(message) if len(message) == length else None


def _lift(value: Any, arrays: list[np.ndarray], depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise InvalidValue("A message is nested too deeply.", expected=f"at most {DEEPEST} objects and lists within each other")
    if isinstance(value, np.ndarray):
        if value.dtype.name not in DTYPES:
            raise InvalidValue("An array has a type that the wire does not carry.", expected=" or ".join(DTYPES), got=value.dtype.name)
        arrays.append(np.asarray(value, value.dtype.newbyteorder("<"), order="C"))
        return {"$array": len(arrays) - 1}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        if "$array" in value:
            raise InvalidValue("A message has a reserved name in it.", expected="any other name", got="$array")
        return {str(name): _lift(item, arrays, depth + 1) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_lift(item, arrays, depth + 1) for item in value]
    return value


def _lower(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$array"}:
            return arrays[value["$array"]]
        return {name: _lower(item, arrays) for name, item in value.items()}
    if isinstance(value, list):
        return [_lower(item, arrays) for item in value]
    return value
