"""Downloads of data sets, each in a thread of its own, and how far they are."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground import data
from playground.values.errors import PlaygroundError, Unavailable

log = logging.getLogger("playground.lab")


@dataclass(frozen=True)
class Download:
    """state: "running", "done" or "failed". received, total: bytes, total 0 while not known. error: `PlaygroundError.to_json` or None."""

    state: str
    received: int = 0
    total: int = 0
    error: Mapping[str, str] | None = None


class Downloads:
    """What has been downloaded since the server started, by the name of the data set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, Download] = {}

    def start(self, name: str) -> Download:
        """Begin to download a data set, unless that goes on already. Raises InvalidValue for a name that is not offered."""
        total = sum(file.packed for file in data.missing(name))
        with self._lock:
            found = self._states.get(name)
            if found and found.state == "running":
                return found
            self._states[name] = begun = Download("running", 0, total)
        threading.Thread(target=self._run, args=(name,), name=f"download-{name}", daemon=True).start()
        return begun

    def get(self, name: str) -> Download | None:
        """How far a download is; None when it was never asked for."""
        return self._states.get(name)

    def _run(self, name: str) -> None:
        log.info("Download of %s begins.", name)
        try:
            data.download(name, lambda received, total: self._set(name, received=received, total=total))
        except PlaygroundError as error:
            log.warning("Download of %s failed. %s", name, error)
            self._set(name, state="failed", error=error.to_json())
        except Exception:
            log.exception("Download of %s failed.", name)
            surprise = Unavailable("The download failed for a reason that was not foreseen.", fix="See the server's log, then try again.")
            self._set(name, state="failed", error=surprise.to_json())
        else:
            log.info("Download of %s is done.", name)
            self._set(name, state="done")

    def _set(self, name: str, **fields: Any) -> None:
        with self._lock:
            self._states[name] = dataclasses.replace(self._states[name], **fields)
