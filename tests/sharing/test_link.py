"""Links give back what went in, and say a clear word about everything else."""

import base64
import random
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Experiment, part
from tests.strategies import experiments

LENET = PRESETS["lenet"].experiment


def packed(plain: bytes) -> str:
    """A link around any bytes, as somebody with bad intentions would make it."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, link.DICTIONARY)
    raw = zlib.crc32(plain).to_bytes(4, "big") + deflate.compress(plain) + deflate.flush()
    return link.PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


FIRST_LINK = "np1.yxROQ8OfrBGJNxiSbRSAGbEotbgYFBNkJ2ey0wZ1oo_qUVRbCwA"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_survives_its_link(name: str) -> None:
    experiment = PRESETS[name].experiment
    text = link.encode(experiment)
    assert link.decode(text) == experiment
    assert len(text) < 400
    assert all(c.isalnum() or c in "-_." for c in text)


@given(experiments())
def test_any_experiment_survives_its_link(experiment: Experiment) -> None:
    assert link.decode(link.encode(experiment)) == experiment


def test_a_link_never_changes_its_meaning() -> None:
    """Version 1 as it was given out first: the dictionary is part of it."""
    assert link.decode(FIRST_LINK) == PRESETS["softmax_regression"].experiment


def test_every_cut_is_noticed() -> None:
    text = link.encode(LENET)
    for length in range(len(link.PREFIX) + 8, len(text)):
        with pytest.raises(InvalidValue, match="cut off"):
            link.decode(text[:length])


def test_every_changed_letter_is_noticed() -> None:
    text = link.encode(LENET)
    for place in range(len(link.PREFIX), len(text) - 1):  # the last letter may carry bits that say nothing
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(InvalidValue, match=r"damaged|cut off|too long"):
            link.decode(changed)


@given(st.text(max_size=60))
def test_any_text_is_refused_by_name(text: str) -> None:
    for candidate in (text, link.PREFIX + text):
        with pytest.raises(InvalidValue):
            link.decode(candidate)


def test_a_link_broken_by_a_mail_program_is_mended() -> None:
    text = link.encode(LENET)
    assert link.decode(f"  {text[:40]}\r\n {text[40:]}\n") == LENET


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(InvalidValue, match="too long"):
        link.decode(packed(b" " * 2_000_000))


def test_what_is_not_offered_is_named() -> None:
    network = LENET.network
    evil = LENET.having(network=spec.Network(network.input_shape, (spec.Layer(part("layers.Lambda"), "evil"), *network.layers)))
    with pytest.raises(InvalidValue, match=r"Layer evil: layers\.Lambda is not offered"):
        link.decode(packed(spec.dumps(evil).encode()))


@pytest.mark.parametrize("plain", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"data": 1, "networks": []}'])
def test_what_is_no_experiment_is_refused(plain: bytes) -> None:
    with pytest.raises(InvalidValue):
        link.decode(packed(plain))


def test_an_experiment_too_long_for_an_address_is_refused_when_the_link_is_made() -> None:
    letters = random.Random(0)
    names = ["a" + "".join(letters.choices(string.ascii_letters + string.digits, k=59)) for _ in range(300)]
    layers = tuple(spec.Layer(part("layers.Flatten"), name) for name in names)
    with pytest.raises(InvalidValue, match="too long for a link"):
        link.encode(LENET.having(network=spec.Network((4,), layers)))
