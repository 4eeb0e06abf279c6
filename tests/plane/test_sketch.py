"""A sketch is an experiment seen small: there and back, and what does not fit gives way with a sentence."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import catalog, data
from playground.data.plane.own_points import written
from playground.plane.sketch import FIRST, OUTPUTS, USUAL_LOSS, Block, Sketch, Skip, mended, outputs_for, parameters
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.errors import InvalidValue, PlaygroundError
from playground.values.spec import Change, DataChoice, Layer, Part, Training, part

ACTIVATIONS = ["relu", "tanh", "linear", "step", part("layers.LeakyReLU"), part("layers.PReLU"), part("layers.ELU", alpha=0.5)]
INITIALIZERS = [None, part("initializers.HeNormal"), part("initializers.Constant", value=0.1)]


@st.composite
def sketches(draw):
    name = draw(st.sampled_from([name for name, each in data.SETS.items() if each.kind == "plane" and name != "points"]))
    inputs = tuple(draw(st.lists(st.sampled_from(list(data.FEATURES)), min_size=1, unique=True)))
    choice = DataChoice(name, {"inputs": inputs} if inputs != ("x", "y") else {}, test=0.3)
    blocks = []
    for number in range(draw(st.integers(0, 8))):
        sources = ["input", *(block.name for block in blocks)]
        skip = draw(st.none() | st.builds(Skip, st.sampled_from(sources), st.sampled_from(["add", "concatenate"])))
        blocks.append(
            Block(
                f"hidden_{number + 1}",
                draw(st.integers(1, 16)),
                draw(st.sampled_from(ACTIVATIONS)),
                draw(st.sampled_from(INITIALIZERS)),
                draw(st.sampled_from([0, 0.001])),
                draw(st.sampled_from([0, 0.01])),
                draw(st.booleans()),
                draw(st.sampled_from([0, 0.25])),
                skip,
            )
        )
    optimizer = draw(st.sampled_from([catalog.default_part(each.kind) for each in catalog.entries("optimizers")]))
    loss = draw(st.sampled_from([Part(each.kind) for each in catalog.entries("losses")]))
    output = draw(st.sampled_from(["softmax", "sigmoid", "tanh", "linear"]))
    return Sketch(choice, tuple(blocks), output, Training(optimizer, loss, batch_size=10, epochs=50))


@given(sketches())
def test_a_mended_sketch_is_an_experiment_and_comes_back_from_it(sketch):
    found, said = mended(sketch)
    assert mended(found) == (found, ())
    experiment = found.experiment()
    catalog.check(experiment)
    assert {each.entry.kind: each.valid for each in catalog.losses_for(experiment)}[experiment.training.loss.kind]
    assert Sketch.of(experiment) == found
    assert Sketch.of(link.decode(link.encode(experiment))) == found
    assert Sketch.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert bool(said) == (found != sketch)
    for before, after in zip(sketch.blocks, found.blocks, strict=True):
        assert dataclasses.replace(before, skip=None) == dataclasses.replace(after, skip=None)


def test_the_first_sketch_is_whole():
    assert mended(FIRST) == (FIRST, ()) and parameters(FIRST.experiment().network) == 2 * 8 + 8 + 8 * 8 + 8 + 8 * 3 + 3


@pytest.mark.parametrize("name", PRESETS)
def test_networks_of_another_kind_are_no_sketches(name):
    with pytest.raises(InvalidValue) as caught:
        Sketch.of(PRESETS[name].experiment)
    assert "Build" in caught.value.fix


@pytest.mark.parametrize(
    "layer",
    [
        part("layers.Dropout"),
        part("layers.Dense"),
        part("layers.Dense", units="many"),
        part("layers.Dense", units=4, kernel_regularizer="l2"),
        part("layers.Dense", units=4, kernel_initializer="he_normal"),
        part("layers.Dense", units=4, kernel_regularizer=part("regularizers.L2")),
        part("layers.Dense", units=4, use_bias=False),
        part("layers.Dense", units=17),
        part("layers.Concatenate"),
        part("layers.Add"),
        part("layers.BatchNormalization"),
        part("layers.Lambda"),
    ],
)
def test_layers_that_no_sketch_has_are_refused(layer):
    network = FIRST.experiment().network
    odd = dataclasses.replace(network, layers=(Layer(layer, "odd"), *network.layers[1:]))
    with pytest.raises(InvalidValue):
        Sketch.of(FIRST.experiment().having(network=odd))
    with pytest.raises(InvalidValue):
        Sketch.of(FIRST.experiment().having(network=dataclasses.replace(network, layers=())))


def test_an_experiment_with_changes_is_the_sketch_it_begins_with():
    experiment = FIRST.experiment()
    changed = experiment.having(changes=(Change(0, "learning_rate", 0.5), Change(30, "weight", ("output", "bias", 0, 1.0))), name="mine")
    assert Sketch.of(changed) == FIRST


@pytest.mark.parametrize(
    "sketch, says",
    [
        (dataclasses.replace(FIRST, data=DataChoice("waves", test=0.3)), ["output became linear", "loss became Mean squared error"]),
        (dataclasses.replace(FIRST, output="sigmoid"), ["output became softmax"]),
        (dataclasses.replace(FIRST, blocks=(Block("a", skip=Skip("gone")),)), ["gone does not stand before it"]),
        (dataclasses.replace(FIRST, blocks=(Block("a", skip=Skip("input")),)), ["input feeds it anyway"]),
        (dataclasses.replace(FIRST, blocks=(Block("a"), Block("b", 5, skip=Skip("a", "add")))), ["4 numbers cannot be added to 5"]),
    ],
)
def test_what_does_not_fit_gives_way_and_is_said(sketch, says):
    found, said = mended(sketch)
    assert len(said) == len(says) and all(part in whole for part, whole in zip(says, said, strict=True))
    found.experiment()


def test_classes_after_numbers_are_learnt_with_their_usual_loss_again():
    numbers, _ = mended(dataclasses.replace(FIRST, data=DataChoice("waves", test=0.3)))
    assert numbers.training.loss.kind == "losses.MeanSquaredError"
    back, said = mended(dataclasses.replace(numbers, data=FIRST.data))
    assert back == FIRST and len(said) == 2
    chosen = dataclasses.replace(FIRST, training=dataclasses.replace(FIRST.training, loss=part("losses.MeanSquaredError")))
    assert mended(chosen) == (chosen, ())  # as somebody may wish


def test_the_usual_loss_of_every_output_fits_it():
    assert set(USUAL_LOSS) == {(task, output) for task, outputs in OUTPUTS.items() for output in outputs}
    for (task, output), loss in USUAL_LOSS.items():
        choice = DataChoice("moons" if task == "classifier" else "waves", test=0.3)
        assert output in outputs_for(data.of(choice))
        sketch = dataclasses.replace(FIRST, data=choice, output=output, training=Training(loss=Part(loss)))
        assert mended(sketch) == (sketch, ())


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": [{"name": "a", "units": 17}]},
        {"blocks": [{"name": "a", "units": 0}]},
        {"blocks": [{"name": "a", "units": True}]},
        {"blocks": [{"name": "a b"}]},
        {"blocks": [{"name": "input"}]},
        {"blocks": [{"name": "a"}, {"name": "a"}]},
        {"blocks": [{"name": "a", "norm": True}, {"name": "a_norm"}]},
        {"blocks": [{"name": f"a{i}"} for i in range(9)]},
        {"blocks": [{"units": 3}]},
        {"blocks": [{"name": "a", "dropout": 1}]},
        {"blocks": [{"name": "a", "norm": 1}]},
        {"blocks": [{"name": "a", "activation": "Lambda"}]},
        {"blocks": [{"name": "a", "activation": 3}]},
        {"blocks": [{"name": "a", "activation": {"kind": "layers.Lambda"}}]},
        {"blocks": [{"name": "a", "activation": {"kind": "layers.Dense", "args": {"units": 999}}}]},
        {"blocks": [{"name": "a", "initializer": {"kind": "layers.Dense"}}]},
        {"blocks": [{"name": "a", "initializer": "HeNormal"}]},
        {"blocks": [{"name": "a", "skip": "input"}]},
        {"blocks": [{"name": "a", "skip": {"from": "input", "join": "multiply"}}]},
        {"blocks": [{"name": "a", "skip": {"from": ["input"]}}]},
        {"blocks": [{"name": "a", "skip": {"from": "input", "join": []}}]},
        {"blocks": "many"},
        {"output": "relu"},
        {"output": ["softmax"]},
        {"inputs": ["z"]},
        {"inputs": "xy"},
        {"inputs": [{}]},
        {"data": {"name": "mnist_sample"}},
        {"data": {"name": "nothing"}},
        {"data": {"name": ["spirals"]}},
        {"data": {"name": "spirals", "args": {"noise": 3}}},
        {"data": {"name": "spirals", "args": []}},
        {"data": {"name": "spirals", "seed": "one"}},
        {"training": {"optimizer": {"kind": "optimizers.Nothing"}}},
        {"training": {"batch_size": 0}},
        {"training": {"precision": "mixed_bfloat16"}},
        {"more": 1},
    ],
)
def test_json_that_is_no_sketch_is_refused(change):
    with pytest.raises(PlaygroundError) as caught:
        mended(Sketch.from_json(FIRST.to_json() | change))[0].experiment()
    assert caught.value.what


def test_the_link_of_three_hundred_own_points_is_short():
    rng = np.random.default_rng(0)
    text = written(rng.uniform(-3, 3, (300, 2)), rng.integers(0, 6, 300))
    own = dataclasses.replace(FIRST, data=DataChoice("points", {"points": text, "classes": 6}, test=0.3))
    assert len(link.encode(own.experiment())) < 4_000
    assert Sketch.of(link.decode(link.encode(own.experiment()))) == own


def test_parameters_are_counted_as_the_layers_have_them():
    blocks = (Block("a", 3, part("layers.PReLU"), norm=True), Block("b", 4, skip=Skip("input")), Block("c", 4, skip=Skip("b", "add")))
    sketch = dataclasses.replace(FIRST, blocks=blocks)
    a, b, c, output = (2 + 1) * 3 + 3 + 2 * 3, (3 + 2 + 1) * 4, (4 + 1) * 4, (4 + 1) * 3
    assert parameters(sketch.experiment().network) == a + b + c + output
    assert spec.to_json(sketch.experiment())["networks"][0]["layers"][-1]["name"] == "output"
