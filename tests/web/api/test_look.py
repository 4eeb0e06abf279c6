"""The route by which pages look into a run."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from playground.values import spec, wire
from tests.lab.fake_lab import experiment, lab, make_lab, until  # noqa: F401


def trained(client) -> str:
    run = client.post("/api/runs", json=spec.to_json(experiment())).json()["id"]
    until(lambda: client.get(f"/api/runs/{run}").json()["status"] == "done")
    return run


def test_an_answer_is_one_wire_message_or_json(client) -> None:
    run = trained(client)
    answer = client.post(f"/api/runs/{run}/look", json={"view": "filters", "layer": "dense"})
    assert answer.status_code == 200
    body = wire.unpack(answer.content)
    np.testing.assert_array_equal(body["maps"], [[0, 1, 2], [3, 4, 5]])
    assert body["status"] == "done"
    as_text = client.post(f"/api/runs/{run}/look", json={"view": "filters"}, headers={"Accept": "application/json"}).json()
    assert as_text["maps"] == [[0, 1, 2], [3, 4, 5]]


def test_what_goes_wrong_is_an_error_as_everywhere(client, make_client) -> None:
    run = trained(client)
    assert client.post(f"/api/runs/{run}/look", json={"view": "wrong"}).json()["error"]["what"] == "No such view."
    assert client.post(f"/api/runs/{run}/look", json=["maps"]).status_code == 400
    assert client.post(f"/api/runs/{run}/look", content=b"{").status_code == 400
    assert make_client().post(f"/api/runs/{run}/look", json={"view": "maps"}).status_code == 404
    assert client.post(f"/api/runs/{run}/look", json={"view": "maps"}, headers={"Origin": "http://evil.example"}).status_code == 403


def test_an_answer_that_takes_too_long_is_said(client, monkeypatch) -> None:
    from playground.web.api import look

    run = trained(client)
    monkeypatch.setattr(look, "LONGEST", 0.1)
    answer = client.post(f"/api/runs/{run}/look", json={"view": "slow"})
    assert answer.status_code == 503
    assert "too long" in answer.json()["error"]["what"]


def test_a_browser_that_leaves_takes_its_question_along(client, lab) -> None:  # noqa: F811
    run = trained(client)
    with pytest.raises(httpx.ReadTimeout):
        client.post(f"/api/runs/{run}/look", json={"view": "endless"}, timeout=0.3)
    until(lambda: not any(lab._inspection._waiting.values()))
