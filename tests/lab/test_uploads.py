"""People's pictures: whatever comes in, what is kept is a small RGB PNG, and never too many."""

import contextlib
import io
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.lab import uploads
from playground.lab.uploads import Uploads
from playground.values.errors import InvalidValue, LimitExceeded, NotFound, PlaygroundError, Unavailable

ME, OTHER = "a" * 32, "b" * 32
RNG = np.random.default_rng(0)


@pytest.fixture
def kept(tmp_path):
    return Uploads(tmp_path)


def encoded(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def photo(width=40, height=30, mode="RGB"):
    coarse = Image.fromarray(RNG.integers(0, 256, (4, 4, 3), dtype=np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return coarse.convert(mode)


def opened(kept, content, **options):
    found = kept.add(ME, content, **options)
    with Image.open(kept.path(ME, found.id)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (found.width, found.height))
        assert image.info == {}, "nothing is carried along"
        return np.asarray(image)


@pytest.mark.parametrize("form", uploads.FORMATS)
def test_a_picture_in_each_format_is_kept(kept, form):
    exact = photo()
    lossless = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(form, {})
    found = opened(kept, encoded(exact, form, **lossless))
    assert np.abs(found.astype(int) - np.asarray(exact)).mean() < (8 if form == "GIF" else 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_a_picture_in_each_mode_is_kept_in_its_colours(kept, mode):
    grey = photo().convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        image = grey.convert("RGB").convert(mode) if mode in ("P", "CMYK", "RGBA") else grey.convert(mode)
    found = opened(kept, encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert np.abs(found.mean(2) - np.asarray(grey)).mean() < {"1": 130, "P": 30}.get(mode, 12)


def test_what_is_transparent_becomes_white(kept):
    image = np.zeros((10, 10, 4), np.uint8)
    image[:, 5:, 3] = 255
    found = opened(kept, encoded(Image.fromarray(image), "PNG"))
    assert (found[:, :5] == 255).all() and (found[:, 5:] == 0).all()
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([9, 9, 9, 0, 0, 0])
    assert (opened(kept, encoded(palette, "GIF", transparency=1)) == 255).all()


def test_a_picture_is_turned_upright_and_forgets_what_the_camera_wrote(kept):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    image = Image.new("RGB", (40, 20))
    image.paste("white", (0, 0, 20, 20))
    found = opened(kept, encoded(image, "JPEG", exif=exif, quality=95))
    assert found.shape == (40, 20, 3) and found[5].mean() > 240 and found[-5].mean() < 15


def test_of_an_animation_the_first_picture_counts(kept):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    assert opened(kept, encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("size, expected", [((3000, 1500), (1024, 512)), ((1024, 1024), (1024, 1024)), ((5000, 1), (1024, 1))])
def test_large_pictures_are_shrunk(kept, size, expected):
    found = kept.add(ME, encoded(Image.new("RGB", size, "teal"), "PNG"))
    assert (found.width, found.height) == expected


def claiming(width, height, content=None):
    """A PNG whose header claims a size."""
    png = encoded(photo(), "PNG") if content is None else content
    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("a.png", encoded(photo(), "PNG"))
    return file.getvalue()


HOSTILE = {
    "empty": b"",
    "text": b"Hello, this is no picture at all.",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><img src=x onerror=alert(1)></html>",
    "zip": archive(),
    "cut off PNG": encoded(photo(400, 300), "PNG")[:-400],
    "cut off JPEG": encoded(photo(400, 300), "JPEG")[:700],
    "a header and nothing else": encoded(photo(), "PNG")[:33],
    "TIFF": encoded(photo(), "TIFF"),
    "ICO": encoded(photo(), "ICO"),
    "PPM": b"P6 2 2 255 " + bytes(12),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "PDF": b"%PDF-1.7\n",
    "a claim of too little": claiming(0, 0),
    "broken EXIF": encoded(photo(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")[:-9],
}
TOO_LARGE = {
    "a claim of 400 megapixels": claiming(20_000, 20_000),
    "a claim of 2 billion": claiming(2**31 - 1, 1),
    "just too many": claiming(5000, 4001),
    "a BMP's claim": encoded(photo(), "BMP")[:18] + struct.pack("<ii", 30_000, 30_000) + encoded(photo(), "BMP")[26:],
    "a GIF's claim": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + encoded(photo(), "GIF")[10:],
    "too many bytes": bytes(uploads.MAX_BYTES + 1),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_whole_picture_is_refused(kept, tmp_path, case):
    with pytest.raises(InvalidValue) as caught:
        kept.add(ME, HOSTILE[case])
    assert "PNG" in caught.value.expected and caught.value.fix
    assert not list(tmp_path.rglob("*.p*"))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"hello, I am text", "“hello, I”"), (b"\0\1\xff\x10abcdefgh", "the bytes 00 01 ff 10 61 62 63 64"), (b"", "an empty file")],
)
def test_what_is_no_picture_is_named_in_words_that_anyone_reads(kept, content, said):
    with pytest.raises(InvalidValue) as caught:
        kept.add(ME, content)
    assert str(caught.value.got).endswith(said)


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_is_too_large_is_refused_before_it_is_decoded(kept, monkeypatch, case):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(LimitExceeded):
        kept.add(ME, TOO_LARGE[case])


def test_a_whole_picture_of_20_megapixels_is_taken(kept):
    found = kept.add(ME, encoded(Image.new("L", (5000, 4000)), "PNG"))
    assert (found.width, found.height) == (1024, 819)


def test_random_damage_never_gives_more_than_a_refusal(kept):
    rng = np.random.default_rng(1)
    for form in uploads.FORMATS:
        whole = encoded(photo(), form)
        for _ in range(30):
            broken = bytearray(whole)
            for place in rng.integers(0, len(whole), 6):
                broken[place] = rng.integers(256)
            with contextlib.suppress(PlaygroundError):
                kept.add(ME, bytes(broken))


def test_a_picture_is_its_owners_alone(kept):
    found = kept.add(ME, encoded(photo(), "PNG"))
    for owner, name in (
        (OTHER, found.id),
        (ME, "0" * 16),
        (ME, ""),
        (ME, "../" + found.id),
        (ME, found.id + "/.."),
        (ME, found.id.upper() + "\n"),
    ):
        with pytest.raises(NotFound):
            kept.path(owner, name)


def test_the_newest_of_an_owner_are_kept(kept, monkeypatch):
    monkeypatch.setattr(uploads, "KEPT", 3)
    content = encoded(photo(), "PNG")
    others = kept.add(OTHER, content)
    mine = []
    for second in range(5):
        mine.append(kept.add(ME, content).id)
        os.utime(kept.path(ME, mine[-1]), (second + 1, second + 1))
    for name in mine[:2]:
        with pytest.raises(NotFound):
            kept.path(ME, name)
    assert all(kept.path(ME, name) for name in mine[2:]) and kept.path(OTHER, others.id)


def test_what_is_replaced_goes_first_but_not_at_once(kept, monkeypatch):
    monkeypatch.setattr(uploads, "KEPT", 2)
    content = encoded(photo(), "PNG")
    first = kept.add(ME, content).id
    stroke = ""
    for _ in range(10):
        before, stroke = stroke, kept.add(ME, content, instead=stroke).id
        assert not before or kept.path(ME, before), "a look at it may be under way"
    assert kept.path(ME, first), "ten strokes of one drawing push nothing else out"
    kept.add(ME, content, instead="../../etc/passwd")
    kept.add(ME, content, instead="0" * 16)


def test_all_owners_together_are_bounded(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "KEPT_OF_ALL", 10)
    content = encoded(photo(4, 4), "PNG")
    for number in range(45):
        kept.add(f"{number:032x}", content)
    assert len(list(tmp_path.rglob("*.png"))) <= 10 + 20


def test_a_disk_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(Unavailable):
        Uploads(tmp_path / "home").add(ME, encoded(photo(), "PNG"))
