"""A creator with a piece of content."""

import pytest

from tests.factories import (
    client_for,
    make_content,
    make_media_item,
    make_member,
)


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(creator):
    return client_for(creator)


@pytest.fixture
def item(creator, organization):
    return make_media_item(creator, organization, title="The film")


@pytest.fixture
def content(creator, organization):
    return make_content(creator, organization)
