"""Who else is at work on the same store: every server has an id, a heartbeat, and a lock that dies with its process.

The lock tells at once that a server of this machine is gone, the heartbeat tells it of servers elsewhere.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import RowMapping

if sys.platform == "win32":  # no lock that dies with its process: heartbeats only
    fcntl = None
else:
    import fcntl

log = logging.getLogger("playground.lab")

BEAT = 5.0  # seconds between two heartbeats
SILENCE = 30.0  # seconds without one after which a server counts as gone


class Identity:
    """This server's id and the lock file that proves it alive."""

    def __init__(self, home: Path) -> None:
        self.id = secrets.token_hex(8)
        self.host = socket.gethostname()
        self.lock = home / "servers" / f"{self.id}.lock"
        self._file: BinaryIO | None = None
        self._heard: dict[str, tuple[float, float]] = {}  # server → its last beat, and when we first saw it by our own clock

    def hold(self) -> None:
        """Take the lock; it is given back by `release` or by the end of the process. Raises OSError."""
        if self._file is None:
            self.lock.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(self.lock, "wb")  # noqa: SIM115 (held open for as long as the server lives)
            if fcntl:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.write(str(os.getpid()).encode())
            self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self.lock.unlink(missing_ok=True)

    def row(self) -> dict[str, Any]:
        return {"id": self.id, "host": self.host, "lock": str(self.lock), "beat": time.time()}

    def finds_gone(self, row: RowMapping) -> bool:
        """Whether the server of `row` is gone."""
        if row["id"] == self.id:
            return False
        if fcntl and row["host"] == self.host:
            freed = _is_free(Path(row["lock"]))
            if freed is not None:
                return freed
        beat, since = self._heard.get(row["id"], (None, 0.0))
        if beat != row["beat"]:  # compared for change only, since the clocks of two machines differ
            self._heard[row["id"]] = row["beat"], time.monotonic()
            return False
        return time.monotonic() - since > SILENCE

    def remove(self, row: RowMapping) -> None:
        """Remove what a dead server has left behind. Its lock file is looked for on its own machine only."""
        self._heard.pop(row["id"], None)
        if row["host"] == self.host:
            try:
                Path(row["lock"]).unlink(missing_ok=True)
            except OSError as error:
                log.debug("The lock file of a dead server stays. %s", error)


def _is_free(lock: Path) -> bool | None:
    """Whether nobody holds the lock; None when that cannot be told."""
    try:
        with open(lock, "rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except OSError:
        return None
