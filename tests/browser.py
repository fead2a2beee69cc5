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


# What a site may keep in a profile. The cache of HTTP is left: a page then loads in a third of the time.
STORAGE = "cookies,local_storage,indexeddb,service_workers,cache_storage"


@pytest.fixture(scope="session")
def kept_context(browser, browser_context_args, live_server):
    """The browser profile of this process. Made once: a new one reads and compiles all scripts again."""
    context = browser.new_context(**browser_context_args, base_url=live_server.url)
    yield context
    context.close()


@pytest.fixture
def context(kept_context, live_server):
    """An empty browser profile; `page.goto("/admin/")` goes to the test's own server.

    A test that changes the profile itself (scripts for every page, options) makes one with `new_context`.
    """
    yield kept_context
    first = kept_context.new_page()
    first.context.new_cdp_session(first).send(
        "Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": STORAGE}
    )
    for page in kept_context.pages:
        page.close()
    kept_context.unroute_all()
    kept_context.clear_permissions()
    kept_context.clear_cookies()


def enter(page: Any, server: Any, user: Any) -> None:
    """Sign in by a session's cookie alone: the form has tests of its own, and takes its time."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
