"""The lab's settings, from the environment."""

from __future__ import annotations

import pytest

from playground.lab import from_environment
from playground.values.errors import InvalidValue


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_ENGINES", "1")
    assert from_environment().home == tmp_path
    assert from_environment().engines == 2
    monkeypatch.setenv("PLAYGROUND_ENGINES", "many")
    with pytest.raises(InvalidValue):
        from_environment()
