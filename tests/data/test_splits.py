"""Splits and orders: complete, repeatable, fair to small classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import order, split, standardise


@given(n=st.integers(20, 3000), validation=st.floats(0.01, 0.5), test=st.sampled_from([0, 0.01, 0.2, 0.45]), seed=st.integers(0, 2**31 - 1))
def test_every_example_is_in_exactly_one_part(n, validation, test, seed):
    train, validated, tested = split(n, validation=validation, test=test, seed=seed)
    assert np.array_equal(np.sort(np.concatenate([train, validated, tested])), np.arange(n))
    assert len(validated) == max(1, round(n * validation)) and len(tested) == (max(1, round(n * test)) if test else 0)
    assert len(train) > 0


def test_the_same_seed_gives_the_same_split_and_another_seed_another():
    first, again, other = (split(500, validation=0.2, test=0.2, seed=seed)[0] for seed in (7, 7, 8))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("validation, test", [(0.15, 0.15), (0.1, 0.1), (0.05, 0.9), (0.9, 0.05), (0.45, 0.5)])
def test_no_class_goes_missing_in_data_sorted_by_class(validation, test):
    labels = np.repeat([0, 1, 2], [59, 71, 48])
    for seed in range(200):
        for part in split(len(labels), validation=validation, test=test, seed=seed):
            assert set(labels[part]) == {0, 1, 2}


def test_each_example_is_as_likely_to_be_validated_as_any_other():
    drawn = np.zeros(110)
    for seed in range(2000):
        drawn[split(110, validation=0.2, test=0, seed=seed)[1]] += 1
    assert abs(drawn.mean() - 400) < 1e-9
    assert np.abs(drawn - 400).max() < 5.5 * np.sqrt(2000 * 0.2 * 0.8)


def test_an_order_is_a_permutation_that_changes_with_epoch_and_seed():
    first = order(1000, seed=3, epoch=0)
    assert first.dtype == np.int32 and np.array_equal(np.sort(first), np.arange(1000))
    assert np.array_equal(first, order(1000, seed=3, epoch=0))
    assert not np.array_equal(first, order(1000, seed=3, epoch=1))
    assert not np.array_equal(first, order(1000, seed=4, epoch=0))


def test_standardised_columns_have_mean_0_and_deviation_1_over_the_training_part_only():
    x = np.random.default_rng(0).normal(5, 3, (200, 4)).astype("float32")
    x[:, 3] = 2.5  # a column that never changes
    train = np.arange(120)
    z = standardise(x, train)
    assert z.dtype == np.float32
    assert np.allclose(z[train].mean(axis=0), 0, atol=1e-5)
    assert np.allclose(z[train].std(axis=0), [1, 1, 1, 0], atol=1e-5)
    assert np.allclose(z[:, :3] * x[train, :3].std(axis=0) + x[train, :3].mean(axis=0), x[:, :3], atol=1e-4)
    assert np.isfinite(standardise(x, train[:1])).all()
