"""Names for single examples that no split changes: "train/4711" is a place in the data set as it is stored."""

from __future__ import annotations

import re

import numpy as np

from playground.data.dataset import Arrays
from playground.values.errors import InvalidValue, NotFound

EXAMPLE = re.compile(r"(train|test)/(0|[1-9][0-9]{0,7})")


def example(arrays: Arrays, split: str, position: int) -> str:
    """The name of the example at `position` (from 0) of a split, as "train/4711". Raises InvalidValue for one that is not there."""
    if split not in arrays.ids:
        raise InvalidValue("There is no such part of the data.", expected="one of " + ", ".join(arrays.ids), got=split)
    pool, places = arrays.ids[split]
    if type(position) is not int or not 0 <= position < len(places):
        raise InvalidValue(
            "There is no such example.", expected=f"a whole number from 0 to {len(places) - 1:,} in the {split} part", got=position
        )
    return f"{pool}/{places[position]}"


def position(arrays: Arrays, example: str) -> tuple[str, int]:
    """The inverse of `example`: split and position. Raises InvalidValue for what is no name, NotFound for what no split holds."""
    pool, place = parsed(example)
    for split, (found, places) in arrays.ids.items():
        if found == pool and len(at := np.flatnonzero(places == place)):
            return split, int(at[0])
    raise NotFound("This example is in no part of the data.", got=example, fix="It may be excluded, or left out by the limit.")


def parsed(example: object) -> tuple[str, int]:
    """Pool and place of an example's name. Raises InvalidValue."""
    match = EXAMPLE.fullmatch(example) if isinstance(example, str) else None
    if not match:
        raise InvalidValue("This names no example.", expected='"train/" or "test/" and a whole number', got=example)
    return match[1], int(match[2])
