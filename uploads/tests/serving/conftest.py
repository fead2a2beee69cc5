"""A public and a private file of one owner."""

from datetime import timedelta

import pytest

from permissions.choices import Visibility
from permissions.context import access_of
from tests.factories import make_member, make_upload
from tests.reading_client import reader
from uploads.sharing.links import create_share_link
from uploads.tests.serving.helpers import CONTENT


@pytest.fixture
def client():
    return reader()


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def public(owner, organization):
    return make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC)


@pytest.fixture
def private(owner, organization):
    return make_upload(owner, organization, content=CONTENT)


@pytest.fixture
def upload(private):
    return private


@pytest.fixture
def link(upload, owner):
    return create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=1))
