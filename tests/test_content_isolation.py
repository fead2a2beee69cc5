"""Content, categories and documents of another organization do not exist, in any position."""

import pytest
from django.db import IntegrityError, connection

from media_library.models import Category, Content, ContentTag
from permissions.models import Organization
from resources.models import Resource, ResourceAttachment
from tests.factories import (
    client_for,
    make_category,
    make_content,
    make_media_item,
    make_member,
    make_resource,
    make_upload,
)
from tests.reading_client import comparable
from uploads.models import Usage

pytestmark = pytest.mark.django_db

API = "/api/v1"
UNKNOWN = "01890000-0000-7000-8000-000000000000"


class Tenant:
    """An organization with one row of each kind, and its administrator."""

    def __init__(self, organization: Organization):
        self.organization = organization
        self.owner = make_member(organization, "Administrator")
        self.client = client_for(self.owner)
        self.category = make_category(organization, "Shared name")
        self.item = make_media_item(self.owner, organization)
        self.picture = make_upload(self.owner, organization)
        self.resource = make_resource(self.owner, organization)
        self.content = make_content(
            self.owner,
            organization,
            title="Shared title",
            media_item=self.item,
            category=self.category,
            custom_thumbnail=self.picture,
            tags=["Shared word"],
        )
        address = f"{API}/content/{self.content.pk}/resources/"
        assert self.client.post(address, {"resource": str(self.resource.pk)}).status_code == 201


@pytest.fixture
def here(organization):
    return Tenant(organization)


@pytest.fixture
def there(other_organization):
    return Tenant(other_organization)


def everything():
    models = (Category, Content.everything, ContentTag, Resource.everything, ResourceAttachment, Usage)
    return [list(getattr(model, "objects", model).order_by("pk").values()) for model in models]


DETAILS = [
    ("content", "content", ["", "publish/", "archive/", "restore/", "resources/", "resources/{resource}/"]),
    ("categories", "category", [""]),
    ("resources", "resource", [""]),
]
ADDRESSES = [(f"{API}/{route}/{{id}}/{path}", kind) for route, kind, paths in DETAILS for path in paths]


# TI-01 TI-02
@pytest.mark.parametrize(("address", "kind"), ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_a_foreign_row_answers_as_an_unknown_one(here, there, address, kind, method):
    before = everything()
    foreign = address.format(id=getattr(there, kind).pk, resource=here.resource.pk)
    unknown = address.format(id=UNKNOWN, resource=here.resource.pk)
    body = {"title": "Taken", "resource": str(here.resource.pk)}
    answers = [getattr(here.client, method)(one, body) for one in (foreign, unknown)]
    assert answers[0].status_code in {404, 405}
    assert answers[0].content == answers[1].content
    assert comparable(answers[0]) == comparable(answers[1])
    assert everything() == before


# TI-02
@pytest.mark.parametrize("method", ["delete", "post"])
def test_a_foreign_document_of_own_content_answers_as_an_unknown_one(here, there, method):
    before = everything()
    own = f"{API}/content/{here.content.pk}/resources/"
    for pk in (there.resource.pk, UNKNOWN):
        answer = (
            here.client.delete(f"{own}{pk}/") if method == "delete" else here.client.post(own, {"resource": str(pk)})
        )
        assert answer.status_code == {"delete": 404, "post": 400}[method]
        assert answer.json()["errors"][0]["code"] == {"delete": "not_found", "post": "does_not_exist"}[method]
    assert everything() == before


# TI-03
@pytest.mark.parametrize(
    ("field", "kind"), [("media_item", "item"), ("category", "category"), ("custom_thumbnail", "picture")]
)
def test_a_foreign_reference_answers_as_an_unknown_one(here, there, field, kind):
    before = everything()
    base = {"title": "A", "media_item": str(here.item.pk)}
    own = f"{API}/content/{here.content.pk}/"
    for send in (
        lambda value: here.client.post(f"{API}/content/", {**base, field: value}),
        lambda value: here.client.patch(own, {field: value}),
    ):
        foreign, unknown = send(str(getattr(there, kind).pk)), send(UNKNOWN)
        assert foreign.status_code == 400
        assert foreign.json() == unknown.json()
        assert foreign.json()["errors"][0]["code"] == "does_not_exist"
    assert everything() == before


# TI-04
@pytest.mark.parametrize("field", ["organization", "organization_id", "uploaded_by", "deleted_at"])
def test_the_organization_cannot_be_written(here, there, field):
    for route in ("content", "categories", "resources"):
        answer = here.client.post(f"{API}/{route}/", {"title": "A", "name": "A", field: str(there.organization.pk)})
        assert answer.status_code == 400


# TI-08
@pytest.mark.parametrize(
    "ordering", ["organization", "media_item", "deleted_by", "search_text", "-status", "category__name"]
)
def test_only_listed_orders_are_known(here, ordering):
    assert here.client.get(f"{API}/content/", {"ordering": ordering}).status_code == 400


# TI-10 TI-12
def test_lists_counts_and_filters_know_own_rows_alone(here, there):
    for route in ("content", "categories", "resources"):
        assert here.client.get(f"{API}/{route}/").json()["count"] == 1
    for name, kind in (("category", "category"), ("media_item", "item")):
        found = [
            here.client.get(f"{API}/content/", {name: str(pk)}).json() for pk in (getattr(there, kind).pk, UNKNOWN)
        ]
        assert found[0] == found[1]
        assert found[0]["results"] == []
    assert here.client.get(f"{API}/content/", {"tag": "shared word"}).json()["count"] == 1
    assert here.client.get(f"{API}/content/", {"search": "shared"}).json()["count"] == 1


# TI-11
def test_suggestions_of_tags_know_words_on_own_content(here, there):
    there.client.patch(f"{API}/content/{there.content.pk}/", {"tags": ["Foreign word"]})
    assert [tag["name"] for tag in here.client.get(f"{API}/tags/").json()["results"]] == ["Shared word"]
    here.client.delete(f"{API}/content/{here.content.pk}/")
    assert here.client.get(f"{API}/tags/").json()["results"] == []


# TI-18
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("column", "kind"), [("media_item_id", "item"), ("category_id", "category"), ("custom_thumbnail_id", "picture")]
)
def test_the_database_refuses_content_that_refers_elsewhere(here, there, column, kind):
    foreign, own = getattr(there, kind), here.content
    as_stored = Content._meta.pk.get_db_prep_value
    values = [as_stored(pk, connection) for pk in (foreign.pk, own.pk)]
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE media_library_content SET {column} = %s WHERE id = %s", values)


# TI-18
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_tag_from_elsewhere(here, there):
    tag = there.content.tags.get()
    with pytest.raises(IntegrityError):
        ContentTag.objects.create(organization=here.organization, content=here.content, tag=tag)
    with pytest.raises(IntegrityError):
        ContentTag.objects.create(organization=there.organization, content=here.content, tag=tag)
