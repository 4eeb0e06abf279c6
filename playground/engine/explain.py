"""Any exception as an error a person can act on; the traceback is for the log only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playground.values.errors import LimitExceeded, PlaygroundError, shorten


def explain(error: BaseException, *, layers: Iterable[str] = ()) -> PlaygroundError:
    """layers: names to look for in the message, so that the culprit can be named."""
    if isinstance(error, PlaygroundError):
        return error
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return LimitExceeded(
            f"The memory is full{at_layer(error, layers)}.",
            fix="Use a smaller batch, a smaller network or fewer examples.",
        )
    return PlaygroundError(
        f"The engine could not go on{at_layer(error, layers)}.",
        got=shorten(f"{type(error).__name__}: {first_line(error)}", 200),
        fix="Change the network or the training and try again; the log has the details.",
    )


def at_layer(error: BaseException, layers: Iterable[str]) -> str:
    """`" in layer dense_1"` where the message names one of `layers`, the longest name first."""
    text = str(error)
    for name in sorted(layers, key=len, reverse=True):
        if re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", text):
            return f" in layer {name}"
    return ""


def first_line(error: BaseException) -> str:
    """The first line of a message that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else "no message"
