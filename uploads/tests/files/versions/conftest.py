"""A file, and its owner who replaces it."""

import pytest

from tests.factories import client_for, make_member
from tests.upload_calls import uploaded
from uploads.tests.files.versions.calls import FIRST


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(owner):
    return client_for(owner)


@pytest.fixture
def shown(client):
    """A file as the API shows it."""
    return uploaded(client, FIRST, filename="first.jpg")
