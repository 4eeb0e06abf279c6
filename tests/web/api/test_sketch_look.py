"""The route by which the Playground looks at a network before it is trained, and runs that begin paused."""

from __future__ import annotations

import numpy as np

from playground.plane import sketch
from playground.values import spec, wire
from tests.lab.fake_lab import experiment, until

QUESTION = {"view": "plane"}


def test_an_untrained_network_answers_as_sketch_and_as_experiment(client) -> None:
    for body in ({"sketch": sketch.FIRST.to_json()}, {"experiment": spec.to_json(sketch.FIRST.experiment())}):
        answer = client.post("/api/plane/look", json={**body, "question": QUESTION})
        assert answer.status_code == 200
        found = wire.unpack(answer.content)
        np.testing.assert_array_equal(found["maps"], [[0, 1, 2], [3, 4, 5]])
        assert found["asked"] == QUESTION
    as_text = client.post("/api/plane/look", json={**body, "question": QUESTION}, headers={"Accept": "application/json"}).json()
    assert as_text["maps"] == [[0, 1, 2], [3, 4, 5]]


def test_what_is_no_network_or_no_question_is_refused(client) -> None:
    whole = {"sketch": sketch.FIRST.to_json(), "question": QUESTION}
    wrong = [
        [],
        {"question": QUESTION},
        {**whole, "question": None},
        {**whole, "more": 1},
        {**whole, "experiment": {}},
        {"experiment": {"data": {"name": "nowhere"}, "networks": []}, "question": QUESTION},
        {"sketch": {"blocks": "many"}, "question": QUESTION},
    ]
    for body in wrong:
        answer = client.post("/api/plane/look", json=body)
        assert answer.status_code == 400, body
        assert answer.json()["error"]["what"]


def test_a_run_begins_paused_if_that_is_wanted(client) -> None:
    whole = spec.to_json(experiment("slow", epochs=20))
    run = client.post("/api/runs", json={**whole, "paused": True}).json()["id"]
    until(lambda: client.get(f"/api/runs/{run}").json()["status"] == "paused")
    assert client.get(f"/api/runs/{run}").json()["step"] == 0
    client.post(f"/api/runs/{run}/commands", json={"do": "stop"})
    assert client.post("/api/runs", json={**whole, "paused": "yes"}).status_code == 400
