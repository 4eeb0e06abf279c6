"""Downloads of data sets, told from start to end."""

from __future__ import annotations

import threading

import pytest

from playground import data
from playground.values.errors import InvalidValue, Unavailable
from tests.lab.fake_lab import until


def test_a_download_is_told_from_start_to_end(lab, monkeypatch):
    steps, go_on = [], threading.Event()

    def download(name, on_progress):
        on_progress(5, 10)
        steps.append(lab.downloads(name))
        go_on.wait(20)

    monkeypatch.setattr(data, "download", download)
    assert lab.downloads("mnist") is None
    assert lab.download("mnist").state == "running"
    go_on.set()
    assert until(lambda: lab.downloads("mnist").state == "done")
    assert (steps[0].received, steps[0].total) == (5, 10)
    with pytest.raises(InvalidValue):
        lab.download("nothing")


def test_a_download_that_fails_says_why_and_can_be_tried_again(lab, monkeypatch):
    def fail(name, on_progress):
        raise Unavailable("No network.", fix="Put the files there by hand.")

    monkeypatch.setattr(data, "download", fail)
    lab.download("mnist")
    failed = until(lambda: lab.downloads("mnist").state == "failed" and lab.downloads("mnist"))
    assert failed.error["what"] == "No network."
    monkeypatch.setattr(data, "download", lambda name, on_progress: None)
    lab.download("mnist")
    until(lambda: lab.downloads("mnist").state == "done")
