"""The browser knows of a run what Python knows, after every kind of event: what it folds itself, and what it is sent folded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.engine.training import curve_points
from playground.engine.training.curve_points import FinishedEpochs
from playground.lab.live import feed
from playground.sharing.presets import PRESETS
from playground.values import events, wire
from playground.values.metric import METRICS
from playground.values.run import Run, fold
from playground.web.answer import plain
from tests.deno import evaluate

FOLD = """
  let run = null;
  for (const message of argument) run = modules.run.fold(run, message);
  const plain = (values) => Array.from(values, (value) => Number.isNaN(value) ? null : value);
  const columns = ({ values }) => Object.fromEntries(Object.entries(values).map(([name, column]) => [name, plain(column)]));
  const curve = (one) => ({ x: [...one.x], stride: one.stride, values: columns(one) });
  return { ...run, batches: curve(run.batches), epochs: curve(run.epochs) };"""
BEGUN = {"epochs": 10_000, "steps_per_epoch": 4, "examples": {"train": 100}, "parameters": 50, "device": "CPU", "batch_size": 32}
STARTED = events.Started(0, 0, **BEGUN, classes=("a", "b"), learning_rate=0.001, metrics=METRICS["classifier"])


def batches(first: int, last: int, *, penalty: bool = False) -> events.BatchPoints:
    steps = np.arange(first, last + 1, dtype=np.int32)
    more = {"penalty": np.float32(steps / 9)} if penalty else {}
    return events.BatchPoints(steps, {"loss": np.float32(steps / 7), "accuracy": np.float32(1 / steps), **more})


def epoch(number: int, loss: float, accuracy: float) -> events.EpochPoint:
    values = {"loss": loss, "accuracy": accuracy, "val_loss": loss + 0.1, "val_accuracy": accuracy - 0.1, "learning_rate": 0.001}
    return events.EpochPoint(number, number * 4, values)


def progress(number: int) -> events.Progress:
    return events.Progress(number, number * 4, 1.5, 3.0, 100.0, 10.0, 0.001)


def many(first: int, count: int, **names: np.ndarray) -> events.EpochPoints:
    numbers = np.random.default_rng(first)
    values = {name: numbers.random(count) for name in ("loss", "val_loss", "val_accuracy")}
    return curve_points.epoch_points([FinishedEpochs(first, values)], metrics=METRICS["classifier"], steps_per_epoch=4)


def picture(view: str, number: int) -> events.Picture:
    return events.Picture(view, number, number * 4, {"matrix": np.eye(2, dtype=np.int32) * number}, {"split": "validation"})


def story() -> list[events.Event]:
    """Every type of event, and those that take something back."""
    weight = ["dense", "kernel", 1]
    return [
        STARTED,
        *(batches(1, 4), epoch(1, 0.9, 0.5), picture("confusion", 1), picture("plane", 1), progress(1), events.Saved(1, 4)),
        *(events.Changed("learning_rate", 0.1), events.Changed("learning_rate", 0.2), events.Changed("speed", 7.0)),
        *(events.Changed("weight", [*weight, 0.5]), events.Changed("weight", [*weight, 0.75]), events.Changed("speed", 9.0)),
        *(batches(5, 8), epoch(2, 0.4, 0.8), epoch(3, float("nan"), 0.6), picture("confusion", 3), progress(3), events.Paused(3, 12)),
        events.Changed("network", {"input_shape": [2]}, 12, "nearly", "So it is.", {"parameters": 9}),
        *(events.Changed("weight", [*weight, 0.25]), events.Resumed(), batches(13, 14)),
        events.Interrupted({"what": "The server went away."}),
        events.Started(
            2, 8, **BEGUN, classes=("a", "b"), learning_rate=0.2, metrics=METRICS["classifier"], changes=((4, "learning_rate", 0.2),)
        ),
        *(
            batches(9, 5_000),
            many(3, 1),
            many(4, 1),
            many(5, 300),
            many(305, 1_697),
            many(2_002, 2_500),
            many(4_502, 2_000),
            progress(6_501),
        ),
        events.Failed({"what": "The loss became NaN."}, {"last_good_epoch": 6_500}),
        events.Started(6_500, 26_000, **BEGUN, classes=("a", "b"), learning_rate=0.02),
        *(batches(26_001, 26_016, penalty=True), epoch(6_504, 0.01, 0.99), progress(6_504)),
        events.Done(True, {"test_loss": 0.3, "test_accuracy": 0.9, "per_class": [{"class": "a", "f1": 0.5}]}),
        events.Saved(6_504, 26_016),
    ]


@pytest.mark.parametrize("delivery", [1, 4, 1_000])
def test_every_event_leaves_the_browser_with_what_python_knows(delivery: int) -> None:
    """delivery: events that wait for the browser and are merged."""
    told = story()
    assert {type(event) for event in told} == set(events.TYPES.values())
    run = Run("r", "me", PRESETS["mlp"].experiment)
    bodies, buffer = [feed.snapshot(run)], feed.Buffer()
    for count, event in enumerate(told, start=1):
        before, run = run, fold(run, event)
        for message in (*feed.folded(before, run), event):
            buffer.add(message)
        if count % delivery == 0 or event is told[-1]:
            bodies += [wire.unpack(message) for message in buffer.take()]
    found = evaluate(["shared/run/run.js"], FOLD, [plain(body) for body in bodies])
    compare(found, plain(feed.snapshot(run)["run"]))


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for curve in ("batches", "epochs"):
        one, two = found.pop(curve), expected.pop(curve)
        assert (one["x"], one["stride"]) == (two["x"], two["stride"])
        assert one["values"].keys() == two["values"].keys()
        for name, column in two["values"].items():
            np.testing.assert_allclose(np.array(one["values"][name], float), np.array(column, float), rtol=1e-6, err_msg=f"{curve} {name}")
    expected.pop("finding"), found.pop("finding")  # looked for now and then
    for name in ("started", "progress"):
        found[name].pop("type", None)
    assert found.pop("pictures").keys() == expected.pop("pictures").keys()
    assert found == expected
