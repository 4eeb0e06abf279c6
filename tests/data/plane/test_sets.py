"""Points in the plane: every set passes the same checks, and its knobs do what they say."""

import numpy as np
import pytest

from playground import data
from playground.data.plane.own_points import read, written
from playground.values.errors import InvalidValue, LimitExceeded, PlaygroundError
from playground.values.spec import DataChoice

SETS = {name: dataset for name, dataset in data.SETS.items() if dataset.kind == "plane"}
DRAWN = [name for name in SETS if name != "points"]
EVERY = pytest.mark.parametrize("name", DRAWN)
NAMES = ("x_train", "y_train", "x_validation", "y_validation", "x_test", "y_test")
OWN = written(np.random.default_rng(0).uniform(-3, 3, (60, 2)), np.arange(60) % 3)


def points(name, seed=0, **args):
    return data.plane_points(DataChoice(name, args, test=0.3, seed=seed))


@EVERY
def test_a_set_gives_what_it_declares(name):
    declared, (low, high) = SETS[name], data.classes_of(SETS[name])
    assert declared.title and declared.summary.endswith(".") and declared.credit.endswith(".")
    for classes in range(low, high + 1) if high else (None,):
        args = {"classes": classes} if high > low else {}
        dataset = data.of(DataChoice(name, args))
        xy, labels, held = points(name, **args)
        assert xy.shape == (250, 2) and xy.dtype == np.float32 and np.abs(xy).max() <= 3 and held.sum() == 75
        if classes is None:
            assert labels.dtype == np.float32 and np.abs(labels).max() <= 1 and labels.std() > 0.2 and dataset.task == "regressor"
        else:
            assert labels.dtype == np.int32 and tuple(np.bincount(labels)) == dataset.balance
            assert len(dataset.classes) == classes and max(dataset.balance) - min(dataset.balance) <= 1
    assert data.find(name).balance == data.of(DataChoice(name)).balance and data.find(name).classes == data.of(DataChoice(name)).classes


@EVERY
def test_the_held_out_part_is_the_only_one(name):
    choice = DataChoice(name, {"inputs": ("r", "x"), "size": 100}, test=0.3, seed=2)
    arrays = data.load(choice)
    xy, labels, held = data.plane_points(choice)
    assert data.sizes(choice) == (70, 30, 30) and arrays.validation[0] is not None
    for part in (arrays.validation, arrays.test):
        assert np.array_equal(part[0], data.features(xy, ("r", "x"))[arrays.ids["test"][1]]) and len(part[0]) == 30
        assert np.array_equal(np.sort(part[1]), np.sort(labels[held]))
    assert set(arrays.ids["train"][1]) == set(np.flatnonzero(~held))
    assert np.array_equal(data.stored(choice, arrays, "train", np.array([3])), arrays.train[0][3:4])


@EVERY
def test_the_same_seed_draws_the_same_points_and_a_larger_set_begins_with_them(name):
    xy, labels, _ = points(name, seed=4)
    more, more_labels, _ = points(name, seed=4, size=900)
    assert np.array_equal(more[:250], xy) and np.array_equal(more_labels[:250], labels)
    assert not np.array_equal(points(name, seed=5)[0], xy)


@EVERY
def test_more_noise_moves_the_same_points_further(name):
    def strays(noise):  # mean distance from the points without noise, of place or of height
        (xy, labels, _), (clean, clean_labels, _) = points(name, noise=noise), points(name, noise=0)
        return float(np.abs(labels - clean_labels).mean() if labels.dtype == np.float32 else np.hypot(*(xy - clean).T).mean())

    assert 0 < strays(0.05) < strays(0.1) < strays(0.3) < strays(0.5)
    one, two = points(name, noise=0.1), points(name, noise=0.1001)
    assert max(np.abs(one[0] - two[0]).max(), np.abs(one[1] - two[1]).max()) < 0.001


@EVERY
def test_label_noise_gives_that_share_another_label_and_keeps_the_places(name):
    clean, some, more = (points(name, label_noise=share, size=2_000, noise=0) for share in (0, 0.2, 0.5))
    wrong = [each[1] != clean[1] for each in (some, more)]
    assert np.array_equal(clean[0], more[0]) and abs(wrong[0].mean() - 0.2) < 0.03 and abs(wrong[1].mean() - 0.5) < 0.04
    assert wrong[1][wrong[0]].all()  # those that were wrong stay wrong


@pytest.mark.parametrize("name", SETS)
def test_the_script_gives_exactly_the_arrays_that_load_gives(name):
    own = {"points": OWN, "classes": 3} if name == "points" else {"size": 77, "noise": 0.25, "label_noise": 0.1}
    for more in ({}, {"inputs": tuple(data.FEATURES)}, {"target": "number"} if name == "points" else {}):
        choice = DataChoice(name, {**own, **more}, test=0.35, seed=5)
        script = data.script(choice)
        made = {}
        exec("\n".join(("import numpy as np", *script.imports, *script.functions, script.body)), made)
        arrays = data.load(choice)
        for key, array in zip(NAMES, (*arrays.train, *arrays.validation, *arrays.test), strict=True):
            assert made[key].dtype == array.dtype and np.array_equal(made[key], array), key


@pytest.mark.parametrize(
    "name, args",
    [
        ("circles", {"size": 19}),
        ("circles", {"size": 5001}),
        ("circles", {"size": 50.0}),
        ("circles", {"noise": 0.6}),
        ("circles", {"noise": "much"}),
        ("circles", {"label_noise": -0.1}),
        ("circles", {"classes": 6}),
        ("moons", {"classes": 2}),
        ("moons", {"target": "number"}),
        ("ramp", {"classes": 2}),
        ("circles", {"inputs": ()}),
        ("circles", {"inputs": ("x", "x")}),
        ("circles", {"inputs": ("x", "__import__")}),
        ("circles", {"inputs": "x"}),
        ("circles", {"inputs": (("x",),)}),
        ("circles", {"limit": 5}),
        ("circles", {"points": OWN}),
        ("points", {"points": "no points!"}),
        ("points", {"points": OWN[:-1], "classes": 3}),
        ("points", {"points": OWN, "classes": 2}),
        ("points", {"points": 3}),
        ("points", {"points": OWN, "target": "name"}),
        ("points", {"points": OWN[:16], "classes": 3}),
        ("points", {"points": written(np.zeros((9, 2)), np.zeros(9, int))}),
        ("points", {}),
    ],
)
def test_what_no_set_can_make_is_refused(name, args):
    with pytest.raises(PlaygroundError) as caught:
        data.check(DataChoice(name, args))
    assert caught.value.what


def test_points_are_written_and_read_within_a_step_of_the_grid():
    places = np.random.default_rng(1).uniform(-3, 3, (5_000, 2))
    text = written(places, np.arange(5_000) % 6)
    found, labels = read(text, classes=6)
    assert np.abs(found - places).max() <= 3 / 4_095 + 1e-6 and np.array_equal(labels, np.arange(5_000) % 6)
    assert written(found, labels) == text
    values = np.linspace(-1, 1, 255)
    assert np.allclose(read(written(np.zeros((255, 2)), values), classes=None)[1], values, atol=1e-6)
    with pytest.raises(LimitExceeded):
        written(np.zeros((5_001, 2)), np.zeros(5_001, int))
    with pytest.raises(LimitExceeded):
        read("A" * 100_000, classes=2)


def test_features_are_what_their_formulas_say():
    x, y = np.random.default_rng(2).uniform(-3, 3, (2, 50))
    found = data.features(np.stack([x, y], axis=1).astype(np.float32), tuple(data.FEATURES))
    expect = [x, y, x**2, y**2, x * y, np.sin(2 * x), np.sin(2 * y), np.cos(2 * x), np.cos(2 * y), np.hypot(x, y), np.angle(x + 1j * y)]
    assert found.dtype == np.float32 and np.allclose(found, np.stack(expect, axis=1), atol=1e-5)
    for feature, column in zip(data.FEATURES.values(), data.features(data.grid(100), tuple(data.FEATURES)).T, strict=True):
        span = feature.high - feature.low
        assert feature.low <= column.min() < feature.low + 0.04 * span and feature.high - 0.04 * span < column.max() <= feature.high


def test_maps_of_features_begin_at_the_upper_left():
    x, y = data.feature_maps(("x", "y"))
    assert x.shape == (32, 32) and x.dtype == np.uint8
    assert (x[:, 0] < 5).all() and (x[:, -1] > 250).all() and (y[0] > 250).all() and (y[-1] < 5).all()


def test_generated_points_are_not_corrected_by_hand():
    with pytest.raises(InvalidValue) as caught:
        data.excluding(DataChoice("circles"), "train/3")
    assert "drawn anew from its seed" in caught.value.what
    with pytest.raises(InvalidValue) as caught:
        data.relabelling(DataChoice("points", {"points": OWN, "classes": 3}), "train/3", 1)
    assert "Playground" in caught.value.fix


@EVERY
def test_a_preview_shows_the_points_in_the_unit_square(name):
    seen = data.preview(name)
    assert seen.pictures is None and seen.points.shape == (250, 2) and seen.points.min() >= 0 and seen.points.max() <= 1
    assert set(seen.labels) == set(range(max(2, len(SETS[name].classes))))
