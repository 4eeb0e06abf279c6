"""An experiment as text for a URL, and back: what comes in is checked as strictly as any input, for anybody can write a link.

Layout: `np1.` and base64url (without padding) of a CRC-32 and the deflated canonical JSON. `1` is the version: it stands for the
dictionary and the field names below; a later version gets a number of its own, and old links keep working.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from playground import validation
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Experiment

PREFIX = "np1."
MAX_LINK = 16_000  # characters; servers cut longer addresses
# Text that links have in common, so that they need not carry it. Never change it: it is part of version 1.
DICTIONARY = (
    b'"layers.GlobalAveragePooling2D""layers.BatchNormalization""layers.Concatenate""layers.Reshape""layers.Add"'
    b'"kernel_initializer":{"kind":"initializers.HeNormal"},"kernel_regularizer":{"args":{"l2":0.001},"kind":"regularizers.L2"}'
    b'"strides":[2,2],"use_bias":false,"padding":"same","tanh""softmax""sigmoid","rate":0.25},"kind":"layers.Dropout"},'
    b'{"data":{"name":"mnist_sample","seed":0,"validation":0.1},"name":"","networks":[{"input_shape":[28,28,1],"layers":['
    b'{"name":"conv2d_1","part":{"args":{"activation":"relu","filters":16,"kernel_size":[3,3]},"kind":"layers.Conv2D"}},'
    b'{"name":"max_pooling2d_1","part":{"kind":"layers.MaxPooling2D"}},{"name":"flatten","part":{"kind":"layers.Flatten"}},'
    b'{"name":"dense_1","part":{"args":{"activation":"relu","units":128},"kind":"layers.Dense"}},'
    b'{"name":"dense_2","part":{"args":{"units":10},"kind":"layers.Dense"}}]}],"training":{"batch_size":64,"epochs":10,'
    b'"loss":{"args":{"from_logits":true},"kind":"losses.SparseCategoricalCrossentropy"},'
    b'"optimizer":{"args":{"learning_rate":0.001,"momentum":0.9},"kind":"optimizers.SGD"},"seed":0}}'
)


def encode(experiment: Experiment) -> str:
    """The experiment as URL-safe text; equal experiments give equal text. Raises InvalidValue where it is too long for a link."""
    plain = spec.dumps(experiment).encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, DICTIONARY)
    packed = zlib.crc32(plain).to_bytes(4, "big") + deflate.compress(plain) + deflate.flush()
    text = PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > MAX_LINK or len(plain) > spec.MAX_JSON:  # many like changes make a short link of much text
        raise InvalidValue(
            "The experiment is too long for a link.",
            expected=f"at most {MAX_LINK:,} characters",
            got=f"{len(text):,}",
            fix="Save it as a file instead.",
        )
    return text


def decode(text: str) -> Experiment:
    """The inverse of `encode`, checked to be offered. Raises InvalidValue for whatever is cut off, damaged or not offered."""
    text = "".join(text.split())  # mail programs break long links
    if not text.startswith(PREFIX):
        raise fault("This is not a link of the playground.", f'text that begins with "{PREFIX}"', text)
    if len(text) > MAX_LINK:
        raise fault("The link is too long.", f"at most {MAX_LINK:,} characters", f"{len(text):,} characters")
    experiment = spec.loads(unpack(text.removeprefix(PREFIX)))
    validation.check_offered(experiment)
    return experiment


def unpack(text: str) -> str:
    """The JSON within a link."""
    if not re.fullmatch(r"[\w-]*", text, re.ASCII):
        raise fault("The link is damaged.", "letters, digits, - and _", text)
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflate = zlib.decompressobj(-15, DICTIONARY)
        plain = inflate.decompress(packed[4:], spec.MAX_JSON)
    except binascii.Error:  # one letter too few to be whole bytes
        raise cut_off(text) from None
    except zlib.error:
        raise fault("The link is damaged.", "the whole link, unchanged", text) from None
    if inflate.unconsumed_tail:
        raise spec.too_long()
    if not inflate.eof:
        raise cut_off(text)
    if inflate.unused_data or zlib.crc32(plain).to_bytes(4, "big") != packed[:4]:
        raise fault("The link is damaged.", "the whole link, unchanged", text)
    return plain.decode(errors="replace")


def cut_off(text: str) -> InvalidValue:
    return fault("The link is cut off.", "the whole link", f"its first {len(PREFIX + text)} characters")


def fault(what: str, expected: str, got: str) -> InvalidValue:
    return InvalidValue(what, expected=expected, got=got, fix="Copy the link again from where you found it.")
