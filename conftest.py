"""Fixtures for every test. More are in `tests/environment.py` and `tests/browser.py`."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from common.rest.counters import counters
from permissions.models import Organization, User
from tests.factories import client_for, make_member, make_organization

pytest_plugins = ["tests.environment", "tests.selection", "tests.s3_server", "tests.browser"]


@pytest.fixture
def organization(db: None) -> Organization:
    """The organization that most tests act in; the installation's default one."""
    return make_organization("home", is_default=True)


@pytest.fixture
def other_organization(db: None) -> Organization:
    """An organization whose rows must not be visible from the first."""
    return make_organization("elsewhere")


@pytest.fixture
def keeper(organization: Organization) -> User:
    """An administrator of `organization`, who may sign in to the admin."""
    return make_member(organization, "Administrator", "keeper", is_staff=True)


@pytest.fixture
def api() -> APIClient:
    """An anonymous API client; `client_for(user)` of the factories makes signed-in ones."""
    return client_for()


@pytest.fixture
def as_role(organization: Organization) -> Callable[..., APIClient]:
    """A function: the client of a new member of `organization` with that seeded role."""
    return lambda role="Member": client_for(make_member(organization, role))


@pytest.fixture
def throttled(settings: Settings) -> Iterator[Callable[..., None]]:
    """Switch on the rates given by scope, and start from an empty history."""

    def switch_on(**rates: str) -> None:
        off = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {**off, **rates}}

    cache.clear()
    counters.clear()
    yield switch_on
    cache.clear()
    counters.clear()
