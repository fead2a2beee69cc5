"""Documents, as clients make, change and delete them."""

import pytest
from django.db import IntegrityError

from permissions.choices import Permission, Visibility
from resources.models import Resource, ResourceAttachment
from tests.factories import client_for, make_content, make_member, make_member_with, make_resource, make_upload
from tests.upload_calls import code_of, jpeg, sent, uploaded
from uploads.models import Upload

pytestmark = pytest.mark.django_db

LIST = "/api/v1/resources/"
UNKNOWN = "01890000-0000-7000-8000-000000000000"
TEXT = {"type": "DOCUMENT", "filename": "Work book.txt", "content_type": "text/plain"}


def url(resource):
    return f"{LIST}{resource.pk}/"


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(creator):
    return client_for(creator)


@pytest.fixture
def resource(creator, organization):
    return make_resource(creator, organization)


def attached(client, resource, *contents):
    for content in contents:
        answer = client.post(
            f"/api/v1/content/{content.pk}/resources/", {"resource": str(resource.pk), "label": "Book"}
        )
        assert answer.status_code == 201


def test_a_session_becomes_a_document_with_its_id(client):
    session = sent(client, b"Exercises\n", **TEXT)
    answer = client.post(LIST, {"upload_session": session["id"], "title": "Workbook", "tags": ["yoga"]})
    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["id"], shown["title"], shown["tags"]) == (session["id"], "Workbook", ["yoga"])
    assert (shown["type"], shown["attached_to"], shown["page_count"]) == ("DOCUMENT", [], None)
    assert client.get(f"{LIST}{shown['id']}/").json() == shown
    assert client.get(LIST).json()["results"][0]["id"] == session["id"]


def test_doing_it_again_makes_no_second_one(client):
    session = sent(client, b"Exercises\n", **TEXT)
    first = client.post(LIST, {"upload_session": session["id"], "title": "Workbook"})
    again = client.post(LIST, {"upload_session": session["id"], "title": "Other"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Resource.objects.count() == 1


def test_a_completed_session_and_an_upload_become_documents_too(client):
    for name in ("upload_session", "upload"):
        upload = uploaded(client, b"Exercises\n", **TEXT)
        answer = client.post(LIST, {name: upload["id"], "title": "Workbook"})
        assert (answer.status_code, answer.json()["title"]) == (201, "Workbook")


def test_other_files_are_no_documents(client, creator, organization):
    session = sent(client, jpeg())
    refused = client.post(LIST, {"upload_session": session["id"]})
    assert (refused.status_code, code_of(refused)) == (400, "unsupported_media_type")
    refused = client.post(LIST, {"upload": str(make_upload(creator, organization).pk)})
    assert (refused.status_code, code_of(refused)) == (400, "unsupported_media_type")


@pytest.mark.parametrize("body", [{}, {"title": "A"}, {"upload": UNKNOWN, "upload_session": UNKNOWN}])
def test_one_source_is_named(client, body):
    refused = client.post(LIST, body)
    assert (refused.status_code, code_of(refused)) == (400, "required")


@pytest.mark.parametrize("name", ["upload", "upload_session"])
@pytest.mark.parametrize("value", [UNKNOWN, "nonsense", ""])
def test_a_source_that_is_not_there_does_not_exist(client, name, value):
    refused = client.post(LIST, {name: value})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, name)
    assert code_of(refused) == ("does_not_exist" if value else "blank")


# TI-03 TI-13
@pytest.mark.parametrize("role", ["Creator", "Administrator"])
def test_a_session_of_another_user_does_not_exist(client, organization, other_organization, role):
    session = sent(client, b"Exercises\n", **TEXT)
    for place in (organization, other_organization):
        refused = client_for(make_member(place, role)).post(LIST, {"upload_session": session["id"]})
        unknown = client_for(make_member(place, role)).post(LIST, {"upload_session": UNKNOWN})
        assert (refused.status_code, refused.json()) == (400, unknown.json())
    assert not Resource.everything.exists()


def test_a_document_is_changed_as_its_file_is(client, resource):
    answer = client.patch(url(resource), {"title": "New", "visibility": "PUBLIC", "attached_to": [], "page_count": 9})
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["visibility"], answer.json()["page_count"]) == ("New", "PUBLIC", None)
    assert client.patch(url(resource), {"title": "B"}, headers={"If-Match": '"another"'}).status_code == 412
    assert client.patch(url(resource), {"owner": "me"}).json()["errors"][0]["code"] == "unknown_field"


def test_a_document_that_is_attached_is_not_deleted(client, creator, organization, resource):
    contents = [make_content(creator, organization) for _ in range(2)]
    attached(client, resource, *contents)
    for address in (url(resource), f"/api/v1/uploads/{resource.pk}/"):
        refused = client.delete(address)
        assert (refused.status_code, code_of(refused)) == (409, "in_use")
        assert {item["entity_id"] for item in refused.json()["errors"][0]["items"]} == {str(c.pk) for c in contents}
    for content in contents:
        client.delete(f"/api/v1/content/{content.pk}/resources/{resource.pk}/")
    assert client.delete(url(resource)).status_code == 204
    assert client.get(url(resource)).status_code == 404
    assert client.get(LIST).json()["count"] == 0
    assert client.post(f"/api/v1/uploads/{resource.pk}/restore/").status_code == 200
    assert client.get(url(resource)).status_code == 200


def test_attached_to_lists_the_entities_that_one_may_see(client, creator, organization, resource):
    kept, deleted = make_content(creator, organization, title="Kept"), make_content(creator, organization)
    attached(client, resource, kept, deleted)
    client.delete(f"/api/v1/content/{deleted.pk}/")
    (shown,) = client.get(url(resource)).json()["attached_to"]
    assert shown == {
        "entity_type": "content",
        "entity_id": str(kept.pk),
        "label": "Book",
        "title": "Kept",
        "url": f"/api/v1/content/{kept.pk}/",
    }
    Upload.everything.update(visibility=Visibility.PUBLIC)
    without_content = client_for(make_member_with(organization, Permission.VIEW_RESOURCE))
    assert without_content.get(url(resource)).json()["attached_to"] == []


@pytest.mark.django_db(transaction=True)
def test_purging_a_document_takes_its_attachments_to_deleted_content(client, creator, organization, resource):
    content = make_content(creator, organization)
    attached(client, resource, content)
    client.delete(f"/api/v1/content/{content.pk}/")
    client.delete(url(resource))
    admin = client_for(make_member(organization, "Administrator"))
    assert admin.delete(f"/api/v1/uploads/{resource.pk}/purge/").status_code == 204
    assert not ResourceAttachment.objects.exists()
    assert not Resource.everything.exists()
    assert client.post(f"/api/v1/content/{content.pk}/restore/").status_code == 200


# TI-18
@pytest.mark.django_db(transaction=True)
def test_an_attachment_is_of_the_documents_organization(creator, organization, other_organization, resource):
    content = make_content(creator, organization)
    attached(client_for(creator), resource, content)
    with pytest.raises(IntegrityError):
        ResourceAttachment.objects.update(organization=other_organization)
    with pytest.raises(IntegrityError):
        Resource.everything.update(organization=other_organization)


# VM-02 VM-14
def test_documents_are_seen_by_those_who_see_their_files(organization, resource):
    member = client_for(make_member(organization))
    assert member.get(url(resource)).status_code == 403
    assert member.get(LIST).json()["count"] == 0
    assert client_for(make_member(organization, "Administrator")).get(url(resource)).status_code == 200
    Upload.everything.update(visibility=Visibility.PUBLIC)
    assert member.get(url(resource)).status_code == 200
    assert member.get(LIST).json()["count"] == 1


def test_other_files_are_not_among_documents(client, creator, organization):
    upload = make_upload(creator, organization, type="DOCUMENT")
    assert client.get(LIST).json()["count"] == 0
    assert client.get(url(upload)).status_code == 404


NEEDS = [
    ("get", LIST, Permission.VIEW_RESOURCE),
    ("get", LIST + "{id}/", Permission.VIEW_RESOURCE),
    ("post", LIST, Permission.ADD_RESOURCE),
    ("patch", LIST + "{id}/", Permission.CHANGE_RESOURCE),
    ("delete", LIST + "{id}/", Permission.DELETE_RESOURCE),
]


# PM-01
@pytest.mark.parametrize(("method", "path", "needed"), NEEDS)
def test_every_action_needs_its_own_permission(organization, resource, method, path, needed):
    address = path.format(id=resource.pk)
    others = client_for(make_member_with(organization, *[one for one in Permission if one != needed]))
    assert getattr(others, method)(address, {}).status_code == 403
    with_rights = make_member_with(organization, needed, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_EDIT_ALL)
    expected = {"get": 200, "post": 400, "patch": 200, "delete": 403}[method]
    assert getattr(client_for(with_rights), method)(address, {}).status_code == expected
    assert getattr(client_for(), method)(address, {}).status_code == 401


def test_the_models_permission_is_not_enough_to_change_others_documents(organization, resource):
    Upload.everything.update(visibility=Visibility.PUBLIC)
    other = client_for(make_member(organization, "Creator"))
    assert other.patch(url(resource), {"title": "B"}).status_code == 403
    assert other.delete(url(resource)).status_code == 403


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    client, creator, organization, content_types, django_assert_num_queries
):
    contents = [make_content(creator, organization) for _ in range(2)]
    for _ in range(3):
        attached(client, make_resource(creator, organization, tags=["a"]), *contents)
    with django_assert_num_queries(3):
        assert len(client.get(LIST).json()["results"]) == 3
    for _ in range(5):
        attached(client, make_resource(creator, organization, tags=["b"]), *contents)
    with django_assert_num_queries(3):
        assert len(client.get(LIST).json()["results"]) == 8
