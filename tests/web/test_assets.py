"""Static files: types, caches, nothing outside their folder."""

from __future__ import annotations

import gzip

import httpx
import pytest

from playground.web import assets


def test_our_modules_are_asked_for_anew_each_time(client):
    answer = client.get("/assets/wire.js")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/assets/wire.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets/"])
def test_nothing_else_is_served(site, path):
    with httpx.Client() as client:
        request = client.build_request("GET", site)
        request.url = request.url.copy_with(raw_path=path.encode())
        assert client.send(request).status_code == 404


def test_plotlys_script_comes_from_the_package_with_a_long_life(client):
    answer = client.get("/assets/plotly.min.js", params={"v": "1"})
    assert answer.content == assets.plotly_script().read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/assets/plotly.min.js").headers["cache-control"] == "no-cache"
    assert client.get("/assets/plotly.min.js", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_plotlys_script_is_packed_for_browsers_elsewhere(client, monkeypatch):
    monkeypatch.setattr(assets, "_is_here", lambda request: False)
    with client.stream("GET", "/assets/plotly.min.js", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == assets.plotly_script().read_bytes()


def test_under_their_version_our_files_are_kept_for_ever(client):
    answer = client.get(f"/assets/v/{assets.version()}/wire.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == client.get("/assets/wire.js").text
    assert client.get(f"/assets/v/{assets.version()}/../../../app.py").status_code in (400, 404)
