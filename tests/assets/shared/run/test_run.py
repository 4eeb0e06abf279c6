"""The browser's fold of a run gives what Python's gives: many epochs at once, thinned where they come from."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.training import curve_points
from playground.engine.training.curve_points import Finished
from playground.lab.live.feed import snapshot
from playground.sharing.presets import PRESETS
from playground.values import events
from playground.values.run import Run, fold
from playground.web.answer import plain
from tests.deno import evaluate

FOLD = """
let run = null;
for (const message of [argument.begin, ...argument.messages]) run = modules.run.fold(run, message);
const values = Object.fromEntries(Object.entries(run.epochs.values).map(([name, column]) => [name, [...column]]));
return { x: [...run.epochs.x], stride: run.epochs.stride, values, summary: run.summary };"""


def test_many_epochs_fold_alike_in_python_and_in_the_browser() -> None:
    numbers = np.random.default_rng(1)
    started = events.Started(0, 0, 10_000, 4, {"train": 100}, ("a", "b"), 50, "CPU", 32, 0.001)
    told: list[events.Event] = [started]
    done = 0
    for count in (1, 1, 300, 1_697, 1, 2_500, 2_000, 1):
        values = {name: numbers.random(count) for name in ("loss", "val_loss", "val_accuracy")}
        told.append(curve_points.epoch_points([Finished(done + 1, values)], steps_per_epoch=4))
        done += count
    run = Run("r", "me", PRESETS["mlp"].experiment)
    begin = plain(snapshot(run))
    for event in told:
        run = fold(run, event)
    messages = [plain(events.to_message(event)) for event in told]
    found = evaluate(["shared/run/run.js"], FOLD, {"begin": begin, "messages": messages})
    assert found["stride"] == run.epochs.stride == 4
    assert found["x"] == run.epochs.x.tolist()
    assert found["summary"] == pytest.approx(dict(run.summary))
    assert found["values"].keys() == run.epochs.values.keys()
    for name, column in run.epochs.values.items():
        np.testing.assert_allclose(found["values"][name], column, rtol=1e-6, err_msg=name)
