"""For all tests: a home of their own, and those with a browser at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything of the playground is imported, so that no test writes into the home of the person who runs it.
os.environ["PLAYGROUND_HOME"] = tempfile.mkdtemp(prefix="playground-tests-")
atexit.register(shutil.rmtree, os.environ["PLAYGROUND_HOME"], ignore_errors=True)

# An example is never too slow: beside it another test may train at full speed. Thousands of examples: --hypothesis-profile=thorough.
settings.register_profile("default", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("default")

HERE = Path(__file__).parent
# Files in tests/e2e that take longest, by what they took: begun last, one of them would keep a single core busy at the end.
LONGEST = (
    "test_whole_app.py",
    "test_plane_shell.py",
    "test_mistakes_component.py",
    "test_stack_component.py",
    "test_maps_filters_time.py",
    "test_score_sections.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: what fails quickly is told first, and Playwright's event loop does not meet tests of asyncio."""

    def place(item: pytest.Item) -> tuple[bool, int]:
        file = item.path.relative_to(HERE)
        if file.parts[0] != "e2e":
            return False, 0
        return True, LONGEST.index(file.name) if file.name in LONGEST else len(LONGEST)

    items.sort(key=place)
