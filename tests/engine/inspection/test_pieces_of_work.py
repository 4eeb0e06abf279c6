"""Work on many examples is cut into pieces that leave room for others, whatever the network costs."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from playground.engine.compiled.loop import Outputs
from playground.engine.inspection import attribution
from playground.engine.views.mistakes import predictions


class Clock:
    """Stands still but for what is done to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: object) -> None:
        self.now = 0.0
        monkeypatch.setattr(module.time, "perf_counter", lambda: self.now)


@pytest.mark.parametrize(("each", "largest"), [(1.0, 1), (0.01, 5), (1e-6, 64)])
def test_pieces_last_about_as_long_as_they_may(monkeypatch: pytest.MonkeyPatch, each: float, largest: int) -> None:
    clock = Clock(monkeypatch, attribution)
    sizes = []
    for part in attribution.pieces(300, 100):
        sizes.append((part.start, part.stop))
        clock.now += each * (part.stop - part.start)
    assert [start for start, _ in sizes[1:]] == [stop for _, stop in sizes[:-1]]
    assert sizes[0][0] == 0 and sizes[-1][1] == 300
    assert max(stop - start for start, stop in sizes[1:]) == largest


def test_slices_are_whole_batches_as_large_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, predictions)
    sizes = []

    def answer(some: np.ndarray) -> np.ndarray:
        sizes.append(len(some))
        clock.now += 0.001 * len(some)
        return some

    pieces = predictions.sliced(answer, np.arange(100), batch=4)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            np.testing.assert_array_equal(np.concatenate(end.value), np.arange(100))
            break
    assert all(size % 4 == 0 for size in sizes) and max(sizes) == 32
    assert sum(sizes) == 100


def test_a_network_with_large_maps_takes_few_examples_at_once_and_says_the_same() -> None:
    def network(side: int) -> keras.Model:
        keras.utils.set_random_seed(1)
        start = keras.Input((side, side, 1))
        return keras.Model(start, keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(32, 3, padding="same")(start)))

    assert Outputs(network(8)).batch_size == 128
    large = network(512)
    outputs = Outputs(large)
    assert outputs.batch_size == 4
    x = np.random.default_rng(0).random((5, 512, 512, 1), np.float32)
    np.testing.assert_allclose(outputs(x), large(x, training=False), rtol=1e-4, atol=1e-6)
