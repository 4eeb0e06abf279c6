"""What was found about a training, and what would be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fix:
    """label: of a button; command: to the run, as `values.command` has it."""

    label: str
    command: Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """title: what is so; text: numbers and what can help. fix: what a page may offer; None where the run itself can do nothing."""

    title: str
    text: str
    fix: Fix | None = None

    def to_json(self) -> dict[str, Any]:
        fix = {"label": self.fix.label, "command": dict(self.fix.command)} if self.fix else None
        return {"title": self.title, "text": self.text, "fix": fix}
