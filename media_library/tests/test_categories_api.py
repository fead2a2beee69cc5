"""Categories of an organization."""

import unicodedata

import pytest
from django.db import IntegrityError, transaction

from media_library.models import Category, Content
from permissions.choices import Permission
from tests.factories import client_for, make_category, make_content, make_member, make_member_with
from tests.upload_calls import code_of

pytestmark = pytest.mark.django_db

LIST = "/api/v1/categories/"


@pytest.fixture
def client(organization):
    return client_for(make_member(organization, "Administrator"))


def url(category):
    return f"{LIST}{category.pk}/"


def test_a_category_gets_its_slug_from_its_name(client):
    answer = client.post(LIST, {"name": "  Morning   Yoga ", "description": "Early."})
    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["name"], shown["slug"], shown["description"]) == ("Morning Yoga", "morning-yoga", "Early.")
    assert client.get(f"{LIST}{shown['id']}/").json() == shown
    assert client.get(LIST).json()["results"] == [shown]
    assert answer["ETag"]


def test_a_slug_that_is_taken_gets_a_number(client):
    slugs = [client.post(LIST, {"name": name}).json()["slug"] for name in ("A b", "A-b", "A.b!", "A, b", "?", "日本")]
    assert slugs == ["a-b", "a-b-2", "ab", "a-b-3", "category", "日本"]


SAME = ["Été", unicodedata.normalize("NFD", "Été"), "ÉTÉ", " été  "]


# TI-11 TI-15
@pytest.mark.parametrize("name", SAME)
def test_names_are_unique_whatever_their_case_and_composition(client, organization, other_organization, name):
    make_category(organization, "Été")
    refused = client.post(LIST, {"name": name})
    assert (refused.status_code, code_of(refused), refused.json()["errors"][0]["attr"]) == (400, "unique", "name")
    elsewhere = client_for(make_member(other_organization, "Administrator"))
    assert elsewhere.post(LIST, {"name": name}).status_code == 201


def test_slugs_are_unique_whatever_their_case(client, organization):
    make_category(organization, "A", slug="first")
    refused = client.post(LIST, {"name": "B", "slug": "FIRST"})
    assert (refused.status_code, code_of(refused), refused.json()["errors"][0]["attr"]) == (400, "unique", "slug")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "  "}, {"name": "a" * 101}, {"name": "a", "slug": "a b"}])
def test_what_cannot_be_is_refused(client, body):
    assert client.post(LIST, body).status_code == 400
    assert not Category.objects.exists()


def test_renaming_keeps_the_slug(client, organization):
    category = make_category(organization, "A")
    assert client.patch(url(category), {"name": "a"}).json()["name"] == "a"
    answer = client.patch(url(category), {"name": "B"}).json()
    assert (answer["name"], answer["slug"]) == ("B", "a")
    assert client.patch(url(category), {"slug": "Bee"}).json()["slug"] == "bee"
    assert client.patch(url(category), {"name": "C"}, headers={"If-Match": '"other"'}).status_code == 412


def test_a_category_with_content_is_not_deleted(client, organization):
    category = make_category(organization)
    content = make_content(make_member(organization, "Creator"), organization, category=category, title="Film")
    refused = client.delete(url(category))
    assert (refused.status_code, code_of(refused)) == (409, "in_use")
    assert refused.json()["errors"][0]["items"] == [{"id": str(content.pk), "title": "Film"}]
    blind = client_for(make_member_with(organization, Permission.DELETE_CATEGORY))
    assert blind.delete(url(category)).json()["errors"][0]["items"] == []
    client.delete(f"/api/v1/content/{content.pk}/")
    assert client.delete(url(category)).status_code == 204
    assert Content.everything.get().category is None
    assert client.post(f"/api/v1/content/{content.pk}/restore/").status_code == 200


def test_categories_are_found_by_part_of_their_name(client, organization):
    make_category(organization, "Morning Yoga")
    make_category(organization, "Evening")
    assert [row["name"] for row in client.get(LIST, {"search": "YOGA"}).json()["results"]] == ["Morning Yoga"]
    assert client.get(LIST, {"color": "red"}).status_code == 400


NEEDS = [
    ("get", LIST, Permission.VIEW_CATEGORY, 200),
    ("get", LIST + "{id}/", Permission.VIEW_CATEGORY, 200),
    ("post", LIST, Permission.ADD_CATEGORY, 400),
    ("patch", LIST + "{id}/", Permission.CHANGE_CATEGORY, 200),
    ("delete", LIST + "{id}/", Permission.DELETE_CATEGORY, 204),
]


# PM-01
@pytest.mark.parametrize(("method", "path", "needed", "status"), NEEDS)
def test_every_action_needs_its_own_permission(organization, method, path, needed, status):
    address = path.format(id=make_category(organization).pk)
    others = client_for(make_member_with(organization, *[one for one in Permission if one != needed]))
    assert getattr(others, method)(address, {}).status_code == 403
    assert getattr(client_for(make_member_with(organization, needed)), method)(address, {}).status_code == status
    assert getattr(client_for(), method)(address, {}).status_code == 401


@pytest.mark.parametrize("values", [{"slug": "b"}, {"name_key": "b"}, {"slug": ""}, {"name_key": ""}])
def test_the_database_holds_the_rules_itself(organization, values):
    make_category(organization, "B")
    category = make_category(organization, "A")
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=category.pk).update(**values)
