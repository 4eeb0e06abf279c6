"""Links, stored runs and checkpoints of an earlier version still open, go on and give the same numbers.

`runs.zip` is the home folder of a server as version 1 of the store left it, killed while one run trained, with `facts.json`: the
owner's cookie, links with the experiments that they stand for, and each run's numbers as the API told them then.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from playground.sharing import link
from playground.values import spec
from playground.values.errors import PlaygroundError
from tests.server import Server, wait_for

ARCHIVE = Path(__file__).with_name("runs.zip")
FACTS: dict[str, Any] = json.loads(zipfile.ZipFile(ARCHIVE).read("facts.json"))
RUNS = FACTS["runs"]
TOLERANCE = 1e-3  # another processor may round otherwise


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server on that home, asked by the owner of its runs."""
    home = tmp_path_factory.mktemp("home")
    zipfile.ZipFile(ARCHIVE).extractall(home)
    server = Server(home)
    server.start()
    try:
        with httpx.Client(base_url=server.url, cookies={"np_owner": FACTS["cookie"]}, timeout=60) as client:
            wait_for(lambda: client.get("/api/health").json()["engine"] == "ready", 120, "the engine to be warm")
            yield client
    finally:
        server.stop()


def path(run: str) -> str:
    return f"/api/runs/{RUNS[run]['id']}"


def ended(client: httpx.Client, address: str) -> dict[str, Any]:
    wait_for(lambda: client.get(address).json()["status"] in ("done", "failed"), 120, f"{address} to end")
    return client.get(address).json()


def numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values])


@pytest.mark.parametrize("name", FACTS["links"])
def test_a_link_still_stands_for_its_experiment(name: str) -> None:
    known = FACTS["links"][name]
    assert link.decode(known["link"]) == spec.experiment_from_json(known["experiment"])


@pytest.mark.parametrize("name", RUNS)
def test_a_stored_run_shows_its_numbers(name: str, client: httpx.Client) -> None:
    known, found = RUNS[name], client.get(path(name)).json()
    assert found["status"] == ("interrupted" if name == "interrupted" else known["status"])
    for key, value in known["summary"].items():
        assert found["summary"][key] == value, key
    assert found["curves"]["epochs"]["x"] == known["curves"]["x"]
    for key, column in known["curves"]["values"].items():
        np.testing.assert_array_equal(numbers(found["curves"]["epochs"]["values"][key]), numbers(column))


@pytest.mark.parametrize("name", ["spirals", "regression", "pictures", "edited"])
def test_a_stored_run_gives_its_script_model_and_link(name: str, client: httpx.Client) -> None:
    assert "keras" in client.get(f"{path(name)}/source").text
    assert zipfile.is_zipfile(io.BytesIO(client.get(f"{path(name)}/model.keras").content))
    assert client.get(f"{path(name)}/shared").json()["experiment"] == FACTS["links"][f"run {name}"]["experiment"]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("spirals", {"view": "plane", "weights": "best"}),
        ("edited", {"view": "plane", "weights": 2}),
        ("edited", {"view": "plane", "weights": 8}),
        ("regression", {"view": "residuals", "weights": "best"}),
        ("pictures", {"view": "maps", "weights": 2, "layer": "conv2d", "picture": "test:0"}),
        ("pictures", {"view": "matrix", "weights": "best"}),
        ("interrupted", {"view": "filters", "weights": 4, "layer": "conv2d"}),
    ],
)
def test_a_view_opens_the_weights_that_were_kept(name: str, question: dict[str, Any], client: httpx.Client) -> None:
    answer = client.post(f"{path(name)}/look", json=question)
    assert answer.status_code == 200, answer.text[:500]


@pytest.mark.parametrize("name", ["changed", "regression", "edited"])
def test_a_link_gives_its_run_again(name: str, client: httpx.Client) -> None:
    begun = client.post("/api/runs", json=FACTS["links"][f"run {name}"]["experiment"])
    found = ended(client, begun.headers["Location"])
    for key, column in RUNS[name]["curves"]["values"].items():
        np.testing.assert_allclose(numbers(found["curves"]["epochs"]["values"][key]), numbers(column), rtol=TOLERANCE, atol=TOLERANCE)


def test_an_interrupted_run_goes_on_from_its_checkpoint(client: httpx.Client) -> None:
    before = client.get(path("interrupted")).json()
    assert client.post(f"{path('interrupted')}/commands", json={"do": "resume"}).status_code == 202
    wait_for(lambda: client.get(path("interrupted")).json()["status"] in ("done", "failed"), 120, "the resumed run to end")
    found = client.get(path("interrupted")).json()
    assert (found["status"], found["epoch"]) == ("done", 30)
    kept = numbers(RUNS["interrupted"]["curves"]["values"]["val_loss"])
    np.testing.assert_array_equal(numbers(found["curves"]["epochs"]["values"]["val_loss"])[: len(kept) - 3], kept[:-3])
    assert len(before["curves"]["epochs"]["x"]) < 30 == len(found["curves"]["epochs"]["x"])


def test_a_run_that_failed_says_why(client: httpx.Client) -> None:
    assert "infinite" in client.get(path("failed")).json()["error"]["what"]


def test_a_damaged_old_link_is_refused() -> None:
    text = FACTS["links"]["lenet"]["link"]
    with pytest.raises(PlaygroundError):
        link.decode(text[:-3])
