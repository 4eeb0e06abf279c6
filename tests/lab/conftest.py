"""The fixtures of `fake_lab`, for the tests beside this file."""

from tests.lab.fake_lab import database, lab, make_lab, postgres  # noqa: F401
