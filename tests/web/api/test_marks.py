"""Marks over HTTP."""

from __future__ import annotations


def test_a_mark_is_kept_listed_and_forgotten(client):
    client.get("/api/health")  # the first answer brings the cookie
    mark = {"example": "test/45", "note": "<b>odd</b>", "tags": ["odd", "blurred"]}
    assert client.put("/api/marks/mnist", json=mark).json() == mark
    client.put("/api/marks/mnist", json={"example": "train/3", "tags": ["odd"]})
    listed = client.get("/api/marks/mnist").json()
    assert [found["example"] for found in listed["marks"]] == ["train/3", "test/45"]
    assert listed["tags"] == {"blurred": 1, "odd": 2}
    client.put("/api/marks/mnist", json={"example": "test/45", "note": " "})
    assert [found["example"] for found in client.get("/api/marks/mnist").json()["marks"]] == ["train/3"]


def test_marks_are_their_owners(client, make_client):
    client.get("/api/health")
    client.put("/api/marks/digits", json={"example": "train/3", "note": "mine"})
    assert make_client().get("/api/marks/digits").json()["marks"] == []


def test_bad_marks_are_refused_with_a_sentence(client):
    for body in (b"[", b"{}", b'{"example": "test/x"}'):
        response = client.put("/api/marks/mnist", content=body)
        assert response.status_code == 400
        assert response.json()["error"]["expected"]
    assert client.get("/api/marks/nothing").status_code == 400
