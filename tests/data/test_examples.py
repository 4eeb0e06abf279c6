"""An example keeps its name whatever the split."""

import numpy as np
import pytest

from playground import data
from playground.values.errors import InvalidValue, NotFound
from playground.values.spec import DataChoice


@pytest.mark.parametrize("name", ["digits", "iris", "mnist"])
def test_a_name_leads_to_the_example_as_it_is_stored(name, request):
    if data.find(name).files:
        request.getfixturevalue("real")
    raw = data.find(name).read(data.find(name), None)
    arrays = data.load(DataChoice(name, {"limit": 40}, seed=3))
    pools = {"train": raw.train, "test": raw.test}
    for split, (x, y) in {"train": arrays.train, "validation": arrays.validation, "test": arrays.test}.items():
        pool, places = arrays.ids[split]
        assert places.dtype == np.int32 and pool == ("test" if split == "test" and raw.test else "train")
        assert np.array_equal(pools[pool][1][places], y)
        if data.find(name).kind == "pictures":
            assert np.array_equal(pools[pool][0][places], x)
        for here in (0, len(y) - 1):
            assert data.example(arrays, split, here) == f"{pool}/{places[here]}"
            assert data.position(arrays, data.example(arrays, split, here)) == (split, here)


def test_an_example_keeps_its_name_when_another_seed_puts_it_elsewhere():
    one, two = (data.load(DataChoice("digits", seed=seed)) for seed in (1, 2))
    split, here = data.position(two, data.example(one, "test", 5))
    assert np.array_equal(getattr(two, split)[0][here], one.test[0][5])


@pytest.mark.parametrize("split, here", [("all", 0), ("test", -1), ("test", 10**6), ("test", 1.0), ("test", True)])
def test_what_is_not_there_has_no_name(split, here):
    with pytest.raises(InvalidValue):
        data.example(data.load(DataChoice("iris")), split, here)


@pytest.mark.parametrize("name", ["", "train", "train/", "train/-1", "train/01", "validation/3", "train/1/2", "train/1\n", None, 7])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(InvalidValue):
        data.position(data.load(DataChoice("iris")), name)


def test_an_example_that_the_limit_left_out_is_not_found():
    whole = data.load(DataChoice("iris"))
    with pytest.raises(NotFound):
        data.position(data.load(DataChoice("iris", {"limit": 10})), data.example(whole, "train", 10))
