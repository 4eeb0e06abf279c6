"""The REST API as a second client uses it, over a real connection."""

from __future__ import annotations

import io
import json
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from playground import data
from playground.lab import current
from playground.lab.rules import ALLOWED
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec, wire
from playground.values.command import VERBS
from playground.values.run import ENDED
from playground.web.answer import plain
from playground.web.api.catalogue import montage
from playground.web.api.runs import brief
from playground.web.routes import ROUTES
from tests.lab.fake_lab import experiment, until

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def submit(client: httpx.Client, name: str = "", *, epochs: int = 3) -> str:
    answer = client.post("/api/runs", json=spec.to_json(experiment(name, epochs=epochs)))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/runs/{answer.json()['id']}"
    return answer.json()["id"]


def in_state(client: httpx.Client, run: str, *states: str) -> dict:
    return until(lambda: (found := client.get(f"/api/runs/{run}").json())["status"] in states and found)


def refused(answer: httpx.Response, status: int, words: str = "") -> dict:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"kind", "what", "expected", "got", "fix"}
    assert words in error["what"]
    assert "Traceback" not in answer.text
    return error


def test_a_run_from_submit_to_delete(client):
    run = submit(client, "Mine")
    found = in_state(client, run, *ENDED)
    assert (found["name"], found["status"], found["epoch"], found["step"]) == ("Mine", "done", 3, 30)
    assert found["curves"]["batches"]["x"] == list(range(1, 31))
    assert found["curves"]["epochs"]["values"]["val_loss"] == pytest.approx([0.1, 0.05, 1 / 30])
    assert found["summary"]["test_accuracy"] == 0.75
    assert found["pictures"]["confusion"]["arrays"]["matrix"] == [[3, 0], [0, 3]]
    assert spec.experiment_from_json(found["experiment"]) == experiment("Mine")
    assert [item["id"] for item in client.get("/api/runs").json()["runs"]] == [run]
    assert client.patch(f"/api/runs/{run}", json={"name": "Yours"}).json()["name"] == "Yours"
    script = client.get(f"/api/runs/{run}/source")
    assert "import keras" in script.text
    assert script.headers["content-type"].startswith("text/x-python")
    compile(script.text, "script", "exec")
    model = client.get(f"/api/runs/{run}/model.keras", params={"weights": "best"})
    assert model.content == b"keras best"
    assert model.headers["content-disposition"] == 'attachment; filename="yours.keras"'
    assert client.delete(f"/api/runs/{run}").status_code == 204
    refused(client.get(f"/api/runs/{run}"), 404)
    assert client.get("/api/runs").json() == {"runs": []}


def test_commands_are_obeyed_and_wrong_ones_refused(client):
    run = submit(client, "slow", epochs=1000)
    in_state(client, run, "training")
    address = f"/api/runs/{run}/commands"
    refused(client.post(address, json={"do": "resume"}), 409, "is training")
    assert client.post(address, json={"do": "pause"}).status_code == 202
    step = in_state(client, run, "paused")["step"]
    assert client.post(address, json={"do": "step", "unit": "batch"}).status_code == 202
    until(lambda: client.get(f"/api/runs/{run}").json()["step"] == step + 1)
    assert client.post(address, json={"do": "set", "name": "learning_rate", "value": 0.01}).status_code == 202
    until(lambda: client.get(f"/api/runs/{run}").json()["changes"])
    shared = client.get(f"/api/runs/{run}/shared").json()
    assert [(each["name"], each["value"]) for each in shared["experiment"]["changes"]] == [("learning_rate", 0.01)]
    assert spec.to_json(link.decode(shared["link"])) == shared["experiment"] and shared["error"] is None
    for wrong in ({"do": "dance"}, {}, [], {"do": "pause", "x": 1}, {"do": "set", "name": "learning_rate", "value": -1}):
        refused(client.post(address, json=wrong), 400)
    assert client.post(address, json={"do": "stop"}).status_code == 202
    in_state(client, run, "stopped")
    refused(client.post(address, json={"do": "pause"}), 409)


def test_wrong_experiments_get_what_expected_got_and_fix(client):
    good = spec.to_json(experiment())
    refused(client.post("/api/runs", content=b"{"), 400, "not JSON")
    refused(client.post("/api/runs", json=[]), 400)
    refused(client.post("/api/runs", json=good | {"colour": "red"}), 400, "unknown field")
    evil = json.loads(json.dumps(good).replace("layers.Flatten", "layers.Lambda"))
    refused(client.post("/api/runs", json=evil), 400)
    refused(client.post("/api/runs", json=good | {"data": {"name": "nothing"}}), 400, "no such data set")
    error = refused(client.post("/api/runs", json=good | {"training": {"epochs": 0}}), 400)
    assert error["expected"] == "a whole number from 1 to 10,000,000"
    refused(client.post("/api/runs", content=b'{"a":' * 50_000 + b"1" + b"}" * 50_000), 413)
    refused(client.post("/api/runs", content=b"[" * 100_000), 400)
    assert "Unicode" in refused(client.post("/api/runs", content=json.dumps(good | {"name": "\ud800"})), 400)["expected"]
    assert client.get("/api/runs").json() == {"runs": []}


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client):
    refused(client.post("/api/runs", content=b" " * 300_000), 413, "too long")


def test_data_that_is_not_here_is_a_conflict(client, monkeypatch):
    monkeypatch.setattr(data, "missing", lambda name: ("a file",))
    error = refused(client.post("/api/runs", json=spec.to_json(experiment())), 409)
    assert "Download" in error["fix"]


def test_other_addresses_and_methods_of_the_api_are_told_apart_from_pages(client):
    refused(client.get("/api/nothing"), 404)
    refused(client.put("/api/runs"), 404)
    refused(client.get("/api/runs/unknown"), 404)
    refused(client.get("/api/runs/unknown/model.keras"), 404)
    refused(client.delete("/api/runs/unknown"), 404)


def test_a_surprise_is_told_in_the_log_only(client, monkeypatch, caplog):
    monkeypatch.setattr(current(), "runs", lambda owner: 1 / 0)
    refused(client.get("/api/runs"), 500, "Something went wrong")
    assert "ZeroDivisionError" in caplog.text


def test_health_and_presets_are_for_everybody(client):
    assert client.get("/api/health").json() == {
        "status": "ok",
        "engine": "ready",
        "device": "Fake, 2 cores",
        "running": 0,
        "waiting": 0,
        "error": None,
    }
    items = client.get("/api/presets").json()["presets"]
    assert [item["id"] for item in items] == list(PRESETS)
    for item in items:
        assert spec.experiment_from_json(item["experiment"]) == PRESETS[item["id"]].experiment


def test_data_sets_are_listed_with_samples_to_look_at(client):
    found = {item["name"]: item for item in client.get("/api/data").json()["data"]}
    assert list(found) == list(data.SETS)
    assert found["digits"]["ready"]
    answer = client.get("/api/data/digits/samples.png")
    assert Image.open(io.BytesIO(answer.content)).size[0] == 10 * 8
    again = client.get("/api/data/digits/samples.png", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    refused(client.get("/api/data/iris/samples.png"), 404, "no pictures")
    refused(client.get("/api/data/nothing/samples.png"), 400)


def test_a_download_is_begun_and_watched(client, monkeypatch):
    monkeypatch.setattr(data, "download", lambda name, on_progress: on_progress(3, 4))
    assert client.get("/api/data/mnist/download").json()["state"] == "idle"
    assert client.post("/api/data/mnist/download").status_code == 202
    assert until(lambda: (found := client.get("/api/data/mnist/download").json())["state"] == "done" and found)["total"] == 4
    refused(client.post("/api/data/nothing/download"), 400)


def test_pictures_of_a_data_set_are_sent_as_numbers(client):
    answer = client.get("/api/data/digits/pictures")
    found, shown = wire.unpack(answer.content), data.preview("digits")
    assert found["pictures"].dtype == np.uint8 and len(found["pictures"]) == 24
    np.testing.assert_array_equal(found["pictures"], shown.pictures[:24])
    assert found["labels"].tolist() == shown.labels[:24].tolist()
    assert tuple(found["classes"]) == data.find("digits").classes
    refused(client.get("/api/data/iris/pictures"), 404, "no pictures")
    refused(client.get("/api/data/nothing/pictures"), 400)


def test_a_montage_keeps_pictures_in_place():
    pictures = np.arange(12 * 2 * 3, dtype=np.uint8).reshape(12, 2, 3, 1)
    sheet = np.asarray(Image.open(io.BytesIO(montage(pictures))))
    rows = [np.concatenate([picture[..., 0] for picture in pictures[first : first + 6]], axis=1) for first in (0, 6)]
    np.testing.assert_array_equal(sheet, np.concatenate(rows))
    colours = np.zeros((40, 4, 4, 3), np.uint8)
    colours[10, :, :, 2] = 255
    assert np.asarray(Image.open(io.BytesIO(montage(colours))))[4, 0].tolist() == [0, 0, 255]
    large = np.zeros((1, 130, 129, 3), np.uint8)
    large[:, :, 1::3] = 90
    assert np.unique(np.asarray(Image.open(io.BytesIO(montage(large))))).tolist() == [30]


def test_json_never_holds_nan():
    assert plain({"a": float("nan"), "b": np.array([1, np.inf], np.float32), "c": (np.float32(2), None)}) == {
        "a": None,
        "b": [1.0, None],
        "c": [2.0, None],
    }


def test_every_route_is_documented():
    text = DOCUMENT.read_text()
    for route in ROUTES:
        path = route.path.replace("{run}", "{id}")
        if "{rest:path}" not in path and path != "/assets":
            for method in getattr(route, "methods", None) or {"WS"}:
                assert f"`{method} {path}`" in text or method == "HEAD", f"{method} {path}"
    for name in brief(current_run()):
        assert f"`{name}`" in text, name


def test_every_command_is_documented_with_the_states_that_allow_it():
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    documented: dict[str, set[str]] = {}
    verb = ""
    for example, states, _ in (row for row in rows if len(row) == 3):
        verb = json.loads(example.strip("`"))["do"] if example.startswith('`{"do"') else verb if not example else ""
        if verb:
            documented.setdefault(verb, set()).update(state for state in ALLOWED if state in states)
    assert documented == {verb: {state for state, allowed in ALLOWED.items() if verb in allowed} for verb in VERBS}


def current_run():
    from playground.values.run import Run

    return Run("a" * 16, "me", experiment())
