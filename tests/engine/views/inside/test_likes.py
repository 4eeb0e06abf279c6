"""What units like: rankings against plain numpy on Keras's outputs, the climb against its own claims, occlusion written out."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from playground import data
from playground.engine.inspection.activation_maximization import RESTRAINTS, Ascent, Restraint, fourier_space, pixel_space
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.build import build
from playground.engine.views.inside.ascent import ascent
from playground.engine.views.inside.likes import MANY, top, units
from playground.engine.views.inside.unit_occlusion import unit_occlusion
from playground.engine.views.inside.why import why_at_length
from playground.sharing.presets import FLATTEN, POOL, conv, dense, on
from playground.values import spec, wire
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import part


def subject(*parts: spec.Part, name: str = "digits", shape: tuple[int, ...] = (8, 8, 1)) -> Subject:
    experiment = on(name, shape, "Test", *parts, epochs=1, batch_size=32).having(training=spec.Training(seed=3))
    model = build(experiment.network, experiment.training)
    rng = np.random.default_rng(1)
    model.set_weights([w + rng.normal(0, 0.2, w.shape) for w in model.get_weights()])
    return Subject("run", experiment, Path("/nowhere"), model, data.load(experiment.data), Weights("last", 1, 1), stamp=1)


@pytest.fixture(scope="module")
def convnet() -> Subject:
    return subject(conv(4), POOL, conv(6, padding="same"), FLATTEN, dense(10, "softmax"))


def ask(view, of: Subject, **args: object) -> dict:
    pieces = view(of, Question(args))
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def outputs(of: Subject, layer: str, split: str = "validation") -> np.ndarray:
    """By a sub-model made here."""
    model = keras.Model(of.model.input, of.model.get_layer(layer).output)
    return model(of.split(split)[0] / np.float32(255), training=False).numpy()


@pytest.mark.parametrize("by", ["max", "mean"])
def test_the_top_examples_are_those_with_the_strongest_answers(convnet: Subject, by: str) -> None:
    maps = outputs(convnet, "conv2d")[..., 2]
    each = maps.max(axis=(1, 2)) if by == "max" else maps.mean(axis=(1, 2))
    found = ask(top, convnet, layer="conv2d", unit=2, by=by)
    order = np.argsort(-each, kind="stable")
    np.testing.assert_allclose(found["most"]["values"], each[order[:MANY]], rtol=1e-5)
    np.testing.assert_allclose(found["least"]["values"], np.sort(each)[:MANY], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(each[found["most"]["positions"]], found["most"]["values"], rtol=1e-5)
    x, y = convnet.split("validation")
    np.testing.assert_array_equal(found["most"]["pictures"], x[found["most"]["positions"]])
    np.testing.assert_array_equal(found["most"]["labels"], y[found["most"]["positions"]])
    np.testing.assert_allclose(found["most"]["maps"], maps[found["most"]["positions"]], rtol=1e-4, atol=1e-6)
    assert found["active"] == pytest.approx(float((maps.max(axis=(1, 2)) > 0).mean()))
    means = [maps.max(axis=(1, 2))[y == label].mean() for label in range(10)]
    np.testing.assert_allclose(found["per_class"], means, rtol=1e-4)


def test_the_strongest_cell_and_what_it_sees(convnet: Subject) -> None:
    found = ask(top, convnet, layer="conv2d", unit=1)["most"]
    for map_, field in zip(found["maps"], found["fields"], strict=True):
        row, column = np.unravel_index(map_.argmax(), map_.shape)
        assert field.tolist() == [row, column, row + 3, column + 3], "a 3 × 3 kernel without padding"


def test_the_next_unit_needs_no_second_pass(convnet: Subject) -> None:
    first, second = (top(convnet, Question({"layer": "conv2d_1", "unit": unit, "split": "test"})) for unit in (0, 1))
    assert len(list(first)) > len(list(second)) == 2


def test_classes_are_ranked_by_what_stands_before_the_softmax(convnet: Subject) -> None:
    flat = outputs(convnet, "flatten")
    kernel, bias = convnet.model.layers[-1].get_weights()
    logits = (flat @ kernel + bias)[:, 4]
    found = ask(top, convnet, layer="dense", unit=4)
    np.testing.assert_allclose(found["most"]["values"], np.sort(logits)[::-1][:MANY], rtol=1e-4)
    assert "logit" in found["values_are"] and found["is_last"] and found["most"]["maps"] is None
    assert found["most"]["fields"].tolist() == [[0, 0, 8, 8]] * MANY


def test_the_overview_cuts_out_what_each_unit_likes_most(convnet: Subject) -> None:
    found = ask(units, convnet, layer="conv2d")
    maps = outputs(convnet, "conv2d")
    np.testing.assert_allclose(found["high"], maps.max(axis=(0, 1, 2)), rtol=1e-5)
    for unit, crop in enumerate(found["crops"]):
        picture, row, column = np.unravel_index(maps[..., unit].argmax(), maps.shape[:3])
        np.testing.assert_array_equal(crop, convnet.split("validation")[0][picture, row : row + 3, column : column + 3])
    assert found["field"] == [3, 3] and found["units"] == 4


def test_a_dead_unit_is_told() -> None:
    of = subject(conv(3), FLATTEN, dense(10, "softmax"))
    kernel, bias = of.model.layers[1].get_weights()
    kernel[..., 1], bias[1] = 0, -1
    of.model.layers[1].set_weights([kernel, bias])
    assert ask(top, of, layer="conv2d", unit=1)["is_dead"] and ask(top, of, layer="conv2d", unit=1)["active"] == 0
    assert not ask(top, of, layer="conv2d", unit=0)["is_dead"]
    found = ask(ascent, of, layer="conv2d", unit=1, steps=4)
    assert found["answer"] == 0 and found["curve"].max() < 0, "before the activation it still has a value"


CLIMBS = [("fourier", "conv2d_1", "all"), ("pixels", "conv2d_1", "cell"), ("fourier", "dense", "all"), ("pixels", "dense", "all")]


@pytest.mark.parametrize(("space", "layer", "aim"), CLIMBS)
def test_the_ascent_climbs_beyond_every_example(convnet: Subject, space: str, layer: str, aim: str) -> None:
    found = ask(ascent, convnet, layer=layer, unit=3, steps=40, space=space, restraint="none", aim=aim)
    assert found["step"] == 40 and found["curve"].shape == (41,) and found["curve"][-1] > found["curve"][0]
    assert found["picture"].shape == (8, 8, 1) and found["picture"].min() >= 0 and found["picture"].max() <= 1
    if layer == "dense":
        assert found["curve"][-1] > ask(top, convnet, layer="dense", unit=3)["high"]


def test_the_ascent_goes_on_where_it_stood_and_the_seed_decides_where_it_begins(convnet: Subject) -> None:
    args = {"layer": "conv2d", "unit": 0, "steps": 3}
    parts = [ask(ascent, convnet, **args) for _ in range(2)][-1]
    whole = ask(ascent, convnet, **args | {"steps": 6, "restart": True})
    np.testing.assert_array_equal(parts["picture"], whole["picture"])
    np.testing.assert_array_equal(parts["curve"], whole["curve"])
    other = ask(ascent, convnet, **args | {"seed": 1})
    assert other["step"] == 3 and not np.array_equal(other["curve"][:1], whole["curve"][:1])


def test_the_ascent_ends(convnet: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.engine.inspection.activation_maximization.MOST", 20)
    found = ask(ascent, convnet, layer="dense", unit=0, steps=30, restraint="strong")
    again = ask(ascent, convnet, layer="dense", unit=0, steps=16, restraint="strong")
    assert found["is_done"] and again["step"] == 20
    np.testing.assert_array_equal(found["picture"], again["picture"])


def test_restraints_are_the_gradients_of_what_they_punish() -> None:
    x = np.random.default_rng(0).random((1, 5, 6, 2))
    climb = Ascent.__new__(Ascent)
    climb.rest, climb.restraint = np.array([0.2, 0.4]), Restraint(l2=0.7, variation=0.3, jitter=0, blur=0)

    def punished(z: np.ndarray) -> float:
        return 0.7 * ((z - climb.rest) ** 2).sum() + 0.3 * sum((np.diff(z, axis=axis) ** 2).sum() for axis in (1, 2))

    slope = climb._restrained(x)
    for place in [(0, 0, 0, 0), (0, 2, 3, 1), (0, 4, 5, 0)]:
        step = np.zeros_like(x)
        step[place] = 1e-5
        assert slope[place] == pytest.approx((punished(x + step) - punished(x - step)) / 2e-5, rel=1e-5)


def test_a_moved_pictures_gradient_is_moved_back() -> None:
    space = pixel_space((6, 5, 1), np.array([0.5]), 0)
    slope = lambda x: x - 0.5  # noqa: E731  of ½‖x − ½‖², which moves with the picture
    climb = Ascent(space, lambda x: np.zeros(1), slope, np.zeros(1), Restraint(l2=0, variation=0, jitter=0.5, blur=0), seed=3)
    assert climb._shift(np.random.default_rng((3, 0)), (1, 6, 5, 1)) != (0, 0)
    climb.climb()
    np.testing.assert_array_equal(np.sign(climb.example - space.start), np.sign(space.start - 0.5))


@pytest.mark.parametrize("make", [fourier_space, pixel_space])
@pytest.mark.parametrize("shape", [(8, 8, 1), (7, 9, 3)])
def test_a_climb_begins_near_the_datas_mean_colour(make, shape: tuple[int, ...]) -> None:
    rest = np.linspace(0.2, 0.7, shape[-1]).astype(np.float32)
    space = make(shape, rest, 5)
    found = np.asarray(space.make(space.start))
    assert found.shape == (1, *shape)
    np.testing.assert_allclose(found.mean(axis=(0, 1, 2)), rest, atol=0.06)


def test_covering_parts_lowers_the_units_answer_as_numpy_says(convnet: Subject) -> None:
    found = ask(unit_occlusion, convnet, layer="conv2d", unit=2, picture="test:5", patch=4, stride=4, fill="black")
    model = keras.Model(convnet.model.input, convnet.model.get_layer("conv2d").output)
    x = convnet.arrays.test[0][5:6] / np.float32(255)
    before = model(x).numpy()[..., 2].max()
    wanted = np.zeros((8, 8))
    for top_, left in [(0, 0), (0, 4), (4, 0), (4, 4)]:
        covered = x.copy()
        covered[:, top_ : top_ + 4, left : left + 4] = 0
        wanted[top_ : top_ + 4, left : left + 4] = before - model(covered).numpy()[..., 2].max()
    np.testing.assert_allclose(found["values"], wanted, atol=1e-6)
    assert found["answer"] == pytest.approx(float(before), rel=1e-5) and found["map"].shape == (6, 6)


def test_rows_of_a_table_can_be_liked_and_made() -> None:
    of = subject(dense(5, "relu"), dense(3, "softmax"), name="iris", shape=(4,))
    found = ask(top, of, layer="dense", unit=1)
    x = of.split("validation")[0]
    kernel, bias = of.model.layers[1].get_weights()
    np.testing.assert_allclose(found["high"], np.maximum(x @ kernel + bias, 0)[:, 1].max(), rtol=1e-5)
    assert found["most"]["rows"].shape == (min(MANY, len(x)), 4)
    assert ask(units, of, layer="dense_1")["rows"].shape == (3, 4)
    assert ask(unit_occlusion, of, layer="dense", unit=1, picture="test:0")["values"].shape == (4,)
    made = ask(ascent, of, layer="dense", unit=1, steps=20)
    assert made["picture"].shape == (4,) and np.abs(made["picture"]).max() <= 3


RESHAPED = part("layers.Reshape", target_shape=(8, 8))
UNUSUAL = {
    "recurrent": (RESHAPED, part("layers.LSTM", units=3), dense(10, "softmax")),
    "transposed": (
        part("layers.Conv2DTranspose", filters=2, kernel_size=(3, 3)),
        part("layers.PReLU"),
        part("layers.GlobalMaxPooling2D"),
        dense(10, "sigmoid"),
    ),
}


@pytest.mark.parametrize("parts", UNUSUAL.values(), ids=UNUSUAL)
def test_layers_of_an_unusual_net_can_be_asked(parts: tuple[spec.Part, ...]) -> None:
    of = subject(*parts)
    for layer in (of.model.layers[2], of.model.layers[-1]):
        wire.pack(ask(top, of, layer=layer.name, unit=1))
        wire.pack(ask(ascent, of, layer=layer.name, unit=1, steps=1))
        wire.pack(ask(unit_occlusion, of, layer=layer.name, unit=1, picture="test:0", patch=4, stride=4))
    assert np.isfinite(ask(why_at_length, of, picture="test:0", method="saliency")["heat"]).all()


def test_bad_questions_are_refused(convnet: Subject) -> None:
    for args in ({"layer": "magic"}, {"layer": "input"}, {"layer": "conv2d", "unit": 4}, {"layer": "conv2d", "split": "all"}, {}):
        with pytest.raises(InvalidValue):
            ask(top, convnet, **args)
    with pytest.raises(InvalidValue):
        ask(ascent, convnet, layer="conv2d", unit=0, restraint="much")


def test_weights_that_are_no_numbers_are_told() -> None:
    of = subject(conv(2), FLATTEN, dense(10, "softmax"))
    of.model.set_weights([np.full_like(w, np.nan) for w in of.model.get_weights()])
    for view, args in ((top, {}), (units, {}), (ascent, {"steps": 1}), (unit_occlusion, {"picture": "test:0"})):
        with pytest.raises(Conflict, match="not numbers"):
            ask(view, of, layer="conv2d", **args)


def test_every_restraint_has_a_name_that_grows_stronger() -> None:
    assert [RESTRAINTS[name].variation for name in ("none", "some", "strong")] == sorted(r.variation for r in RESTRAINTS.values())
