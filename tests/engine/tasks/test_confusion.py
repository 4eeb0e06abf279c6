"""The confusion matrix and what it says about each class, against counting."""

from __future__ import annotations

import json

import numpy as np
import pytest

from playground.engine.tasks import confusion


def test_each_pair_is_counted() -> None:
    rng = np.random.default_rng(1)
    truth, predicted = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
    counts = confusion.matrix(truth, predicted, 6)
    assert counts.dtype == np.int32
    for i, j in np.ndindex(6, 6):
        assert counts[i, j] == ((truth == i) & (predicted == j)).sum()


def test_scores_per_class_are_those_of_the_definitions() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 500)
    predicted = np.where(rng.random(500) < 0.7, truth, rng.integers(0, 4, 500))
    rows = confusion.per_class(confusion.matrix(truth, predicted, 4), ("a", "b", "c", "d"))
    assert [row["class"] for row in rows] == ["a", "b", "c", "d"]
    for label, row in enumerate(rows):
        right = ((truth == label) & (predicted == label)).sum()
        called, support = (predicted == label).sum(), (truth == label).sum()
        assert row["precision"] == right / called
        assert row["recall"] == right / support
        assert row["f1"] == pytest.approx(2 / (called / right + support / right))
        assert row["support"] == support


def test_a_class_that_never_occurs_or_is_never_said_scores_0_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    rows = confusion.per_class(np.array([[0, 3, 0], [0, 2, 0], [0, 0, 0]], np.int32), ("never said", "said", "never there"))
    found = [tuple(row[name] for name in ("precision", "recall", "f1", "support")) for row in rows]
    assert found == [(0, 0, 0, 3), (0.4, 1, 4 / 7, 2), (0, 0, 0, 0)]
    assert not recwarn.list
    json.dumps(rows)  # plain numbers: they travel
