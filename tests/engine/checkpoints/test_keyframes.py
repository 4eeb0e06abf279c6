"""Weights are kept for the replay: at most a hundred times, evenly, and what a checkpoint takes back goes."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest

from playground.engine.checkpoints import keyframes
from playground.engine.checkpoints.keyframes import Keyframes
from playground.values.errors import InvalidValue, Unavailable

WEIGHTS = {"model/0": np.arange(3, dtype=np.float32), "optimizer/0": np.ones(3, np.float32)}


def kept_after(run, epochs: int) -> tuple[int, ...]:
    frames = Keyframes(run, fresh=True)
    for epoch in range(epochs + 1):
        frames.keep(epoch, WEIGHTS | {"model/0": np.full(3, epoch, np.float32)})
    return keyframes.kept(run)


def test_every_epoch_of_a_short_run_is_kept(tmp_path) -> None:
    assert kept_after(tmp_path, 5) == (0, 1, 2, 3, 4, 5)
    loaded = keyframes.load(tmp_path, 4)
    assert list(loaded) == ["model/0"]  # the optimizer's state is not looked at
    np.testing.assert_array_equal(loaded["model/0"], [4, 4, 4])


def test_a_long_run_keeps_at_most_a_hundred_evenly(tmp_path) -> None:
    found = kept_after(tmp_path, 430)
    assert len(found) <= keyframes.MOST
    assert found[0] == 0
    assert set(np.diff(found)) == {8}
    assert found[-1] == 424


def test_large_networks_keep_fewer(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(keyframes, "MAX_BYTES", 60)  # five times 12 bytes
    assert kept_after(tmp_path, 20) == (0, 8, 16)


def test_a_resumed_run_forgets_what_lies_behind_its_checkpoint_and_keeps_the_pace(tmp_path) -> None:
    kept_after(tmp_path, 150)
    frames = Keyframes(tmp_path, fresh=False)
    frames.forget_after(101)
    assert keyframes.kept(tmp_path)[-1] == 100
    for epoch in range(102, 109):
        frames.keep(epoch, WEIGHTS)
    assert keyframes.kept(tmp_path)[-4:] == (102, 104, 106, 108)


def test_a_new_start_forgets_all(tmp_path) -> None:
    kept_after(tmp_path, 3)
    Keyframes(tmp_path, fresh=True)
    assert keyframes.kept(tmp_path) == ()


def test_a_full_disk_costs_the_replay_only(tmp_path, monkeypatch) -> None:
    def full(*paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    assert kept_after(tmp_path, 3) == ()


def test_what_was_not_kept_and_what_is_damaged_is_said(tmp_path) -> None:
    kept_after(tmp_path, 2)
    with pytest.raises(InvalidValue, match="0, 1, 2"):
        keyframes.load(tmp_path, 7)
    keyframes.path_of(tmp_path, 1).write_bytes(b"PK broken")
    with pytest.raises(Unavailable):
        keyframes.load(tmp_path, 1)
