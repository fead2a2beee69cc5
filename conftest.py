"""Fixtures for every test. What tests stand on is in `tests/environment.py` and `tests/browser.py`."""

import pytest
from django.core.cache import cache

from common.rest.counters import counters
from tests.factories import client_for, make_member, make_organization

pytest_plugins = ["tests.environment", "tests.selection", "tests.s3_server", "tests.browser"]


@pytest.fixture
def organization(db):
    """The organization that most tests act in; the installation's default one."""
    return make_organization("home", is_default=True)


@pytest.fixture
def other_organization(db):
    """One whose rows must not be found from the first."""
    return make_organization("elsewhere")


@pytest.fixture
def keeper(organization):
    """An administrator of `organization`, who may sign in to the admin."""
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def api():
    """An anonymous API client; `client_for(user)` of the factories makes signed-in ones."""
    return client_for()


@pytest.fixture
def as_role(organization):
    """A function: the client of a new member of `organization` with that seeded role."""
    return lambda role="Member": client_for(make_member(organization, role))


@pytest.fixture
def throttled(settings):
    """Switch on the rates given by scope, and start from an empty history."""

    def switch_on(**rates: str) -> None:
        off = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {**off, **rates}}

    cache.clear()
    counters.clear()
    yield switch_on
    cache.clear()
    counters.clear()
