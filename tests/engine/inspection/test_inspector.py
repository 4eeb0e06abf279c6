"""Looking into runs: the live weights between chunks, any kept moment afterwards, slow views in pieces."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from playground import data
from playground.engine import views
from playground.engine.inspection import inspector as module
from playground.engine.inspection.inspector import Inspector
from playground.engine.inspection.probe import scaled
from playground.engine.inspection.subject import OpenRuns
from playground.engine.training.session import Session
from playground.engine.training.warm_models import WarmModels
from playground.engine.views import View
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.command import Command
from playground.values.spec import DataChoice, Experiment

EPOCHS = 3


def small() -> Experiment:
    found = PRESETS["digits_mlp"].experiment
    return found.having(
        data=DataChoice("digits", {"limit": 96}), training=dataclasses.replace(found.training, epochs=EPOCHS, batch_size=32)
    )


def asked(folder: Path, number: int = 1, **question: object) -> dict:
    return {"ask": "look", "id": number, "run": "r", "experiment": spec.to_json(small()), "folder": str(folder), "question": question}


class Heard(list):
    """What the inspector sent."""

    @property
    def value(self) -> dict:
        assert "value" in self[-1], self[-1]
        return self[-1]["value"]

    @property
    def error(self) -> str:
        return self[-1]["error"]["what"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Path, list[np.ndarray]]:
    """A folder of a finished run, and a picture's probabilities by epoch as the session's own model gave them."""
    folder = tmp_path_factory.mktemp("run")
    session = Session(small(), folder, device="CPU", paused=True)
    x = scaled(data.load(small().data).test[0][3:4])
    by_epoch: dict[int, np.ndarray] = {}
    for said in session.events():
        if said is None and session.is_paused and session.epoch not in by_epoch:
            session.command(Command("step", unit="epoch"))
            by_epoch[session.epoch] = keras.ops.convert_to_numpy(keras.ops.softmax(session.task.model(x, training=False)))[0]
    by_epoch[session.epoch] = keras.ops.convert_to_numpy(keras.ops.softmax(session.task.model(x, training=False)))[0]
    return folder, [by_epoch[epoch] for epoch in sorted(by_epoch)]


def test_every_kept_epoch_gives_what_the_network_said_then(trained) -> None:
    folder, expected = trained
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    for epoch in (2, 0, 3, 1):
        inspector.take(asked(folder, view="picture", picture="test:3", weights=epoch), live=False)
        np.testing.assert_allclose(heard.value["probabilities"], expected[epoch], atol=1e-6)
        assert heard.value["weights"] == {"kind": "keyframe", "epoch": epoch, "step": None}
    inspector.take(asked(folder, view="picture", picture="test:3"), live=False)
    np.testing.assert_allclose(heard.value["probabilities"], expected[EPOCHS], atol=1e-6)
    assert heard.value["weights"] == {"kind": "last", "epoch": EPOCHS, "step": EPOCHS * 3}
    inspector.take(asked(folder, view="picture", picture="test:3", weights="best"), live=False)
    assert heard.value["weights"]["kind"] == "best"


def test_the_run_in_training_shows_its_weights_as_they_are_now(tmp_path) -> None:
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    session = Session(small(), tmp_path, device="CPU")
    x = scaled(data.load(small().data).test[0][3:4])
    seen = 0
    for said in session.events():
        if said is None and session.task:
            inspector._next_at = 0.0
            inspector.take(asked(tmp_path, view="picture", picture="test:3"), live=True)
            inspector.look_at(session, "r")
            now = keras.ops.convert_to_numpy(keras.ops.softmax(session.task.model(x, training=False)))[0]
            np.testing.assert_allclose(heard.value["probabilities"], now, atol=1e-6)
            assert heard.value["weights"] == {"kind": "live", "epoch": session.epoch, "step": session.step}
            seen += 1
    assert seen > EPOCHS


def test_onlookers_get_at_most_a_fifth_of_a_trainings_time(tmp_path, monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def costly(subject, question) -> dict:
        now[0] += 0.1
        return {}

    monkeypatch.setitem(views.VIEWS, "costly", View(costly, live=True))
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    session = Session(small(), tmp_path, device="CPU")
    for said in session.events():
        if said is None and session.task:
            break
    begun = now[0]
    while now[0] < begun + 10:
        inspector.take(asked(tmp_path, view="costly"), live=True)
        inspector.look_at(session, "r")
        inspector._live.clear()
        now[0] += 0.01
    assert 0.15 <= 0.1 * len(heard) / (now[0] - begun) <= 0.2
    now[0] += 1.0
    for _ in range(2):  # the first is answered at once, the second has to wait
        inspector.take(asked(tmp_path, view="costly"), live=True)
        inspector.look_at(session, "r")
    assert 0.3 < inspector.idle(is_paused=False) <= 0.4
    assert inspector.idle(is_paused=True) == 0.0


def test_slow_views_work_in_pieces_with_the_weights_they_began_with(trained, monkeypatch) -> None:
    def slow(subject, question) -> Iterator[None]:
        found = []
        for _ in range(3):
            found.append(float(np.abs(subject.model.get_weights()[0]).sum()))
            yield
        return {"found": found}

    monkeypatch.setitem(views.VIEWS, "slow", View(slow))
    folder, _ = trained
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    inspector.take(asked(folder, 1, view="slow", weights=1), live=False)
    assert inspector.is_busy and not heard
    inspector.work()
    inspector.take(asked(folder, 2, view="picture", picture="test:3", weights=3), live=False)  # answered in between
    assert heard[-1]["id"] == 2
    while inspector.is_busy:
        inspector.work()
    assert heard[-1]["id"] == 1
    assert len(set(heard.value["found"])) == 1
    assert heard.value["weights"]["epoch"] == 1


def test_what_nobody_waits_for_any_more_is_dropped(trained, monkeypatch) -> None:
    def endless(subject, question) -> Iterator[None]:
        while True:
            yield

    monkeypatch.setitem(views.VIEWS, "endless", View(endless))
    folder, _ = trained
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    inspector.take(asked(folder, 1, view="endless"), live=False)
    inspector.take(asked(folder, 2, view="picture", picture="test:3"), live=True)
    inspector.work()
    inspector.forget(1)
    inspector.forget(2)
    inspector.forget(3)
    assert not inspector.is_busy
    assert inspector.idle(is_paused=False) is None
    assert heard == []


def test_what_goes_wrong_is_said_and_the_next_question_is_answered(trained, tmp_path, monkeypatch) -> None:
    def breaks(subject, question) -> Iterator[None]:
        yield
        raise ZeroDivisionError

    monkeypatch.setitem(views.VIEWS, "breaks", View(breaks))
    folder, _ = trained
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    for question, word in [
        ({"view": "nothing"}, "no such view"),
        ({"view": ["maps"]}, "no such view"),
        ({"view": "picture"}, "lacks picture"),
        ({"view": "picture", "picture": "test:99999"}, "no such example"),
        ({"view": "picture", "picture": "upload:abc"}, "no such picture"),
        ({"view": "picture", "picture": "test:3", "weights": 77}, "not kept"),
        ({"view": "picture", "picture": "test:3", "weights": [1]}, "no such weights"),
        ({"view": "picture", "picture": "test:3", "weights": 10**300}, "no such weights"),
        ({"view": "picture", "picture": "test:3", "weights": -1}, "no such weights"),
    ]:
        inspector.take(asked(folder, **question), live=False)
        assert word in heard.error
    inspector.take(asked(tmp_path / "empty", view="anatomy") | {"run": "other"}, live=False)
    assert "no saved weights" in heard.error
    inspector.take(asked(folder, view="breaks"), live=False)
    while inspector.is_busy:
        inspector.work()
    assert "error" in heard[-1]
    inspector.take(asked(folder, view="anatomy"), live=False)
    assert heard.value["keyframes"] == [0, 1, 2, 3]


def test_thumbnails_show_one_class_or_all(trained) -> None:
    folder, _ = trained
    heard = Heard()
    inspector = Inspector(heard.append, WarmModels())
    inspector.take(asked(folder, view="thumbnails", split="test", label=4, first=2, count=5), live=False)
    x, y = data.load(small().data).test
    positions = np.flatnonzero(y == 4)
    assert heard.value["total"] == len(positions)
    np.testing.assert_array_equal(heard.value["positions"], positions[2:7])
    np.testing.assert_array_equal(heard.value["pictures"], x[positions[2:7]])


def test_only_the_last_few_runs_are_kept_open(trained) -> None:
    folder, _ = trained
    opened = OpenRuns()
    for run in "abcdab":
        opened.subject(asked(folder, weights="now") | {"run": run})
    assert [run for run, _ in opened._kept] == ["d", "a", "b"]
