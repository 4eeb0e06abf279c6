"""Downloads against a real server on this machine that misbehaves on request."""

import errno
import gzip
import hashlib
import re
import shutil
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from playground import data
from playground.data.reading import downloads
from playground.values.errors import InvalidValue, Unavailable

CONTENT = bytes(range(256)) * 4000
PACKED = gzip.compress(hashlib.sha256(b"seed").digest() + CONTENT, 1)
INSIDE = gzip.decompress(PACKED)


class Handler(BaseHTTPRequestHandler):
    """Sends server.body; cuts off after server.cut bytes as often as server.cuts says; resumes unless told not to."""

    def do_GET(self):
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if server.status != 200:
            return self.send_error(server.status)
        body, begin = server.body, 0
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if wanted and server.resumes:
            begin = int(wanted[1])
            if begin >= len(body):
                return self.send_error(416)
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        rest = body[begin:]
        if server.cuts:
            server.cuts -= 1
            rest = rest[: server.cut]
        self.wfile.write(rest)

    def log_message(self, *args):
        """Silence: pytest shows what matters."""


@pytest.fixture
def server(monkeypatch):
    """A server whose one file is the data set "small"."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.body, running.status, running.resumes, running.cut, running.cuts, running.asked = PACKED, 200, True, 0, 0, []
        file = data.File(
            "a.gz",
            f"http://127.0.0.1:{running.server_address[1]}/a.gz",
            packed=len(PACKED) + 7,
            size=len(INSIDE),
            sha256=hashlib.sha256(INSIDE).hexdigest(),
        )
        monkeypatch.setitem(data.SETS, "small", replace(data.SETS["mnist"], name="small", title="Small", files=(file,)))
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def target(home):
    return home / "data" / "small" / "a.gz"


def quietly(received, total):
    """Nobody watches."""


def refused() -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        data.download("small", quietly)
    return caught.value


def leftovers(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_a_download_brings_the_file_and_counts_to_the_end(server, target):
    assert [file.name for file in data.missing("small")] == ["a.gz"]
    seen = []
    data.download("small", lambda received, total: seen.append((received, total)))
    assert target.read_bytes() == PACKED and leftovers(target) == ["a.gz"]
    assert seen == sorted(seen) and seen[0][0] == 0 and seen[-1] == (len(PACKED), len(PACKED))
    assert data.missing("small") == ()


def test_what_is_there_is_not_downloaded_again(server):
    data.download("small", quietly)
    data.download("small", quietly)
    assert len(server.asked) == 1


def test_an_archive_packed_differently_is_as_good(server, target):
    server.body = gzip.compress(INSIDE, 9)
    data.download("small", quietly)
    assert gzip.decompress(target.read_bytes()) == INSIDE


def test_a_connection_cut_off_half_way_is_resumed_where_it_stopped(server, target):
    server.cut, server.cuts = 1000, 2
    data.download("small", quietly)
    assert target.read_bytes() == PACKED
    assert server.asked == [None, "bytes=1000-", "bytes=2000-"]


def test_a_server_that_does_not_resume_sends_it_all_again(server, target):
    server.cut, server.cuts, server.resumes = 1000, 1, False
    data.download("small", quietly)
    assert target.read_bytes() == PACKED


def test_after_too_many_cuts_the_next_download_goes_on_from_there(server, target):
    server.cut, server.cuts = 1000, downloads.TRIES
    error = refused()
    assert "cut off" in error.what and "goes on" in error.fix
    assert leftovers(target) == ["a.gz.part"]
    data.download("small", quietly)
    assert server.asked[-1] == f"bytes={1000 * downloads.TRIES}-"
    assert target.read_bytes() == PACKED and leftovers(target) == ["a.gz"]


def test_a_part_that_is_already_whole_is_checked_and_kept(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("a.gz.part").write_bytes(PACKED)
    data.download("small", quietly)
    assert target.read_bytes() == PACKED and len(server.asked) == 1


def test_a_part_of_something_else_is_thrown_away(server, target):
    target.parent.mkdir(parents=True)
    target.with_name("a.gz.part").write_bytes(b"x" * 500)
    data.download("small", quietly)
    assert target.read_bytes() == PACKED and server.asked == ["bytes=500-", None]


@pytest.mark.parametrize(
    "body",
    [b"<html>Please log in</html>", gzip.compress(b"something else"), gzip.compress(INSIDE + b"\0" * 10**8), PACKED[:-20], b""],
    ids=["page", "other", "bomb", "short", "empty"],
)
def test_wrong_content_never_gets_the_final_name(server, target, body):
    server.body = body
    error = refused()
    assert "a.gz is not what it should be" in error.what and "PLAYGROUND_DATA_DIR" in error.fix
    assert leftovers(target) == []


def test_a_bomb_is_not_unpacked_further_than_the_file_is_long(server, monkeypatch):
    server.body = gzip.compress(b"\0" * 10**8)
    unpacked = []
    read = gzip.GzipFile.read
    monkeypatch.setattr(gzip.GzipFile, "read", lambda self, size=-1: unpacked.append(block := read(self, size)) or block)
    refused()
    assert sum(map(len, unpacked)) <= len(INSIDE) + (1 << 20)


def test_a_stream_that_never_ends_is_left(server, target):
    server.body = PACKED + b"\0" * (len(INSIDE) + downloads.SLACK)
    assert "not what it should be" in refused().what
    assert leftovers(target) == []


def test_a_zip_is_checked_by_the_checksum_of_the_archive_itself(server, target, monkeypatch):
    server.body = b"PK" + CONTENT
    (file,) = data.SETS["small"].files
    archive = replace(file, packed=len(server.body), size=len(server.body), sha256=hashlib.sha256(server.body).hexdigest(), form="zip")
    monkeypatch.setitem(data.SETS, "small", replace(data.SETS["small"], files=(archive,)))
    data.download("small", quietly)
    assert target.read_bytes() == server.body and leftovers(target) == ["a.gz"]
    target.unlink()
    server.body = server.body[:-1] + b"?"
    assert "not what it should be" in refused().what
    server.body += b"\0" * (downloads.SLACK - 5)  # within what a server may send, but not what was declared
    assert "not what it should be" in refused().what and leftovers(target) == []


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_an_error_of_the_server_is_told(server, target, status):
    server.status = status
    error = refused()
    assert f"the server answered {status}" in error.what and str(target.parent) in error.fix
    assert leftovers(target) == []


def test_a_server_out_of_reach_says_what_to_do_without_a_network(server, monkeypatch):
    (file,) = data.SETS["small"].files
    gone = replace(file, url="http://127.0.0.1:9/a.gz")
    monkeypatch.setitem(data.SETS, "small", replace(data.SETS["small"], files=(gone,)))
    error = refused()
    assert "cannot be reached" in error.what and "PLAYGROUND_DATA_DIR" in error.fix


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(server, monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    monkeypatch.setattr(downloads, "TRIES", 1)
    hold = threading.Event()
    monkeypatch.setattr(Handler, "do_GET", lambda self: hold.wait(20))
    try:
        assert "cannot be reached" in refused().what
    finally:
        hold.set()


def test_a_full_disk_is_told_and_leaves_no_file(server, target, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    assert "the disk is full" in refused().what
    assert not target.exists()


def test_a_folder_that_cannot_be_written_is_told(server, home):
    home.write_text("in the way")
    assert "cannot be written" in refused().what


def test_two_clicks_at_once_download_once(server, target):
    clicks = [threading.Thread(target=data.download, args=("small", quietly)) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert target.read_bytes() == PACKED and len(server.asked) == 1


def test_a_watcher_may_end_the_download_and_the_next_goes_on(server, target):
    def enough(received, total):
        if received:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.download("small", enough)
    assert leftovers(target) == ["a.gz.part"]
    data.download("small", quietly)
    assert target.read_bytes() == PACKED


def test_the_declared_checksums_are_those_of_the_official_files(real):
    for name in ("mnist", "fashion_mnist"):
        assert data.missing(name) == ()
        for file in data.SETS[name].files:
            downloads.check_content(file, real / name / file.name)


def test_packaged_sets_have_nothing_to_download():
    assert data.missing("iris") == ()
    data.download("iris", lambda received, total: pytest.fail("nothing to tell"))


def test_an_unknown_set_cannot_be_downloaded():
    with pytest.raises(InvalidValue):
        data.download("nothing", quietly)
