"""Experiments are values: equal after JSON, never half right, and every fault is named with its place."""

import dataclasses
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import Args, DataChoice, Experiment, Layer, Network, Part, Training, part
from tests.strategies import experiments

LENET = PRESETS["lenet"].experiment
DENSE = part("layers.Dense", units=3)


def lenet_json(**changes: object) -> str:
    return json.dumps(json.loads(spec.dumps(LENET)) | changes)


# Round trips


@given(experiments())
def test_an_experiment_equals_itself_after_json(experiment: Experiment) -> None:
    text = spec.dumps(experiment)
    again = spec.loads(text)
    assert again == experiment
    assert hash(again) == hash(experiment)
    assert spec.dumps(again) == text


def test_an_experiment_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(LENET)) == LENET


def test_fields_at_their_defaults_are_left_out() -> None:
    plain = Experiment(DataChoice("iris"), (Network((4,)),))
    assert json.loads(spec.dumps(plain)) == {"data": {"name": "iris"}, "networks": [{"input_shape": [4]}]}


def test_an_old_text_without_newer_fields_still_reads() -> None:
    assert spec.loads('{"data": {"name": "iris"}, "networks": [{"input_shape": [4]}]}').training == Training()


def test_the_order_of_arguments_makes_no_difference() -> None:
    one, other = part("layers.Dense", units=3, activation="relu"), part("layers.Dense", activation="relu", units=3)
    assert one == other and hash(one) == hash(other)
    assert spec.dumps(LENET.having(network=Network((4,), (Layer(one, "a"),)))) == spec.dumps(
        LENET.having(network=Network((4,), (Layer(other, "a"),)))
    )


# Values


def test_lists_are_frozen_to_tuples_and_nothing_can_be_changed() -> None:
    made = part("layers.Conv2D", filters=2, kernel_size=[3, 3], cropping=[[1, 2], [3, 4]])
    assert made.args["kernel_size"] == (3, 3)
    assert made.args["cropping"] == ((1, 2), (3, 4))
    with pytest.raises(TypeError):
        made.args["filters"] = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.kind = "layers.Dense"


def test_repr_of_a_part_is_its_source() -> None:
    made = part("layers.Dense", units=3, kernel_regularizer=part("regularizers.L2", l2=0.1))
    assert repr(made) == "layers.Dense(units=3, kernel_regularizer=regularizers.L2(l2=0.1))"


def test_having_and_without_give_new_parts() -> None:
    assert DENSE.having(units=5, activation="relu").without("activation") == part("layers.Dense", units=5)
    assert part("layers.Dense", units=3) == DENSE


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("layers.MaxPooling2D", "max_pooling2d"),
        ("layers.BatchNormalization", "batch_normalization"),
        ("layers.LSTM", "lstm"),
        ("layers.PReLU", "p_re_lu"),
        ("layers.RMSNormalization", "rms_normalization"),
        ("regularizers.L1L2", "l1l2"),
    ],
)
def test_a_part_knows_the_name_that_keras_would_give(kind: str, name: str) -> None:
    assert Part(kind).default_name == name


# Wiring


def test_wiring_spells_out_who_feeds_whom() -> None:
    layers = (
        Layer(DENSE, "a"),
        Layer(DENSE, "off", active=False),
        Layer(DENSE, "b"),
        Layer(part("layers.Add"), "sum", ("off", "b")),
        Layer(part("layers.Concatenate"), "both", ("input", "sum"), active=False),
        Layer(DENSE, "c"),
    )
    wired = {layer.name: sources for layer, sources in Network((4,), layers).wiring()}
    assert wired == {"a": ("input",), "b": ("a",), "sum": ("a", "b"), "c": ("input",)}


@given(experiments())
def test_wiring_names_only_layers_that_are_built_before(experiment: Experiment) -> None:
    built = {"input"}
    for layer, sources in experiment.network.wiring():
        assert layer.active and sources and set(sources) <= built
        built.add(layer.name)


# Refused


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Part("not a kind"), "Keras object"),
        (lambda: Part(3), "Keras object"),
        (lambda: part("layers.Dense", units=float("nan")), "finite"),
        (lambda: part("layers.Dense", units={1: 2}), "type"),
        (lambda: part("layers.Dense", units=b"x"), "type"),
        (lambda: Layer(DENSE, "two words"), "short name"),
        (lambda: Layer(DENSE, "a" * 61), "short name"),
        (lambda: Layer(DENSE, "größe"), "short name"),
        (lambda: Network(()), "input shape"),
        (lambda: Network((0,)), "input shape"),
        (lambda: Network((True,)), "input shape"),
        (lambda: Network((4,), (Layer(DENSE, "a"), Layer(DENSE, "a"))), "same name"),
        (lambda: Network((4,), (Layer(DENSE, "input"),)), "same name"),
        (lambda: Network((4,), (Layer(DENSE, "a", ("b",)), Layer(DENSE, "b"))), "does not stand before it"),
        (lambda: Network((4,), tuple(Layer(DENSE, f"a{i}") for i in range(301))), "too many layers"),
        (lambda: DataChoice("iris", validation=0.0), "validation"),
        (lambda: DataChoice("iris", test=1.5), "test"),
        (lambda: DataChoice("iris", seed=-1), "seed"),
        (lambda: Training(batch_size=0), "batch_size"),
        (lambda: Training(batch_size=True), "batch_size"),
        (lambda: Training(epochs=1.5), "epochs"),
        (lambda: Training(seed=2**31), "seed"),
        (lambda: Training(precision="float16"), "precision"),
        (lambda: LENET.having(task="poet"), "task"),
        (lambda: LENET.having(networks=()), "one network"),
        (lambda: LENET.having(name="x" * 121), "too long"),
    ],
)
def test_what_cannot_be_is_refused_at_birth(make, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        make()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[" * 5_000, "not JSON"),
        ("[]", "not an object"),
        ("{}", "lacks data"),
        (lenet_json(datas=1), "unknown field"),
        (lenet_json(data="iris"), "data is not an object"),
        (lenet_json(data={"name": 3}), "not text"),
        (lenet_json(networks={}), "not a list"),
        (lenet_json(networks=[{}]), "lacks input_shape"),
        (lenet_json(networks=[{"input_shape": 4}]), "not a list"),
        (lenet_json(networks=[{"input_shape": [4.0]}]), "input shape"),
        (lenet_json(networks=[{"input_shape": [4], "layers": [{"name": "a"}]}]), "lacks part"),
        (lenet_json(networks=[{"input_shape": [4], "layers": [{"name": "a", "part": {"kind": "x", "args": []}}]}]), "not an object"),
        (lenet_json(networks=[{"input_shape": [4], "layers": [{"name": "a", "part": {"kind": "x"}, "inputs": [3]}]}]), "not names"),
        (lenet_json(networks=[{"input_shape": [4], "layers": [{"name": "a", "part": {"kind": "x"}, "active": 1}]}]), "true or false"),
        (lenet_json(training={"epochs": "3"}), "epochs"),
        (lenet_json(training={"optimizer": "Adam"}), "part is not an object"),
        (lenet_json(training={"precision": ["float32"]}), "precision"),
        (lenet_json(name=3), "name"),
        (lenet_json(task=["classifier"]), "task"),
        ('{"data": {"name": "iris", "validation": NaN}, "networks": []}', "validation"),
        (" " * (spec.MAX_JSON + 1), "too long"),
    ],
)
def test_json_that_is_no_experiment_is_refused_with_the_place_of_the_fault(text: str, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        spec.loads(text)


def nested(depth: int, make) -> object:
    value: object = 1
    for _ in range(depth):
        value = make(value)
    return value


@pytest.mark.parametrize("make", [lambda inner: {"kind": "layers.Dense", "args": {"units": inner}}, lambda inner: [inner]])
def test_nesting_has_a_bound(make) -> None:
    spec.part_from_json({"kind": "layers.Dense", "args": {"units": nested(3, make)}})
    with pytest.raises(InvalidValue, match="nested too deeply"):
        spec.part_from_json({"kind": "layers.Dense", "args": {"units": nested(400, make)}})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_any_json_is_read_or_refused_and_never_breaks(data: object) -> None:
    for candidate in (data, {"data": data, "networks": data}, {"data": {"name": "iris"}, "networks": [data], "training": data}):
        try:
            assert isinstance(spec.experiment_from_json(candidate), Experiment)
        except InvalidValue as error:
            assert error.what


def test_args_equal_any_mapping_with_the_same_items() -> None:
    assert Args({"a": [1]}) == {"a": (1,)}
    assert Args({"a": 1}) != Args({"a": 2})


def test_half_a_character_is_refused_wherever_text_is_kept() -> None:
    experiment = PRESETS["mlp"].experiment
    for broken in (lambda: experiment.having(name="\ud800"), lambda: part("layers.Dense", units=1, activation="\udfff")):
        with pytest.raises(InvalidValue, match="broken character"):
            broken()
