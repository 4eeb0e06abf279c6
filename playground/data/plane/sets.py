"""The data sets of points in the plane: how each is declared, what its knobs may be, and what a choice of them makes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.data.dataset import DataSet, Pair, Raw
from playground.data.plane import generators
from playground.data.plane.features import FEATURES, features
from playground.data.plane.own_points import decoded, read
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice, check_number, check_whole

SIZES = (20, 5_000)  # points
NOISES = (0.0, 0.5)
DEFAULTS: dict[str, Any] = {"size": 250, "noise": 0.1, "label_noise": 0.0, "inputs": ("x", "y")}
FEWEST = 5  # own points to train and test with
KNOBS = ("size", "noise", "label_noise", "inputs")
CREDIT = "Drawn by this program from a seed."


@dataclasses.dataclass(frozen=True)
class Settings:
    """The arguments of a choice, spelt out. classes: None for numbers. points: a person's own, as text, else None."""

    inputs: tuple[str, ...]
    size: int
    noise: float
    label_noise: float
    classes: int | None
    seed: int
    points: str | None = None


def classes_of(dataset: DataSet) -> tuple[int, int]:
    """The fewest and the most classes that a set of points may be asked for; both the same where there is no choice."""
    return MOST_CLASSES.get(dataset.name, (len(dataset.classes),) * 2)


def knob_defaults(dataset: DataSet) -> dict[str, object]:
    """The arguments of a set of points, each at what it is where a choice leaves it out."""
    usual = {**DEFAULTS, "classes": len(dataset.classes), "target": "class", "points": ""}
    return {name: usual[name] for name in dataset.args if name in usual}


def named(classes: int) -> tuple[str, ...]:
    """The names of classes that have none but their colour."""
    return tuple(f"class {number}" for number in range(1, classes + 1))


def settings(dataset: DataSet, choice: DataChoice) -> Settings:
    """The arguments of a choice of this set. Raises InvalidValue for one that is out of range."""
    args = {**DEFAULTS, "classes": len(dataset.classes), **choice.args}
    check_whole("The number of points", args["size"], low=SIZES[0], high=SIZES[1])
    check_number("The noise", args["noise"], low=NOISES[0], high=NOISES[1])
    check_number("The label noise", args["label_noise"], low=NOISES[0], high=NOISES[1])
    classes: int | None = None
    if dataset.task == "classifier" and (args.get("target", "class") == "class" or "target" not in dataset.args):
        low, high = classes_of(dataset)
        check_whole("The number of classes", args["classes"], low=low, high=high)
        classes = args["classes"]
    elif args.get("target", "number") != "number":
        raise InvalidValue("There is no such target.", expected='"class" or "number"', got=args["target"])
    inputs = args["inputs"]
    if not isinstance(inputs, tuple) or not inputs or not set(inputs) <= set(FEATURES) or len(set(inputs)) < len(inputs):
        expected = "one or more of " + ", ".join(FEATURES) + ", each once"
        raise InvalidValue("These are no inputs.", expected=expected, got=inputs or "none", fix="Switch at least one input on.")
    points = args.get("points", "") if dataset.name == "points" else None
    return Settings(inputs, args["size"], float(args["noise"]), float(args["label_noise"]), classes, choice.seed, points)


def made(dataset: DataSet, choice: DataChoice) -> DataSet:
    """The set that a choice's arguments make. Raises InvalidValue, LimitExceeded."""
    return _made(dataset, settings(dataset, choice))


@functools.lru_cache(maxsize=64)
def _made(dataset: DataSet, given: Settings) -> DataSet:
    points, labels = drawn(dataset, given)
    for array in (points, labels):
        array.setflags(write=False)  # kept and shared
    balance = (len(points),) if given.classes is None else tuple(np.bincount(labels, minlength=given.classes).tolist())
    return dataclasses.replace(
        dataset,
        shape=(len(given.inputs),),
        classes=() if given.classes is None else named(given.classes),
        task="regressor" if given.classes is None else "classifier",
        balance=balance,
        columns=tuple(FEATURES[name].title for name in given.inputs),
        axes=tuple(FEATURES[name].title for name in given.inputs[:2]),
        read=lambda *_: Raw((features(points, given.inputs), labels)),
        points=(points, labels),
        script=script_of(dataset, given),
    )


def drawn(dataset: DataSet, given: Settings) -> Pair:
    """Points float32 (n, 2) and their labels, in the order in which they are stored."""
    if given.points is not None:
        return read(given.points, classes=given.classes)
    make, rng = GENERATORS[dataset.name], np.random.default_rng([given.seed, 0, 1])
    if given.classes is None:
        points = generators.scattered(given.size, rng).astype("float32")
        return points, generators.roughened(make(points), noise=given.noise, label_noise=given.label_noise, seed=given.seed)
    points, labels = make(given.size, given.classes, rng)
    return generators.disturbed(points, labels, classes=given.classes, noise=given.noise, label_noise=given.label_noise, seed=given.seed)


def script_of(dataset: DataSet, given: Settings) -> str:
    """Python that gives x and y as `read` does, with the functions that `functions_of` names."""
    noise = f"noise={given.noise}, label_noise={given.label_noise}, seed={given.seed}"
    rng = f"np.random.default_rng([{given.seed}, 0, 1])"
    name = dataset.name if given.points is not None else GENERATORS[dataset.name].__name__
    if given.points is not None:
        value = "" if given.classes is not None else '\ny = (y * np.float32(2 / 254) - 1).astype("float32")'
        lines = f'import base64\n\npoints, y = decoded("{given.points}"){value}\n'
    elif given.classes is None:
        lines = f'points = scattered({given.size}, {rng}).astype("float32")\ny = roughened({name}(points), {noise})\n'
    else:
        lines = f"points, y = {name}({given.size}, {given.classes}, {rng})\n"
        lines += f"points, y = disturbed(points, y, classes={given.classes}, {noise})\n"
    return f"{lines}x = features(points, {given.inputs!r})\n"


def functions_of(name: str, task: str) -> tuple[Callable[..., Any], ...]:
    """The functions that the script of a set needs."""
    if name == "points":
        return decoded, features
    around = (generators.disturbed,) if task == "classifier" else (generators.scattered, generators.roughened)
    return GENERATORS[name], *around, features


def plane_set(name: str, title: str, summary: str, *, classes: int | None = None, most: int | None = None) -> DataSet:
    """The declaration of a generated set. classes: how many it has unless told otherwise, None for numbers; most: at most."""
    task = "classifier" if classes else "regressor"
    knobs = (*KNOBS, "classes") if most else KNOBS
    return DataSet(
        name=name,
        title=title,
        summary=summary,
        kind="plane",
        task=task,
        shape=(2,),
        classes=named(classes or 0),
        balance=(DEFAULTS["size"],) if not classes else tuple(len(range(k, DEFAULTS["size"], classes)) for k in range(classes)),
        columns=("x", "y"),
        axes=("x", "y"),
        args=knobs,
        credit=CREDIT,
        script="",
        functions=functions_of(name, task),
        read=lambda dataset, _: made(dataset, DataChoice(name)).read(dataset, None),
        made=made,
    )


def checked(dataset: DataSet) -> None:
    """Raises InvalidValue for own points that are too few, or of one class, to learn from."""
    if dataset.name != "points":
        return
    count = sum(dataset.balance)
    if count < FEWEST:
        raise InvalidValue(
            "There are too few points.",
            expected=f"at least {FEWEST}",
            got=f"{count}",
            fix="Paint some, import a file, or choose a data set.",
        )
    if dataset.task == "classifier" and sum(map(bool, dataset.balance)) < 2:
        raise InvalidValue("All points are of one class.", expected="points of two classes or more", fix="Paint points of another class.")


GENERATORS: dict[str, Callable[..., Any]] = {  # of points and classes, or of the numbers at points
    "circles": generators.circles,
    "spirals": generators.spirals,
    "moons": generators.moons,
    "gaussians": generators.gaussians,
    "xor": generators.xor,
    "checkerboard": generators.checkerboard,
    "windmill": generators.windmill,
    "flower": generators.flower,
    "bands": generators.bands,
    "links": generators.links,
    "ramp": generators.ramp,
    "saddle": generators.saddle,
    "bumps": generators.bumps,
    "waves": generators.waves,
    "ripples": generators.ripples,
}
DRAWN = tuple(GENERATORS)
MOST_CLASSES = {
    "circles": (2, 5),
    "spirals": (2, 5),
    "gaussians": (2, 6),
    "windmill": (2, 6),
    "bands": (2, 6),
    "links": (2, 4),
    "points": (2, 6),
}

POINTS = DataSet(
    name="points",
    title="Your own points",
    summary="Points that you paint on the Playground page, or import from a file.",
    kind="plane",
    shape=(2,),
    classes=named(2),
    balance=(0, 0),
    columns=("x", "y"),
    axes=("x", "y"),
    args=("points", "classes", "target", "inputs"),
    credit="Painted or imported by you.",
    script="",
    functions=functions_of("points", "classifier"),
    read=lambda *_: Raw((np.zeros((0, 2), np.float32), np.zeros(0, np.int32))),
    made=made,
)

PLANE = {
    dataset.name: dataset
    for dataset in (
        plane_set("spirals", "Spirals", "An arm for each class, wound around one centre: the hard one.", classes=2, most=5),
        plane_set("circles", "Circles", "A disc and a ring around it: no straight line tells them apart.", classes=2, most=5),
        plane_set("moons", "Moons", "Two half circles that reach into one another.", classes=2),
        plane_set("gaussians", "Clouds", "A round cloud for each class: the easy one.", classes=3, most=6),
        plane_set("xor", "Exclusive or", "Four squares, and those on a diagonal belong together.", classes=2),
        plane_set("checkerboard", "Checkerboard", "Four by four fields, which want many straight cuts.", classes=2),
        plane_set("windmill", "Windmill", "A disc cut into curved blades.", classes=4, most=6),
        plane_set("flower", "Flower", "Five petals and what is around them.", classes=2),
        plane_set("bands", "Bands", "Wavy bands, one above the other.", classes=3, most=6),
        plane_set("links", "Chain", "Rings that overlap as the links of a chain do.", classes=2, most=4),
        plane_set("ramp", "Ramp", "Numbers that rise evenly to one side: a single line of weights is enough."),
        plane_set("saddle", "Saddle", "Numbers that rise to two sides and fall to the other two."),
        plane_set("bumps", "Hills and hollows", "Two hills and two hollows on flat ground."),
        plane_set("waves", "Waves", "Crests and troughs in two directions."),
        plane_set("ripples", "Ripples", "Rings around a centre that grow flatter outwards."),
        POINTS,
    )
}
