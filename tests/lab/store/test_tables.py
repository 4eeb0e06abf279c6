"""Rows of the store become a Run again, or are refused."""

from __future__ import annotations

import json

import pytest

from playground.lab.store import tables
from playground.values import events
from playground.values.errors import InvalidValue
from playground.values.run import Run
from tests.lab.fake_lab import experiment


def test_a_row_that_holds_another_event_than_it_should_is_refused():
    row = tables.to_row(Run("a" * 16, "me", experiment()))
    assert tables.from_row(row).started is None
    row["facts"] = json.dumps(json.loads(row["facts"]) | {"started": events.to_message(events.Paused(1, 5))})
    with pytest.raises(InvalidValue, match="Expected Started"):
        tables.from_row(row)
