"""Zip archives of pictures in class folders → arrays. Hostile until shown otherwise; nothing is unpacked to the disk."""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from playground.data.dataset import DataSet, Pair, Raw
from playground.data.reading.files import located
from playground.data.reading.readers import cached, damaged
from playground.values.errors import Unavailable

if TYPE_CHECKING:
    from PIL import Image

MAX_MEMBERS = 20_000
MAX_BYTES = 8 << 20  # of one picture's file
MAX_RATIO = 50  # bytes unpacked for one in the archive; pictures are packed already, so theirs is about 1
MAX_PIXELS = 4 << 20  # of one picture, told by its header before it is decoded
BROKEN = (OSError, RuntimeError, ValueError, SyntaxError, EOFError, zipfile.BadZipFile, zlib.error, struct.error)  # what Pillow, zip raise
SLACK = 1.2  # how much longer than the official archive one may be that was packed again


@dataclass(frozen=True)
class Member:
    """A picture in an archive."""

    info: zipfile.ZipInfo
    label: int


def read_class_folders(dataset: DataSet, examples: int | None) -> Raw:
    """Training and test pictures from two archives with a folder for each class, in the order of their names.

    The arrays are kept as .npz, for decoding takes some seconds. A preview decodes its few pictures only, spread over the archive.
    """
    paths = [located(dataset, file) for file in dataset.files]
    total, official = dataset.counts
    if examples is not None:
        with opened(dataset, 0, paths[0]) as archive:
            found = members(dataset, archive, paths[0], total)
            chosen = [found[place] for place in np.linspace(0, total - 1, min(examples, total)).astype(int)]
            return Raw((decoded(dataset, archive, paths[0], chosen), labels(chosen)))
    with opened(dataset, 0, paths[0]) as training, opened(dataset, 1, paths[1]) as testing:
        sources = [(training, paths[0], members(dataset, training, paths[0], total))]
        sources += [(testing, paths[1], members(dataset, testing, paths[1], official))]
        key = hashlib.sha256(repr([(m.info.filename, m.info.CRC) for _, _, found in sources for m in found]).encode()).hexdigest()[:16]
        kept = cached(dataset.name, key, lambda: {path.stem: decoded(dataset, archive, path, found) for archive, path, found in sources})
    train, test = (whole(kept, path, dataset, found) for _, path, found in sources)
    return Raw(train, test)


def whole(kept: dict[str, np.ndarray], path: Path, dataset: DataSet, found: list[Member]) -> Pair:
    x = kept.get(path.stem)
    if x is None or x.shape != (len(found), *dataset.shape) or x.dtype != np.uint8:
        raise Unavailable(
            f"The cache of {dataset.title} is damaged.", fix=f"Delete the files {dataset.name}-*.npz in the data folder's cache."
        )
    return x, labels(found)


@contextmanager
def opened(dataset: DataSet, number: int, path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of the file `number`, if it is one; raises Unavailable with its path for whatever is wrong with what is read from it."""
    if path.stat().st_size > dataset.files[number].packed * SLACK:
        raise damaged(path, f"{path.stat().st_size:,} bytes, more than it should have")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        raise damaged(path, error) from error


def members(dataset: DataSet, archive: zipfile.ZipFile, path: Path, expected: int) -> list[Member]:
    """The pictures of an archive, sorted by name; refuses one that holds others than the set has, or a bomb."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise damaged(path, f"{len(infos):,} files in it")
    inside = re.compile(rf"[\w-]+/({'|'.join(map(re.escape, dataset.classes))})/[\w-]+\.(?:png|jpe?g)", re.ASCII)
    found = []
    for info in infos:
        if match := inside.fullmatch(info.filename):
            found.append(Member(info, dataset.classes.index(match[1])))
            if info.file_size > min(MAX_BYTES, MAX_RATIO * max(info.compress_size, 1)):
                raise damaged(path, f"{info.filename} unpacks to {info.file_size:,} bytes from {info.compress_size:,}")
    counts = Counter(member.label for member in found)
    if len(found) != expected or len({member.info.filename for member in found}) != expected:
        raise damaged(path, f"{len(found):,} pictures where {expected:,} should be")
    if expected == sum(dataset.balance) and tuple(counts[label] for label in range(len(dataset.classes))) != dataset.balance:
        raise damaged(path, f"{dict(counts)} pictures of its classes where {dataset.balance} should be")
    return sorted(found, key=lambda member: member.info.filename)


def labels(found: list[Member]) -> npt.NDArray[np.int32]:
    return np.array([member.label for member in found], np.int32)


def decoded(dataset: DataSet, archive: zipfile.ZipFile, path: Path, found: list[Member]) -> npt.NDArray[np.uint8]:
    """uint8 (n, height, width, 3); several at a time, for Pillow lets other threads work while it decodes."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        pictures = pool.map(functools.partial(one, dataset, archive, path), found)
        return np.stack(list(pictures))


def one(dataset: DataSet, archive: zipfile.ZipFile, path: Path, member: Member) -> npt.NDArray[np.uint8]:
    from PIL import Image  # a tenth of a second that the first page should not wait for

    height, width, _ = dataset.shape
    try:
        with Image.open(io.BytesIO(archive.read(member.info)), formats=("PNG", "JPEG")) as file:
            if file.width * file.height > MAX_PIXELS:
                raise damaged(path, f"{member.info.filename} has {file.width:,} × {file.height:,} pixels")
            return reduced(file, height, width)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise damaged(path, f"{member.info.filename}: {error}") from error


def reduced(file: Image.Image, height: int, width: int) -> np.ndarray:
    """An opened picture as RGB, uint8 (height, width, 3): each pixel a weighted mean of all those it covers (a triangle filter).

    A JPEG is decoded at the smallest scale that is still large enough: quicker, and hardly another picture.
    """
    from PIL import Image

    file.draft("RGB", (width, height))
    return np.asarray(file.convert("RGB").resize((width, height), Image.Resampling.BILINEAR))
