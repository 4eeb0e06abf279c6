"""Small pictures are the means of the large ones' areas."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.inspection.thumbs import shrunk


@pytest.mark.parametrize("channels", [1, 3])
def test_each_pixel_is_the_mean_of_its_area(channels) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (5, 32, 16, channels), dtype=np.uint8)
    expected = pictures.reshape(5, 8, 4, 4, 4, channels).mean(axis=(2, 4))
    found = shrunk(pictures, 8)
    assert found.shape == (5, 8, 4, channels)
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found, expected, atol=1)


def test_sides_that_do_not_divide_keep_their_proportion() -> None:
    assert shrunk(np.zeros((2, 128, 64, 3), np.uint8), 96).shape == (2, 96, 48, 3)


def test_small_pictures_and_none_at_all_stay_as_they_are() -> None:
    pictures = np.zeros((2, 28, 28, 1), np.uint8)
    assert shrunk(pictures, 48) is pictures
    assert shrunk(pictures[:0], 8).shape == (0, 28, 28, 1)
