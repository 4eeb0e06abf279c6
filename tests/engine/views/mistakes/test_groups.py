"""Accuracy by groups, against counting."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from playground.engine.inspection.proportions import difference, wilson
from playground.engine.views.mistakes.groups import SHOWN, Group, compared, cut, tagged
from playground.values.errors import InvalidValue


def test_cut_groups_hold_everything_once_and_about_equally_many():
    values = np.random.default_rng(2).normal(size=101)
    made = cut(values, 4)
    assert sorted(np.concatenate([group.positions for group in made])) == list(range(101))
    assert max(len(group.positions) for group in made) - min(len(group.positions) for group in made) <= 2
    for below, above in itertools.pairwise(made):
        assert below.high < above.low


def test_equal_values_stay_together():
    values = np.array([0.0] * 50 + [1.0] * 30 + [2.0] * 20)
    assert [len(group.positions) for group in cut(values, 5)] == [50, 30, 20]
    assert [len(group.positions) for group in cut(values, 2)] in ([50, 50], [80, 20])


def test_constant_values_make_one_group():
    (only,) = cut(np.full(7, 0.5), 4)
    assert (only.name, len(only.positions)) == ("0.5", 7)


def test_shares_and_the_largest_gap_are_counted():
    right = np.array([True] * 90 + [False] * 10 + [True] * 60 + [False] * 40 + [True] * 5)
    made = [Group("a", np.arange(100)), Group("b", np.arange(100, 200)), Group("tiny", np.arange(200, 205))]
    found = compared(made, right)
    assert [group["share"] for group in found["groups"]] == [0.9, 0.6, 1.0]
    assert found["groups"][1]["interval"] == pytest.approx(wilson(60, 100))
    gap = found["gap"]
    assert (gap["best"], gap["worst"], gap["pairs"]) == ("a", "b", 1)
    assert [gap["difference"], *gap["interval"]] == pytest.approx(difference((90, 100), (60, 100)))
    assert gap["together"] == pytest.approx(gap["interval"])


def test_many_pairs_widen_the_interval_that_holds_for_all():
    right = np.tile(np.array([True] * 8 + [False] * 2), 30)
    found = compared([Group(str(n), np.arange(n * 60, n * 60 + 60)) for n in range(5)], right)
    gap = found["gap"]
    assert gap["pairs"] == 10
    assert gap["together"][0] < gap["interval"][0] < gap["interval"][1] < gap["together"][1]


def test_groups_that_overlap_have_no_interval_of_their_gap():
    found = compared([Group("a", np.arange(50)), Group("b", np.arange(40, 90))], np.arange(90) % 3 > 0, are_apart=False)
    assert found["gap"]["interval"] is None


def test_one_group_has_no_gap():
    assert compared([Group("a", np.arange(50))], np.ones(50, bool))["gap"] is None


def test_of_a_thousand_groups_the_worst_are_told():
    right = np.ones(2000, bool)
    right[777 * 2] = False
    found = compared([Group(str(n), np.array([2 * n, 2 * n + 1])) for n in range(1000)], right)
    assert len(found["groups"]) == SHOWN
    assert found["left_out"] == 1000 - SHOWN
    assert found["groups"][0]["name"] == "777"


def test_tags_find_their_examples_and_leave_a_rest():
    made = tagged({"odd": ["test/7", "train/5"], "dark": ["test/9"]}, "test", np.array([9, 8, 7]))
    assert [(group.name, group.positions.tolist()) for group in made] == [("odd", [2]), ("dark", [0]), ("no tag", [1])]


@pytest.mark.parametrize("sets", [{"a": "test/1"}, {"a": [7]}, {"a": ["test/x"]}, {str(n): [] for n in range(31)}])
def test_what_are_no_tags_is_refused(sets):
    with pytest.raises(InvalidValue):
        tagged(sets, "test", np.array([1, 2]))
