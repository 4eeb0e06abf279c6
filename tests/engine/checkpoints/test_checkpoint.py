"""States taken from a task's networks and put back, by names that do not change."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from playground.engine.checkpoints import checkpoint, keyframes
from playground.engine.checkpoints.keyframes import Keyframes
from playground.values.errors import Unavailable


def network(units: int) -> keras.Model:
    inputs = keras.Input((2,))
    built = keras.Model(inputs, keras.layers.Dense(units)(inputs))
    built.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    built.optimizer.build(built.trainable_variables)
    return built


def two(seed: int) -> dict[str, keras.Model]:
    keras.utils.set_random_seed(seed)
    return {"generator": network(3), "discriminator": network(1)}


def values(models: dict[str, keras.Model]) -> list[bytes]:
    return [v.value.numpy().tobytes() for model in models.values() for v in (*model.variables, *model.optimizer.variables)]


def test_a_single_network_has_the_names_that_checkpoints_always_had() -> None:
    names = list(checkpoint.named({"network": network(3)}))
    assert names == ["model/0", "model/1", *(f"optimizer/{i}" for i in range(4))]  # iterations, rate, two momenta
    assert list(checkpoint.named({"any name": network(3)})) == names


def test_two_networks_are_written_and_put_back_whole(tmp_path: Path) -> None:
    ours, theirs = two(1), two(2)
    assert values(ours) != values(theirs)
    checkpoint.save(tmp_path / checkpoint.LAST, checkpoint.take(ours, counters={"epoch": 3}, arrays={"rows": np.ones((2, 2))}))
    state = checkpoint.load(tmp_path / checkpoint.LAST)
    checkpoint.put(theirs, state)
    assert values(ours) == values(theirs)
    assert state.counters == {"epoch": 3}
    assert {"model/0", "optimizer/0", "model/discriminator/0", "optimizer/discriminator/0"} <= state.variables.keys()


def test_weights_alone_are_those_of_all_networks_without_their_optimizers(tmp_path: Path) -> None:
    ours = two(1)
    state = checkpoint.take(ours, counters={"epoch": 1, "step": 1}, arrays={})
    checkpoint.save(tmp_path / checkpoint.LAST, state)
    expected = {"model/0", "model/1", "model/discriminator/0", "model/discriminator/1"}
    assert checkpoint.weights(tmp_path / checkpoint.LAST)[0].keys() == expected
    Keyframes(tmp_path, fresh=True).keep(1, state.variables)
    assert keyframes.load(tmp_path, 1).keys() == expected


def test_another_networks_state_is_refused() -> None:
    ours = two(1)
    state = checkpoint.take({"generator": ours["generator"]}, counters={}, arrays={})
    with pytest.raises(Unavailable, match="another network"):
        checkpoint.put(ours, state)
