"""Lists whose statements are composed once: what one caller's request left behind serves the next caller's."""

import pytest
from django.utils import timezone

from common.db import statements
from common.db.statements import ShapeCache
from permissions.choices import Visibility
from tests.factories import (
    client_for,
    make_content,
    make_library_resource,
    make_media_item,
    make_member,
    make_organization,
    make_resource,
    make_upload,
)

NOW = timezone.now()
pytestmark = [pytest.mark.django_db, pytest.mark.differing]

API = "/api/v1/"
LISTS = ("uploads/", "uploads/trash/", "media-items/", "resources/", "content/", "library-resources/")
QUERIES = ("?cursor=&limit=1", "?limit=1", "?limit=1&offset=0", "?cursor=&search=e")


class CountingCache(ShapeCache):
    """Counts what is composed."""

    made = 0

    def get_or_make(self, key, make):
        def counted():
            self.made += 1
            return make()

        return super().get_or_make(key, counted)


@pytest.fixture
def cache(monkeypatch):
    cache = CountingCache()
    monkeypatch.setattr(statements, "_cache", cache)
    return cache


def filled_organization():
    """An administrator of an organization with a row in every list."""
    organization = make_organization()
    administrator = make_member(organization, "Administrator")
    make_upload(administrator, organization, tags=["sea"], deleted_at=NOW)
    make_media_item(administrator, organization)
    make_resource(administrator, organization)
    make_content(administrator, organization)
    make_library_resource(administrator, organization)
    return administrator


def ids(administrator, path):
    answer = client_for(administrator).get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_callers_of_two_organizations_share_a_statement_and_no_row(cache):
    first, second = filled_organization(), filled_organization()
    for address in (f"{path}{query}" for path in LISTS for query in QUERIES):
        theirs = ids(first, address)
        composed = cache.made
        others = ids(second, address)
        assert cache.made == composed, address  # the second one was answered by what the first one left
        assert ids(first, address) == theirs
        assert not set(theirs) & set(others), address
        assert len(theirs) == len(others), address


def test_every_page_after_the_first_is_the_same_statement(cache):
    administrator = filled_organization()
    for _ in range(4):
        make_upload(administrator, administrator.organizations.get())
    client, seen = client_for(administrator), []
    link, composed = f"{API}uploads/?cursor=&limit=2", []
    while link:
        answer = client.get(link).json()
        seen += [row["id"] for row in answer["results"]]
        composed.append(cache.made)
        link = answer["next"]
    assert len(seen) == len(set(seen)) > 4
    assert composed[1] == composed[-1]


def test_a_right_that_is_taken_away_ends_with_the_next_request(cache):
    organization = make_organization()
    owner, member = make_member(organization), make_member(organization, "Administrator")
    make_upload(owner, organization, visibility=Visibility.PRIVATE)
    assert len(ids(member, "uploads/")) == 1
    membership = member.memberships.get()
    membership.role = organization.roles.get(name="Member")
    membership.save()
    assert ids(member, "uploads/") == []
