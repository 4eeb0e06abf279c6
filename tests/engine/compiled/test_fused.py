"""The fused loop against the plain one: the same batches give the same numbers and the same state, whatever is trained and however."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest

from playground import catalog, data
from playground.engine.checkpoints import checkpoint
from playground.engine.compiled.chunk import Chunk, Position
from playground.engine.compiled.fused import SCORING_BATCH, FusedTrainer, suits
from playground.engine.compiled.loop import LoopTrainer, Scorer, place
from playground.engine.model.build import ACTIVATIONS, build_part
from playground.engine.training.batch_order import BatchOrder

EXAMPLES, BATCH, EPOCHS, HELD = 18, 8, 3, 9  # the last batch of an epoch is short
WHOLE = 16  # examples that fill their batches, for half the program
K = keras.layers
Arrays = tuple[np.ndarray, np.ndarray]


def points(count: int, seed: int = 0) -> Arrays:
    x = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.int32)


TRAIN, TEST = points(EXAMPLES), points(HELD, seed=1)
STEPS = EPOCHS * 3
START = Position(0, 0)


def hidden(tensor):
    return K.Dense(3, activation="tanh")(tensor)


def compiled(
    body: Callable = hidden,
    optimizer: keras.optimizers.Optimizer | None = None,
    loss: keras.losses.Loss | None = None,
    *,
    last: str = "linear",
    seed: int = 3,
    **output: object,
) -> keras.Model:
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, K.Dense(2, activation=last, **output)(body(inputs)))
    model.compile(
        optimizer or keras.optimizers.SGD(0.1),
        loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return model


def bare(tensor):
    return tensor


def fused(model: keras.Model, train: Arrays = TRAIN, held: Arrays = TEST, *, steps: int = 1000) -> FusedTrainer:
    trainer = FusedTrainer(model, train, held, batch_size=BATCH, order=BatchOrder(len(train[0]), seed=0))
    trainer.pace.steps = steps
    return trainer


def plain_rows(model: keras.Model, train: Arrays) -> tuple[tuple[str, ...], np.ndarray]:
    trainer = LoopTrainer(model, train, batch_size=BATCH, order=BatchOrder(len(train[0]), seed=0))
    rows: list[np.ndarray] = []
    while len(rows) < EPOCHS * trainer.steps_per_epoch:
        rows += list(trainer.train(Position(*divmod(len(rows), trainer.steps_per_epoch)), 1000).rows)
    return trainer.names, np.stack(rows)


def state(model: keras.Model) -> list[np.ndarray]:
    return [v.value.numpy() for v in checkpoint.named({"network": model}).values()]


def agrees(make: Callable[[], keras.Model], tolerance: float = 2e-6, examples: int = EXAMPLES) -> Chunk:
    """Trains both ways from the same start and compares all that can be seen of it."""
    ours, theirs = make(), make()
    assert suits(ours, BATCH)
    train = points(examples)
    trainer = fused(ours, train)
    chunk = trainer.train(START, EPOCHS * trainer.steps_per_epoch)
    names, rows = plain_rows(theirs, train)
    assert trainer.names == names
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(chunk.rows, rows, rtol=tolerance, atol=tolerance)
    for mine, other in zip(state(ours), state(theirs), strict=True):
        np.testing.assert_allclose(mine, other, rtol=tolerance, atol=tolerance)
    scored = theirs.evaluate(*TEST, batch_size=SCORING_BATCH, verbose=0)
    assert chunk.scores.shape == (EPOCHS, 2)
    np.testing.assert_allclose(chunk.scores[-1], scored, rtol=tolerance, atol=tolerance)
    return chunk


@pytest.mark.parametrize("kind", catalog.kinds("optimizers"))
def test_every_optimizer_does_what_it_does_in_the_plain_loop(kind) -> None:
    agrees(lambda: compiled(bare, build_part(catalog.default_part(kind))), tolerance=1e-5, examples=WHOLE)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=0.1, weight_decay=0.01, gradient_accumulation_steps=2),
        lambda: keras.optimizers.Nadam(
            keras.optimizers.schedules.CosineDecay(0.05, 7), global_clipnorm=0.1, loss_scale_factor=8.0, gradient_accumulation_steps=3
        ),
        lambda: keras.optimizers.Adam(0.05, amsgrad=True, clipvalue=0.01),
    ],
    ids=["clipping, decay, accumulation", "schedule, scaled loss, accumulation", "amsgrad, clipped values"],
)
def test_what_optimizers_share_works_as_well(optimizer) -> None:
    agrees(lambda: compiled(bare, optimizer()), examples=WHOLE)


@pytest.mark.slow(reason="XLA compiles one large program")
def test_layers_that_draw_normalise_penalise_and_merge_work_together() -> None:
    def body(tensor):
        first = K.Dense(4, activation="tanh", activity_regularizer="l1", kernel_constraint=keras.constraints.MaxNorm(0.8))(tensor)
        second = K.BatchNormalization()(K.Dropout(0.2)(K.Dense(4, activation="relu", kernel_regularizer=keras.regularizers.L1L2())(first)))
        third = K.GaussianNoise(0.1)(K.GaussianDropout(0.2)(K.AlphaDropout(0.2)(K.Add()([first, second]))))
        normal = [layer(third) for layer in (K.LayerNormalization(), K.RMSNormalization(), K.UnitNormalization(), K.GroupNormalization(2))]
        bent = [layer(third) for layer in (K.ReLU(), K.LeakyReLU(), K.PReLU(), K.ELU(), K.Softmax(), K.Rescaling(0.5, 0.1))]
        pairs = [K.Average(), K.Maximum(), K.Minimum(), K.Multiply(), K.Subtract()]
        merged = [merge([tensor, third]) for merge in pairs]
        return K.Concatenate()([tensor, *merged, *bent, *normal, K.Flatten()(K.Reshape((2, 2))(K.ActivityRegularization(0.01)(third)))])

    chunk = agrees(lambda: compiled(body, keras.optimizers.Adam(0.02), bias_constraint="unit_norm"), tolerance=2e-5)
    assert (chunk.rows[:, 2] > 0).all()


@pytest.mark.slow(reason="XLA compiles one large program")
def test_every_activation_works() -> None:
    kinds = [kind.rpartition(".")[2] for kind in catalog.kinds("activations")]
    functions = [ACTIVATIONS.get(name, name) for name in kinds]
    body = lambda tensor: K.Concatenate()([K.Activation(f)(tensor) for f in functions])  # noqa: E731
    agrees(lambda: compiled(lambda tensor: body(hidden(tensor))), tolerance=1e-5, examples=WHOLE)


class All(keras.losses.Loss):
    """The sum of all losses for classes, so that one program shows them all."""

    def __init__(self) -> None:
        super().__init__(reduction="sum_over_batch_size")
        self.each = [build_part(catalog.default_part(kind)) for kind in catalog.kinds("losses")]

    def __call__(self, y_true, y_pred, sample_weight=None):
        ways = {"SparseCategoricalCrossentropy": y_true, "CategoricalGeneralizedCrossEntropy": y_true}
        shares = {"MeanAbsolutePercentageError": 1e-8}  # it divides by labels, which are 0 here
        values = {type(loss).__name__: loss(ways.get(type(loss).__name__, keras.ops.one_hot(y_true, 2)), y_pred) for loss in self.each}
        return sum(shares.get(name, 1.0) * value for name, value in values.items())

    def get_config(self) -> dict:
        return {}


@pytest.mark.slow(reason="XLA compiles one large program")
def test_every_loss_works() -> None:
    assert len(All().each) >= 18
    agrees(lambda: compiled(bare, keras.optimizers.SGD(0.001), All(), last="softmax"), tolerance=1e-4, examples=WHOLE)


def test_chunk_sizes_change_nothing_bit_for_bit() -> None:
    results = []
    for size in (1000, 1, 4):
        model = compiled(lambda tensor: K.Dropout(0.3)(K.BatchNormalization()(hidden(tensor))), keras.optimizers.Adam(0.05))
        trainer, step, rows, scores = fused(model), 0, [], []
        while step < STEPS:
            chunk = trainer.train(Position(*divmod(step, 3)), min(size, STEPS - step))
            rows.append(chunk.rows)
            scores.append(chunk.scores)
            step += len(chunk.rows)
            assert len(chunk.rows) <= size
        results.append((np.concatenate(rows).tobytes(), np.concatenate(scores).tobytes(), b"".join(v.tobytes() for v in state(model))))
    assert results[0] == results[1] == results[2]


def test_a_chunk_ends_where_it_must_and_where_pace_says() -> None:
    trainer = fused(compiled())
    assert trainer.steps_per_epoch == 3
    assert len(trainer.train(START, 4).rows) == 4
    trainer.pace.steps = 5
    assert len(trainer.train(Position(0, 2), 1000).rows) == 5


def test_all_the_epochs_that_a_chunk_may_have_fit_into_a_call() -> None:
    trainer = fused(compiled(), steps=10_000)
    for batch in (0, 2):
        most = trainer.epochs_per_chunk * 3 - batch
        chunk = trainer.train(Position(5, batch), most)
        assert (len(chunk.rows), len(chunk.scores)) == (most, trainer.epochs_per_chunk)
        trainer.pace.steps = 10_000


def test_a_single_step_teaches_nothing_about_pace() -> None:
    trainer = fused(compiled())
    trainer.train(START, 1)
    trainer.train(START, 1)
    assert trainer.pace.steps == 1000


def test_nothing_is_trained_after_a_loss_that_is_no_number() -> None:
    x = TRAIN[0].copy()
    x[data.order(EXAMPLES, seed=0, epoch=0)[BATCH]] = np.nan  # met in the second batch
    model = compiled()
    trainer = fused(model, (x, TRAIN[1]))
    chunk = trainer.train(START, STEPS)
    assert np.isfinite(chunk.rows[:, 0]).tolist() == [True, False]
    assert len(chunk.scores) == 0
    assert np.isnan(state(model)[0]).any()


def test_a_chunk_ends_after_an_epoch_whose_held_out_loss_is_no_number() -> None:
    held = TEST[0].copy()
    held[0] = np.inf
    chunk = fused(compiled(lambda tensor: K.Dense(3)(tensor)), held=(held, TEST[1])).train(START, STEPS)
    assert len(chunk.rows) == 3
    assert chunk.scores.shape == (1, 2)
    assert not np.isfinite(chunk.scores[0, 0])


def test_a_large_held_out_part_is_scored_in_the_batches_of_the_tasks() -> None:
    held = points(2 * SCORING_BATCH + 44, seed=2)
    model = compiled(bare, keras.optimizers.SGD(0.0), All(), last="softmax")  # Dice and Tversky are no means over examples
    chunk = fused(model, held=held).train(START, 3)
    scorer, losses, answers = Scorer(model, lambda output: keras.ops.cast(keras.ops.argmax(output, -1), "int32"), batch_size=128), [], []
    while len(losses) < 3:
        some, found = scorer.score(place(held[0]), place(held[1]), first=len(losses))
        losses += list(some)
        answers += list(found)
    expected = [np.average(losses, weights=[SCORING_BATCH, SCORING_BATCH, 44]), np.mean(np.array(answers) == held[1])]
    assert chunk.scores[0] == pytest.approx(expected, rel=1e-5)


def test_pictures_are_scaled_as_in_the_plain_loop() -> None:
    x = np.random.default_rng(0).integers(0, 256, (EXAMPLES, 4)).astype(np.uint8)
    whole, bytes_ = compiled(), compiled()
    a = fused(whole, (x.astype(np.float32) / 255, TRAIN[1])).train(START, STEPS)
    b = fused(bytes_, (x, TRAIN[1])).train(START, STEPS)
    np.testing.assert_allclose(a.rows, b.rows, rtol=1e-5)


def test_preparing_trains_nothing() -> None:
    model = compiled(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    trainer = fused(model)
    before = state(model)
    trainer.prepare()
    for mine, other in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(mine, other)
    trainer.train(START, 1)
    assert trainer._program._run.experimental_get_tracing_count() == 1


def test_a_program_serves_other_seeds_names_and_rates_but_no_other_network() -> None:
    def program(activation: str = "tanh", name: str = "a", **args: float):
        sgd = keras.optimizers.SGD(**{"learning_rate": 0.1} | args)
        return fused(compiled(lambda t: K.Dense(3, activation=activation, name=name)(t), sgd, seed=len(name)))._program

    first = program()
    assert program(name="another", learning_rate=0.2) is first
    assert program(activation="relu") is not first
    assert program(momentum=0.9) is not first
    agrees(lambda: compiled(lambda t: K.Dense(3, activation="tanh", name="third")(t), keras.optimizers.SGD(0.3), seed=9))


def test_what_the_form_cannot_hold_stays_with_the_plain_loop() -> None:
    assert suits(compiled(), BATCH)
    assert not suits(compiled(lambda t: K.LSTM(3)(K.Reshape((2, 2))(t))), BATCH)
    assert not suits(compiled(optimizer=keras.optimizers.SGD(0.1, use_ema=True)), BATCH)
    assert not suits(compiled(lambda t: K.Dense(3, dtype="mixed_bfloat16")(t)), BATCH)
    assert not suits(compiled(), 1_000_000)
    two = compiled()
    two.compile(keras.optimizers.SGD(), two.loss, metrics=["accuracy", "mae"])
    assert not suits(two, BATCH)
