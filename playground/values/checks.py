"""Checks of single values, that name the place of what is wrong."""

from __future__ import annotations

from typing import Any

from playground.values.errors import InvalidValue


def check_whole(where: str, value: Any, *, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise InvalidValue(f"{where} is out of range.", expected=f"a whole number from {low:,} to {high:,}", got=value)


def check_number(where: str, value: Any, *, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InvalidValue(f"{where} is out of range.", expected=f"a number from {low} to {high}", got=value)


def check_text(where: str, value: str) -> None:
    """Refuses half characters (lone surrogates), which no file, store or link can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"{where} holds a broken character.", expected="whole Unicode characters", got=ascii(value)) from None
