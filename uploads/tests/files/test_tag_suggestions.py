"""Which words are suggested to whom."""

import pytest

from permissions.choices import Visibility
from tests.factories import client_for, make_member, make_organization, make_upload, make_user, put_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(organization):
    return make_member(organization)


def test_tags_suggest_only_words_on_files_one_may_see(organization, member):
    # TI-10
    make_upload(member, organization, tags=["Mine"])
    hidden = make_upload(make_user(), organization, tags=["Secret", "mine"])
    put_tag(hidden, "Other secret")
    client = client_for(member)
    assert [tag["name"] for tag in client.get("/api/v1/tags/").json()["results"]] == ["Mine"]
    assert client.get("/api/v1/tags/", {"search": "SECRET"}).json()["count"] == 0
    assert client.get("/api/v1/tags/", {"search": "MI"}).json()["count"] == 1
    admin = client_for(make_member(organization, "Administrator"))
    assert admin.get("/api/v1/tags/", {"search": "secret"}).json()["count"] == 2
    assert client.get("/api/v1/tags/", {"nonsense": "1"}).status_code == 400


def test_tags_of_another_organization_are_never_suggested(organization, member):
    # TI-11
    other = make_organization()
    make_upload(make_member(other), other, tags=["theirs"], visibility=Visibility.PUBLIC)
    make_upload(member, organization, tags=["ours"])
    found = client_for(member).get("/api/v1/tags/").json()["results"]
    assert [tag["name"] for tag in found] == ["ours"]
    make_upload(member, organization, tags=["theirs"])
    assert client_for(member).get("/api/v1/tags/", {"search": "theirs"}).json()["count"] == 1
