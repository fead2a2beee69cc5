"""What the tests of documents and of the resource library share."""

import pytest

from tests.factories import client_for, make_member


@pytest.fixture
def admin(organization):
    """The API as an administrator calls it."""
    return client_for(make_member(organization, "Administrator"))
