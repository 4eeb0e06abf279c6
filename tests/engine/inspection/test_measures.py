"""Properties of pictures, on pictures whose properties are known."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.inspection.measures import HUES, MEASURES


def square(*, colour=(255,), back=(0,), at=(2, 2), side=4, size=16) -> np.ndarray:
    """One picture with a square on a plain ground."""
    picture = np.empty((1, size, size, len(colour)), np.uint8)
    picture[:] = back
    picture[:, at[0] : at[0] + side, at[1] : at[1] + side] = colour
    return picture


def of(name: str, picture: np.ndarray) -> float:
    found = MEASURES[name].of(picture)
    assert found.shape == (len(picture),)
    assert found.dtype == np.float32
    return float(found[0])


def test_brightness_and_contrast_are_mean_and_deviation():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (5, 9, 7, 3)).astype(np.uint8)
    np.testing.assert_allclose(MEASURES["brightness"].of(pictures), pictures.reshape(5, -1).mean(1) / 255, rtol=1e-5)
    np.testing.assert_allclose(MEASURES["contrast"].of(pictures), pictures.mean(-1).reshape(5, -1).std(1) / 255, rtol=1e-4)


@pytest.mark.parametrize(("colour", "back"), [((255,), (0,)), ((0,), (255,)), ((20, 200, 90), (250, 250, 250))])
def test_the_size_is_the_share_of_what_is_drawn_on_any_ground(colour, back):
    assert of("size", square(colour=colour, back=back)) == pytest.approx(16 / 256)


def test_the_place_is_the_centre_of_what_is_drawn():
    picture = square(at=(0, 12))
    assert of("across", picture) == pytest.approx(14 / 16)
    assert of("down", picture) == pytest.approx(2 / 16)


def test_nothing_drawn_lies_in_the_middle():
    flat = np.full((1, 8, 8, 1), 77, np.uint8)
    assert of("size", flat) == 0
    assert of("across", flat) == of("down", flat) == 0.5
    assert of("contrast", flat) == 0


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((200, 0, 0), "red"),
        ((200, 200, 0), "yellow"),
        ((0, 200, 0), "green"),
        ((0, 200, 200), "cyan"),
        ((0, 0, 200), "blue"),
        ((200, 0, 200), "magenta"),
        ((90, 90, 90), "grey"),
        ((210, 20, 60), "red"),
    ],
)
def test_hues_have_the_names_of_their_colours(colour, name):
    assert HUES[int(of("hue", np.full((1, 4, 4, 3), colour, np.uint8)))] == name


def test_colourfulness_is_the_formula_of_the_paper():
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (1, 6, 6, 3)).astype(np.uint8)
    r, g, b = (picture[0, ..., i].astype(float) for i in range(3))
    rg, yb = r - g, (r + g) / 2 - b
    expect = np.sqrt(rg.var() + yb.var()) + 0.3 * np.sqrt(rg.mean() ** 2 + yb.mean() ** 2)
    assert of("colourfulness", picture) == pytest.approx(expect, rel=1e-5)
    assert of("colourfulness", np.full((1, 4, 4, 3), 90, np.uint8)) == 0
