"""What a look at a run asks for: arguments read and checked one by one, for they come from a browser."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.values.errors import InvalidValue

MAX_TEXT = 200  # characters
REQUIRED = object()


@dataclass(frozen=True, eq=False)
class Question:
    """args: JSON data. upload: where the picture lies that `"picture": "upload:…"` names, put there by the lab.

    Without a default an argument is required. null counts as left out.
    """

    args: Mapping[str, Any]
    upload: Path | None = None

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        value = self._given(name, default)
        if value is not default and (not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT):
            raise InvalidValue(f"{name} is not text.", expected=f"1 to {MAX_TEXT} characters", got=value)
        return value

    def whole(self, name: str, *, low: int, high: int, default: Any = REQUIRED) -> Any:
        value = self._given(name, default)
        if value is not default and (type(value) is not int or not low <= value <= high):
            raise InvalidValue(f"{name} is out of range.", expected=f"a whole number from {low:,} to {high:,}", got=value)
        return value

    def wholes(self, name: str, *, low: int, high: int, most: int, default: Any = REQUIRED) -> Any:
        """A list of at most `most` whole numbers."""
        value = self._given(name, default)
        if value is default:
            return value
        if not isinstance(value, (list, tuple)) or len(value) > most or not all(type(n) is int and low <= n <= high for n in value):
            raise InvalidValue(
                f"{name} is no list to go by.", expected=f"at most {most:,} whole numbers from {low:,} to {high:,}", got=value
            )
        return list(value)

    def number(self, name: str, *, low: float, high: float, default: Any = REQUIRED) -> Any:
        value = self._given(name, default)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if value is not default and (not is_number or not low <= value <= high):
            raise InvalidValue(f"{name} is out of range.", expected=f"a number from {low:g} to {high:g}", got=value)
        return value

    def choice(self, name: str, options: Sequence[Any], default: Any = REQUIRED) -> Any:
        value = self._given(name, default)
        if value is not default and not any(type(value) is type(option) and value == option for option in options):
            raise InvalidValue(f"There is no such {name}.", expected="one of " + ", ".join(map(str, options)), got=value)
        return value

    def flag(self, name: str, default: Any = REQUIRED) -> Any:
        value = self._given(name, default)
        if value is not default and not isinstance(value, bool):
            raise InvalidValue(f"{name} is neither true nor false.", expected="true or false", got=value)
        return value

    def part(self, name: str) -> Mapping[str, Any]:
        """An object within, {} where it is left out."""
        value = self._given(name, {})
        if not isinstance(value, Mapping):
            raise InvalidValue(f"{name} is not an object.", expected='{"name": value}', got=value)
        return value

    def _given(self, name: str, default: Any) -> Any:
        value = self.args.get(name)
        if value is None and default is REQUIRED:
            raise InvalidValue(f"The question lacks {name}.", expected=name, got=", ".join(map(str, self.args)) or "nothing")
        return default if value is None else value
