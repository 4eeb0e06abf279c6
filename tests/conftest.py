"""For all tests: a home of their own, and the slow ones with a browser at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Before anything of the playground is imported, so that no test writes into the home of the person who runs it.
os.environ["PLAYGROUND_HOME"] = tempfile.mkdtemp(prefix="playground-tests-")
atexit.register(shutil.rmtree, os.environ["PLAYGROUND_HOME"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: what fails quickly is told first, and Playwright's event loop does not meet tests of asyncio."""
    items.sort(key=lambda item: Path(item.path).parent.name == "e2e")
