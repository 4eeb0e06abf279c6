"""What is taken away from the page Mistakes: text that csv reads back, safe in a spreadsheet, from an engine that is made up."""

from __future__ import annotations

import csv
import io
from concurrent.futures import Future

import numpy as np
import pytest

from playground.lab import Lab
from playground.web.api.mistakes import lines, safe

CLASSES = ["cat, tame", '=HYPERLINK("x")', "ok"]


def answers(n: int = 1200, classes: list[str] = CLASSES, top: int | None = None) -> dict:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(len(classes)), n).astype(np.float32)
    order = np.broadcast_to(np.arange(len(classes)), probabilities.shape)
    if top:
        order = np.argsort(-probabilities, axis=1)[:, :top]
        probabilities = np.take_along_axis(probabilities, order, 1)
    numbers = {"truth": rng.integers(0, len(classes), n), "labels": rng.integers(0, len(classes), n), "places": np.arange(n) * 3}
    scores = {"confidence": rng.random(n), "loss": rng.exponential(size=n)}
    return {"split": "test", "classes": classes, "pool": "test", "top": order, "probabilities": probabilities, **numbers, **scores}


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_example_is_a_line_that_csv_reads_back():
    found = answers()
    rows = read("".join(lines(found)))
    assert len(rows) == 1200
    assert rows[700]["example"] == "test/2100"
    assert rows[700]["true"] == safe(CLASSES[found["truth"][700]])
    assert float(rows[700]["p(ok)"]) == pytest.approx(found["probabilities"][700, 2], rel=1e-5)
    assert float(rows[700]["loss"]) == pytest.approx(found["loss"][700], rel=1e-5)


def test_nothing_in_it_is_a_formula():
    rows = csv.reader(io.StringIO("".join(lines(answers())), newline=""))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_of_many_classes_the_first_few_have_columns_by_rank():
    found = answers(4, [f"class {n}" for n in range(60)], top=5)
    rows = read("".join(lines(found)))
    assert list(rows[0])[5:] == [f"{name} {k}" for k in range(1, 6) for name in ("class", "p")]
    assert rows[2]["class 1"] == f"class {found['top'][2, 0]}"


def looking(monkeypatch: pytest.MonkeyPatch, value: dict) -> list[dict]:
    """Has every look answered with `value`; gives the questions."""
    asked: list[dict] = []

    def look(self, owner, run, question):
        asked.append(question)
        future: Future = Future()
        future.set_result(value)
        return future

    monkeypatch.setattr(Lab, "look", look)
    return asked


@pytest.fixture
def run_id(client, lab) -> str:
    from playground.values import spec
    from tests.lab.fake_lab import experiment

    client.get("/api/health")
    return client.post("/api/runs", json=spec.to_json(experiment("My = run"))).json()["id"]


def test_the_csv_is_named_after_its_run(client, run_id, monkeypatch):
    asked = looking(monkeypatch, answers())
    response = client.get(f"/api/runs/{run_id}/predictions.csv?split=test&weights=3")
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == 'attachment; filename="my-run-test-predictions.csv"'
    assert asked == [{"view": "answers", "detail": True, "split": "test", "weights": 3}]
    assert len(read(response.text)) == 1200


def test_the_sheet_takes_the_filter(client, run_id, monkeypatch):
    asked = looking(monkeypatch, {"png": np.frombuffer(b"\x89PNG", np.uint8)})
    response = client.get(f"/api/runs/{run_id}/mistakes.png?only=wrong&true=2&sort=loss&weights=best")
    assert response.content == b"\x89PNG"
    assert asked == [{"view": "sheet", "only": "wrong", "true": 2, "sort": "loss", "weights": "best"}]


@pytest.mark.parametrize("query", ["weights=-1", "weights=last", "true=cat", "ids=3", "bins=5"])
def test_addresses_that_mean_nothing_are_refused(client, run_id, query):
    assert client.get(f"/api/runs/{run_id}/mistakes.png?{query}").status_code == 400


def test_nobody_takes_away_what_is_not_theirs(client, make_client, run_id):
    stranger = make_client()
    for name in ("predictions.csv", "mistakes.png"):
        assert stranger.get(f"/api/runs/{run_id}/{name}").status_code == 404
