"""Errors a person can act on: each says what is wrong, what was expected, what came instead and how to fix it.

Knows nothing of screens, servers or Keras. One renderer per surface (page, API, log) shows them.
"""

from __future__ import annotations

from collections.abc import Mapping


class PlaygroundError(Exception):
    """An error with a plain sentence for the person who caused it or has to live with it.

    Args:
        what: what is wrong, one sentence ("Dropout rate is out of range.").
        expected: what would have been right ("a number from 0 to 1").
        got: what came instead, shortened to something readable.
        fix: the next thing to do ("Use 0.2 to 0.5.").
    """

    kind = "error"

    def __init__(self, what: str, *, expected: str = "", got: object = "", fix: str = "") -> None:
        self.what = what
        self.expected = expected
        self.got = shorten(got)
        self.fix = fix
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.what]
        if self.expected:
            parts.append(f"Expected {self.expected}.")
        if self.got:
            parts.append(f"Got {self.got}.")
        if self.fix:
            parts.append(self.fix)
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return from_json, (self.to_json(),)

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "what": self.what, "expected": self.expected, "got": self.got, "fix": self.fix}


class InvalidValue(PlaygroundError):
    """A value that cannot be: wrong type, out of range, not offered, does not fit together."""

    kind = "invalid"


class LimitExceeded(PlaygroundError):
    """Allowed in kind but too large: parameters, memory, epochs, upload size, waiting runs."""

    kind = "limit"


class NotFound(PlaygroundError):
    """Does not exist, or belongs to somebody else (the two are not told apart)."""

    kind = "not_found"


class NotAllowed(PlaygroundError):
    """The caller may not do this: another origin, another owner."""

    kind = "not_allowed"


class Conflict(PlaygroundError):
    """Right in itself but not in the present state: pause a finished run, step a running one."""

    kind = "conflict"


class Unavailable(PlaygroundError):
    """Cannot be had at the moment: engine warming up or dead, no network, disk full."""

    kind = "unavailable"


KINDS = {cls.kind: cls for cls in (PlaygroundError, InvalidValue, LimitExceeded, NotFound, NotAllowed, Conflict, Unavailable)}


def shorten(value: object, limit: int = 200) -> str:
    """`value` as text of at most `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def from_json(data: Mapping[str, str]) -> PlaygroundError:
    """The inverse of `to_json`; an unknown kind becomes the base class."""
    cls = KINDS.get(data.get("kind", ""), PlaygroundError)
    return cls(
        data.get("what", "Something went wrong."),
        expected=data.get("expected", ""),
        got=data.get("got", ""),
        fix=data.get("fix", ""),
    )
