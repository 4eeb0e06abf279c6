"""What changed over the epochs, against numpy histograms and gradients by a tape of our own."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from playground import data
from playground.engine.checkpoints.keyframes import Keyframes
from playground.engine.inspection import subject as look_module
from playground.engine.inspection.bins import histograms
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.build import build
from playground.engine.views.inside import overtime
from playground.engine.views.inside.overtime import EXAMPLES, over_time
from playground.sharing.presets import FLATTEN, POOL, conv, dense, on
from playground.values.errors import Conflict
from playground.values.spec import DataChoice, part


def finish(pieces: Any) -> dict[str, Any]:
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Subject, dict[int, list[np.ndarray]]]:
    """A subject with three keyframes, and their weights."""
    parts = (conv(3), part("layers.BatchNormalization"), part("layers.Dropout", rate=0.5), POOL, FLATTEN, dense(10))
    experiment = on("digits", (8, 8, 1), "Test", *parts, epochs=4, batch_size=32).having(data=DataChoice("digits", {"limit": 600}))
    model = build(experiment.network, experiment.training)
    folder, rng = tmp_path_factory.mktemp("run"), np.random.default_rng(0)
    kept: dict[int, list[np.ndarray]] = {}
    for epoch in (0, 1, 3):
        model.set_weights([abs(w + rng.normal(0, 0.1 * epoch, w.shape)) for w in model.get_weights()])
        kept[epoch] = model.get_weights()
        Keyframes(folder, fresh=epoch == 0).keep(epoch, {f"model/{i}": np.asarray(v.value) for i, v in enumerate(model.variables)})
    return Subject("r", experiment, folder, model, data.load(experiment.data), Weights("last", 4, 12), stamp=1), kept


def test_norms_and_gradients_equal_a_tape_over_the_whole_batch(run, monkeypatch) -> None:
    subject, kept = run
    monkeypatch.setattr(overtime, "PIECE", 7_000)  # several pieces
    overtime._moments.clear()
    found = finish(over_time(subject, Question({})))
    assert list(found["epochs"]) == [0, 1, 3] and found["examples"] == EXAMPLES and found["part"] == "validation"
    model = build(subject.experiment.network, subject.experiment.training)
    x, y = (values[:EXAMPLES] for values in subject.arrays.validation)
    by_name = {layer["name"]: layer for layer in found["layers"]}
    for at, epoch in enumerate(kept):
        model.set_weights(kept[epoch])
        with tf.GradientTape() as tape:
            logits = model(x / np.float32(255), training=False)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        assert found["loss"][at] == pytest.approx(float(loss), rel=1e-4)
        assert found["accuracy"][at] == pytest.approx((np.argmax(logits, -1) == y).mean())
        slopes = dict(
            zip([v.path for v in model.trainable_variables], tape.gradient(loss, [v.value for v in model.trainable_variables]), strict=True)
        )
        start = dict(zip([v.path for v in model.weights], kept[0], strict=True))
        for layer in model.layers:
            said, own = by_name[layer.name], layer.trainable_variables
            if not own:
                assert said["norm"] is said["gradient"] is said["distance"] is said["weights"] is None
                continue
            together = lambda arrays: np.linalg.norm(np.concatenate([np.ravel(array) for array in arrays]))  # noqa: E731
            assert said["gradient"][at] == pytest.approx(together([slopes[v.path] for v in own]), rel=1e-3)
            assert said["norm"][at] == pytest.approx(together([v.value for v in own]), rel=1e-4)
            assert said["distance"][at] == pytest.approx(together([v.value - start[v.path] for v in own]), rel=1e-4, abs=1e-6)


def test_histograms_are_numpys_on_the_same_intervals_for_all_epochs(run) -> None:
    subject, kept = run
    found = finish(over_time(subject, Question({})))
    model = build(subject.experiment.network, subject.experiment.training)
    x = subject.arrays.validation[0][:EXAMPLES] / np.float32(255)
    names = [layer.name for layer in model.layers]
    weights = [np.concatenate([w.ravel() for w in rows[:2]]) for rows in kept.values()]
    said = found["layers"][names.index("conv2d")]
    edges = (min(w.min() for w in weights), max(w.max() for w in weights))
    np.testing.assert_allclose(said["weights"]["edges"], np.linspace(*edges, 41), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(said["weights"]["counts"], [np.histogram(w.astype(float), 40, edges)[0] for w in weights])
    outputs = []
    pooled = keras.Model(model.inputs, model.get_layer("max_pooling2d").output)
    for rows in kept.values():
        model.set_weights(rows)
        outputs.append(np.asarray(pooled(x, training=False)).ravel())
    edges = (min(o.min() for o in outputs), max(o.max() for o in outputs))
    said = found["layers"][names.index("max_pooling2d")]
    assert said["activations"]["counted"] == said["activations"]["of"] == EXAMPLES * 27
    expected = np.array([np.histogram(o.astype(float), 40, edges)[0] for o in outputs])
    assert np.abs(said["activations"]["counts"] - expected).sum() <= 6  # a value on an edge may fall to either side: sums in another order
    np.testing.assert_allclose(said["zeros"], [(o == 0).mean() for o in outputs], atol=1e-6)


def test_large_layers_are_sampled_at_the_same_places(run, monkeypatch) -> None:
    subject, _ = run
    overtime._moments.clear()
    monkeypatch.setattr(overtime, "SAMPLE", 640)
    found = finish(over_time(subject, Question({})))
    said = found["layers"][1]["activations"]
    assert said["counted"] == 640 and said["of"] == EXAMPLES * 108
    assert (said["counts"].sum(axis=1) == 640).all()
    overtime._moments.clear()


def test_epochs_already_seen_are_not_worked_out_again(run, monkeypatch) -> None:
    subject, _ = run
    first = finish(over_time(subject, Question({})))
    monkeypatch.setattr(look_module.build, "build", None)  # no second model is needed
    again = finish(over_time(subject, Question({})))
    np.testing.assert_array_equal(first["layers"][1]["gradient"], again["layers"][1]["gradient"])


def test_coarse_looks_come_first_and_are_not_repeated(run, monkeypatch) -> None:
    subject, _ = run
    overtime._moments.clear()
    worked, moment = [], overtime._moment
    monkeypatch.setattr(overtime, "_moment", lambda past, *rest: (worked.append(past.epoch), moment(past, *rest))[1])
    found = finish(over_time(subject, Question({"every": 2})))
    assert list(found["epochs"]) == [0, 3] and found["kept"] == 3
    assert list(finish(over_time(subject, Question({})))["epochs"]) == [0, 1, 3]
    assert worked == [0, 3, 1]


def test_a_run_without_keyframes_says_so(run, tmp_path) -> None:
    bare = dataclasses.replace(run[0], folder=tmp_path)
    with pytest.raises(Conflict, match="nothing to replay"):
        finish(over_time(bare, Question({})))


def test_weights_that_are_nan_leave_empty_histograms(run, tmp_path) -> None:
    subject, _ = run
    model = subject.model
    broken = [np.full(v.shape, np.nan) if v.dtype == "float32" else np.asarray(v.value) for v in model.variables]
    Keyframes(tmp_path, fresh=True).keep(0, {f"model/{i}": value for i, value in enumerate(broken)})
    found = finish(over_time(dataclasses.replace(subject, folder=tmp_path), Question({})))
    assert found["layers"][1]["weights"]["counts"].sum() == 0 and np.isnan(found["loss"][0])


@pytest.mark.parametrize(
    "values", [[0.0], [1.0, np.nextafter(np.float32(1), 2)], [1e30, 1e30], [-3e38, 3e38], [], [np.nan, 2.0], [1e-42, 0.0]]
)
def test_any_values_have_a_histogram(values: list[float]) -> None:
    edges, counts = histograms([np.array(values, np.float32), np.zeros(0, np.float32)])
    assert (np.diff(edges) > 0).all() and len(edges) == 41
    assert counts.sum() == np.isfinite(values).sum()
