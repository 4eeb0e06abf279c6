"""Cards to choose one thing from: a picture or scatter, a title, a line of summary, facts, class balance and a badge."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from playground.ui import colours
from playground.ui.component import register

component = register("cards")


@dataclass(frozen=True)
class Card:
    """One card.

    facts: a line or several. image: an address; points: (n, 2) from 0 to 1, drawn instead where there is no picture, with `labels`
    (the class of each). balance: examples of each class, in label order; classes: their names.
    badge: a word such as "ready" or "download, 11 MB". disabled: why it cannot be chosen, or "".
    """

    id: str
    title: str
    summary: str = ""
    facts: str = ""
    image: str | None = None
    points: Sequence[Sequence[float]] | None = None
    labels: Sequence[int] | None = None
    balance: Sequence[int] | None = None
    classes: Sequence[str] = ()
    badge: str = ""
    disabled: str = ""


def cards(items: Sequence[Card], *, selected: str | None, key: str, label: str = "Choose one") -> str | None:
    """Mount the cards and return the id of the one just chosen, in that run only. label: what is chosen, for screen readers."""
    result = component(
        key=key,
        data={
            "items": [dataclasses.asdict(item) for item in items],
            "selected": selected,
            "label": label,
            "colours": list(colours.CLASSES),
        },
        on_choose_change=lambda: None,
    )
    chosen = result.choose
    return chosen if any(item.id == chosen and not item.disabled for item in items) else None
