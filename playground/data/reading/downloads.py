"""Files from their official addresses into the data folder: resumed, checked, and never half a file under the final name."""

from __future__ import annotations

import errno
import gzip
import hashlib
import http.client
import logging
import os
import re
import shutil
import tempfile
import threading
import urllib.error
import urllib.request
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.data.dataset import DataSet, File
from playground.data.reading.files import absent, by_hand, folder
from playground.data.sets import find
from playground.values.errors import Unavailable

TRIES = 3
TIMEOUT = 20.0  # seconds without a byte
CHUNK = 1 << 16
SLACK = 1 << 16  # what gzip may add to data that cannot be packed, and more

log = logging.getLogger(__name__)
turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # a second click on the same set waits for the first


class CutOff(Exception):
    """The connection ended before the file did; what came is kept."""


class WrongContent(Exception):
    """What came is not the file we asked for."""


def missing(name: str) -> tuple[File, ...]:
    """The files of the data set `name` that have to be downloaded before it can be used."""
    return absent(find(name))


def download(name: str, on_progress: Callable[[int, int], None]) -> None:
    """Brings the missing files of `name` into `folder()`. Returns at once when there are none.

    on_progress(received, total): bytes over all missing files, what an earlier try left behind included. An exception it raises
    ends the download; the next one goes on where this one stopped.

    Raises:
        InvalidValue: no such data set.
        Unavailable: no network, a server error, a wrong checksum, a full disk; says what to do.
    """
    dataset = find(name)
    with turns[name]:
        files = absent(dataset)
        expected = {file.name: file.packed for file in files}
        received = dict.fromkeys(expected, 0)
        for file in files:

            def tell(got: int, total: int, file: File = file) -> None:
                received[file.name], expected[file.name] = got, max(got, total)
                on_progress(sum(received.values()), sum(expected.values()))

            with clearly(dataset, file):
                fetch(file, folder() / dataset.name / file.name, tell)
            log.info("downloaded %s of %s", file.name, name)


def fetch(file: File, target: Path, tell: Callable[[int, int], None]) -> None:
    """One file; resumes what is there, and starts again when the result is wrong."""
    part = target.with_name(target.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, TRIES + 1):
        is_resumed = part.exists()
        try:
            receive(file, part, tell)
            return settle(file, part, target)
        except CutOff as error:
            log.info("%s was cut off: %s", file.name, error)
            if attempt == TRIES:
                raise
        except WrongContent:
            part.unlink(missing_ok=True)
            if not is_resumed or attempt == TRIES:
                raise


def receive(file: File, part: Path, tell: Callable[[int, int], None]) -> None:
    """Appends to `part` what is still to come, or writes it anew when the server does not resume."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(file.url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:  # nothing lies behind what we have: the checksum will say whether it is all
            return
        raise
    with response:
        begin = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if response.status != 206 or not begin or int(begin[1]) != have:
            if response.status == 206:
                raise WrongContent("the server resumed at another place")
            have = 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else None
        tell(have, total or file.packed)
        with open(part, "ab" if have else "wb") as out:
            while chunk := read(response):
                have += len(chunk)
                if have > file.size + SLACK:
                    raise WrongContent(f"more than {file.size + SLACK:,} bytes")
                out.write(chunk)
                tell(have, total or file.packed)
    if total is not None and have < total:
        raise CutOff(f"{have:,} of {total:,} bytes came")


def read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise CutOff(str(error) or type(error).__name__) from error


def settle(file: File, part: Path, target: Path) -> None:
    """Gives the file its final name if what is inside is right.

    A copy is checked and renamed, for another server on the same folder may still be writing to `part`.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as aside:
        copy = Path(aside) / target.name
        shutil.copyfile(part, copy)
        check_content(file, copy)
        with open(copy, "rb") as written:
            os.fsync(written.fileno())
        os.replace(copy, target)
    part.unlink(missing_ok=True)


def check_content(file: File, path: Path) -> None:
    """Raises WrongContent unless `path` holds what was declared, a gzip file unpacked; never unpacks more than that."""
    digest, size = hashlib.sha256(), 0
    try:
        with gzip.open(path) if file.form == "gzip" else open(path, "rb") as unpacked:
            while block := unpacked.read(1 << 20):
                size += len(block)
                if size > file.size:
                    raise WrongContent(f"more than {file.size:,} bytes")
                digest.update(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise WrongContent(str(error)) from error
    if digest.hexdigest() != file.sha256:
        raise WrongContent("another checksum")


@contextmanager
def clearly(dataset: DataSet, file: File) -> Iterator[None]:
    """Every way in which a download fails, as a sentence and a way out."""

    def failed(why: str, fix: str, error: Exception) -> Unavailable:
        log.warning("download of %s failed: %s: %s", file.url, type(error).__name__, error)
        return Unavailable(f"{dataset.title} was not downloaded: {why}.", got=str(error), fix=fix)

    try:
        yield
    except urllib.error.HTTPError as error:
        raise failed(f"the server answered {error.code}", f"Try again later. {by_hand(dataset)}", error) from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise failed("the server cannot be reached", f"Check the network and try again. {by_hand(dataset)}", error) from error
    except CutOff as error:
        raise failed("the connection was cut off", "Try again: it goes on where it stopped.", error) from error
    except WrongContent as error:
        raise failed(f"{file.name} is not what it should be", f"Try again. {by_hand(dataset)}", error) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise failed("the disk is full", f"Make room in {folder()} and try again.", error) from error
        raise failed(f"{folder()} cannot be written", "Set PLAYGROUND_HOME to a folder that can.", error) from error
