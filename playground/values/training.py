"""What a network learns from and how: the choice of data and the settings of the training."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.values.checks import check_number, check_whole
from playground.values.errors import InvalidValue
from playground.values.network import Args, Part

PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class DataChoice:
    """Which data set and how it is split. `args` are the set's own knobs (`limit`, `noise` …).

    validation, test: fractions of the training part; `test` counts only for sets without a test set of their own.
    seed: of the split (and of made-up data), apart from the training's seed.
    """

    name: str
    args: Args = field(default_factory=Args)
    validation: float = 0.15
    test: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.args, Args):
            object.__setattr__(self, "args", Args(self.args))
        check_number("data.validation", self.validation, low=0.01, high=0.9)
        check_number("data.test", self.test, low=0.01, high=0.9)
        if self.validation + self.test > 0.95:
            raise InvalidValue(
                "Validation and test leave too little to train on.",
                expected="a sum of at most 0.95",
                got=f"{self.validation} + {self.test}",
                fix="Make one of them smaller.",
            )
        check_whole("data.seed", self.seed, low=0, high=2**31 - 1)


@dataclass(frozen=True)
class Training:
    """How the network learns. Learning rate, schedule and clipping are arguments of the optimizer part, as in Keras.

    batch_size: examples a step; epochs: passes over the training part; seed: of weights, batch order and dropout.
    precision: `"float32"` or `"mixed_bfloat16"`.
    """

    optimizer: Part = field(default=Part("optimizers.Adam"))
    loss: Part = field(default=Part("losses.SparseCategoricalCrossentropy"))
    batch_size: int = 32
    epochs: int = 10
    seed: int = 0
    precision: str = "float32"

    def __post_init__(self) -> None:
        check_whole("training.batch_size", self.batch_size, low=1, high=65_536)
        check_whole("training.epochs", self.epochs, low=1, high=10_000_000)
        check_whole("training.seed", self.seed, low=0, high=2**31 - 1)
        if self.precision not in PRECISIONS:
            raise InvalidValue("This precision is not offered.", expected=" or ".join(PRECISIONS), got=self.precision)
