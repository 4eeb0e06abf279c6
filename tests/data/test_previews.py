"""What the cards show."""

import numpy as np
import pytest

from playground import data
from playground.values.errors import InvalidValue


@pytest.mark.parametrize("name", ["mnist_sample", "digits", "mnist", "fashion_mnist", "rock_paper_scissors"])
def test_pictures_come_in_rows_of_one_of_each_class(name, request):
    dataset = data.find(name)
    if dataset.files:
        request.getfixturevalue("real")
    seen = data.preview(name)
    assert seen.pictures.dtype == np.uint8 and seen.pictures.shape == (len(seen.labels), *dataset.shape)
    assert np.array_equal(seen.labels, np.tile(np.arange(len(dataset.classes)), 4))
    assert len({picture.tobytes() for picture in seen.pictures}) == len(seen.labels)
    assert seen.points is None and seen.counts == dataset.balance
    assert seen is data.preview(name)


@pytest.mark.parametrize("name", ["mnist_sample", "mnist"])
def test_the_pictures_are_of_the_set_and_bear_their_labels(name, request):
    if data.find(name).files:
        request.getfixturevalue("real")
    seen = data.preview(name)
    raw = data.find(name).read(data.find(name), None)
    known = {picture.tobytes(): label for picture, label in zip(*raw.train, strict=True)}
    assert all(known[picture.tobytes()] == label for picture, label in zip(seen.pictures, seen.labels, strict=True))


@pytest.mark.parametrize("name, n", [("iris", 150), ("wine", 178)])
def test_a_table_is_shown_as_points_in_the_unit_square(name, n):
    seen = data.preview(name)
    assert seen.pictures is None and seen.points.shape == (n, 2) and seen.points.dtype == np.float32
    assert np.allclose(seen.points.min(axis=0), 0) and np.allclose(seen.points.max(axis=0), 1)
    assert set(seen.axes) <= set(data.find(name).columns)
    assert tuple(np.bincount(seen.labels)) == seen.counts == data.find(name).balance


def test_the_two_columns_shown_tell_the_classes_apart():
    for name in ("iris", "wine"):
        seen = data.preview(name)
        centres = np.stack([seen.points[seen.labels == label].mean(axis=0) for label in range(3)])
        nearest = np.linalg.norm(seen.points[:, None] - centres, axis=2).argmin(axis=1)
        assert (nearest == seen.labels).mean() > 0.85


def test_what_was_not_downloaded_has_no_pictures_but_its_counts():
    seen = data.preview("fashion_mnist")
    assert seen.pictures is None and seen.points is None and len(seen.labels) == 0
    assert seen.counts == (6000,) * 10


def test_a_shared_preview_cannot_be_changed():
    with pytest.raises(ValueError):
        data.preview("digits").pictures[0] = 0


def test_an_unknown_set_has_no_preview():
    with pytest.raises(InvalidValue):
        data.preview("nothing")
