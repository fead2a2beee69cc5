"""A real Chromium for the tests marked `browser`: pytest-playwright's `page` and `context` with ours beneath."""

import os
from typing import Any

import pytest

from tests import chromium


def pytest_configure() -> None:
    # Playwright keeps an event loop in the main thread for the rest of the process; Django would refuse to query there.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if chromium.executable() is None:
        pytest.skip("no Chromium on this machine; scripts/test installs one where it can")
    return {**browser_type_launch_args, "executable_path": chromium.executable(), "args": chromium.FLAGS}


@pytest.fixture
def context(new_context, live_server):
    """A browser profile of its own for each test; `page.goto("/admin/")` goes to the test's own server."""
    return new_context(base_url=live_server.url)


def enter(page: Any, server: Any, user: Any) -> None:
    """Sign in by a session's cookie alone: the form has tests of its own, and takes its time."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
