"""The film of a run on the plane and the picture of a moment: read back with Pillow, and found to show what the network says."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground.engine.checkpoints.keyframes import Keyframes
from playground.engine.inspection.question import Question
from playground.engine.inspection.subject import OpenRuns, Subject, Weights, arrays_of
from playground.engine.model import build
from playground.engine.plane.plane import Plane
from playground.engine.plane.snapshot import CLASSES, Moment, Snapshot, ceiling, class_ground, number, percent, value_colours
from playground.engine.training.session import Session
from playground.engine.views import VIEWS
from playground.ui import colours
from playground.values import spec
from playground.values.errors import Conflict
from playground.values.metric import MAE
from playground.values.spec import Args, Change, DataChoice, Experiment, Layer, Network, Training, part

KEPT = 90
plane_film = importlib.import_module("playground.engine.views.plane.film")


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A run whose weights grow from keyframe to keyframe, looked at behind the last of them."""
    folder = tmp_path_factory.mktemp("run")
    layers = (
        Layer(part("layers.Dense", units=4, activation="tanh"), "hidden_1"),
        Layer(part("layers.Dense", units=3, activation="softmax"), "output"),
    )
    choice = DataChoice("spirals", Args({"size": 60, "classes": 3}), test=0.3)
    experiment = Experiment(choice, (Network((2,), layers),), Training(part("optimizers.SGD")))
    model = build.build(experiment.network, experiment.training)
    kept = Keyframes(folder, fresh=True)
    full = model.get_weights()
    for epoch in range(KEPT):
        kept.keep(epoch, {f"model/{i}": w * epoch / KEPT for i, w in enumerate(full)})
    model.set_weights([4 * w for w in full])
    return Subject("r", experiment, folder, model, arrays_of(choice), Weights("last", KEPT + 10, 1), "first")


def taken(subject: Subject, view: str) -> dict[str, Any]:
    pieces = VIEWS[view].answer(subject, Question({}))
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def test_the_film_has_sixty_moments_at_most_and_ends_with_the_present(subject: Subject) -> None:
    found = taken(subject, "plane_film")
    film = Image.open(io.BytesIO(found["gif"].tobytes()))
    assert found["frames"] == film.n_frames == 60
    assert film.info["loop"] == 0 and film.size[0] == film.size[1] >= 400
    assert len(found["gif"]) <= 3_000_000
    durations, last = [], None
    for number_ in range(film.n_frames):
        film.seek(number_)
        durations.append(film.info["duration"])
        last = np.asarray(film.convert("RGB")).astype(int)
    assert durations[0] == 600 and durations[-1] == 2500 and set(durations[1:-1]) == {90}
    snapshot = plane_film.snapshot_of(subject, film.size[0])
    place = snapshot.left + 3, snapshot.top + snapshot.side // 2  # at the left edge there are no points
    ground = class_ground(*(Plane.of(subject.model, subject.experiment).frame()[0][name] for name in ("winner", "surety")), 3)
    np.testing.assert_allclose(last[place[1], place[0]], ground[50, 1].astype(int), atol=12)


def test_the_still_is_large_and_shows_the_map_in_the_pages_colours(subject: Subject) -> None:
    picture = Image.open(io.BytesIO(taken(subject, "plane_still")["png"].tobytes()))
    assert (picture.format, picture.size) == ("PNG", (1200, 1200))
    pixels = np.asarray(picture).astype(int)
    snapshot = plane_film.snapshot_of(subject, 1200)
    seen = Plane.of(subject.model, subject.experiment).decision(300)
    ground = class_ground(seen["winner"], seen["surety"], 3)
    for row, column in ((150, 2), (2, 150), (297, 150), (150, 297)):
        x, y = (place * snapshot.side // 299 for place in (column, row))
        np.testing.assert_allclose(pixels[snapshot.top + y, snapshot.left + x], ground[row, column].astype(int), atol=6)


def test_a_film_that_is_too_large_is_made_smaller(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane_film, "MAX_BYTES", 60_000)
    monkeypatch.setattr(plane_film, "FRAMES", 10)
    found = taken(subject, "plane_film")
    assert len(found["gif"]) <= 60_000
    assert Image.open(io.BytesIO(found["gif"].tobytes())).n_frames == found["frames"] < 10


def test_a_run_that_has_just_begun_is_a_film_of_one_moment(subject: Subject, tmp_path: Path) -> None:
    alone = Subject("r", subject.experiment, tmp_path, subject.model, subject.arrays, Weights("last", 0, 0), "first")
    assert taken(alone, "plane_film")["frames"] == 1


def test_other_data_have_no_film(subject: Subject, tmp_path: Path) -> None:
    iris = Experiment(DataChoice("iris"), (Network((4,), (Layer(part("layers.Dense", units=3, activation="softmax"), "output"),)),))
    model = build.build(iris.network, iris.training)
    other = Subject("r", iris, tmp_path, model, arrays_of(iris.data), Weights("last", 0, 0), "first")
    with pytest.raises(Conflict):
        taken(other, "plane_film")


def test_numbers_that_are_none_do_not_spoil_the_snapshot() -> None:
    ground = np.zeros((100, 100, 3), np.uint8)
    nan = float("nan")
    moments = [Moment(epoch, ground, "2-1", MAE, (loss, nan), (nan, nan)) for epoch, loss in enumerate((2.0, nan, float("inf")))]
    snapshot = Snapshot(200, title="Waves", xy=np.zeros((0, 2)), colours=np.zeros((0, 3), np.uint8), held=np.zeros(0, bool))
    assert [snapshot.picture(moments, now).size for now in range(3)] == [(200, 200)] * 3
    assert ceiling([]) == ceiling([nan]) == 1.0
    assert (number(nan), number(12345.0), number(0.0123)) == ("not a number", "1.2e+04", "0.012")
    assert (percent(1.0), percent(0.99999), percent(nan)) == ("100 %", "99.9 %", "none")


def test_colours_are_the_pages_own() -> None:
    assert CLASSES == colours.CLASSES
    ends = value_colours(np.array([-1.0, 0.0, 1.0, 0.5])).tolist()  # those of assets/plane/colours.js, which a browser test compares
    assert ends == [[12, 109, 179], [247, 246, 243], [229, 127, 15], [238, 186, 129]]
    assert (class_ground(np.zeros((1, 1), np.uint8), np.full((1, 1), 255, np.uint8), 2) == [[[87, 162, 204]]]).all()


def test_the_film_of_a_run_whose_network_was_edited_shows_both_networks(tmp_path: Path) -> None:
    choice = DataChoice("circles", Args({"size": 40}), test=0.3)
    small, large = (
        Network(
            (2,), (Layer(part("layers.Dense", units=units, activation="relu"), "hidden_1"), Layer(part("layers.Dense", units=2), "output"))
        )
        for units in (2, 5)
    )
    loss = part("losses.SparseCategoricalCrossentropy", from_logits=True)
    training = Training(part("optimizers.SGD"), loss, batch_size=28, epochs=4)
    experiment = Experiment(choice, (small,), training, changes=(Change(2, "network", large),))
    for _ in Session(experiment, tmp_path, device="CPU").events():
        pass
    message = {"run": "r", "experiment": spec.to_json(experiment), "folder": str(tmp_path), "question": {}}
    moments, pieces = None, plane_film.moments_of(OpenRuns().subject(message))
    while moments is None:
        try:
            next(pieces)
        except StopIteration as end:
            moments = end.value
    assert [moment.epoch for moment in moments] == [0, 1, 2, 3, 4]
    assert [moment.title for moment in moments] == ["2-2-2, relu"] * 3 + ["2-5-2, relu"] * 2  # the end of epoch 2 is before the edit
