"""Every type of argument takes what it says, refuses its own bad value, and says so in words."""

import pytest

from playground.catalog.params import Bool, Choice, Either, Float, Floats, Int, Ints, Maybe, ParamType, PartOf, Text
from playground.values.errors import InvalidValue
from playground.values.spec import part

HE = part("initializers.HeNormal")
TYPES: list[tuple[ParamType, list, list]] = [  # type, taken, refused
    (Bool(), [True, False], [1, 0, "yes", None]),
    (Int(1, 4_096), [1, 32, 4_096], [0, 4_097, 1.0, True, "3", None]),
    (Float(0.0, 1.0), [0, 0.5, 1.0], [-0.1, 1.1, float("nan"), float("inf"), True, "0.5", None]),
    (Choice(("valid", "same")), ["valid", "same"], ["Same", "", 1, None, ["valid"]]),
    (Text(), ["", "words"], [1, None, "x" * 201]),
    (Ints(2, 2, 1, 9), [3, (3, 5)], [0, 10, (3,), (1, 2, 3), (1.0, 2), "3", (3, 10), ((1, 1), (1, 1))]),
    (Ints(1, 4, -1, 9, single=False), [(-1,), (1, 2, 3, 4)], [3, (), (1, 2, 3, 4, 5), (-2,)]),
    (Ints(2, 2, 0, 9, pairs=True), [1, (1, 2), ((1, 0), (2, 3))], [((1,), (2, 3)), ((1, 10), (2, 3)), (1, (1, 2), 3)]),
    (Floats(2, 3, 0.0, 1.0), [(0.1, 0.2), (0, 1, 0.5)], [0.1, (0.1,), (0.1, 2.0), (0.1, "x")]),
    (Maybe(Int(1, 9)), [None, 3], [0, "none"]),
    (PartOf("initializers", ("he_normal",)), [HE, "he_normal"], ["she_normal", part("layers.Dense"), None, 3]),
    (PartOf("schedules"), [part("optimizers.schedules.CosineDecay")], [part("optimizers.Adam"), "cosine"]),
    (Either(Float(0.0, 1.0), PartOf("schedules")), [0.1, part("optimizers.schedules.CosineDecay")], ["0.1", 2.0, part("optimizers.Adam")]),
]


@pytest.mark.parametrize(("type_", "taken", "refused"), TYPES, ids=lambda value: type(value).__name__)
def test_a_type_takes_what_fits_and_refuses_the_rest(type_: ParamType, taken: list, refused: list) -> None:
    for value in taken:
        assert type_.check(value, "x") == value
    for value in [*refused, type_.bad()]:
        with pytest.raises(InvalidValue) as caught:
            type_.check(value, "Dropout's rate")
        assert caught.value.what.startswith("Dropout's rate")
        assert caught.value.expected == type_.expects()
        assert caught.value.fix


def test_a_checked_value_has_its_canonical_form() -> None:
    assert type(Float(0.0, 1.0).check(1, "x")) is float
    assert Ints(2, 2, 0, 9, pairs=True).check([[1, 0], [2, 3]], "x") == ((1, 0), (2, 3))
    assert Floats(2, 2, 0.0, 1.0).check([0, 1], "x") == (0.0, 1.0)


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (Int(1, 4_096), "a whole number from 1 to 4,096"),
        (Float(0.0, 0.99), "a number from 0 to 0.99"),
        (Ints(2, 2, 1, 1_000), "a whole number or 2 of them from 1 to 1,000"),
        (Ints(1, 1, 1, 9), "a whole number from 1 to 9"),
        (Ints(1, 4, -1, 9, single=False), "1 to 4 whole numbers from -1 to 9"),
        (Maybe(Choice(("a", "b"))), "none or one of a, b"),
        (PartOf("schedules"), "one of Keras's schedules"),
    ],
)
def test_a_type_says_what_it_expects(type_: ParamType, words: str) -> None:
    assert type_.expects() == words


def test_the_usual_range_is_the_advice() -> None:
    with pytest.raises(InvalidValue, match=r"Use 0\.2 to 0\.5\."):
        Float(0.0, 1.0, usual=(0.2, 0.5)).check(1.5, "Rate")
