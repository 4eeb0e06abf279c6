"""A metric describes itself: which value is better, the best of many, how numbers are written, and JSON both ways."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.values import events
from playground.values.errors import InvalidValue
from playground.values.metric import ACCURACY, LOSS, MAE, METRICS, Metric, metric_from_json
from playground.values.spec import TASKS

MANY = st.lists(st.floats(-10, 10) | st.just(math.nan) | st.just(math.inf), max_size=20)


def test_every_task_has_a_main_metric_and_the_loss() -> None:
    assert METRICS.keys() == set(TASKS)
    for metrics in METRICS.values():
        assert metrics[0] is not LOSS and LOSS in metrics


@pytest.mark.parametrize("metric", [ACCURACY, LOSS, MAE])
@given(values=MANY)
def test_the_best_is_the_first_finite_value_that_none_is_better_than(metric: Metric, values: list[float]) -> None:
    place = metric.best(np.array(values))
    finite = [value for value in values if math.isfinite(value)]
    if place is None:
        assert not finite
    else:
        assert values[place] == (max if metric.better == "higher" else min)(finite)
        assert place == values.index(values[place])
        assert not any(metric.is_better(value, values[place]) for value in values)


def test_a_number_is_better_than_none() -> None:
    assert MAE.is_better(9.0, None) and MAE.is_better(9.0, math.nan) and not MAE.is_better(math.nan, 9.0)
    assert MAE.is_better(0.1, 0.2) and not MAE.is_better(0.2, 0.2)
    assert ACCURACY.is_better(0.2, 0.1)


def test_a_goal_is_reached_from_the_better_side() -> None:
    values = np.array([0.1, 0.5, 0.9, np.nan])
    assert ACCURACY.reaches(values, 0.5).tolist() == [False, True, True, False]
    assert MAE.reaches(values, 0.5).tolist() == [True, True, False, False]
    assert MAE.reaches(values, 0.49, slack=0.01).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (ACCURACY, 0.97345, "97.3 %"),
        (MAE, 0.05321, "0.0532"),
        (MAE, 12345.0, "1.23e+4"),
        (MAE, 0.00001, "1.0e-5"),
        (LOSS, 0.0, "0.0000"),
        (LOSS, math.nan, "not a number"),
    ],
)
def test_values_are_written_in_the_metrics_format(metric: Metric, value: float, text: str) -> None:
    assert metric.text(value) == text


@pytest.mark.parametrize("metric", [ACCURACY, LOSS, MAE])
def test_a_metric_is_the_same_after_json(metric: Metric) -> None:
    assert metric_from_json(metric.to_json()) == metric


def test_what_is_no_metric_is_refused() -> None:
    for wrong in ({"better": "left"}, {"format": "colour"}, {"more": "x"}):
        with pytest.raises(InvalidValue):
            metric_from_json(MAE.to_json() | wrong)


def test_a_start_tells_its_metrics_and_one_from_before_has_none() -> None:
    started = events.Started(0, 0, 1, 1, {}, (), 1, "CPU", 1, 0.1, metrics=METRICS["regressor"])
    body = events.to_message(started)
    assert body["metrics"] == [MAE.to_json(), LOSS.to_json()]
    assert events.from_message(body) == started
    del body["metrics"]
    assert events.from_message(body).metrics == ()
