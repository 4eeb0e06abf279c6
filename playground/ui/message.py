"""What a component in the browser sends. It is not trusted: what is not of the expected kind counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_TEXT = 64  # characters


def text_of(message: Any, name: str) -> str:
    """A short text in the browser's message, "" where there is none."""
    value = message.get(name) if isinstance(message, Mapping) else None
    return value if isinstance(value, str) and len(value) <= MAX_TEXT else ""
