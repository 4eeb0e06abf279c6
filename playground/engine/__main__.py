"""The engine's program: wire messages in on stdin, out on stdout, one training at a time. It dies when stdin closes."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO


def take_stdout() -> BinaryIO:
    """The pipe to whoever started us; from now on anything else that prints goes to stderr."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return pipe


def quieten() -> None:
    """Before TensorFlow is imported: less talk, and pages come first on a busy machine."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if hasattr(os, "nice"):
        os.nice(int(os.environ.get("PLAYGROUND_NICE", "10")))


if __name__ == "__main__":
    out = take_stdout()
    quieten()
    from playground.engine.program import serve

    serve(sys.stdin.buffer, out)
