"""What the log says of a run."""

from __future__ import annotations

import logging

from tests.lab.fake_lab import ended, experiment


def test_a_run_leaves_lines_in_the_log_with_its_id(lab, caplog):
    caplog.set_level(logging.INFO, "playground.lab")
    run = lab.submit("me", experiment())
    ended(lab, run)
    lines = [record.getMessage() for record in caplog.records if run in record.getMessage()]
    text = "\n".join(lines)
    for word in ("queued, digits, 2 layers, 3 epochs", "started, 100 parameters", "epoch 1/3", "epoch 3/3", "val_loss", "done after"):
        assert word in text
    assert len(lines) < 10
