"""Film and picture of a run on the plane, taken away from an engine that is made up."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

from playground.lab import Lab
from playground.values import spec
from playground.values.errors import Unavailable
from playground.web.api import film
from tests.lab.fake_lab import experiment


@pytest.fixture
def run_id(client, lab) -> str:
    client.get("/api/health")
    return client.post("/api/runs", json=spec.to_json(experiment("My = run"))).json()["id"]


@pytest.mark.parametrize(
    ("name", "view", "form", "weights"),
    [
        ("training.gif", "plane_film", "gif", "now"),
        ("plane.png", "plane_still", "png", "now"),
        ("plane.png?weights=120", "plane_still", "png", 120),
    ],
)
def test_both_are_named_after_their_run(client, run_id, monkeypatch, name, view, form, weights):
    questions = []

    def look(self, owner, run, question):
        questions.append(question)
        future: Future = Future()
        future.set_result({form: np.frombuffer(b"picture", np.uint8)})
        return future

    monkeypatch.setattr(Lab, "look", look)
    response = client.get(f"/api/runs/{run_id}/{name}")
    assert response.content == b"picture" and response.headers["content-type"] == f"image/{form}"
    assert response.headers["content-disposition"] == f'attachment; filename="my-run-{name.partition("?")[0]}"'
    assert questions == [{"view": view, "weights": weights}]


def test_a_file_waits_until_an_engine_is_ready(client, run_id, monkeypatch):
    answers = [Unavailable("No engine is free yet."), {"gif": np.frombuffer(b"picture", np.uint8)}]

    def look(self, owner, run, question):
        future: Future = Future()
        found = answers.pop(0)
        future.set_exception(found) if isinstance(found, Exception) else future.set_result(found)
        return future

    monkeypatch.setattr(Lab, "look", look)
    monkeypatch.setattr(film, "AGAIN", 0.01)
    assert client.get(f"/api/runs/{run_id}/training.gif").content == b"picture"
    answers += [Unavailable("No engine is free yet.")]
    monkeypatch.setattr(film, "LONGEST", -1.0)
    assert client.get(f"/api/runs/{run_id}/training.gif").status_code == 503


@pytest.mark.parametrize("weights", ["-1", "last", "1.5", "9" * 10])
def test_moments_that_are_none_are_refused(client, run_id, weights):
    assert client.get(f"/api/runs/{run_id}/plane.png?weights={weights}").status_code == 400


def test_nobody_takes_away_what_is_not_theirs(client, make_client, run_id):
    stranger = make_client()
    for name in ("training.gif", "plane.png"):
        assert stranger.get(f"/api/runs/{run_id}/{name}").status_code == 404
