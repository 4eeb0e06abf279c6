"""Challenges over HTTP: the list, a verdict, the best result kept."""

from __future__ import annotations

from playground.plane.challenges import CHALLENGES
from playground.values import spec


def begun(client, name: str) -> str:
    experiment = spec.to_json(CHALLENGES[name].sketch.experiment())
    return client.post("/api/runs", json=experiment).json()["id"]


def test_all_challenges_are_listed_with_their_conditions(client):
    listed = client.get("/api/plane/challenges").json()["challenges"]
    assert [item["id"] for item in listed] == list(CHALLENGES)
    assert all(item["title"] and item["goal"] and item["sketch"]["data"]["name"] and item["best"] is None for item in listed)


def test_a_run_that_has_learnt_nothing_yet_misses_only_the_goal(client):
    client.get("/api/health")
    verdict = client.post("/api/plane/challenges/spiral", json={"run": begun(client, "spiral")}).json()
    assert not verdict["met"]
    assert [check["ok"] for check in verdict["checks"][:-1]] == [True, True]
    assert not verdict["checks"][-1]["ok"]
    assert verdict["best"] is None


def test_the_best_result_is_kept_for_its_owner(lab):
    results = lab.results
    assert results.keep("a", "xor", 17, "run1").value == 17
    assert results.keep("a", "xor", 21, "run2").run == "run1"
    assert results.keep("a", "xor", 13, "run3").run == "run3"
    assert {name: best.value for name, best in results.all("a").items()} == {"xor": 13}
    assert results.all("b") == {}


def test_others_runs_unknown_challenges_and_bad_bodies_are_refused(client, make_client):
    client.get("/api/health")
    run = begun(client, "xor")
    assert make_client().post("/api/plane/challenges/xor", json={"run": run}).status_code == 404
    assert client.post("/api/plane/challenges/nothing", json={"run": run}).status_code == 404
    assert client.post("/api/plane/challenges/xor", json=[]).status_code == 400
