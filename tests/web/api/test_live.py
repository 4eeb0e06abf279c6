"""The live WebSocket over a real connection: snapshot, events, commands, owners, several onlookers, and nothing left behind."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import httpx
import pytest
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from playground.lab import current
from playground.plane.sketch import FIRST, MOST_BLOCKS, Block, Skip
from playground.values import spec, wire
from playground.values.spec import part
from playground.web.api.live import live
from playground.web.owner import owner_of
from tests.lab.fake_lab import experiment, until


def submit(client: httpx.Client, name: str = "slow", *, epochs: int = 1000) -> str:
    return client.post("/api/runs", json=spec.to_json(experiment(name, epochs=epochs))).json()["id"]


def look(client: httpx.Client, run: str, **headers: str) -> ClientConnection:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = str(client.base_url).replace("http", "ws").rstrip("/")
    return connect(f"{address}/live/{run}", additional_headers={"Cookie": cookie} | headers, max_size=None)


def read(socket: ClientConnection, *types: str) -> dict:
    """The next message of one of these types."""
    while (body := wire.unpack(socket.recv(timeout=20)))["type"] not in types:
        pass
    return body


def say(socket: ClientConnection, **message) -> None:
    socket.send(json.dumps(message))


def test_a_snapshot_comes_first_and_every_point_after_it(client):
    run = submit(client, "", epochs=20)
    with look(client, run) as socket:
        first = wire.unpack(socket.recv(timeout=20))
        assert first["type"] == "Snapshot"
        assert first["run"]["id"] == run
        steps = first["run"]["batches"]["x"].tolist()
        while (body := wire.unpack(socket.recv(timeout=20)))["type"] != "Done":
            steps += body["steps"].tolist() if body["type"] == "BatchPoints" else []
        assert steps == list(range(1, 201))
        assert read(socket, "Status")["status"] == "done"


def test_commands_are_obeyed_and_told(client):
    run = submit(client)
    with look(client, run) as socket:
        read(socket, "BatchPoints")
        say(socket, do="pause")
        paused = read(socket, "Paused")
        assert read(socket, "Status")["status"] == "paused"
        say(socket, do="step", unit="batch")
        assert read(socket, "Paused")["step"] == paused["step"] + 1
        say(socket, do="set", name="learning_rate", value=0.5)
        assert read(socket, "Changed")["value"] == 0.5
        say(socket, do="resume")
        read(socket, "Resumed")
        say(socket, do="stop")
        assert read(socket, "Done")["stopped"]


@pytest.mark.parametrize("text", ["{", "[]", '{"do": "dance"}', '{"do": "resume"}', '{"watch": "x"}', '{"watch": [1]}', "x" * 50_000])
def test_what_cannot_be_done_is_refused_and_the_connection_stays(client, text):
    run = submit(client)
    with look(client, run) as socket:
        read(socket, "BatchPoints")
        socket.send(text)
        error = read(socket, "Refused")["error"]
        assert error["what"]
        assert "Traceback" not in str(error)
        read(socket, "BatchPoints")


def test_the_largest_network_of_the_playground_can_be_sent(client):
    initializer = part("initializers.VarianceScaling", scale=1.5, mode="fan_avg", distribution="truncated_normal")
    bend = part("layers.LeakyReLU", negative_slope=0.125)
    blocks = tuple(
        Block(f"hidden_{i}", 16, bend, initializer, 0.001, 0.001, True, 0.25, Skip("input")) for i in range(2, 2 + MOST_BLOCKS - 1)
    )
    network = dataclasses.replace(FIRST, blocks=(Block("hidden_1", 16), *blocks)).experiment().network
    run = submit(client)
    with look(client, run) as socket:
        read(socket, "BatchPoints")
        say(socket, do="set", name="network", value=spec.to_json(network))
        assert read(socket, "Changed", "Refused")["type"] == "Changed"


def test_what_the_engine_refuses_reaches_the_browser(client):
    run = submit(client, "schedule")
    with look(client, run) as socket:
        read(socket, "BatchPoints")
        say(socket, do="set", name="learning_rate", value=0.5)
        assert read(socket, "Refused")["error"]["what"] == "The schedule decides."


def test_two_tabs_see_the_same_run_and_one_steers_both(client):
    run = submit(client)
    with look(client, run) as one, look(client, run) as two:
        read(two, "BatchPoints")
        say(one, do="pause")
        assert read(one, "Paused") == read(two, "Paused")


def test_views_on_screen_are_watched_until_the_tab_closes(client):
    run = submit(client)
    with look(client, run) as socket:
        say(socket, watch=["confusion"])
        while (picture := read(socket, "Picture"))["view"] != "watched":
            pass
        assert picture["meta"]["views"] == ["confusion"]
        assert current().hub.views(run) == ("confusion",)
    until(lambda: current().hub.views(run) == ())


def test_a_closed_tab_leaves_nothing_behind(client):
    run = submit(client)
    for _ in range(5):
        with look(client, run) as socket:
            read(socket, "Snapshot")
    until(lambda: not current().hub._lives[run].subscribers)


@pytest.mark.parametrize("gone_at", ["websocket.accept", "websocket.send", "websocket.close"])
def test_a_browser_that_leaves_at_any_moment_leaves_no_traceback(client, caplog, gone_at):
    """`gone_at`: the message at which the server finds out."""
    run = submit(client, "", epochs=1)

    async def main() -> None:
        async def receive() -> dict:
            if connected.is_set():
                await heard.wait()
                return {"type": "websocket.disconnect", "code": 1006}
            connected.set()
            return {"type": "websocket.connect"}

        async def send(message: dict) -> None:
            if message["type"] in ("websocket.send", gone_at):
                heard.set()
            if message["type"] == gone_at:
                raise OSError("the connection is gone")

        connected, heard = asyncio.Event(), asyncio.Event()
        owner = owner_of(dict(client.cookies))
        scope = {"type": "websocket", "path": f"/live/{run}", "headers": [], "path_params": {"run": run}, "playground.owner": owner}
        await live(WebSocket(scope, receive, send))

    asyncio.run(main())
    assert not [record for record in caplog.records if record.exc_info]
    assert not current().hub.get(run) or not current().hub._lives[run].subscribers


def test_a_reconnect_begins_with_all_that_happened(client):
    run = submit(client)
    with look(client, run) as socket:
        last = read(socket, "BatchPoints")["steps"][-1]
    with look(client, run) as socket:
        assert last in read(socket, "Snapshot")["run"]["batches"]["x"]


def test_a_deleted_run_says_so_and_is_unknown_then(client):
    run = submit(client)
    with look(client, run) as socket:
        read(socket, "Snapshot")
        client.delete(f"/api/runs/{run}")
        read(socket, "Deleted")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
    with look(client, run) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd.code == 4404


def test_somebody_elses_run_is_unknown(client, make_client):
    run = submit(client)
    other = make_client()
    other.get("/api/health")
    with look(other, run) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd.code == 4404


def test_without_an_owner_nothing_is_shown(client, make_client):
    run = submit(client)
    with look(make_client(), run) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd.code == 4403


def test_another_sites_page_cannot_even_connect(client):
    run = submit(client)
    with pytest.raises(InvalidStatus) as refused:
        look(client, run, Origin="http://evil.example")
    assert refused.value.response.status_code == 403
    with look(client, run, Origin=str(client.base_url).rstrip("/")) as socket:
        read(socket, "Snapshot")


def test_an_interrupted_run_is_resumed_from_the_live_view(client):
    run = submit(client, "crash", epochs=3)
    with look(client, run) as socket:
        while read(socket, "Status")["status"] != "interrupted":
            pass
        say(socket, do="resume")
        again = read(socket, "Snapshot")["run"]  # what lay behind the checkpoint is taken back
        assert again["started"]["step"] == 10
        assert again["batches"]["x"].tolist()[:10] == list(range(1, 11))
