"""Pictures in zip archives: read as they are, and refused when they are not what they should be."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from playground import data
from playground.data.reading import archives
from playground.values.errors import Unavailable

TRAIN = [(name, number) for name in ("rock", "paper", "scissors") for number in range(4)]
TEST = [(name, number) for name in ("rock", "paper", "scissors") for number in range(2)]


def drawing(seed: int, size=(30, 20), mode: str = "RGB") -> Image.Image:
    """A smooth picture, so that JPEG keeps it."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (3, 4, len(mode)), dtype=np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **({"quality": 95} if form == "JPEG" else {}))
    return file.getvalue()


def zipped(path, members: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def pictures(pool, form="PNG", size=(30, 20), mode="RGB"):
    ending = {"PNG": "png", "JPEG": "jpg"}[form]
    return {f"hands/{name}/{name}-{number}.{ending}": encoded(drawing(100 * len(name) + number, size, mode), form) for name, number in pool}


@pytest.fixture
def small(home, monkeypatch):
    """A set of 12 and 6 pictures of 15 × 10 pixels, whose files are not there yet."""
    whole = data.SETS["rock_paper_scissors"]
    files = tuple(replace(file, packed=100_000) for file in whole.files)
    dataset = replace(whole, name="small", shape=(10, 15, 3), balance=(4, 4, 4), official_test=6, files=files, head=6)
    monkeypatch.setitem(data.SETS, "small", dataset)
    return dataset


@pytest.fixture
def place(home, small):
    """Puts archives of these members where the set looks for them."""

    def put(train, test=None):
        zipped(home / "data" / "small" / "rps.zip", train)
        zipped(home / "data" / "small" / "rps-test-set.zip", pictures(TEST) if test is None else test)
        return home / "data" / "small" / "rps.zip"

    return put


def refused(dataset) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        dataset.read(dataset, None)
    return caught.value


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_pictures_come_in_the_order_of_their_names_as_mean_colours(small, place, mode):
    place(pictures(TRAIN, mode=mode))
    x, y = small.read(small, None).train
    names = sorted(pictures(TRAIN))
    assert [small.classes[label] for label in y] == [name.split("/")[1] for name in names]
    for picture, name in zip(x, names, strict=True):
        kind, number = name.split("/")[1], int(name[-5])
        exact = np.asarray(drawing(100 * len(kind) + number, mode=mode), np.float32)[..., :3]
        assert np.abs(picture[3:-3, 3:-3].mean((0, 1)) - exact[6:-6, 6:-6].mean((0, 1))).max() < 3
        assert np.abs(picture - exact.reshape(10, 2, 15, 2, 3).mean((1, 3))).mean() < 6


def test_jpeg_archives_give_nearly_the_same_pictures(small, place):
    place(pictures(TRAIN, size=(60, 40)))
    exact = small.read(small, None).train
    place(pictures(TRAIN, form="JPEG", size=(60, 40)))
    found = small.read(small, None).train
    assert np.array_equal(found[1], exact[1])
    assert np.abs(found[0].astype(int) - exact[0]).mean() < 3 and not np.array_equal(found[0], exact[0])


def test_other_files_in_an_archive_are_left_alone(small, place):
    extra = {
        "hands/": b"",
        "__MACOSX/hands/rock/._rock-0.png": b"x",
        "hands/README.txt": b"read",
        "../../rock/evil.png": b"x",
        "/rock/a.png": b"x",
    }
    place(pictures(TRAIN))
    expected = small.read(small, None).train[0]
    place(extra | pictures(TRAIN))
    assert np.array_equal(small.read(small, None).train[0], expected)


def test_a_preview_decodes_a_few_pictures_only(small, place, monkeypatch, home):
    place(pictures(TRAIN))
    opened, open_one = [], archives.one
    monkeypatch.setattr(archives, "one", lambda *args: opened.append(args[-1]) or open_one(*args))
    seen = data.preview("small")
    assert len(opened) == 6 and list(seen.labels) == [0, 1, 2, 0, 1, 2]
    assert not (home / "data" / "cache").exists()


def test_the_second_time_nothing_is_decoded_and_a_new_archive_is_read_anew(small, place, monkeypatch):
    place(pictures(TRAIN))
    first = small.read(small, None)
    with monkeypatch.context() as patch:
        patch.setattr(archives, "one", lambda *_: pytest.fail("decoded again"))
        again = small.read(small, None)
    for one, two in ((first.train, again.train), (first.test, again.test)):
        assert np.array_equal(one[0], two[0]) and np.array_equal(one[1], two[1])
    place({name: encoded(drawing(7), "PNG") for name in pictures(TRAIN)})
    assert not np.array_equal(small.read(small, None).train[0], first.train[0])


def with_size(png: bytes, width: int, height: int) -> bytes:
    """The same PNG, whose header claims another size."""
    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


ONE = "hands/rock/rock-0.png"
PNG = encoded(drawing(1), "PNG")
HOSTILE = {  # where a case names a figure, the refusal must name it too
    "a picture is missing": lambda members: {name: content for name, content in members.items() if name != ONE},
    "a picture too many": lambda members: members | {"hands/rock/rock-9.png": PNG},
    "another class has it": lambda members: {name: c for name, c in members.items() if name != ONE} | {"hands/paper/paper-9.png": PNG},
    "not a picture": lambda members: members | {ONE: b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
    "cut off": lambda members: members | {ONE: PNG[:200]},
    "a format that is not read": lambda members: members | {ONE: encoded(drawing(1), "GIF")},
    "4,000 × 3,000 pixels": lambda members: members | {ONE: with_size(PNG, 4_000, 3_000)},
    "unpacks to 4,000,000 bytes": lambda members: members | {ONE: b"\0" * 4_000_000},
    "20,013 files": lambda members: members | {f"hands/{i}": b"" for i in range(20_001)},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_an_archive_that_is_not_what_it_should_be_is_named(case, small, place):
    place(pictures(TRAIN))
    members = HOSTILE[case](pictures(TRAIN))
    small_enough = replace(small, files=tuple(replace(file, packed=10_000_000) for file in small.files))
    path = place(members)
    error = refused(small_enough)
    assert str(path) in error.what and "again" in error.fix and error.got
    assert case in error.got or not any(map(str.isdigit, case))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 100, b"\0" * 130_000], ids=["empty", "cut off", "text", "too long"])
def test_what_is_no_archive_is_named(content, small, place):
    path = place(pictures(TRAIN))
    path.write_bytes(content)
    assert str(path) in refused(small).what


def test_the_test_archive_is_checked_as_well(small, place, home):
    place(pictures(TRAIN), test=pictures(TEST[:-1]))
    error = refused(small)
    assert "rps-test-set.zip" in error.what and "5 pictures where 6" in error.got


def test_an_encrypted_member_is_told(small, place):
    path = place(pictures(TRAIN))
    raw = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + flags] |= 1
    path.write_bytes(raw)
    assert "encrypted" in refused(small).got
