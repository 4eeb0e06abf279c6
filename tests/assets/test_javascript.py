"""The tests of our JavaScript that needs no browser: `*.test.js` beside this file, run by Deno."""

from __future__ import annotations

from tests.deno import run


def test_javascript() -> None:
    done = run("test", "--no-remote", "tests/assets")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
