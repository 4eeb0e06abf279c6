"""What views worked out about a run, kept until it is too much. Knows nothing of runs and views."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

MOST = 40  # things
MOST_BYTES = 200_000_000


class Memory:
    """Things by key. What was not asked for in the longest time is forgotten, but never the latest, however large it is."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self.most, self.most_bytes = most, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable, default: Any = None) -> Any:
        if key not in self._kept:
            return default
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def __setitem__(self, key: Hashable, value: Any) -> None:
        if key in self._kept:
            del self[key]
        size = size_of(value) + size_of(key)
        self._kept[key] = value, size
        self.bytes += size
        while len(self._kept) > 1 and (len(self._kept) > self.most or self.bytes > self.most_bytes):
            del self[next(iter(self._kept))]

    def __delitem__(self, key: Hashable) -> None:
        self.bytes -= self._kept.pop(key)[1]

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0


def size_of(value: Any) -> int:
    """Bytes of the arrays and texts in a value, about."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, (bytes, str)):
        return len(value)
    if isinstance(value, Mapping):
        return sum(size_of(name) + size_of(item) for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(size_of, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, field.name)) for field in fields(value))
    return 8
