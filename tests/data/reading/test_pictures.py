"""Foreign pictures become examples as a careful person would make them, and each step is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from playground import data
from playground.data.reading import pictures
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice

RNG = np.random.default_rng(0)


def photo(height, width):
    return RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)


def written(height=120, width=90, top=20, left=10, size=(60, 30), paper=255, ink=0):
    """A filled box of ink on paper."""
    x = np.full((height, width, 3), paper, np.uint8)
    x[top : top + size[0], left : left + size[1]] = ink
    return x


def prepared(x, shape, fit="crop", invert=False, centre=False, is_dark=True):
    found = pictures.prepare(x, shape, fit=fit, invert=invert, centre=centre, is_dark=is_dark)
    assert found.input.shape == tuple(shape) and found.input.dtype == np.uint8
    assert all(step.endswith(".") for step in found.steps)
    return found.input, " ".join(found.steps)


def mass_centre(x):
    """Centre of mass (row, column) of (height, width)."""
    x = x.astype(float)
    return (x.sum(1) @ np.arange(x.shape[0]) / x.sum(), x.sum(0) @ np.arange(x.shape[1]) / x.sum())


def test_reducing_takes_the_mean_over_areas():
    x = photo(60, 60)
    found, told = prepared(x, (12, 12, 3))
    assert np.abs(found - x.reshape(12, 5, 12, 5, 3).mean((1, 3))).max() <= 1
    assert told == "Reduced from 60 × 60 to 12 × 12 pixels: each pixel is the mean of those it covers."


def test_a_picture_of_the_right_size_stays_as_it_is():
    x = photo(16, 16)
    found, told = prepared(x, (16, 16, 3), invert="auto")
    assert np.array_equal(found, x) and told == ""


def test_cropping_takes_the_middle():
    x = photo(30, 51)
    found, told = prepared(x, (30, 30, 3))
    assert np.array_equal(found, x[:, 10:40]) and told == "Cropped to the middle 30 × 30 of its 51 × 30 pixels."
    found, told = prepared(photo(300, 451), (28, 28, 1))
    assert "Cropped to the middle 300 × 300" in told and "28 × 28" in told


def test_padding_keeps_the_whole_and_continues_the_border():
    x = np.full((20, 40, 3), (10, 200, 30), np.uint8)
    x[5:15, 10:30] = 77
    found, told = prepared(x, (20, 20, 3), fit="pad")
    assert np.array_equal(found[:5], np.full((5, 20, 3), (10, 200, 30))) and np.array_equal(found[15:], found[:5])
    assert np.abs(found[5:15] - x.reshape(10, 2, 20, 2, 3).mean((1, 3))).max() <= 1
    assert "Padded to 20 × 20" in told


def test_stretching_uses_every_pixel_and_says_so():
    x = photo(20, 40)
    found, told = prepared(x, (10, 10, 3), fit="stretch")
    assert np.abs(found - x.reshape(10, 2, 10, 4, 3).mean((1, 3))).max() <= 1
    assert told.startswith("Stretched from 40 × 20 to 10 × 10")


def test_enlarging_interpolates():
    found, told = prepared(photo(4, 4), (64, 64, 3))
    assert "Enlarged from 4 × 4 to 64 × 64" in told
    assert np.abs(np.diff(found.astype(int), axis=0)).max() < 40


def test_grey_weighs_the_colours_as_pillow_does():
    x = photo(9, 9)
    found, told = prepared(x, (9, 9, 1))
    assert np.abs(found[..., 0].astype(int) - np.asarray(Image.fromarray(x).convert("L"))).max() <= 1
    assert "0.299" in told
    plain = np.repeat(x[..., :1], 3, axis=2)
    found, told = prepared(plain, (9, 9, 1))
    assert np.array_equal(found[..., 0], x[..., 0]) and told == ""


@pytest.mark.parametrize(
    ("paper", "ink", "is_dark", "invert", "inverted"),
    [
        (255, 0, True, "auto", True),
        (0, 255, True, "auto", False),
        (0, 255, False, "auto", True),
        (255, 0, False, "auto", False),
        (255, 0, True, False, False),
        (0, 255, True, True, True),
    ],
)
def test_a_grey_picture_is_inverted_where_its_border_differs_from_the_training_pictures(paper, ink, is_dark, invert, inverted):
    x = written(90, 90, paper=paper, ink=ink)
    found, told = prepared(x, (90, 90, 1), invert=invert, is_dark=is_dark)
    assert found[0, 0, 0] == (255 - paper if inverted else paper)
    assert ("Inverted" in told) == inverted


def test_colours_are_inverted_only_when_asked_to():
    x = written(30, 30, size=(5, 5))
    assert np.array_equal(prepared(x, (30, 30, 3), invert="auto")[0], x)
    assert np.array_equal(prepared(x, (30, 30, 3), invert=True)[0], 255 - x)


@given(
    height=st.integers(40, 200),
    width=st.integers(40, 200),
    ink_height=st.integers(10, 30),
    ink_width=st.integers(10, 30),
    where=st.floats(0, 1),
    is_dark=st.booleans(),
)
def test_centring_puts_the_ink_into_a_box_of_20_with_its_mass_in_the_middle(height, width, ink_height, ink_width, where, is_dark):
    top, left = int(1 + where * (height - ink_height - 2)), int(1 + where * (width - ink_width - 2))
    x = written(height, width, top, left, (ink_height, ink_width), paper=220, ink=40)
    found, told = prepared(x, (28, 28, 1), fit="pad", invert="auto", centre=True, is_dark=is_dark)
    light = found[..., 0] if is_dark else 255 - found[..., 0]
    rows, columns = (np.flatnonzero(light.any(axis=axis)) for axis in (1, 0))
    assert max(len(rows), len(columns)) == 20
    assert abs(min(len(rows), len(columns)) - 20 * min(ink_height, ink_width) / max(ink_height, ink_width)) <= 1
    assert np.abs(np.subtract(mass_centre(light), 13.5)).max() <= 0.51
    assert light.max() == 255 and light[0].max() == 0
    assert "centre of mass" in told


def test_a_digit_of_mnist_shown_large_on_paper_is_found_again():
    x = data.load(DataChoice("mnist_sample")).test[0]
    for digit in x[[0, 50, 100, 400, 700]]:
        large = np.full((400, 500, 3), 235, np.uint8)
        large[30:310, 60:340] = 235 - np.kron(digit[..., 0], np.ones((10, 10)))[..., None] * 0.8
        found = prepared(large, (28, 28, 1), fit="pad", invert="auto", centre=True)[0]
        best = max(
            np.corrcoef(np.roll(found[..., 0], (down, right), (0, 1)).ravel(), digit.ravel())[0, 1]
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
        )
        assert best > 0.95


def test_paper_with_noise_becomes_black_ground():
    x = np.clip(written(paper=200, ink=60) + RNG.normal(0, 5, (120, 90, 1)), 0, 255).astype(np.uint8)
    found = prepared(x, (28, 28, 1), fit="pad", invert="auto", centre=True)[0]
    assert found[0].max() <= 5 and found.max() > 200


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("fit", pictures.FITS)
def test_a_blank_picture_cannot_be_centred_but_is_prepared(value, fit):
    found, told = prepared(np.full((50, 70, 3), value, np.uint8), (28, 28, 1), fit=fit, invert="auto", centre=True)
    assert "Not centred" in told and len(np.unique(found)) == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 1024), (1024, 1), (3, 700)])
@pytest.mark.parametrize("shape", [(28, 28, 1), (5, 200, 3), (1, 1, 1), (128, 128, 3)])
def test_pictures_and_inputs_of_any_form_go_together(size, shape):
    for fit in pictures.FITS:
        for centre in (False, True):
            prepared(photo(*size), shape, fit=fit, invert="auto", centre=centre)


@pytest.mark.parametrize(
    ("x", "shape", "options"),
    [
        (photo(4, 4), (13,), {}),
        (photo(4, 4), (28, 28, 4), {}),
        (photo(4, 4)[..., 0], (28, 28, 1), {}),
        (photo(4, 4).astype(float), (28, 28, 1), {}),
        (photo(4, 4)[:0], (28, 28, 1), {}),
        (photo(4, 4), (28, 28, 1), {"fit": "tile"}),
        (photo(4, 4), (28, 28, 1), {"invert": "yes"}),
        (photo(4, 4), (28, 28, 1), {"invert": 1}),
    ],
)
def test_what_cannot_be_prepared_is_refused(x, shape, options):
    with pytest.raises(InvalidValue):
        prepared(x, shape, **options)
