"""Excluded and relabelled examples: all others stay where they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import data
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.errors import InvalidValue, LimitExceeded, NotFound
from playground.values.spec import DataChoice

PARTS = ("train", "validation", "test")


def corrected(choice, exclude=(), relabel=()):
    for example in exclude:
        choice = data.excluding(choice, example)
    for example, label in relabel:
        choice = data.relabelling(choice, example, label)
    return choice


@given(
    exclude=st.sets(st.integers(0, 177), max_size=40),
    relabel=st.dictionaries(st.integers(0, 177), st.integers(0, 2), max_size=40),
    limit=st.sampled_from([0, 90]),
    seed=st.integers(0, 5),
)
def test_the_others_stay_where_they_were(exclude, relabel, limit, seed):
    plain = DataChoice("wine", {"limit": limit} if limit else {}, seed=seed)
    relabel = {place: label for place, label in relabel.items() if place not in exclude}
    choice = corrected(plain, [f"train/{place}" for place in exclude], [(f"train/{place}", label) for place, label in relabel.items()])
    before, after = data.load(plain), data.load(choice)
    raw = data.find("wine").read(data.find("wine"), None).train
    for part in PARTS:
        places = np.array([place for place in before.ids[part][1] if place not in exclude])
        assert np.array_equal(after.ids[part][1], places)
        assert list(getattr(after, part)[1]) == [relabel.get(place, raw[1][place]) for place in places]
    train = after.ids["train"][1]
    centred = (raw[0] - raw[0][train].mean(0)) / raw[0][train].std(0)
    assert np.allclose(after.test[0], centred[after.ids["test"][1]], atol=1e-4)
    assert data.sizes(choice) == tuple(len(getattr(after, part)[1]) for part in PARTS)
    assert data.corrected(choice) == (len(exclude), len(relabel))
    assert data.uncorrected(choice) == plain


def test_an_official_test_set_is_corrected_too(real):
    plain = DataChoice("mnist", {"limit": 100})
    choice = corrected(plain, ["test/45", "test/9999", "train/7"], [("test/3", 9)])
    before, after = data.load(plain), data.load(choice)
    assert np.array_equal(after.test[0], np.delete(before.test[0], [45, 9999], axis=0))
    assert after.test[1][3] == 9 and after.test[1][45] == before.test[1][46] and before.test[1][3] == 0
    assert data.example(after, "test", 45) == "test/46" and data.position(after, "test/46") == ("test", 45)
    assert sum(data.sizes(choice)) == sum(data.sizes(plain)) - 2 - (7 in np.concatenate([before.ids[part][1] for part in PARTS[:2]]))
    with pytest.raises(NotFound):
        data.position(after, "test/45")


SLOW = pytest.mark.slow(reason="the script decodes every picture of the set")


@pytest.mark.parametrize("name", ["digits", "iris", pytest.param("rock_paper_scissors", marks=SLOW)])
def test_the_script_gives_the_corrected_arrays(name, request, monkeypatch):
    plain = DataChoice(name, {"limit": 50}, seed=4)
    if data.find(name).files:
        monkeypatch.chdir(request.getfixturevalue("hands"))
    exclude = [f"train/{place}" for place in range(0, 140, 3)] + (["test/5", "test/371"] if data.find(name).official_test else [])
    relabel = [(f"train/{place}", place % 3) for place in range(1, 140, 3)] + ([("test/6", 2)] if data.find(name).official_test else [])
    choice = corrected(plain, exclude, relabel)
    script = data.script(choice)
    made = {}
    exec("\n".join(("import numpy as np", *script.imports, *script.functions, script.body)), made)
    arrays = data.load(choice)
    for part in PARTS:
        x, y = getattr(arrays, part)
        assert np.array_equal(made[f"x_{part}"], x) and np.array_equal(made[f"y_{part}"], y)
        assert made[f"x_{part}"].dtype == x.dtype and made[f"y_{part}"].dtype == y.dtype
    assert max(map(len, script.body.splitlines())) < 130
    assert "by hand" not in data.script(plain).body


def test_what_is_read_is_not_written_to(monkeypatch):
    choice = data.relabelling(DataChoice("iris"), "train/0", 2)
    data.load(choice)
    assert (data.load(DataChoice("iris")).ids["train"][1] == data.load(choice).ids["train"][1]).all()
    raw = data.find("iris").read(data.find("iris"), None)
    raw.train[1].setflags(write=False)
    monkeypatch.setitem(data.SETS, "iris", data.find("iris").__class__(**{**vars(data.find("iris")), "read": lambda *_: raw}))
    arrays = data.load(choice)
    split, place = data.position(arrays, "train/0")
    assert getattr(arrays, split)[1][place] == 2 and raw.train[1][0] == 0


def test_the_last_word_on_an_example_counts_and_equal_corrections_are_equal():
    choice = DataChoice("iris")
    relabelled = data.relabelling(choice, "train/3", 2)
    assert data.relabelling(relabelled, "train/3", 1).args == {"relabel": ("train/3=1",)}
    assert data.excluding(relabelled, "train/3").args == {"exclude": ("train/3",)}
    assert data.relabelling(data.excluding(choice, "train/3"), "train/3", 2) == relabelled
    assert data.excluding(data.excluding(choice, "train/3"), "train/3") == data.excluding(choice, "train/3")
    one, two = (corrected(choice, order) for order in (["train/20", "train/3"], ["train/3", "train/20"]))
    assert one == two and one.args["exclude"] == ("train/3", "train/20")
    assert data.restoring(data.restoring(one, "train/3"), "train/20") == choice


def test_corrections_survive_json_and_link():
    experiment = PRESETS["digits_mlp"].experiment
    experiment = experiment.having(data=corrected(experiment.data, ["train/5", "train/1700"], [("train/9", 3)]))
    assert spec.loads(spec.dumps(experiment)) == experiment == link.decode(link.encode(experiment))


@pytest.mark.parametrize(
    "args",
    [
        {"exclude": ("train/150",)},
        {"exclude": ("test/0",)},
        {"exclude": ("validation/0",)},
        {"exclude": "train/1"},
        {"exclude": (1,)},
        {"exclude": (("train/1",),)},
        {"exclude": ("train/1", "train/1")},
        {"exclude": 5},
        {"exclude": None},
        {"relabel": ("train/1",)},
        {"relabel": ("train/1=3",)},
        {"relabel": ("train/1=-1",)},
        {"relabel": ("train/1=01",)},
        {"relabel": ("train/150=0",)},
        {"relabel": ("train/1=0", "train/1=1")},
        {"relabel": ("train/1=0",), "exclude": ("train/1",)},
        {"exclude": tuple(f"train/{place}" for place in range(150))},
    ],
    ids=str,
)
def test_corrections_that_cannot_be_are_refused(args):
    for ask in (data.check, data.sizes, data.script, data.load):
        with pytest.raises(InvalidValue):
            ask(DataChoice("iris", args))


def test_there_is_a_bound():
    many = tuple(f"train/{place}" for place in range(2001))
    data.check(DataChoice("mnist_sample", {"exclude": many[:-1]}))
    with pytest.raises(LimitExceeded):
        data.check(DataChoice("mnist_sample", {"exclude": many}))
    with pytest.raises(LimitExceeded):
        data.excluding(DataChoice("mnist_sample", {"exclude": many[:-1]}), many[-1])


@pytest.mark.parametrize(
    "example, label", [("train/150", 0), ("nonsense", 0), ("train/0", 3), ("train/0", -1), ("train/0", True), ("train/0", "1")]
)
def test_an_example_or_a_label_that_is_not_there_is_refused(example, label):
    with pytest.raises(InvalidValue):
        data.relabelling(DataChoice("iris"), example, label)
