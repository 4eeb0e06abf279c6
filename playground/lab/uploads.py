"""Pictures that people bring, drawn, uploaded or from a camera: hostile until decoded, bounded and written anew."""

from __future__ import annotations

import io
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playground.values.errors import InvalidValue, LimitExceeded, NotFound, Unavailable

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_BYTES = 10_000_000
MAX_PIXELS = 20_000_000  # told by the header, before anything is decoded
SIDE = 1024  # pixels that are kept of the longer side
KEPT = 50  # pictures of one owner
KEPT_OF_ALL = 2_000  # of all owners together, for anybody can be a new one
NAME = re.compile(r"[0-9a-f]{16}")
OWNER = re.compile(r"[\w-]{1,64}", re.ASCII)

log = logging.getLogger("playground.lab")


@dataclass(frozen=True)
class Upload:
    """A picture as it is kept. width, height: in pixels."""

    id: str
    width: int
    height: int


class Uploads:
    """Everybody's pictures, under `home`/pictures/owner/id.png."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "pictures"
        self._turn = threading.Lock()  # one is decoded at a time: 20 megapixels take 80 MB
        self._count = 0

    def add(self, owner: str, content: bytes, *, instead: str = "") -> Upload:
        """Decode a picture (of an animation the first one), turn it upright, put it on white, shrink it and keep it as PNG.

        instead: an earlier picture of the same owner that this one takes the place of, as each stroke of a drawing does; it is the
        next to be dropped. The newest 50 of an owner are kept.

        Raises:
            LimitExceeded: more than 10 MB or 20 megapixels.
            InvalidValue: not a whole picture in one of the formats.
            Unavailable: the disk will not take it.
        """
        if len(content) > MAX_BYTES:
            raise LimitExceeded(
                "The picture's file is too large.",
                expected=f"at most {MAX_BYTES // 1_000_000} MB",
                got=f"{len(content) / 1e6:.1f} MB",
                fix="Save it smaller.",
            )
        with self._turn:
            image = decoded(content)
            name = secrets.token_hex(8)
            try:
                self._write(image, self._path(owner, name))
                self._forget(owner, instead)
            except OSError as error:
                raise Unavailable(
                    "The picture cannot be kept.", got=error.strerror, fix="Make room or make PLAYGROUND_HOME writable."
                ) from error
        return Upload(name, image.width, image.height)

    def path(self, owner: str, name: str) -> Path:
        """Where a picture of this owner lies. Raises NotFound, also for somebody else's."""
        if not NAME.fullmatch(name) or not (found := self._path(owner, name)).is_file():
            raise NotFound("There is no such picture of yours.", got=name, fix=f"Send it again; the newest {KEPT} are kept.")
        return found

    def _path(self, owner: str, name: str) -> Path:
        assert OWNER.fullmatch(owner), "owners are made here"
        return self._folder / owner / f"{name}.png"

    def _write(self, image: Image.Image, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        try:
            image.save(aside, "PNG", compress_level=1)
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)

    def _forget(self, owner: str, instead: str) -> None:
        """Drop what is too much, the oldest first. What was replaced counts as older than all others, but the last of it stays."""
        replaced = self._path(owner, instead) if NAME.fullmatch(instead) else None
        if is_replacing := replaced is not None and replaced.is_file():
            os.utime(replaced, ns=(0, time.time_ns() // 1_000))  # for a look at it may be under way
        _keep_newest((self._folder / owner).glob("*.png"), KEPT + is_replacing)
        self._count += 1
        if self._count % 20 == 1:
            _keep_newest(self._folder.glob("*/*.png"), KEPT_OF_ALL)


def decoded(content: bytes) -> Image.Image:
    """An RGB picture of at most 1,024 pixels a side. Raises LimitExceeded, InvalidValue."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # a tenth of a second that the first page should not wait for

    expected = "a picture as PNG, JPEG, WebP, GIF or BMP"
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many(f"{image.width:,} × {image.height:,}")
            image.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded no larger than needed
            return on_white(ImageOps.exif_transpose(image))
    except LimitExceeded:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many("far more") from error
    except UnidentifiedImageError as error:
        raise InvalidValue(
            "This is not a picture that can be read.", expected=expected, got=_begins(content), fix="Save it as PNG or JPEG."
        ) from error
    except Exception as error:  # whatever a decoder raises over a broken file
        log.info("a picture could not be decoded: %s: %s", type(error).__name__, error)
        raise InvalidValue("The picture is damaged.", expected=expected, got=str(error), fix="Save it again as PNG or JPEG.") from error


def on_white(image: Image.Image) -> Image.Image:
    """As RGB, shrunk, what is transparent white."""
    from PIL import Image

    if image.mode in ("I", "I;16", "I;16B", "I;16L"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if has_alpha else "RGB")
    scale = SIDE / max(image.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if has_alpha:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    clean = Image.new("RGB", image.size)  # without what a file may carry along
    clean.paste(image)
    return clean


def _too_many(got: str) -> LimitExceeded:
    expected = f"at most {MAX_PIXELS // 1_000_000} megapixels"
    return LimitExceeded("The picture has too many pixels.", expected=expected, got=got, fix="Save it smaller.")


def _begins(content: bytes) -> str:
    """What was sent, in words: its first characters where they are text, else its first bytes as hexadecimal numbers."""
    if not content:
        return "an empty file"
    first = content[:8]
    is_text = first.isascii() and first.decode("ascii", "replace").isprintable()
    return f"a file that begins with “{first.decode('ascii')}”" if is_text else f"a file that begins with the bytes {first.hex(' ')}"


def _keep_newest(paths: Iterable[Path], most: int) -> None:
    for path in sorted(paths, key=_written_at, reverse=True)[most:]:
        path.unlink(missing_ok=True)


def _written_at(path: Path) -> int:
    """In nanoseconds; 0 for one that another server has just taken away."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
