"""The text of own points is the same whether the browser or the server writes it."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data.plane import own_points as own
from tests.deno import evaluate

THERE_AND_BACK = """
const { xy, labels, numbers } = argument;
const text = modules.points.encode({ xy, labels }, numbers);
const back = modules.points.decode(text, numbers);
return { text, xy: [...back.xy], labels: [...back.labels] };"""


@pytest.mark.parametrize("numbers", [False, True])
def test_own_points_are_written_as_the_server_writes_them(numbers: bool) -> None:
    rng = np.random.default_rng(1)
    xy = rng.uniform(-3, 3, (40, 2))
    labels = rng.uniform(-1, 1, 40) if numbers else rng.integers(0, 6, 40)
    found = evaluate(["plane/data/points.js"], THERE_AND_BACK, {"xy": xy.ravel().tolist(), "labels": labels.tolist(), "numbers": numbers})
    assert found["text"] == own.written(xy, labels)
    there, kinds = own.read(found["text"], classes=None if numbers else 6)
    assert np.allclose(np.reshape(found["xy"], (-1, 2)), there, atol=1e-6)
    assert np.allclose(found["labels"], kinds, atol=1e-6)
