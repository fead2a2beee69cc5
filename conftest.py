"""Fixtures for every test. What tests stand on is in `tests/environment.py` and `tests/browser.py`."""

pytest_plugins = ["tests.environment", "tests.browser"]
