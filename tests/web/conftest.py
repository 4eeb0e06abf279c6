"""The fixtures of `fake_lab`, for the tests beside this file."""

from tests.lab.fake_lab import lab, make_lab  # noqa: F401
