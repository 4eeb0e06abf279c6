"""Distances of predicted numbers against their definitions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from playground.engine.inspection.question import Question
from playground.engine.views.mistakes.residuals import measured, residuals
from playground.values.errors import Conflict
from tests.e2e.mistakes.score_stage import subject_of, subject_of_numbers


def answer(subject, **args: object) -> dict:
    work = residuals(subject, Question(args))
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_figures_are_those_of_the_definitions() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=200)
    predicted = truth + rng.normal(0.1, 0.3, 200)
    found = measured(truth, predicted)
    off = predicted - truth
    assert found["mae"] == pytest.approx(np.abs(off).mean())
    assert found["rmse"] == pytest.approx(np.linalg.norm(off) / np.sqrt(200))
    assert found["r2"] == pytest.approx(1 - np.sum(off**2) / np.sum((truth - truth.mean()) ** 2))
    assert found["bias"] == pytest.approx(off.mean())
    assert found["counts"].sum() == 200
    np.testing.assert_allclose(found["edges"], -found["edges"][::-1], atol=1e-6)


def test_the_worst_come_first_and_bear_their_rows() -> None:
    subject = subject_of_numbers("r")
    found = answer(subject, split="train")
    x, y = subject.arrays.train
    off = np.abs(0.3 * x[:, 0] - y)
    order = found["worst"]["positions"]
    assert list(off[order]) == sorted(off, reverse=True)[: len(order)]
    np.testing.assert_allclose(found["worst"]["rows"], x[order])
    assert found["worst"]["columns"] == ["x", "y"]
    assert found["total"] == len(y)


def test_equal_numbers_have_no_r2_and_many_are_thinned() -> None:
    assert measured(np.full(10, 0.1), np.zeros(10))["r2"] is None
    many = measured(np.arange(20_000.0), np.zeros(20_000))
    assert len(many["truth"]) == 5_000
    assert many["total"] == 20_000
    assert (many["truth"][0], many["truth"][-1]) == (0, 19_999)


def test_classes_and_answers_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(Conflict, match="tells classes apart"):
        answer(subject_of("r", "iris", seed=0, noise=0.0, sharpness=1.0))
    subject = subject_of_numbers("r")
    subject.model.layers[-1].set_weights([np.full((2, 1), np.nan, np.float32), np.zeros(1, np.float32)])
    with pytest.raises(Conflict, match="no numbers"):
        answer(dataclasses.replace(subject))
