"""The models that the lab makes of runs' checkpoints."""

from __future__ import annotations

import os

import pytest

from playground.values.errors import Conflict, InvalidValue
from tests.lab.fake_lab import ended, experiment


def test_a_model_is_exported_once_for_each_checkpoint(lab):
    run = lab.submit("me", experiment())
    ended(lab, run)
    path = lab.export_model("me", run, "best")
    assert path.read_bytes() == b"keras best"
    time_of_checkpoint = path.stat().st_mtime_ns
    path.write_bytes(b"kept")
    os.utime(path, ns=(time_of_checkpoint, time_of_checkpoint))
    assert lab.export_model("me", run, "best").read_bytes() == b"kept"
    assert lab.export_model("me", run).read_bytes() == b"keras last"
    with pytest.raises(InvalidValue):
        lab.export_model("me", run, "../x")


def test_a_checkpoint_that_comes_while_the_model_is_made_is_not_missed(lab, monkeypatch):
    run = lab.submit("me", experiment())
    ended(lab, run)
    checkpoint = lab.settings.home / "runs" / run / "checkpoint.npz"
    ask = lab.pool.ask

    def ask_meanwhile(*args, **kwargs):
        future = ask(*args, **kwargs)
        future.result(20)
        os.utime(checkpoint)  # written after the engine had read it, and before the model's file is looked at
        return future

    with monkeypatch.context() as patch:
        patch.setattr(lab.pool, "ask", ask_meanwhile)
        path = lab.export_model("me", run)
    path.write_bytes(b"old")
    os.utime(path)
    assert lab.export_model("me", run).read_bytes() == b"keras last"
    assert sorted(file.name for file in path.parent.iterdir()) == ["best.npz", "checkpoint.npz", "model-last.keras"]


def test_there_is_no_model_before_the_first_checkpoint(lab):
    run = lab.submit("me", experiment("hang"))
    with pytest.raises(Conflict, match="no saved weights"):
        lab.export_model("me", run)
