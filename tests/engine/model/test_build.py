"""Form default → Part → JSON → Part → source text → executed gives the Keras config that `build_part` gives, for every offered entry."""

import json

import keras
import pytest
from hypothesis import given, settings
from keras import constraints, initializers, layers, losses, optimizers, regularizers

from playground import catalog
from playground.engine.model.build import build_part
from playground.sharing import script
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Part, part
from tests.strategies import parts

KINDS = [entry.kind for group in catalog.GROUPS if group != "activations" for entry in catalog.entries(group)]
SPACE = {
    "keras": keras,
    "constraints": constraints,
    "initializers": initializers,
    "layers": layers,
    "losses": losses,
    "optimizers": optimizers,
    "regularizers": regularizers,
}


def executed(made: Part) -> object:
    space = dict(SPACE)
    for text in catalog.EXTRA_ACTIVATIONS.values():
        exec(text, space)
    return eval(script.part_source(made), space)


def config(made: object) -> dict:
    """The Keras config as JSON data, without the name, which counts up."""
    return json.loads(json.dumps({name: value for name, value in made.get_config().items() if name != "name"}, default=str))


def through_json(made: Part) -> Part:
    return spec.part_from_json(json.loads(json.dumps(spec.to_json(made))))


@pytest.mark.parametrize("kind", KINDS)
def test_form_json_source_and_build_agree(kind: str) -> None:
    form = {param.name: param.default for param in catalog.entry(kind).params}
    made = through_json(catalog.part_with(kind, form))
    assert made == catalog.default_part(kind)
    assert config(executed(made)) == config(build_part(made))


@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_of_the_catalogue_are_those_of_keras(kind: str) -> None:
    """Naming every default gives the object that naming only the required ones gives."""
    form = {param.name: param.default for param in catalog.entry(kind).params}
    assert config(build_part(Part(kind, form))) == config(build_part(catalog.default_part(kind)))


@given(parts("layers") | parts("optimizers") | parts("losses") | parts("initializers"))
@settings(max_examples=150)
def test_any_accepted_part_is_built_alike_by_engine_and_script(made: Part) -> None:
    again = through_json(made)
    assert again == made
    try:
        built = build_part(again)
    except InvalidValue as error:  # Keras refuses a combination; so it does in the script
        assert error.what
        with pytest.raises((ValueError, TypeError)):
            executed(again)
        return
    assert config(executed(again)) == config(built)


@pytest.mark.parametrize("name", [entry.title for entry in catalog.entries("activations")])
def test_every_activation_works_in_a_layer(name: str) -> None:
    layer = build_part(part("layers.Dense", units=3, activation=name))
    assert layer(keras.ops.ones((2, 4))).shape == (2, 3)


@pytest.mark.parametrize(
    ("group", "argument"),
    [("initializers", "kernel_initializer"), ("regularizers", "kernel_regularizer"), ("constraints", "kernel_constraint")],
)
def test_every_short_name_is_one_that_keras_knows(group: str, argument: str) -> None:
    for name in catalog.short_names(group):
        build_part(part("layers.Dense", units=3, **{argument: name}))


def test_a_whole_number_does_for_a_learning_rate() -> None:
    made = spec.part_from_json({"kind": "optimizers.SGD", "args": {"learning_rate": 10}})
    assert float(build_part(made).learning_rate) == 10.0
