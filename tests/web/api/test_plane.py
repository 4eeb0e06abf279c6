"""The Playground's routes: a sketch in, all that follows from it out; points in and out."""

import numpy as np

from playground import data
from playground.data.plane.own_points import written
from playground.plane.sketch import FIRST, Sketch
from playground.sharing import link
from playground.values import spec, wire
from tests.web.api.test_api import refused


def made(client, **body):
    answer = client.post("/api/plane", json=body)
    assert answer.status_code == 200, answer.text
    return wire.unpack(answer.content)


def test_a_sketch_comes_back_with_its_experiment_points_and_maps(client):
    found = made(client, sketch=FIRST.to_json())
    experiment = spec.experiment_from_json(found["experiment"])
    assert experiment == FIRST.experiment() and Sketch.from_json(found["sketch"]) == FIRST
    assert link.decode(found["link"]) == experiment and found["link_error"] is None and found["way"] is None
    points, labels, held = data.plane_points(FIRST.data)
    assert np.array_equal(found["xy"], points) and np.array_equal(found["labels"], labels) and np.array_equal(found["held"], held)
    assert found["inputs"]["maps"].shape == (len(data.FEATURES), 32, 32) and found["problems"] == found["said"] == []
    assert made(client, experiment=found["experiment"], since=found["experiment"])["way"]["kind"] == "same"


def test_an_edit_says_how_a_run_gets_there(client):
    before = spec.to_json(FIRST.experiment())
    wider = FIRST.to_json()
    wider["blocks"][0]["units"] = 9
    assert made(client, sketch=wider, since=before)["way"]["kind"] == "warm"
    other = FIRST.to_json() | {"inputs": ["x", "y", "xy"]}
    assert made(client, sketch=other, since=before)["way"]["kind"] == "restart"


def test_own_points_that_are_too_few_are_a_problem_not_an_error(client):
    found = made(client, sketch=FIRST.to_json() | {"data": {"name": "points", "args": {"classes": 3}}})
    assert found["xy"].shape == (0, 2) and "too few" in found["problems"][0]["what"]


def test_what_is_no_sketch_is_refused(client):
    for body in (None, [], {}, {"sketch": 1}, {"sketch": {}}, {"sketch": {"data": {"name": 3}}}, {"sketch": FIRST.to_json(), "more": 1}):
        refused(client.post("/api/plane", json=body), 400)


def test_everything_that_can_be_chosen_can_be_trained(client):
    found = client.get("/api/plane/choices").json()
    assert [each["id"] for each in found["features"]] == list(data.FEATURES)
    assert {each["name"] for each in found["data"]} == {name for name, each in data.SETS.items() if each.kind == "plane"}
    for each in found["data"]:
        for name, knob in each["knobs"].items():
            for value in (knob["low"], knob["high"], knob["default"]):
                choice = {"name": each["name"], "test": value} if name == "test" else {"name": each["name"], "args": {name: value}}
                assert made(client, sketch=FIRST.to_json() | {"data": choice})["task"] == each["task"]
    for output, losses in found["losses"]["classifier"].items():
        fitting = [each["kind"] for each in losses if each["valid"]]
        assert found["usual_losses"]["classifier"][output] in fitting
        sketch = FIRST.to_json() | {"data": {"name": "moons"}, "output": output}
        for kind in fitting:
            answer = made(client, sketch=sketch | {"training": {"loss": {"kind": kind}}})
            assert answer["said"] == [] and answer["sketch"]["training"]["loss"]["kind"] == kind
    assert Sketch.from_json(found["first"]) == FIRST


def test_points_go_out_as_csv_and_come_back(client):
    out = client.post("/api/plane/points.csv", json={"sketch": FIRST.to_json()})
    assert out.headers["content-disposition"] == 'attachment; filename="spirals.csv"' and out.text.startswith("x,y,class\r\n")
    back = wire.unpack(client.post("/api/plane/points", content=out.content, headers={"content-type": "text/csv"}).content)
    points, labels, _ = data.plane_points(FIRST.data)
    assert np.allclose(back["xy"], points, atol=0.001) and np.array_equal(back["labels"], labels)
    own = made(client, sketch=FIRST.to_json() | {"data": back["data"]})
    assert np.array_equal(own["xy"], back["xy"]) and own["problems"] == [] and len(own["classes"]) == 3
    assert len(own["link"]) < 4_000


def test_files_and_sketches_that_are_none_are_refused(client):
    refused(client.post("/api/plane/points", content=b"\0\1\2" * 100, headers={"content-type": "text/csv"}), 400, "no text")
    refused(client.post("/api/plane/points", content=b""), 400, "empty")
    for body in ({}, [], {"sketch": None}, {"sketch": {"data": {"name": "mnist_sample"}}}):
        refused(client.post("/api/plane/points.csv", json=body), 400)


def test_points_that_are_too_many_for_a_link_are_still_a_sketch(client):
    rng = np.random.default_rng(0)
    args = {"points": written(rng.uniform(-3, 3, (5_000, 2)), rng.integers(0, 2, 5_000))}
    found = made(client, sketch=FIRST.to_json() | {"data": {"name": "points", "args": args}})
    assert found["link"] is None and "too long for a link" in found["link_error"]["what"]
    assert len(found["labels"]) == 5_000 and found["problems"] == []
