"""McNemar's exact test against scipy's."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from tests.deno import evaluate


def test_the_exact_test_is_scipys() -> None:
    pairs = [(0, 0), (3, 3), (12, 4), (1, 0), (300, 200), (2000, 1500), (0, 40)]
    found = evaluate(["mistakes/score/paired.js"], "return argument.map((pair) => modules.paired.mcnemar(...pair));", pairs)
    expected = [binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1 for fixed, broken in pairs]
    assert found == pytest.approx(expected, rel=1e-9)
