"""A person's own pictures over HTTP."""

import io

import numpy as np
from PIL import Image

from playground.lab.uploads import MAX_BYTES


def png(width=30, height=20):
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), (10, 20, 30), np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_sent_and_seen_again(client):
    sent = client.post("/api/pictures", content=png())
    assert sent.status_code == 201 and (sent.json()["width"], sent.json()["height"]) == (30, 20)
    seen = client.get(f"/api/pictures/{sent.json()['id']}.png")
    assert seen.status_code == 200 and seen.headers["content-type"] == "image/png"
    assert seen.headers["x-content-type-options"] == "nosniff" and "private" in seen.headers["cache-control"]
    assert np.asarray(Image.open(io.BytesIO(seen.content)))[0, 0].tolist() == [10, 20, 30]


def test_a_drawing_may_take_the_place_of_the_one_before(client):
    first = client.post("/api/pictures", content=png()).json()["id"]
    second = client.post(f"/api/pictures?instead={first}", content=png())
    assert second.status_code == 201 and second.json()["id"] != first


def test_a_picture_of_somebody_else_is_not_there(make_client):
    mine, other = make_client(), make_client()
    found = mine.post("/api/pictures", content=png()).json()["id"]
    assert other.get(f"/api/pictures/{found}.png").status_code == 404
    assert mine.get(f"/api/pictures/{found}.png").status_code == 200


def test_what_is_no_picture_is_refused_as_errors_are(client):
    for content, status, kind in ((b"<svg/>", 400, "invalid"), (b"", 400, "invalid"), (bytes(MAX_BYTES + 1), 413, "limit")):
        answer = client.post("/api/pictures", content=content)
        assert answer.status_code == status and answer.json()["error"]["kind"] == kind
    assert client.get("/api/pictures/..%2F..%2Fstore.png").status_code == 404


def test_other_sites_may_not_send_pictures(client):
    assert client.post("/api/pictures", content=png(), headers={"Origin": "http://evil.example"}).status_code == 403
