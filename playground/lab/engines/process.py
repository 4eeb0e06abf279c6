"""How one engine is reached: a child process that speaks wire messages over its pipes. Knows nothing of runs.

Threads read and write the pipes, so that no caller ever waits for an engine, not even for one that is stuck.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import playground
from playground.values import wire
from playground.values.errors import PlaygroundError

log = logging.getLogger("playground.engine")

LINES_KEPT = 20
OWN_LINE = re.compile(r"(WARNING|ERROR|CRITICAL) playground\b")  # of the engine's own log
ROOT = Path(playground.__file__).resolve().parent.parent


@dataclass(frozen=True)
class Exit:
    """How an engine's process ended. code: its exit status, negative for a signal. lines: the last it wrote to stderr."""

    code: int
    lines: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What a person can be told: `"it was ended by signal 9"`."""
        return f"it was ended by signal {-self.code}" if self.code < 0 else f"it left with status {self.code}"


class LogLevels:
    """How much each line of a stderr matters, one after the other: libraries chatter, tracebacks and our own warnings do not."""

    def __init__(self) -> None:
        self._in_traceback = False

    def of(self, line: str) -> int:
        """The level at which to log the next line."""
        if line.startswith("Traceback (most recent call last)"):
            self._in_traceback = True
        elif self._in_traceback:
            self._in_traceback = line.startswith(" ")  # the first line that is not indented names the exception
        else:
            own = OWN_LINE.match(line)
            return getattr(logging, own[1]) if own else logging.DEBUG
        return logging.ERROR


class EngineProcess:
    """An engine's process, started at once.

    Args:
        program: the command line.
        environment: variables set on top of ours.
        on_message: called with each message's body, in the order they were sent, from the reading thread.
        on_end: called once, from the reading thread, after the last message.
    """

    def __init__(
        self,
        program: tuple[str, ...],
        *,
        on_message: Callable[[dict[str, Any]], None],
        on_end: Callable[[Exit], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._on_message = on_message
        self._on_end = on_end
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        # A session of its own: Ctrl+C in the terminal is for the server, which then closes its engines in order.
        self._process = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | dict(environment or {}),
            start_new_session=True,
        )
        self.pid = self._process.pid
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin and stdout and stderr, "all three are pipes"
        self._logger = threading.Thread(target=self._keep_lines, args=(stderr,), name=f"engine-{self.pid}-log", daemon=True)
        self._reader = threading.Thread(target=self._read, args=(stdout,), name=f"engine-{self.pid}-read", daemon=True)
        self._writer = threading.Thread(target=self._write, args=(stdin,), name=f"engine-{self.pid}-write", daemon=True)
        for thread in (self._logger, self._reader, self._writer):
            thread.start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, body: Mapping[str, Any]) -> None:
        """Hand over a message; returns at once. Messages to a dead engine vanish, for `on_end` tells of it.

        Raises InvalidValue for a body that makes no message: here, for the writing thread could tell nobody.
        """
        self._outbox.put(wire.pack(body))

    def close(self) -> None:
        """Ask the engine to leave, by closing its stdin; returns at once."""
        self._outbox.put(None)

    def kill(self) -> None:
        """Exit the process by force."""
        self._process.kill()

    def wait(self, timeout: float) -> None:
        """Wait for a closed engine to be gone; after `timeout` seconds it is ended by force."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(timeout)

    def _read(self, stdout: IO[bytes]) -> None:
        try:
            while (body := wire.read(stdout)) is not None:
                try:
                    self._on_message(body)
                except Exception:  # one message that cannot be handled must not cost the engine
                    log.exception("A message of engine %d could not be handled.", self.pid)
        except PlaygroundError as error:
            log.error("Engine %d sent something that is no message and is ended. %s", self.pid, error)
            self.kill()
        code = self._process.wait()
        self._logger.join(timeout=2)
        self._outbox.put(None)
        self._on_end(Exit(code, tuple(self._lines)))

    def _write(self, stdin: IO[bytes]) -> None:
        try:
            while (message := self._outbox.get()) is not None:
                wire.write_packed(stdin, message)
            stdin.close()
        except (OSError, ValueError):
            log.debug("Engine %d no longer reads.", self.pid)

    def _keep_lines(self, stderr: IO[bytes]) -> None:
        levels = LogLevels()
        for line in stderr:
            text = line.decode(errors="replace").rstrip()
            if text:
                self._lines.append(text)
                log.log(levels.of(text), "[%d] %s", self.pid, text)
