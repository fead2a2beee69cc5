"""A member who uploads."""

import pytest

from tests.factories import client_for, make_member, make_organization


@pytest.fixture
def organization():
    return make_organization("a")


@pytest.fixture
def member(organization):
    return make_member(organization, "Creator", "o")


@pytest.fixture
def client(member):
    return client_for(member)
