"""Types of arguments: each checks a value, describes itself in words and makes a bad value for tests.

Knows nothing of Keras; which argument has which type is `catalog`'s concern.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, TypeGuard

from playground.values.errors import InvalidValue
from playground.values.spec import Part


class ParamType(Protocol):
    """What every type of argument can do."""

    def check(self, value: Any, where: str) -> Any:
        """`value` in canonical form. Raises InvalidValue naming `where`."""

    def expects(self) -> str:
        """What is accepted, in words: "a whole number from 1 to 4,096"."""

    def bad(self) -> Any:
        """A value that `check` refuses."""


@dataclass(frozen=True)
class Bool:
    """True or false."""

    def check(self, value: Any, where: str) -> bool:
        if type(value) is not bool:
            refuse(self, value, where)
        return value

    def expects(self) -> str:
        return "true or false"

    def bad(self) -> Any:
        return 1


@dataclass(frozen=True)
class Int:
    """A whole number. usual: the range of a slider; low and high are what is allowed at all."""

    low: int
    high: int
    usual: tuple[int, int] | None = None

    def check(self, value: Any, where: str) -> int:
        if type(value) is not int or not self.low <= value <= self.high:
            refuse(self, value, where)
        return value

    def expects(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"

    def bad(self) -> Any:
        return self.high + 1


@dataclass(frozen=True)
class Float:
    """A number. log: steps are felt by factors, as with a learning rate. usual: the range of a slider."""

    low: float
    high: float
    log: bool = False
    usual: tuple[float, float] | None = None

    def check(self, value: Any, where: str) -> float:
        if not is_number(value, self.low, self.high):
            refuse(self, value, where)
        return float(value)

    def expects(self) -> str:
        return f"a number from {self.low:,g} to {self.high:,g}"

    def bad(self) -> Any:
        return self.high * 2 + 1


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    options: tuple[str, ...]

    def check(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in self.options:
            refuse(self, value, where)
        return value

    def expects(self) -> str:
        return "one of " + ", ".join(self.options)

    def bad(self) -> Any:
        return "none of these"


@dataclass(frozen=True)
class Text:
    """Free text."""

    longest: int = 200

    def check(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > self.longest:
            refuse(self, value, where)
        return value

    def expects(self) -> str:
        return f"text of at most {self.longest} characters"

    def bad(self) -> Any:
        return 0


@dataclass(frozen=True)
class Ints:
    """Whole numbers: `(3, 3)`. least, most: how many; single: one whole number may stand for all; pairs: each may be a pair."""

    least: int
    most: int
    low: int
    high: int
    single: bool = True
    pairs: bool = False

    def check(self, value: Any, where: str) -> int | tuple[Any, ...]:
        if self.single and self._is_one(value):
            return value
        if not isinstance(value, (tuple, list)) or not self.least <= len(value) <= self.most:
            refuse(self, value, where)
        if not all(self._is_one(item) or (self.pairs and self._is_pair(item)) for item in value):
            refuse(self, value, where)
        return tuple(tuple(item) if isinstance(item, (tuple, list)) else item for item in value)

    def expects(self) -> str:
        count = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        forms = [f"{count} whole numbers"]
        if self.single:
            forms = ["a whole number"] + ([f"{count} of them"] if self.most > 1 else [])
        if self.pairs:
            forms.append(f"{count} pairs")
        return f"{' or '.join(forms)} from {self.low:,} to {self.high:,}"

    def bad(self) -> Any:
        return (self.high + 1,) * self.most

    def _is_one(self, value: Any) -> TypeGuard[int]:
        return type(value) is int and self.low <= value <= self.high

    def _is_pair(self, value: Any) -> bool:
        return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(self._is_one, value))


@dataclass(frozen=True)
class Floats:
    """Numbers in a row, such as the learning rates of a staircase."""

    least: int
    most: int
    low: float
    high: float

    def check(self, value: Any, where: str) -> tuple[float, ...]:
        if not isinstance(value, (tuple, list)) or not self.least <= len(value) <= self.most:
            refuse(self, value, where)
        if not all(is_number(item, self.low, self.high) for item in value):
            refuse(self, value, where)
        return tuple(map(float, value))

    def expects(self) -> str:
        return f"{self.least} to {self.most} numbers from {self.low:,g} to {self.high:,g}"

    def bad(self) -> Any:
        return (self.high * 2 + 1,) * self.least


@dataclass(frozen=True)
class Maybe:
    """None, or what the inner type accepts."""

    inner: ParamType

    def check(self, value: Any, where: str) -> Any:
        try:
            return None if value is None else self.inner.check(value, where)
        except InvalidValue as error:
            raise InvalidValue(error.what, expected=self.expects(), got=error.got, fix=error.fix) from None

    def expects(self) -> str:
        return f"none or {self.inner.expects()}"

    def bad(self) -> Any:
        return self.inner.bad()


@dataclass(frozen=True)
class PartOf:
    """Another Keras object: a Part of this group, or one of the short names Keras knows for them. `catalog` checks the Part's inside."""

    group: str
    names: tuple[str, ...] = ()

    def check(self, value: Any, where: str) -> Part | str:
        if isinstance(value, str) and value in self.names:
            return value
        if not isinstance(value, Part) or value.kind.rpartition(".")[0].rpartition(".")[2] != self.group:
            refuse(self, value, where)
        return value

    def expects(self) -> str:
        return f"one of Keras's {self.group}"

    def bad(self) -> Any:
        return 3


@dataclass(frozen=True)
class Either:
    """What the first type accepts, or what the second does: a learning rate is a number or a schedule."""

    first: ParamType
    second: ParamType

    def check(self, value: Any, where: str) -> Any:
        for each in (self.first, self.second):
            try:
                return each.check(value, where)
            except InvalidValue:
                continue
        refuse(self, value, where)

    def expects(self) -> str:
        return f"{self.first.expects()}, or {self.second.expects()}"

    def bad(self) -> Any:
        return ()


def is_number(value: Any, low: float, high: float) -> bool:
    """Whether it is a finite number in the range; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and low <= value <= high


def refuse(expected: ParamType, value: Any, where: str) -> NoReturn:
    raise InvalidValue(f"{where} cannot have this value.", expected=expected.expects(), got=value, fix=advice(expected))


def advice(expected: ParamType) -> str:
    """What to do instead: the usual range where one is known."""
    usual = getattr(expected, "usual", None)
    return f"Use {usual[0]:,g} to {usual[1]:,g}." if usual else "Choose another value."
