"""The graphs of activations, by name and as layers, against their formulas."""

from __future__ import annotations

import numpy as np
import pytest

from playground import catalog
from playground.engine.model.activation import curve
from playground.values.errors import InvalidValue
from playground.values.spec import part

LAYERS = {
    part("layers.ReLU", negative_slope=0.1, max_value=2.0): lambda x: np.where(x > 0, np.minimum(x, 2), 0.1 * x),
    part("layers.LeakyReLU", negative_slope=0.3): lambda x: np.where(x > 0, x, 0.3 * x),
    part("layers.PReLU", alpha_initializer=part("initializers.Constant", value=0.2), shared_axes=(1, 2)): lambda x: np.where(
        x > 0, x, 0.2 * x
    ),
    part("layers.ELU", alpha=2.0): lambda x: np.where(x > 0, x, 2 * np.expm1(x)),
    part("layers.Softmax", axis=1): lambda x: 1 / (1 + np.exp(-x)),
    part("layers.Activation", activation="tanh"): np.tanh,
}


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_a_layer_is_drawn_as_its_formula_says(layer) -> None:
    drawn = curve(layer)
    np.testing.assert_allclose(drawn["y"], LAYERS[layer](drawn["x"]), atol=1e-5)


def test_every_offered_activation_layer_is_drawn() -> None:
    assert {layer.kind for layer in LAYERS} == {entry.kind for entry in catalog.entries("layers") if entry.purpose == "Activation"}


def test_a_layer_that_is_no_activation_is_refused() -> None:
    with pytest.raises(InvalidValue, match="Dense is not an activation"):
        curve(part("layers.Dense", units=1))
