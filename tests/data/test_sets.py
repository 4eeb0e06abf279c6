"""Every data set passes the same checks: what it declares is what it gives."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playground import data
from playground.values.errors import InvalidValue, Unavailable
from playground.values.spec import DataChoice
from tests.data.conftest import REAL

STORED = [name for name, dataset in data.SETS.items() if dataset.kind != "plane"]
EVERY = pytest.mark.parametrize("name", STORED)
PACKAGED = [name for name in STORED if not data.SETS[name].files]
DOWNLOADED = [name for name in STORED if data.SETS[name].files]
WHOLE = pytest.mark.slow(reason="reads a whole set as a person's script does, some with Keras in a process of its own")


@pytest.fixture
def files(name, request):
    """The files of the set `name`, where it needs any."""
    if data.SETS[name].files:
        request.getfixturevalue("hands" if name == "rock_paper_scissors" else "real")


def plain(name, **fields):
    fields.setdefault("args", {})
    return data.load(DataChoice(name, **fields))


@EVERY
def test_a_set_gives_what_it_declares(name, files):
    dataset = data.find(name)
    arrays = plain(name)
    total, official = dataset.counts
    parts = (arrays.train, arrays.validation, arrays.test)
    assert tuple(len(y) for _, y in parts) == data.sizes(DataChoice(name))
    assert sum(len(y) for _, y in parts) == total + (official or 0)
    for x, y in parts:
        assert x.shape == (len(y), *dataset.shape) and y.dtype == np.int32
        assert x.dtype == (np.uint8 if dataset.kind == "pictures" else np.float32)
        assert set(y) == set(range(len(dataset.classes)))
    split_off = parts[:2] if official else parts
    assert tuple(np.bincount(np.concatenate([y for _, y in split_off]))) == dataset.balance
    assert arrays.classes == dataset.classes
    if dataset.kind == "pictures":
        assert arrays.train[0].min() < 10 and arrays.train[0].max() == 255
    else:
        assert np.allclose(arrays.train[0].mean(axis=0), 0, atol=1e-5) and np.allclose(arrays.train[0].std(axis=0), 1, atol=1e-5)


@EVERY
def test_a_declaration_is_complete(name):
    dataset = data.SETS[name]
    assert dataset.name == name and dataset.kind in ("pictures", "table")
    assert dataset.title and dataset.summary.endswith(".") and dataset.credit.endswith(".")
    assert len(dataset.balance) == len(dataset.classes) == len(set(dataset.classes))
    assert bool(dataset.files) != bool(dataset.package)
    assert len(dataset.columns) == (dataset.shape[0] if dataset.kind == "table" else 0)
    assert set(dataset.axes) <= set(dataset.columns) and len(dataset.axes) == (2 if dataset.kind == "table" else 0)
    assert all(file.url.startswith("https://") and file.url.endswith(file.name) for file in dataset.files)
    assert (dataset.download_bytes > 0) == bool(dataset.files)


@EVERY
def test_the_same_choice_gives_the_same_arrays_and_another_seed_another_split(name, files):
    first, again, other = (plain(name, seed=seed) for seed in (1, 1, 2))
    for one, two in zip((first.train, first.validation, first.test), (again.train, again.validation, again.test), strict=True):
        assert np.array_equal(one[0], two[0]) and np.array_equal(one[1], two[1])
    assert not np.array_equal(first.validation[0], other.validation[0])


@pytest.mark.parametrize("name", ["mnist_sample", "wine"])
def test_a_limit_shortens_the_training_part_only(name):
    whole, short = plain(name), plain(name, args={"limit": 60})
    assert len(short.train[1]) == 60 and np.array_equal(short.train[1], whole.train[1][:60])
    assert np.array_equal(short.validation[1], whole.validation[1]) and np.array_equal(short.test[1], whole.test[1])
    assert len(plain(name, args={"limit": 0}).train[1]) == len(plain(name, args={"limit": 999_999}).train[1]) == len(whole.train[1])


@pytest.mark.parametrize(
    "name, limit",
    [(name, limit) for name in PACKAGED for limit in (None, 77)] + [pytest.param(name, 77, marks=WHOLE) for name in DOWNLOADED],
)
def test_the_script_gives_exactly_the_arrays_that_load_gives(name, limit, files, tmp_path, monkeypatch):
    choice = DataChoice(name, {"limit": limit} if limit else {}, validation=0.2, test=0.1, seed=5)
    script = data.script(choice)
    text = "\n".join(("import numpy as np", *script.imports, *script.functions, script.body))
    names = ("x_train", "y_train", "x_validation", "y_validation", "x_test", "y_test")
    if "keras.datasets" in text:
        made = executed_with_keras(name, REAL / name, text, names, tmp_path)
    else:
        made = {}
        if data.SETS[name].files:
            monkeypatch.chdir(REAL / name)
        exec(text, made)
    arrays = data.load(choice)
    for key, array in zip(names, (*arrays.train, *arrays.validation, *arrays.test), strict=True):
        assert made[key].dtype == array.dtype and np.array_equal(made[key], array), key


def executed_with_keras(name, folder, text, names, tmp_path):
    """The arrays that the script gives in a child process, in which Keras finds its files without a network."""
    (tmp_path / ".keras").mkdir()
    lines = ["import keras"]
    if name == "mnist":  # Keras packs the same pictures as one .npz, which is built here from the idx files
        kinds = {"x_train": "train-images-idx3", "y_train": "train-labels-idx1", "x_test": "t10k-images-idx3", "y_test": "t10k-labels-idx1"}
        packed = {key: unpacked(folder / f"{kind}-ubyte.gz") for key, kind in kinds.items()}
        np.savez(tmp_path / "mnist.npz", **packed)
        lines.append(f"keras.src.datasets.mnist.get_file = lambda **_: {str(tmp_path / 'mnist.npz')!r}")
    else:
        (tmp_path / ".keras" / "datasets").mkdir()
        (tmp_path / ".keras" / "datasets" / "fashion-mnist").symlink_to(folder)
    lines += [text, f"np.savez({str(tmp_path / 'made.npz')!r}, **{{name: globals()[name] for name in {names!r}}})"]
    env = os.environ | {"KERAS_HOME": str(tmp_path / ".keras"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", "\n".join(lines)], env=env, check=True, timeout=120)
    return np.load(tmp_path / "made.npz")


def unpacked(path):
    raw = gzip.decompress(path.read_bytes())
    shape = [int.from_bytes(raw[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def test_the_pictures_are_the_ones_in_the_official_files(real):
    arrays = plain("mnist")
    assert np.array_equal(arrays.test[0][..., 0], unpacked(real / "mnist" / "t10k-images-idx3-ubyte.gz"))
    train, validation, _ = data.split(60_000, validation=0.15, test=0, seed=0)
    official = unpacked(real / "mnist" / "train-images-idx3-ubyte.gz")
    assert np.array_equal(arrays.train[0][..., 0], official[train])
    assert np.array_equal(arrays.validation[0][..., 0], official[validation])


def test_an_unknown_set_is_refused_with_those_on_offer():
    with pytest.raises(InvalidValue) as caught:
        plain("cifar")
    assert "mnist_sample" in caught.value.expected and caught.value.got == "cifar"


@pytest.mark.parametrize("args", [{"noise": 1}, {"limit": -1}, {"limit": 1.5}, {"limit": True}, {"limit": "9"}, {"limit": 10**9}])
def test_arguments_that_are_not_offered_are_refused(args):
    with pytest.raises(InvalidValue):
        data.check(DataChoice("iris", args))


def test_a_set_that_was_not_downloaded_says_how_to_get_it():
    with pytest.raises(Unavailable) as caught:
        plain("mnist")
    assert "PLAYGROUND_DATA_DIR" in caught.value.fix and str(data.folder()) in caught.value.fix


@pytest.mark.parametrize(
    "content", [b"", b"not gzip", gzip.compress(b"\0\0\x08\x01" + b"\0" * 50, mtime=0), gzip.compress(b"\0" * 5000, mtime=0)[:-9]]
)
def test_a_damaged_file_is_named(content, real, tmp_path, monkeypatch):
    (tmp_path / "mnist").mkdir()
    for file in (real / "mnist").glob("*.gz"):
        (tmp_path / "mnist" / file.name).symlink_to(file)
    broken = tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz"
    broken.unlink()
    broken.write_bytes(content)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    with pytest.raises(Unavailable) as caught:
        plain("mnist")
    assert str(broken) in caught.value.what and "again" in caught.value.fix


def test_the_sample_is_read_from_its_cache_the_second_time_and_anew_when_that_is_broken(home, monkeypatch):
    first = plain("mnist_sample").train[0]
    (kept,) = (home / "data" / "cache").iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(np, "loadtxt", lambda *_, **__: pytest.fail("read the text again"))
        assert np.array_equal(plain("mnist_sample").train[0], first)
    kept.write_bytes(kept.read_bytes()[:1000])
    assert np.array_equal(plain("mnist_sample").train[0], first)
    assert len(kept.read_bytes()) > 1000


def test_the_sample_works_without_a_folder_to_write_to(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "file"))
    assert len(plain("mnist_sample").train[1]) == 3500


def test_loading_needs_neither_keras_nor_the_packages_that_ship_the_data():
    code = (
        "import sys\nfrom playground import data\nfrom playground.values.spec import DataChoice\n"
        f"for name in {PACKAGED}: data.load(DataChoice(name)); data.preview(name)\n"
        "print(sorted({'keras', 'tensorflow', 'sklearn', 'mlxtend', 'pandas', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
