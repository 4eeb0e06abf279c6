"""Challenges on the Playground page: a task with limits, and whether a run has met them. Pure: what is kept of it is the lab's concern."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from playground import data
from playground.plane.sketch import USUAL_LOSS, Block, Sketch, parameters
from playground.values.errors import NotFound
from playground.values.metric import ACCURACY, MAE, Metric
from playground.values.run import Run
from playground.values.spec import Args, DataChoice, Experiment, Part, Training, part

ROUNDING = 1e-6  # of a share or an error that was kept as float32


@dataclass(frozen=True)
class Standing:
    """What a challenge looks at. experiment: in force now. weights: trainable ones. value: of the goal's metric on the test part, NaN
    where the network has not ended an epoch yet."""

    experiment: Experiment
    weights: int
    epochs: int
    value: float


class Limit(Protocol):
    """Something that a solution has to keep to."""

    @property
    def text(self) -> str: ...

    def holds(self, standing: Standing) -> bool: ...


@dataclass(frozen=True)
class AtMostWeights:
    most: int

    @property
    def text(self) -> str:
        return f"at most {self.most} weights and biases"

    def holds(self, standing: Standing) -> bool:
        return standing.weights <= self.most


@dataclass(frozen=True)
class AtLeastWeights:
    fewest: int

    @property
    def text(self) -> str:
        return f"at least {self.fewest} weights and biases"

    def holds(self, standing: Standing) -> bool:
        return standing.weights >= self.fewest


@dataclass(frozen=True)
class HiddenLayers:
    most: int

    @property
    def text(self) -> str:
        return "no hidden layer" if not self.most else f"at most {self.most} hidden layers"

    def holds(self, standing: Standing) -> bool:
        return len(Sketch.of(standing.experiment).blocks) <= self.most


@dataclass(frozen=True)
class OnlyInputs:
    inputs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "only the inputs " + " and ".join(data.FEATURES[name].title for name in self.inputs)

    def holds(self, standing: Standing) -> bool:
        return set(Sketch.of(standing.experiment).inputs) <= set(self.inputs)


@dataclass(frozen=True)
class OnlyActivation:
    activation: str

    @property
    def text(self) -> str:
        return f"only {self.activation} in hidden layers"

    def holds(self, standing: Standing) -> bool:
        return all(block.activation == self.activation for block in Sketch.of(standing.experiment).blocks)


@dataclass(frozen=True)
class AtMostEpochs:
    most: int

    @property
    def text(self) -> str:
        return f"within {self.most} epochs"

    def holds(self, standing: Standing) -> bool:
        return standing.epochs <= self.most


@dataclass(frozen=True)
class Goal:
    """What the metric is to reach on the test part, or do better: at least `value` where higher is better, else at most."""

    metric: Metric
    value: float

    @property
    def text(self) -> str:
        if self.metric.is_share:
            return f"at most {1 - self.value:.0%} of the test points wrong".replace("%", " %")
        return f"a {self.metric.title.lower()} of at most {self.value:g} on the test points"

    def holds(self, standing: Standing) -> bool:
        return bool(self.met(np.array([standing.value]))[0])

    def met(self, values: np.ndarray) -> np.ndarray:
        """Which of these values are good enough; curves keep them as float32."""
        return self.metric.reaches(values, self.value, slack=ROUNDING)


@dataclass(frozen=True)
class Challenge:
    """sketch: what one begins with; its data are the task. rank: what results are compared by, the fewer the better: "weights" or
    "epochs"."""

    title: str
    text: str
    sketch: Sketch
    goal: Goal
    limits: tuple[Limit, ...] = ()
    rank: str = "weights"


@dataclass(frozen=True)
class Check:
    """One condition: what it demands, and whether it holds."""

    text: str
    ok: bool


def standing(run: Run, goal: Goal) -> Standing:
    """Where a run is: at the first kept epoch of its present network that met the goal, else now.

    So what was reached once is not lost as training goes on, and does not depend on when somebody looks. What an edited network scored
    before the edit does not count.
    """
    shared = run.shared()
    experiment = shared.at(run.step)
    weights = parameters(experiment.network)
    edited = max((change.step for change in shared.changes if change.name == "network" and change.step <= run.step), default=-1)
    values = run.epochs.values.get(f"val_{goal.metric.name}", np.zeros(0, np.float32))
    own = run.epochs.values["step"] > edited if len(values) else np.zeros(0, bool)
    met = np.flatnonzero(own & goal.met(values))
    if len(met):
        return Standing(experiment, weights, int(run.epochs.x[met[0]]), float(values[met[0]]))
    last = run.summary.get(f"val_{goal.metric.name}") if own.any() or edited < 0 else None
    return Standing(experiment, weights, run.epoch, math.nan if last is None else float(last))


def checks(name: str, run: Run) -> tuple[Check, ...]:
    """Each condition of a challenge against a run as it stands. Raises NotFound, InvalidValue for a run that is no sketch."""
    challenge = find(name)
    at = standing(run, challenge.goal)
    wanted = challenge.sketch.data
    same = bare(at.experiment.data) == bare(wanted)
    found = [Check(f"the data of this challenge: {data.of(wanted).title}", same)]
    found += [Check(limit.text, limit.holds(at)) for limit in challenge.limits]
    reached = challenge.goal.holds(at)
    return (*found, Check(challenge.goal.text + (f", at epoch {at.epochs:,}" if reached else ""), reached))


def result(name: str, run: Run) -> int:
    """What is kept of a solution: its weights or epochs."""
    challenge = find(name)
    at = standing(run, challenge.goal)
    return at.weights if challenge.rank == "weights" else at.epochs


def bare(choice: DataChoice) -> DataChoice:
    """A choice of data without what is the network's concern: which features it is given."""
    args = {name: value for name, value in choice.args.items() if name != "inputs"}
    return DataChoice(choice.name, Args(args), test=choice.test, seed=choice.seed)


def find(name: str) -> Challenge:
    if name not in CHALLENGES:
        raise NotFound("There is no such challenge.", expected=", ".join(CHALLENGES), got=name)
    return CHALLENGES[name]


# What there is to be met


def begun(
    name: str,
    *hidden: int,
    output: str = "sigmoid",
    activation: str = "tanh",
    optimizer: Part = part("optimizers.Adam", learning_rate=0.03),  # noqa: B008, a frozen value
    **knobs: float,
) -> Sketch:
    """A sketch to begin with. hidden: units of the hidden layers; knobs: of the data."""
    task = "regressor" if output == "linear" else "classifier"
    return Sketch(
        DataChoice(name, Args(knobs), test=0.3, seed=1),
        tuple(Block(f"hidden_{place}", units, activation) for place, units in enumerate(hidden, start=1)),
        output,
        Training(optimizer, part(USUAL_LOSS[task, output]), batch_size=10, epochs=100_000),
    )


XY = OnlyInputs(("x", "y"))
CHALLENGES: dict[str, Challenge] = {
    "one_line": Challenge(
        "One straight line",
        "A single neuron draws one straight border. Two clouds of points need no more: train it without a hidden layer.",
        begun("gaussians", noise=0.3, classes=2),
        Goal(ACCURACY, 0.95),
        (HiddenLayers(0), XY),
        rank="epochs",
    ),
    "xor": Challenge(
        "No line will do",
        "Points on one diagonal belong together, so no straight line tells them from the others. How few neurons bend the border enough?",
        begun("xor", 1, noise=0.05),
        Goal(ACCURACY, 0.93),
        (AtMostWeights(17), XY),
    ),
    "ring_without_layers": Challenge(
        "The right question",
        "A disc inside a ring, and no hidden layer. Give the one neuron inputs in which the border is straight.",
        begun("circles"),
        Goal(ACCURACY, 0.97),
        (HiddenLayers(0),),
    ),
    "ring_of_lines": Challenge(
        "A circle made of lines",
        "The same disc, but only x and y to see it with. Each hidden neuron adds one line: close the ring with few of them.",
        begun("circles", 2),
        Goal(ACCURACY, 0.94),
        (AtMostWeights(17), XY),
    ),
    "in_a_hurry": Challenge(
        "In a hurry",
        "Two half moons, within 30 epochs. Find an optimizer and a learning rate that hurry without stumbling.",
        begun("moons", 4, optimizer=part("optimizers.SGD", learning_rate=0.01)),
        Goal(ACCURACY, 0.97),
        (AtMostEpochs(30), XY),
        rank="epochs",
    ),
    "spiral": Challenge(
        "Unroll the spiral",
        "Two arms wound around each other, seen through x and y alone. How small a network still unrolls them?",
        begun("spirals", 4, noise=0.05),
        Goal(ACCURACY, 0.95),
        (XY,),
    ),
    "spiral_for_little": Challenge(
        "The spiral for little",
        "Now any inputs are allowed, but few weights. Which inputs make the spiral easy?",
        begun("spirals", 4, noise=0.05),
        Goal(ACCURACY, 0.95),
        (AtMostWeights(33),),
    ),
    "three_arms": Challenge(
        "Three arms",
        "Three classes, one output for each, softmax between them.",
        begun("spirals", 6, output="softmax", noise=0.05, classes=3),
        Goal(ACCURACY, 0.93),
        (XY,),
    ),
    "folded_paper": Challenge(
        "Folded paper",
        "A ReLU network is flat paper, folded: each neuron makes one fold. Cut out the flower with folds alone.",
        begun("flower", 4, activation="relu", noise=0.05),
        Goal(ACCURACY, 0.93),
        (OnlyActivation("relu"), XY),
    ),
    "noisy_labels": Challenge(
        "Do not believe everything",
        "One label in six is wrong, and the network is large enough to learn them all by heart. Keep it from doing so: "
        "penalties, dropout, or a pause at the right moment.",
        begun("moons", 8, 8, label_noise=0.15, noise=0.2),
        Goal(ACCURACY, 0.8),
        (AtLeastWeights(100),),
        rank="epochs",
    ),
    "waves": Challenge(
        "Any function you like",
        "With enough hidden neurons one layer can come as near to any function as you wish. Follow the waves.",
        begun("waves", 4, output="linear"),
        Goal(MAE, 0.12),
        (AtMostWeights(65), XY),
    ),
    "ripples": Challenge(
        "See it from the middle",
        "Rings on water. Two coordinates make it hard, one other input makes it easy.",
        begun("ripples", 4, output="linear"),
        Goal(MAE, 0.1),
        (AtMostWeights(25),),
    ),
}
