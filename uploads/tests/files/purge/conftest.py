"""An administrator, a file in the trash, and a way to purge it."""

import pytest

from tests.factories import client_for, make_member
from uploads.tests.files.purge.calls import trash, url


@pytest.fixture
def admin(organization):
    return make_member(organization, "Administrator")


@pytest.fixture
def trashed(admin, organization):
    return trash(admin, organization)


@pytest.fixture
def purge(django_capture_on_commit_callbacks):
    """A function that purges over the API, with what follows the commit."""

    def purge_it(user, upload):
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(user).delete(url(upload, "purge"))

    return purge_it
