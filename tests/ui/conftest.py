"""The fixture of `app_test`, for the tests beside this file."""

from tests.app_test import packages_are_scanned_once  # noqa: F401
