"""The views of the plane against forward passes in numpy, finite differences, scikit-learn and networks whose regions can be counted."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

from playground import data
from playground.data.plane.features import features
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model import build
from playground.engine.plane.plane import Plane
from playground.engine.plane.points import lattice
from playground.engine.views import VIEWS
from playground.engine.views.plane.regions import connected, shades
from playground.values import wire
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import Args, DataChoice, Experiment, Layer, Network, Part, Training, part

CROSSENTROPY = part("losses.SparseCategoricalCrossentropy")
SPIRALS = DataChoice("spirals", Args({"size": 60}), test=0.3)
WAVES = DataChoice("waves", Args({"size": 60}), test=0.3)


def dense(name: str, units: int, *inputs: str, **args: Any) -> Layer:
    return Layer(part("layers.Dense", units=units, **args), name, inputs)


def subject(*layers: Layer, choice: DataChoice = SPIRALS, loss: Part = CROSSENTROPY, task: str = "classifier") -> Subject:
    """A run with weights that no initialiser would give."""
    network = Network((len(choice.args.get("inputs", ("x", "y"))),), layers)
    experiment = Experiment(choice, (network,), Training(part("optimizers.SGD"), loss), task)
    model = build.build(network, experiment.training)
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.uniform(0.5, 2, v.shape) if "variance" in v.name or "gamma" in v.name else rng.normal(0, 0.8, v.shape) for v in model.weights]
    )
    return Subject("r", experiment, Path("/nowhere"), model, None, Weights("last", 1, 1), "first")


def ask(of: Subject, view: str, **args: Any) -> dict[str, Any]:
    assert VIEWS[view].live
    return VIEWS[view].answer(of, Question(args))


def outputs(of: Subject, name: str, x: np.ndarray) -> np.ndarray:
    return keras.Model(of.model.inputs[0], of.model.get_layer(name).output)(x, training=False).numpy()


@pytest.fixture(scope="module")
def bent() -> Subject:
    """Three features, batch norm, dropout, a skip link by concatenation and one by addition."""
    choice = DataChoice("spirals", Args({"size": 60, "inputs": ("x", "y", "theta")}), test=0.3)
    return subject(
        dense("hidden_1", 3, activation="tanh"),
        Layer(part("layers.BatchNormalization"), "hidden_1_norm"),
        Layer(part("layers.Dropout", rate=0.5), "hidden_1_drop"),
        Layer(part("layers.Concatenate"), "hidden_2_skip", ("hidden_1_drop", "input")),
        dense("hidden_2", 3, activation="relu"),
        Layer(part("layers.Add"), "hidden_2_add", ("hidden_2", "hidden_1_drop")),
        dense("output", 2, activation="softmax"),
        choice=choice,
    )


def test_the_view_of_a_moment_is_its_frame(bent: Subject) -> None:
    answer = ask(bent, "plane")
    arrays, meta = Plane.of(bent.model, bent.experiment).frame(epoch=1, step=1)
    assert answer["meta"] == meta
    np.testing.assert_array_equal(answer["arrays"]["units"], arrays["units"])


# A unit


def test_a_units_formula_gives_its_output_again(bent: Subject) -> None:
    found = ask(bent, "plane_unit", layer="hidden_2", unit=1)
    assert [(each["name"], each["unit"]) for each in found["inputs"]] == [
        *(("hidden_1", unit) for unit in range(3)),
        ("x", None),
        ("y", None),
        ("theta", None),
    ]
    assert found["add"] == {"name": "hidden_1", "unit": 1}
    xy = lattice(100)
    x = features(xy, ("x", "y", "theta"))
    first = ask(bent, "plane_unit", layer="hidden_1", unit=1)
    total = sum(each["weight"] * x[:, i] for i, each in enumerate(first["inputs"])) + first["bias"]
    own = first["norm"]["scale"] * np.tanh(total) + first["norm"]["shift"]
    np.testing.assert_allclose(own, outputs(bent, "hidden_1_drop", x)[:, 1], atol=1e-4)
    hidden = outputs(bent, "hidden_1_drop", x)
    weights = np.array([each["weight"] for each in found["inputs"]])
    expected = np.maximum(np.concatenate([hidden, x], axis=1) @ weights + found["bias"], 0) + hidden[:, 1]
    picture = found["low"] + found["map"].ravel() / 255 * (found["high"] - found["low"])
    np.testing.assert_allclose(picture, expected, atol=0.51 * (found["high"] - found["low"]) / 255 + 1e-4)
    assert found["dropout"] == 0 and first["dropout"] == pytest.approx(0.5)


def test_dead_and_saturated_units_are_counted_on_the_training_points() -> None:
    of = subject(dense("hidden_1", 2, activation="relu"), dense("hidden_2", 2, activation="tanh"), dense("output", 2, activation="softmax"))
    of.model.get_layer("hidden_1").set_weights([np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([-1.0, 0.0])])
    of.model.get_layer("hidden_2").set_weights([np.array([[0.0, 0.0], [5.0, 0.0]]), np.array([0.0, 0.0])])
    xy, _, held = data.plane_points(of.experiment.data)
    x = xy[~held, 0]
    dead, half = (ask(of, "plane_unit", layer="hidden_1", unit=unit) for unit in (0, 1))
    assert dead["dead"] and dead["zeros"] == dead["saturated"] == 1 and dead["points"] == len(x)
    assert not half["dead"] and half["zeros"] == half["saturated"] == pytest.approx((x <= 0).mean())
    steep, still = (ask(of, "plane_unit", layer="hidden_2", unit=unit) for unit in (0, 1))
    assert steep["saturated"] == pytest.approx((1 - np.tanh(5 * np.maximum(x, 0)) ** 2 <= 0.05).mean())
    assert still["dead"] and still["saturated"] == 0
    assert half["sum"]["mean"] == pytest.approx(x.mean(), abs=1e-6)


# A point


def test_a_points_sums_can_be_added_up_by_hand(bent: Subject) -> None:
    found = ask(bent, "plane_point", x=0.7, y=-1.3, label=1)
    np.testing.assert_allclose(found["features"]["values"], [0.7, -1.3, np.arctan2(-1.3, 0.7)], rtol=1e-5)
    first, second, last = found["layers"]
    for layer in found["layers"]:
        np.testing.assert_allclose(layer["inputs"] @ layer["kernel"] + layer["bias"], layer["sums"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(first["activated"], np.tanh(first["sums"]), rtol=1e-4)
    by_norm = [unit["scale"] * a + unit["shift"] for unit, a in zip(first["norm"], first["activated"], strict=True)]
    np.testing.assert_allclose(first["output"], by_norm, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(second["inputs"], [*first["output"], *found["features"]["values"]], rtol=1e-5)
    np.testing.assert_allclose(second["output"], np.maximum(second["sums"], 0) + first["output"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(last["inputs"], second["output"])
    p = found["probabilities"]
    np.testing.assert_allclose(p, np.exp(last["sums"]) / np.exp(last["sums"]).sum(), rtol=1e-4)
    assert found["loss"] == pytest.approx(-np.log(p[1]), rel=1e-4)
    assert found["entropy"] == pytest.approx(-(p * np.log2(p)).sum(), rel=1e-4)
    assert found["margin"] == pytest.approx(abs(p[0] - p[1]), rel=1e-4) and found["predicted"] == p.argmax()
    np.testing.assert_allclose(last["slopes"], p - [0, 1], atol=1e-5)  # of softmax with cross-entropy
    np.testing.assert_allclose(second["slopes"], (last["kernel"] @ last["slopes"]) * (second["sums"] > 0), atol=1e-5)
    unlabelled = ask(bent, "plane_point", x=0.7, y=-1.3)
    assert "loss" not in unlabelled and unlabelled["layers"][0]["slopes"] is None


def test_the_loss_changes_with_the_point_as_said(bent: Subject) -> None:
    found = ask(bent, "plane_point", x=-1.0, y=0.001, label=0)  # beside the cut of the angle

    def loss(x: float, y: float) -> float:
        given = np.array([[x, y, np.arctan2(y, x) + (2 * np.pi if y < 0 else 0)]], np.float32)
        return -np.log(bent.model(given).numpy()[0, 0])

    h = 1 / 128
    assert found["gradient"]["x"] == pytest.approx((loss(-1 + h, 0.001) - loss(-1 - h, 0.001)) / (2 * h), abs=0.02)
    assert found["gradient"]["y"] == pytest.approx((loss(-1, 0.001 + h) - loss(-1, 0.001 - h)) / (2 * h), abs=0.02)


def test_a_number_that_is_predicted_has_a_value_and_a_loss() -> None:
    of = subject(
        dense("hidden_1", 3, activation="tanh"), dense("output", 1), choice=WAVES, loss=part("losses.MeanSquaredError"), task="regressor"
    )
    found = ask(of, "plane_point", x=1, y=1, label=0.25)
    assert found["value"] == pytest.approx(of.model(np.ones((1, 2), np.float32)).numpy()[0, 0], rel=1e-5)
    assert found["loss"] == pytest.approx((found["value"] - 0.25) ** 2, rel=1e-4)
    np.testing.assert_allclose(found["layers"][1]["slopes"], 2 * (found["value"] - 0.25), rtol=1e-4)


@pytest.mark.parametrize(
    "args", [{"x": 1}, {"x": "1", "y": 2}, {"x": 1e9, "y": 0}, {"x": 1, "y": 1, "label": 2}, {"x": 1, "y": 1, "label": 0.5}]
)
def test_points_that_cannot_be_are_refused(bent: Subject, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        ask(bent, "plane_point", **args)


# Slopes


def test_arrows_point_where_the_probability_grows() -> None:
    of = subject(
        dense("hidden_1", 4, activation="tanh"),
        dense("output", 3, activation="softmax"),
        choice=DataChoice("spirals", Args({"size": 60, "classes": 3}), test=0.3),
    )
    found = ask(of, "plane_arrows", side=6)
    assert found["xy"].shape == found["gradient"].shape == (36, 2)
    winners = of.model(found["xy"]).numpy().argmax(axis=1)
    for axis, step in enumerate(np.eye(2, dtype=np.float32) / 128):
        ahead, behind = of.model(found["xy"] + step).numpy(), of.model(found["xy"] - step).numpy()
        change = (ahead - behind)[np.arange(36), winners] * 64
        np.testing.assert_allclose(found["gradient"][:, axis], change, atol=5e-3)
        np.testing.assert_allclose(
            ask(of, "plane_arrows", side=6, **{"class": 2})["gradient"][:, axis], (ahead - behind)[:, 2] * 64, atol=5e-3
        )
    assert found["longest"] == pytest.approx(np.linalg.norm(found["gradient"], axis=1).max())


@pytest.mark.parametrize("at", [{}, {"x": 0.5, "y": -2.0, "label": 1}])
def test_gradients_of_weights_are_those_of_finite_differences(at: dict[str, Any]) -> None:
    of = subject(
        dense("hidden_1", 2, activation="tanh", kernel_regularizer=part("regularizers.L2", l2=0.1)),
        dense("output", 2, activation="softmax"),
    )
    found = ask(of, "plane_gradients", **at)
    weights = of.model.get_weights()

    def loss() -> float:
        return ask(of, "plane_gradients", **at)["loss"]

    start, place = loss(), 0
    assert found["loss"] == start
    if not at:
        assert start == pytest.approx(ask(of, "plane")["meta"]["loss"]["train"], rel=1e-5)
    for i, array in enumerate(weights):
        for j in range(array.size):
            change = np.zeros_like(array).ravel()
            change[j] = 0.01
            moved = []
            for sign in (1, -1):
                of.model.set_weights([w + sign * change.reshape(w.shape) if k == i else w for k, w in enumerate(weights)])
                moved.append(loss())
            assert found["gradients"][place] == pytest.approx((moved[0] - moved[1]) / 0.02, abs=2e-3)
            place += 1
    of.model.set_weights(weights)
    assert place == len(found["gradients"]) == len(ask(of, "plane")["arrays"]["weights"])


# Doubt


def test_without_dropout_doubt_is_the_entropy_of_the_answer() -> None:
    of = subject(dense("hidden_1", 3, activation="tanh"), dense("output", 2, activation="softmax"))
    found = ask(of, "plane_unsure")
    p = of.model(lattice(50)).numpy()
    np.testing.assert_allclose(found["map"].ravel() / 255, -(p * np.log2(p)).sum(axis=1), atol=0.003)
    assert (found["samples"], found["high"], found["apart"]) == (1, 1.0, None)


def test_with_dropout_thinned_networks_are_asked() -> None:
    of = subject(
        dense("hidden_1", 3, activation="tanh"),
        Layer(part("layers.Dropout", rate=0.5), "hidden_1_drop"),
        dense("output", 2, activation="softmax"),
    )
    (k1, b1), (k2, b2) = (of.model.get_layer(name).get_weights() for name in ("hidden_1", "output"))
    hidden = np.tanh(lattice(50) @ k1 + b1)
    thinned = []
    for pattern in np.ndindex(2, 2, 2):  # what an endless number of samples would come to
        z = (hidden * 2 * np.array(pattern)) @ k2 + b2
        thinned.append(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
    p = np.mean(thinned, axis=0)
    found = ask(of, "plane_unsure", samples=100)
    assert np.abs(found["map"].ravel() / 255 + (p * np.log2(p)).sum(axis=1)).mean() < 0.05
    each = -(np.array(thinned) * np.log2(thinned)).sum(axis=2).mean(axis=0)
    assert found["apart"] == pytest.approx((-(p * np.log2(p)).sum(axis=1) - each).mean(), abs=0.05)
    before = [w.copy() for w in of.model.get_layer("hidden_1_drop").get_weights()]
    np.testing.assert_array_equal(ask(of, "plane_unsure", samples=100)["map"], found["map"])
    np.testing.assert_array_equal(of.model.get_layer("hidden_1_drop").get_weights(), before)


def test_a_number_has_doubt_only_with_dropout() -> None:
    drop = Layer(part("layers.Dropout", rate=0.5), "hidden_1_drop")
    for layers in ((), (drop,)):
        of = subject(dense("hidden_1", 3), *layers, dense("output", 1), choice=WAVES, loss=part("losses.Huber"), task="regressor")
        if layers:
            assert ask(of, "plane_unsure")["map"].max() == 255
        else:
            with pytest.raises(Conflict):
                ask(of, "plane_unsure")


# The bent plane


def test_the_bent_plane_is_the_composition_of_its_layers(bent: Subject) -> None:
    found = ask(bent, "plane_warp", layer="hidden_2", units=[2, 0])
    corner = outputs(bent, "hidden_2_add", features(np.array([[-3, 3], [3, 3], [-3, -3]], np.float32), ("x", "y", "theta")))[:, [2, 0]]
    np.testing.assert_allclose([found["grid"][0, 0], found["grid"][0, -1], found["grid"][-1, 0]], corner, rtol=1e-4, atol=1e-5)
    xy, _, _ = data.plane_points(bent.experiment.data)
    np.testing.assert_allclose(
        found["points"], outputs(bent, "hidden_2_add", features(xy, ("x", "y", "theta")))[:, [2, 0]], rtol=1e-4, atol=1e-4
    )
    plain = ask(bent, "plane_warp", layer="input", units=[0, 1])
    np.testing.assert_allclose(plain["points"], xy)
    assert plain["winner"].shape == (41, 41)


def test_principal_components_are_those_of_scikit_learn(bent: Subject) -> None:
    found = ask(bent, "plane_warp", layer="hidden_1", units="pca")
    xy, _, _ = data.plane_points(bent.experiment.data)
    values = outputs(bent, "hidden_1_drop", features(xy, ("x", "y", "theta")))
    pca = PCA(2).fit(values)
    np.testing.assert_allclose(found["explained"], pca.explained_variance_ratio_, rtol=1e-4)
    signs = np.sign((found["components"] * pca.components_).sum(axis=1))
    np.testing.assert_allclose(found["components"], pca.components_ * signs[:, None], atol=1e-4)
    np.testing.assert_allclose(found["points"], pca.transform(values) * signs, atol=1e-3)
    assert (np.take_along_axis(found["components"], abs(found["components"]).argmax(axis=1)[:, None], 1) > 0).all()


def test_a_single_unit_is_a_line() -> None:
    of = subject(dense("hidden_1", 1, activation="tanh"), dense("output", 2, activation="softmax"))
    found = ask(of, "plane_warp", layer="hidden_1")
    assert found["axes"] == "pca" and not found["grid"][..., 1].any()
    assert list(found["explained"]) == pytest.approx([1, 0])


@pytest.mark.parametrize(
    "args",
    [
        {"layer": "no"},
        {"layer": "hidden_1", "units": [0, 3]},
        {"layer": "hidden_1", "units": [0]},
        {"layer": "hidden_1", "units": "tsne"},
        {"layer": "hidden_1", "units": 3},
    ],
)
def test_axes_that_cannot_be_are_refused(bent: Subject, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        ask(bent, "plane_warp", **args)


# Regions


def regions(kernel: list[list[float]], bias: list[float], activation: str = "relu", **given: Any) -> dict[str, Any]:
    of = subject(dense("hidden_1", len(bias), activation=activation), dense("output", 2, activation="softmax"), **given)
    of.model.get_layer("hidden_1").set_weights([np.array(kernel), np.array(bias)])
    return ask(of, "plane_regions")


def test_regions_of_networks_made_by_hand_are_counted() -> None:
    assert regions([[1, -1], [0, 0]], [0.01, -0.01])["count"] == 2  # |x|
    assert regions([[1], [0]], [0.01], "absolute")["count"] == 2
    crossing = regions([[1, 0], [0, 1]], [0.005, 0.005])
    assert crossing["count"] == crossing["patterns"] == 4 and crossing["bends"] == 2 and crossing["linear_inputs"]
    assert regions([[1, 1], [0, 0]], [1.01, -1.01])["count"] == 3  # parallel
    assert regions([[1, 0, 1], [0, 1, 1]], [0.01, 0.01, -1.0])["count"] == 7  # three lines in general position
    assert regions([[1], [0]], [0.01], "hard_tanh")["count"] == 3
    assert regions([[1], [0]], [-9.0])["count"] == 1
    assert regions([[1], [0]], [0.01], "linear")["count"] == 1
    found = crossing["regions"]
    quarters = [found[:150, :150], found[:150, 150:], found[150:, :150], found[150:, 150:]]
    assert [len(np.unique(quarter)) for quarter in quarters] == [1] * 4 and len(np.unique(found)) == 4


def test_the_second_layer_bends_the_plane_again() -> None:
    of = subject(
        dense("hidden_1", 2, activation="relu"), dense("hidden_2", 1, activation="leaky_relu"), dense("output", 2, activation="softmax")
    )
    of.model.get_layer("hidden_1").set_weights([np.array([[1.0, -1.0], [0, 0]]), np.array([0.01, -0.01])])
    of.model.get_layer("hidden_2").set_weights([np.array([[1.0], [1.0]]), np.array([-1.005])])  # |x| - 1
    assert ask(of, "plane_regions")["count"] == 4


def test_with_curved_inputs_a_pattern_may_lie_in_two_places() -> None:
    found = regions([[1]], [-1.01], choice=DataChoice("spirals", Args({"size": 60, "inputs": ("x2",)}), test=0.3))
    assert (found["patterns"], found["count"], found["linear_inputs"]) == (2, 3, False)


def test_connected_parts_are_those_of_a_flood_fill() -> None:
    rng = np.random.default_rng(0)
    patterns = rng.integers(0, 3, (40, 30)).astype(np.int32)
    found, seen = connected(patterns), {}
    assert found.max() + 1 == len(np.unique(found))
    count = 0
    for start in np.ndindex(patterns.shape):
        if start in seen:
            continue
        stack, count = [start], count + 1
        while stack:
            place = stack.pop()
            if place in seen:
                continue
            seen[place] = count
            for dr, dc in ((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)):
                near = (place[0] + dr, place[1] + dc)
                if 0 <= near[0] < 40 and 0 <= near[1] < 30 and patterns[near] == patterns[place]:
                    stack.append(near)
    assert count == found.max() + 1 == len({(found[place], number) for place, number in seen.items()})
    assert len({(seen[place], found[place]) for place in seen}) == count


def test_neighbouring_regions_can_be_told_apart_however_many_there_are() -> None:
    many = np.random.default_rng(0).permutation(4900).reshape(70, 70)
    one_between = np.zeros((140, 140), np.int64)
    one_between[1::2, 1::2] = np.arange(1, 4901).reshape(70, 70)
    tell_apart(many)
    tell_apart(one_between)


def tell_apart(regions: np.ndarray) -> None:
    found = shades(regions)
    assert ((found[1:] != found[:-1]) == (regions[1:] != regions[:-1])).all()
    assert ((found[:, 1:] != found[:, :-1]) == (regions[:, 1:] != regions[:, :-1])).all()


def test_curved_networks_have_no_linear_regions() -> None:
    with pytest.raises(InvalidValue, match="tanh in hidden_1"):
        regions([[1], [0]], [0.0], "tanh")
    norm = Layer(part("layers.LayerNormalization"), "hidden_1_norm")
    with pytest.raises(InvalidValue, match="LayerNormalization"):
        ask(subject(dense("hidden_1", 2), norm, dense("output", 2, activation="softmax")), "plane_regions")


# Whatever comes


QUESTIONS = {
    "plane": {},
    "plane_unit": {"layer": "hidden_1", "unit": 0},
    "plane_point": {"x": 0, "y": 0, "label": 1},
    "plane_arrows": {},
    "plane_gradients": {},
    "plane_unsure": {},
    "plane_warp": {"layer": "hidden_1"},
    "plane_regions": {},
}


def test_every_view_of_the_plane_is_asked_here() -> None:
    assert set(QUESTIONS) == {name for name, view in VIEWS.items() if name.startswith("plane") and view.live}


@pytest.mark.parametrize("spoilt", [np.nan, np.inf, 3e38])
def test_weights_that_have_blown_up_can_be_looked_at(spoilt: float) -> None:
    of = subject(dense("hidden_1", 3, activation="relu"), dense("output", 2, activation="softmax"))
    of.model.set_weights([np.full_like(w, spoilt) for w in of.model.get_weights()])
    for view, args in QUESTIONS.items():
        wire.unpack(wire.pack(ask(of, view, **args)))


def test_a_plane_without_points_can_be_looked_at() -> None:
    of = subject(
        dense("hidden_1", 3, activation="relu"),
        dense("output", 2, activation="softmax"),
        choice=DataChoice("points", Args({"points": "", "classes": 2}), test=0.3),
    )
    for view, args in QUESTIONS.items():
        wire.unpack(wire.pack(ask(of, view, **args)))
    assert ask(of, "plane")["meta"]["finite"]
    assert ask(of, "plane_unit", layer="hidden_1", unit=0)["points"] == 0


def test_points_are_not_standardised_and_have_one_held_out_part() -> None:
    of = subject(dense("output", 3, activation="softmax"))
    of = dataclasses.replace(of, arrays=data.load(SPIRALS))
    found = ask(of, "anatomy")
    assert found["standardised"] is False
    assert set(found["examples"]) == {"train", "test"}
    probe = of.probe(Question({"picture": "test:0"}))
    np.testing.assert_array_equal(probe.original, probe.input[0])
    assert not any("standardised" in step for step in probe.steps)
