"""Edits of a network keep what was learnt: the same function before and after, on points that nobody trained on."""

from __future__ import annotations

import functools

import keras
import numpy as np
import pytest

from playground.engine.model import build
from playground.engine.transfer.optimizer_state import carry_slots
from playground.engine.transfer.weight_transfer import carry
from playground.values.spec import Layer, Network, Part, Training, part

POINTS = np.random.default_rng(5).uniform(-3, 3, (500, 2)).astype(np.float32)
TRAINED_ON = np.random.default_rng(6).uniform(-3, 3, (175, 2)).astype(np.float32)


ADAM = part("optimizers.Adam", learning_rate=0.03)


def dense(name: str, units: int, activation: str = "tanh", **args) -> Layer:
    return Layer(part("layers.Dense", units=units, activation=activation, **args), name)


def net(*layers: Layer) -> Network:
    return Network((2,), (*layers, Layer(part("layers.Dense", units=3, activation="softmax"), "output")))


@functools.lru_cache(maxsize=64)
def learnt(network: Network, optimizer: Part = ADAM) -> keras.Model:
    """A trained model: every weight, every statistic and every slot of the optimizer has moved."""
    model = build.build(network, Training(seed=1))
    model.compile(build.build_part(optimizer), "sparse_categorical_crossentropy", run_eagerly=True)
    labels = (np.arctan2(TRAINED_ON[:, 1], TRAINED_ON[:, 0]) // (2 * np.pi / 3) % 3).astype(np.int32)
    model.optimizer.build(model.trainable_variables)
    for start in range(0, 175, 25):
        model.train_on_batch(TRAINED_ON[start : start + 25], labels[start : start + 25])
    for variable in model.trainable_variables:  # far from where it began
        variable.assign(variable + np.random.default_rng(len(variable.path)).normal(0, 0.2, variable.shape).astype(np.float32))
    return model


def edited(before: Network, after: Network, *, step: int = 40) -> tuple[keras.Model, keras.Model, str]:
    old, new = learnt(before), build.build(after, Training(seed=1))
    kept, _ = carry(old, new, x=TRAINED_ON, seed=1, step=step)
    return old, new, kept.kept


def moved(old: keras.Model, new: keras.Model) -> float:
    return float(np.abs(np.asarray(old(POINTS)) - np.asarray(new(POINTS))).max())


NORM, DROP = part("layers.BatchNormalization"), part("layers.Dropout", rate=0.2)
TWO = net(dense("a", 4), dense("b", 3))
RELU = net(dense("a", 4, "relu"), dense("b", 3, "relu"))
NORMED = net(dense("a", 4), Layer(NORM, "a_norm"), Layer(DROP, "a_drop"), dense("b", 3))
LEAKY = part("layers.LeakyReLU", negative_slope=0.3)
BENT = net(dense("a", 4, "linear"), Layer(LEAKY, "a_act"), dense("b", 3))
LINEAR_BETWEEN = net(dense("a", 4), dense("between", 5, "linear"), dense("b", 3))
SKIP = net(dense("a", 4), Layer(part("layers.Concatenate"), "b_skip", ("a", "input")), dense("b", 3))
EXACT = {
    "a unit more": (TWO, net(dense("a", 5), dense("b", 3))),
    "many units more in every layer": (TWO, net(dense("a", 16), dense("b", 9))),
    "a unit more behind a normalisation": (NORMED, net(dense("a", 5), Layer(NORM, "a_norm"), Layer(DROP, "a_drop"), dense("b", 3))),
    "a unit more beside a skip link": (SKIP, net(dense("a", 6), *SKIP.layers[1:3])),
    "a linear layer put in": (TWO, LINEAR_BETWEEN),
    "a wider linear layer put in": (TWO, net(dense("a", 4), dense("new", 7, "linear"), dense("b", 3))),
    "a linear layer put in first": (TWO, net(dense("new", 2, "linear"), dense("a", 4), dense("b", 3))),
    "a ReLU layer behind ReLU": (RELU, net(dense("a", 4, "relu"), dense("new", 4, "relu"), dense("b", 3, "relu"))),
    "a ReLU layer behind tanh": (TWO, net(dense("a", 4), dense("new", 4, "relu"), dense("b", 3))),
    "a SELU layer behind tanh": (TWO, net(dense("a", 4), dense("new", 4, "selu"), dense("b", 3))),
    "a leaky layer put in": (BENT, net(*BENT.layers[:2], dense("new", 4, "linear"), Layer(LEAKY, "new_act"), dense("b", 3))),
    "two layers put in": (RELU, net(*RELU.layers[:2], dense("c", 3, "relu"), dense("d", 4, "linear"))),
    "a linear layer taken out": (LINEAR_BETWEEN, TWO),
    "a normalisation put in": (TWO, NORMED),
    "a normalisation taken out": (NORMED, TWO),
    "a normalisation put in behind an activation layer": (BENT, net(*BENT.layers[:2], Layer(NORM, "a_norm"), dense("b", 3))),
    "a normalisation without scale": (
        TWO,
        net(dense("a", 4), Layer(part("layers.BatchNormalization", scale=False), "a_norm"), dense("b", 3)),
    ),
    "dropout put in": (TWO, net(dense("a", 4), Layer(DROP, "a_drop"), dense("b", 3))),
    "a skip link concatenated": (TWO, SKIP),
    "a layer put in and units at once": (RELU, net(dense("a", 6, "relu"), dense("new", 6, "relu"), dense("b", 5, "relu"))),
    "nothing": (NORMED, NORMED),
}


@pytest.mark.parametrize("case", EXACT)
def test_an_edit_keeps_the_function(case: str) -> None:
    old, new, kept = edited(*EXACT[case])
    assert moved(old, new) < 1e-5
    assert kept == "exactly"


NEARLY = {
    "a tanh layer put in": (TWO, net(dense("a", 4), dense("new", 4), dense("b", 3))),
    "a sigmoid layer put in": (TWO, net(dense("a", 4), dense("new", 6, "sigmoid"), dense("b", 3))),
    "a silu layer put in": (TWO, net(dense("a", 4), dense("new", 4, "silu"), dense("b", 3))),
}


@pytest.mark.parametrize("case", NEARLY)
def test_a_bent_layer_put_in_keeps_the_function_nearly(case: str) -> None:
    old, new, kept = edited(*NEARLY[case])
    assert 1e-5 < moved(old, new) < 0.05
    assert kept == "nearly"


def far(network: Network) -> float:
    """How far a freshly built network of this form is from what was learnt."""
    return moved(learnt(TWO), build.build(network, Training(seed=1)))


@pytest.mark.parametrize(
    "after",
    [
        net(dense("b", 3)),
        net(dense("a", 4)),
        net(dense("a", 4), dense("b", 4), Layer(part("layers.Add"), "b_skip", ("b", "a"))),
        net(dense("a", 4), dense("new", 2), dense("b", 3)),
        net(dense("a", 3), dense("b", 3)),
        net(dense("a", 4, "relu"), dense("b", 3)),
    ],
    ids=["first layer out", "last layer out", "added skip", "bottleneck", "unit less", "other activation"],
)
def test_what_cannot_be_kept_wholly_is_said_and_is_closer_than_a_new_network(after: Network) -> None:
    old, new, kept = edited(TWO, after)
    assert kept in ("nearly", "partly")
    mean = np.abs(np.asarray(old(POINTS)) - np.asarray(new(POINTS))).mean()
    assert mean < np.abs(np.asarray(old(POINTS)) - np.asarray(build.build(after, Training(seed=1))(POINTS))).mean()


def test_fewer_units_are_the_last_ones_and_the_others_stay_as_they_were() -> None:
    old, new, _ = edited(TWO, net(dense("a", 3), dense("b", 3)))
    np.testing.assert_array_equal(new.get_layer("a").kernel, old.get_layer("a").kernel[:, :3])
    np.testing.assert_array_equal(new.get_layer("b").kernel, old.get_layer("b").kernel[:3])


def test_new_units_are_drawn_from_seed_step_and_name_alone() -> None:
    wide = net(dense("a", 5), dense("b", 3))
    once, again, later = (np.asarray(edited(TWO, wide, step=step)[1].get_layer("a").kernel)[:, 4] for step in (40, 40, 41))
    beside = np.asarray(edited(SKIP, net(dense("a", 5), *SKIP.layers[1:3]))[1].get_layer("a").kernel)[:, 4]
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(once, beside)
    assert np.all(once != later) and np.all(once != 0)


@pytest.mark.parametrize(
    "optimizer",
    [part("optimizers.Adam"), part("optimizers.Adagrad"), part("optimizers.SGD", momentum=0.9), part("optimizers.Nadam")],
    ids=lambda each: each.short,
)
def test_the_optimizers_memory_stays_with_its_weights(optimizer: Part) -> None:
    old, new = learnt(TWO, optimizer), build.build(net(dense("a", 5), dense("b", 3)), Training(seed=1))
    new.compile(build.build_part(optimizer), "sparse_categorical_crossentropy")
    new.optimizer.build(new.trainable_variables)
    _, gathers = carry(old, new, x=TRAINED_ON, seed=1, step=3)
    carry_slots(old, new, gathers, keep_rate=True)
    assert int(new.optimizer.iterations) == int(old.optimizer.iterations) == 7
    before = {v.path.rpartition("/")[2]: np.asarray(v) for v in old.optimizer.variables}
    grown = 0
    for variable in new.optimizer.variables:
        name, value = variable.path.rpartition("/")[2], np.asarray(variable)
        if not value.shape:
            continue
        if value.shape == before[name].shape:
            np.testing.assert_array_equal(value, before[name])
        elif "a_kernel" in name:
            np.testing.assert_array_equal(value[:, :4], before[name])
            assert len(np.unique(value[:, 4])) == 1, "a new unit has no memory yet"
            grown += 1
    assert grown


def test_memory_without_a_name_is_kept_where_all_weights_are() -> None:
    optimizer = part("optimizers.Adafactor")
    old, same, wide = (
        learnt(TWO, optimizer),
        build.build(TWO, Training(seed=1)),
        build.build(net(dense("a", 5), dense("b", 3)), Training(seed=1)),
    )
    for new, whole in ((same, True), (wide, False)):
        new.compile(build.build_part(optimizer), "sparse_categorical_crossentropy")
        new.optimizer.build(new.trainable_variables)
        carry_slots(old, new, carry(old, new, x=TRAINED_ON, seed=1, step=3)[1], keep_rate=True)
        agree = [np.array_equal(a, b) for a, b in zip(old.optimizer.variables, new.optimizer.variables, strict=True)]
        assert all(agree) == whole
        assert int(new.optimizer.iterations) == 7


def test_another_kind_of_optimizer_begins_without_memory() -> None:
    old, new = learnt(TWO), build.build(TWO, Training(seed=1))
    new.compile(build.build_part(part("optimizers.SGD", momentum=0.9)), "sparse_categorical_crossentropy")
    new.optimizer.build(new.trainable_variables)
    _, gathers = carry(old, new, x=TRAINED_ON, seed=1, step=3)
    carry_slots(old, new, gathers, keep_rate=True)
    assert all(not np.any(np.asarray(v)) for v in new.optimizer.variables if "momentum" in v.path)


def test_broken_weights_are_carried_without_an_error() -> None:
    old = keras.models.clone_model(learnt(TWO))
    old.get_layer("a").kernel.assign(np.full((2, 4), np.nan, np.float32))
    for after in (net(dense("a", 5), dense("new", 5), dense("b", 3)), NORMED, net(dense("b", 3))):
        kept, _ = carry(old, build.build(after, Training(seed=1)), x=TRAINED_ON, seed=1, step=3)
        assert kept.kept == "partly" and "nan" not in kept.says


def test_maps_keep_their_weights_where_the_shapes_agree() -> None:
    conv = Layer(part("layers.Conv2D", filters=3, kernel_size=(3, 3)), "conv")
    flat, out = Layer(part("layers.Flatten"), "flat"), Layer(part("layers.Dense", units=2), "output")
    before, after = Network((6, 6, 1), (conv, flat, out)), Network((6, 6, 1), (conv, flat, dense("new", 48, "linear"), out))
    old, new = build.build(before, Training(seed=1)), build.build(after, Training(seed=2))
    x = np.random.default_rng(0).uniform(0, 1, (20, 6, 6, 1)).astype(np.float32)
    kept, _ = carry(old, new, x=x, seed=1, step=3)
    assert kept.kept == "exactly"
    np.testing.assert_allclose(old(x), new(x), atol=1e-5)
