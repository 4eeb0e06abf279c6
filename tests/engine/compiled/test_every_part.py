"""Whatever is offered trains: every optimizer, loss and layer goes through the chunk loop, and through build as describe foretold."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from playground import catalog
from playground.engine.checkpoints import checkpoint
from playground.engine.compiled.chunk import Position
from playground.engine.compiled.loop import LoopTrainer
from playground.engine.model.build import build, build_part
from playground.engine.model.infer import infer
from playground.engine.tasks import TASKS
from playground.engine.training.batch_order import BatchOrder
from playground.values.spec import DataChoice, Experiment, Layer, Network, Part, Training, part

SHAPES = ((6,), (8, 4), (8, 8, 2), (4, 4, 4, 2), (32,))
LOGITS = part("losses.SparseCategoricalCrossentropy", from_logits=True)
EXAMPLES, BATCH, CLASSES = 48, 8, 3


def trained(network: Network, *, chunks: tuple[tuple[int, ...], ...] = ((6,),), **training: object) -> list[tuple[np.ndarray, bytes]]:
    """Two epochs from the same start for each way to cut them into chunks. Returns the losses and all state of each."""
    wished = Experiment(DataChoice("iris"), (network,), Training(**({"loss": LOGITS} | training), batch_size=BATCH))
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, EXAMPLES).astype(np.int32)
    x = (rng.normal(size=(EXAMPLES, *network.input_shape)) + labels.reshape(-1, *[1] * len(network.input_shape))).astype(np.float32)
    task = TASKS[wished.task]
    models = task.compiled(wished)
    y = task.encode(labels, wished, range(CLASSES))
    trainer = LoopTrainer(models["network"], (x, y), batch_size=BATCH, order=BatchOrder(EXAMPLES, seed=0))
    start = checkpoint.take(models, counters={}, arrays={})
    results = []
    for sizes in chunks:
        checkpoint.put(models, start)
        losses = two_epochs(trainer, sizes)
        results.append((losses, b"".join(v.value.numpy().tobytes() for v in checkpoint.named(models).values())))
    return results


def two_epochs(trainer: LoopTrainer, sizes: tuple[int, ...]) -> np.ndarray:
    losses: list[float] = []
    while len(losses) < 2 * trainer.steps_per_epoch:
        trainer.pace.steps = sizes[len(losses) % len(sizes)]
        losses += list(trainer.train(Position(*divmod(len(losses), trainer.steps_per_epoch)), 1000).rows[:, 0])
    return np.array(losses)


def dense(**args: object) -> Network:
    hidden = Layer(part("layers.Dense", units=8, activation="tanh"), "hidden")
    return Network((6,), (hidden, Layer(part("layers.Dense", units=CLASSES, **args), "output")))


def around(piece: Part) -> Network:
    """A network in which the layer stands in the middle, with weights before and behind it."""
    merges = catalog.entry(piece.kind).purpose == "Merge"
    for shape in SHAPES:
        if infer(piece, (shape, shape) if merges else (shape,)).shape:
            break
    before = Layer(part("layers.Dense", units=shape[-1]), "before")
    middle = Layer(piece, "middle", ("input", "before") if merges else ())
    behind = (Layer(part("layers.Flatten"), "flatten"), Layer(part("layers.Dense", units=CLASSES), "output"))
    return Network(shape, (before, middle, *behind))


def fitting_losses() -> list[str]:
    wished = Experiment(DataChoice("iris"), (dense(activation="softmax"),))
    return [choice.entry.kind for choice in catalog.losses_for(wished) if choice.valid]


@pytest.mark.parametrize("kind", catalog.kinds("optimizers"))
def test_every_optimizer_trains_and_never_gives_nan(kind) -> None:
    ((losses, _),) = trained(dense(), optimizer=catalog.default_part(kind))
    assert np.isfinite(losses).all()
    assert len(losses) == 12


@pytest.mark.parametrize("kind", catalog.kinds("schedules"))
def test_every_schedule_is_followed(kind) -> None:
    schedule = catalog.default_part(kind)
    ((losses, _),) = trained(dense(), optimizer=part("optimizers.SGD", learning_rate=schedule))
    assert np.isfinite(losses).all()
    assert float(build_part(schedule)(0)) > 0


@pytest.mark.parametrize("kind", fitting_losses())
def test_every_loss_that_fits_a_classifier_falls(kind) -> None:
    loss = catalog.default_part(kind)
    ((losses, _),) = trained(dense(activation="softmax"), loss=loss, optimizer=part("optimizers.Adam", learning_rate=0.05))
    assert losses[-3:].mean() < losses[:3].mean()


@pytest.mark.parametrize("kind", catalog.kinds("layers"))
def test_every_layer_trains_bit_for_bit_alike_whatever_the_chunks(kind) -> None:
    (losses, state), (again, same) = trained(around(catalog.default_part(kind)), chunks=((6,), (1, 2, 3)))
    assert np.isfinite(losses).all()
    assert losses.tobytes() == again.tobytes()
    assert state == same


@pytest.mark.parametrize("kind", ["layers.Conv2D", "layers.LSTM", "layers.BatchNormalization"])
def test_mixed_precision_trains_and_leaves_the_process_as_it_was(kind) -> None:
    ((losses, _),) = trained(around(catalog.default_part(kind)), precision="mixed_bfloat16")
    assert np.isfinite(losses).all()
    assert keras.config.dtype_policy().name == "float32"


def test_a_network_is_functional_and_keeps_its_names() -> None:
    model = build(around(part("layers.Add")), Training())
    assert type(model).__name__ == "Functional"
    assert [layer.name for layer in model.layers] == ["input", "before", "middle", "flatten", "output"]


def test_the_seed_decides_the_weights() -> None:
    weights = [build(dense(), Training(seed=seed)).get_weights()[0].tobytes() for seed in (1, 1, 2)]
    assert weights[0] == weights[1] != weights[2]


def test_the_order_of_arguments_does_not_change_the_weights() -> None:
    first = part(
        "layers.LSTM", units=4, kernel_initializer=part("initializers.HeNormal"), recurrent_initializer=part("initializers.HeUniform")
    )
    second = part(
        "layers.LSTM", recurrent_initializer=part("initializers.HeUniform"), kernel_initializer=part("initializers.HeNormal"), units=4
    )
    weights = [b"".join(w.tobytes() for w in build(around(piece), Training()).get_weights()) for piece in (first, second)]
    assert weights[0] == weights[1]
