"""What views remember is bounded, in number and in bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.inspection.memory import Memory, size_of


@dataclass(frozen=True, eq=False)
class Found:
    values: np.ndarray
    parts: dict[str, list[np.ndarray]]


def test_the_thing_that_nobody_asked_for_is_forgotten_first() -> None:
    memory = Memory(most=3)
    for key in "abc":
        memory[key] = key.upper()
    assert memory.get("a") == "A"
    memory["d"] = "D"
    assert [key in memory for key in "abcd"] == [True, False, True, True]


def test_large_things_push_others_out_but_the_latest_stays() -> None:
    memory = Memory(most_bytes=1_000)
    memory["small"] = np.zeros(50)
    memory["another"] = {"maps": [np.zeros(50)]}
    assert len(memory) == 2
    memory["third"] = np.zeros(50)
    assert "small" not in memory and memory.bytes <= 1_000
    memory["large"] = np.zeros(1_000)
    assert len(memory) == 1 and memory.get("large") is not None
    memory["small"] = np.zeros(50)
    assert len(memory) == 1 and memory.get("small") is not None and memory.bytes < 1_000


def test_a_thing_that_is_kept_anew_counts_once() -> None:
    memory = Memory()
    for _ in range(3):
        memory["a"] = np.zeros(10)
    assert memory.bytes == 81
    memory.clear()
    assert memory.bytes == 0 and memory.get("a") is None


def test_arrays_count_wherever_they_are() -> None:
    found = Found(np.zeros(10, np.float32), {"few": [np.zeros(3), np.zeros(2)]})
    assert size_of((found, b"12")) == 40 + 3 + 24 + 16 + 2
