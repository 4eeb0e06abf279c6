"""Who may ask: hosts, origins, owners."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from playground.values import spec
from playground.web.guard import Guard, known_hosts
from playground.web.owner import COOKIE, new_secret, owner_of
from tests.lab.fake_lab import experiment

HERE = "localhost:8501"
PAGE = {"type": "http", "method": "GET", "path": "/"}


async def who(request):
    return PlainTextResponse(request.scope["playground.owner"] or "nobody")


APP = Starlette(
    routes=[Route(path, who, methods=["GET", "POST"]) for path in ("/", "/api/x", "/assets/x")],
    middleware=[Middleware(Guard, hosts=["box"])],
)


def ask(path: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(app=APP)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HERE}") as client:
            return await client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return asyncio.run(main())


def test_the_first_answer_brings_an_owner_that_scripts_cannot_read():
    answer = ask()
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    secret = cookie.partition(";")[0].partition("=")[2]
    assert answer.text == owner_of({COOKIE: secret})
    again = ask(cookie=f"{COOKIE}={secret}")
    assert "set-cookie" not in again.headers
    assert again.text == answer.text


def test_the_owner_is_not_the_secret():
    secret = new_secret()
    assert owner_of({COOKIE: secret}) not in secret
    assert owner_of({COOKIE: secret}) != owner_of({COOKIE: new_secret()})


@pytest.mark.parametrize("secret", ["", "short", "x" * 200, "a b" * 20, "../" * 12, "ä" * 40])
def test_a_cookie_that_we_did_not_make_is_replaced(secret):
    assert owner_of({COOKIE: secret}) is None
    assert owner_of({}) is None


def test_files_of_a_page_bring_no_cookie():
    assert "set-cookie" not in ask("/assets/x").headers


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "http://localhost", "http://localhost:8501.evil.example"]
)
def test_other_origins_do_not_reach_the_api(origin):
    answer = ask("/api/x", "POST", origin=origin)
    assert answer.status_code == 403
    assert answer.json()["error"]["kind"] == "not_allowed"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_that_a_browser_marks_as_foreign_are_refused(site):
    assert ask("/api/x", sec_fetch_site=site).status_code == 403


def test_our_own_pages_and_plain_clients_reach_the_api():
    assert ask("/api/x", "POST", origin=f"http://{HERE}", sec_fetch_site="same-origin").status_code == 200
    assert ask("/api/x", sec_fetch_site="none").status_code == 200
    assert ask("/api/x").status_code == 200


def test_pages_may_be_linked_from_elsewhere():
    assert ask("/", sec_fetch_site="cross-site").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://evil.example", "null"])
def test_other_origins_change_nothing_by_streamlits_own_routes(method, origin):
    path = "/_stcore/upload_file/a/b"
    assert ask(path, method, origin=origin).status_code == 403
    assert ask(path, method, origin=f"http://{HERE}", sec_fetch_site="same-origin").status_code == 404  # the guard lets it through
    assert ask(path, method).status_code == 404


@pytest.mark.parametrize("path", ["/_stcore/stream", "/live/x"])
def test_a_page_on_another_port_opens_no_websocket(path):
    scope = {"type": "websocket", "path": path}
    guard = Guard(APP)
    for headers in ({"origin": "http://localhost:3000"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "same-site"}):
        assert guard.objection(scope, Headers({"host": HERE} | headers)) is not None
    for headers in ({"origin": f"http://{HERE}", "sec-fetch-site": "same-origin"}, {}):
        assert guard.objection(scope, Headers({"host": HERE} | headers)) is None


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8501", "[::1]:8501", "192.168.1.7", "box:80", "LOCALHOST"])
def test_known_names_and_plain_addresses_are_served(host):
    assert Guard(APP, ["box"]).objection(PAGE, Headers({"host": host})) is None


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "a@b:c"])
def test_unknown_names_are_refused_against_rebinding(host):
    assert Guard(APP, ["box"]).objection(PAGE, Headers({"host": host})) is not None
    assert Guard(APP, ["*"]).objection(PAGE, Headers({"host": host})) is None or host in ("[", "a@b:c")


def test_names_are_added_by_the_environment(monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOSTS", "lab.example, Other.Example ,")
    assert {"lab.example", "other.example", "0.0.0.0"} <= known_hosts("0.0.0.0")
    assert "" not in known_hosts("127.0.0.1")


def test_runs_are_seen_by_their_owner_only(make_client):
    mine, theirs = make_client(), make_client()
    run = mine.post("/api/runs", json=spec.to_json(experiment())).json()["id"]
    assert mine.get(f"/api/runs/{run}").status_code == 200
    theirs.get("/api/health")
    assert theirs.get("/api/runs").json() == {"runs": []}
    for method, path in [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/source"),
        ("GET", "/shared"),
        ("GET", "/model.keras"),
        ("PATCH", ""),
        ("POST", "/commands"),
    ]:
        body = {"name": "x"} if method == "PATCH" else {"do": "stop"} if method == "POST" else None
        assert theirs.request(method, f"/api/runs/{run}{path}", json=body).status_code == 404
    assert mine.get(f"/api/runs/{run}").json()["name"] != "x"
