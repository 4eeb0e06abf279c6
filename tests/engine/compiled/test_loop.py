"""The chunk loop against plain Keras: the same batches in the same order give the same weights and the same numbers."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from playground import data
from playground.engine.compiled import device
from playground.engine.compiled.chunk import Position
from playground.engine.compiled.loop import LoopTrainer, Scorer, place
from playground.engine.training.batch_order import BatchOrder

EXAMPLES, BATCH = 210, 16  # the last batch of an epoch is short


def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (EXAMPLES, 8, 8, 1)).astype(np.uint8), rng.integers(0, 3, EXAMPLES).astype(np.int32)


def orders(epochs: int) -> list[np.ndarray]:
    return [data.order(EXAMPLES, seed=0, epoch=epoch) for epoch in range(epochs)]


class Batches(keras.utils.PyDataset):
    """The very batches that the loop takes, for `fit`."""

    def __init__(self, x: np.ndarray, y: np.ndarray, order: np.ndarray) -> None:
        super().__init__()
        self.x, self.y, self.order = x.astype("float32") / 255, y, order

    def __len__(self) -> int:
        return -(-EXAMPLES // BATCH)

    def __getitem__(self, i: int):
        chosen = self.order[i * BATCH : (i + 1) * BATCH]
        return self.x[chosen], self.y[chosen]


def model(optimizer: keras.optimizers.Optimizer, *extra: str) -> keras.Model:
    keras.utils.set_random_seed(7)
    penalty = keras.regularizers.L2(1e-2) if "l2" in extra else None
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu", kernel_regularizer=penalty)(inputs)
    if "batch norm" in extra:
        x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(8, activation="tanh", activity_regularizer=keras.regularizers.L1(1e-3) if "l1 of activity" in extra else None)(x)
    if "dropout" in extra:
        x = keras.layers.Dropout(0.3)(x)
    built = keras.Model(inputs, keras.layers.Dense(3, kernel_regularizer=penalty)(x))
    built.compile(
        optimizer,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return built


def sgd() -> keras.optimizers.Optimizer:
    return keras.optimizers.SGD(0.05, momentum=0.9)


def trainer_of(built: keras.Model, examples: tuple[np.ndarray, np.ndarray] | None = None) -> LoopTrainer:
    return LoopTrainer(built, examples or pictures(), batch_size=BATCH, order=BatchOrder(EXAMPLES, seed=0))


def train(built: keras.Model, epochs: int, chunks: list[int]) -> dict[str, np.ndarray]:
    """Through the loop, in chunks of these sizes over and over. Returns name → each batch's own number."""
    trainer = trainer_of(built)
    rows: list[np.ndarray] = []
    step = 0
    while step < epochs * trainer.steps_per_epoch:
        trainer.pace.steps = chunks[len(rows) % len(chunks)]
        rows.append(trainer.train(Position(*divmod(step, trainer.steps_per_epoch)), 1000).rows)
        step += len(rows[-1])
    return dict(zip(trainer.names, np.concatenate(rows).T, strict=True))


def weights(built: keras.Model) -> np.ndarray:
    return np.concatenate([np.ravel(w) for w in built.get_weights()])


@pytest.mark.slow(reason="every network is traced twice, by `fit` too")
@pytest.mark.parametrize("optimizer", [sgd, lambda: keras.optimizers.Adam(0.01)], ids=["SGD with momentum", "Adam"])
@pytest.mark.parametrize("extra", [(), ("l2",), ("batch norm",), ("dropout",), ("l2", "batch norm", "dropout", "l1 of activity")], ids=str)
def test_weights_equal_those_of_fit_after_more_than_fifty_steps(optimizer, extra) -> None:
    ours, theirs = model(optimizer(), *extra), model(optimizer(), *extra)
    start = weights(ours)
    columns = train(ours, 4, [5])
    for epoch, order in enumerate(orders(4)):
        history = theirs.fit(Batches(*pictures(), order), shuffle=False, verbose=0).history
        sizes = [BATCH] * (EXAMPLES // BATCH) + [EXAMPLES % BATCH]
        of_epoch = slice(epoch * len(sizes), (epoch + 1) * len(sizes))
        for name in ("loss", "accuracy"):
            assert np.average(columns[name][of_epoch], weights=sizes) == pytest.approx(history[name][0], abs=1e-4)
    assert len(columns["loss"]) == 56
    np.testing.assert_allclose(weights(ours), weights(theirs), atol=1e-5)
    assert np.abs(weights(ours) - start).max() > 0.05


def test_steps_compiled_by_xla_give_the_same_weights() -> None:
    plain, compiled = model(keras.optimizers.Adam(0.01), "l2", "batch norm"), model(keras.optimizers.Adam(0.01), "l2", "batch norm")
    compiled.jit_compile = True
    columns = [train(each, 1, [5])["loss"] for each in (plain, compiled)]
    np.testing.assert_allclose(columns[0], columns[1], rtol=1e-4)
    np.testing.assert_allclose(weights(plain), weights(compiled), atol=1e-4)


@pytest.mark.parametrize(("gpus", "expected"), [([], False), (["GPU"], "auto")])
def test_xla_is_for_gpus_only(monkeypatch, gpus, expected) -> None:
    monkeypatch.setattr(device.tf.config, "list_physical_devices", lambda kind: gpus)
    assert device.jit_compile() == expected


@pytest.mark.parametrize("extra", [(), ("l2", "batch norm", "dropout")], ids=str)
def test_chunk_sizes_change_nothing_bit_for_bit(extra) -> None:
    results = []
    for chunks in ([1], [14], [3, 1, 8]):
        built = model(keras.optimizers.Adam(0.01), *extra)
        columns = train(built, 2, chunks)
        results.append((columns["loss"].tobytes(), columns["accuracy"].tobytes(), weights(built).tobytes()))
    assert results[0] == results[1] == results[2]


def test_each_batch_has_its_own_loss_and_accuracy() -> None:
    built = model(keras.optimizers.SGD(0.0))
    columns = train(built, 1, [4])
    x, y = pictures()
    logits = built.predict(x.astype("float32") / 255, verbose=0).astype(np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    losses, hits = -np.log(probabilities[np.arange(EXAMPLES), y]), logits.argmax(1) == y
    for i in range(14):
        chosen = orders(1)[0][i * BATCH : (i + 1) * BATCH]
        assert columns["loss"][i] == pytest.approx(losses[chosen].mean(), abs=1e-5)
        assert columns["accuracy"][i] == pytest.approx(hits[chosen].mean(), abs=1e-6)


def test_penalty_is_what_regularisers_add_to_the_loss_of_the_data() -> None:
    built = model(keras.optimizers.SGD(0.1), "l2", "l1 of activity")
    kernels = [w for w in built.get_weights() if w.ndim > 1]
    l2 = 1e-2 * (np.square(kernels[0]).sum() + np.square(kernels[2]).sum())
    x, y = pictures()
    batch, truth = x[orders(1)[0][:BATCH]].astype("float32") / 255, y[orders(1)[0][:BATCH]]
    hidden = keras.Model(built.inputs, built.layers[3].output).predict(batch, verbose=0)
    entropy = float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(truth, built.predict(batch, verbose=0)))
    columns = train(built, 1, [3])
    assert columns["penalty"][0] == pytest.approx(l2 + 1e-3 * np.abs(hidden).sum() / BATCH, rel=1e-4)  # Keras: activities per example
    assert columns["loss"][0] == pytest.approx(entropy + columns["penalty"][0], rel=1e-5)


def test_a_net_without_regularisers_has_no_penalty() -> None:
    assert trainer_of(model(sgd())).names == ("loss", "accuracy")


def test_a_chunk_ends_at_the_first_batch_whose_loss_is_not_finite() -> None:
    x, y = pictures()
    built = model(keras.optimizers.SGD(1e38))
    trainer = trainer_of(built, (x, y))
    trainer.pace.steps = 14
    losses = trainer.train(Position(0, 0), 14).rows[:, 0]
    assert len(losses) < 14
    assert np.isfinite(losses[:-1]).all()
    assert not np.isfinite(losses[-1])


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_scoring_equals_evaluate_whatever_the_chunks(steps) -> None:
    built = model(sgd(), "l2", "batch norm", "dropout")
    train(built, 1, [14])
    x, y = pictures()
    scorer = Scorer(built, lambda output: keras.ops.cast(keras.ops.argmax(output, axis=-1), "int32"), batch_size=50)
    losses, labels = [], []
    while sum(map(len, labels)) < EXAMPLES:
        scorer.pace.steps = steps
        some, found = scorer.score(place(x), place(y), first=sum(map(len, losses)))
        losses.append(some)
        labels.append(found)
    scaled = x.astype("float32") / 255
    loss, accuracy = built.evaluate(scaled, y, batch_size=50, verbose=0)
    assert np.average(np.concatenate(losses), weights=[50, 50, 50, 50, 10]) == pytest.approx(loss, abs=1e-5)
    assert (np.concatenate(labels) == y).mean() == pytest.approx(accuracy)
    np.testing.assert_array_equal(np.concatenate(labels), built.predict(scaled, verbose=0).argmax(1))


def test_tables_are_taken_as_they_are() -> None:
    x = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4,))
    built = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    built.compile(keras.optimizers.SGD(0.0), keras.losses.MeanSquaredError(), jit_compile=False)
    target = np.zeros((20, 2), np.float32)
    trainer = LoopTrainer(built, (x, target), batch_size=20, order=BatchOrder(20, seed=0))
    assert trainer.train(Position(0, 0), 1).rows[0, 0] == pytest.approx(np.square(x @ built.get_weights()[0]).mean(), rel=1e-5)
