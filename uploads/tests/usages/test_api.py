"""Where a file is used, over the API."""

import pytest
from django.utils import timezone

from permissions.choices import Visibility
from tests.factories import client_for, make_member, make_upload
from tests.threads import in_threads
from tests.upload_calls import code_of
from uploads.choices import UploadType
from uploads.models import Upload, Usage
from uploads.usages import registry
from uploads.usages.avatars import set_avatar
from uploads.usages.record import record_usage
from uploads.usages.registry import EntityLabel, EntityType

pytestmark = pytest.mark.django_db

BODY = {"entity_type": "page", "entity_id": "1", "field": "hero", "label": "Home", "url": "/home"}
UNKNOWN = "0190c0de-0000-7000-8000-000000000000"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def upload(owner, organization):
    return make_upload(owner, organization)


@pytest.fixture
def client(owner):
    return client_for(owner)


def url(upload, *parts):
    return "/".join([f"/api/v1/uploads/{upload.pk}/usages", *parts, ""])


def count_of(upload):
    return Upload.everything.values_list("usage_count", flat=True).get(pk=upload.pk)


# UC-02
def test_telling_a_usage_twice_is_one_usage(client, upload):
    first, again = client.post(url(upload), BODY), client.post(url(upload), {**BODY, "label": "Start"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert {name: first.json()[name] for name in BODY} == BODY
    assert count_of(upload) == 1


def test_usages_are_listed_in_pages_and_with_the_detail(client, upload):
    for number in range(3):
        client.post(url(upload), {**BODY, "entity_id": str(number)})
    page = client.get(url(upload), {"limit": 2}).json()
    assert (page["count"], [row["entity_id"] for row in page["results"]]) == (3, ["0", "1"])
    rest = client.get(page["next"]).json()
    assert [row["entity_id"] for row in rest["results"]] == ["2"]
    assert client.get(f"/api/v1/uploads/{upload.pk}/").json()["used_in"] == [*page["results"], *rest["results"]]


def test_a_withdrawn_usage_is_not_counted_any_more(client, upload):
    usage = client.post(url(upload), BODY).json()["id"]
    assert client.delete(url(upload, usage)).status_code == 204
    assert client.delete(url(upload, usage)).status_code == 404
    assert count_of(upload) == 0


def test_unknown_parameters_and_fields_are_refused(client, upload):
    assert client.get(url(upload), {"entity_typ": "page"}).status_code == 400
    refused = client.post(url(upload), {**BODY, "count": 3})
    assert (refused.status_code, code_of(refused)) == (400, "unknown_field")


@pytest.mark.parametrize(
    "change",
    [
        {"entity_type": ""},
        {"entity_type": "a page"},
        {"entity_type": "p" * 101},
        {"entity_id": ""},
        {"entity_id": "a\x00b"},
        {"label": "l" * 201},
        {"url": "javascript:alert(1)"},
        {"url": "//elsewhere.example/x"},
        {"url": "/\\elsewhere.example"},
        {"url": "data:text/html,x"},
    ],
    ids=str,
)
def test_a_usage_that_is_none_is_refused(client, upload, change):
    assert client.post(url(upload), {**BODY, **change}).status_code == 400
    assert Usage.objects.count() == 0


# Who may


def test_a_viewer_of_a_file_reads_its_usages_and_records_none(client, organization, upload):
    usage = client.post(url(upload), BODY).json()["id"]
    member = client_for(make_member(organization))
    assert member.get(url(upload)).status_code == 403
    Upload.objects.update(visibility=Visibility.PUBLIC)
    assert member.get(url(upload)).json()["count"] == 1
    assert member.post(url(upload), {**BODY, "entity_id": "2"}).status_code == 403
    assert member.delete(url(upload, usage)).status_code == 403
    assert count_of(upload) == 1


def test_nobody_signed_in_learns_nothing(api, upload):
    Upload.objects.update(visibility=Visibility.PUBLIC)
    Usage.objects.create(upload=upload, **BODY)
    assert api.get(url(upload)).status_code == 401
    assert api.get(f"/api/v1/uploads/{upload.pk}/").json()["used_in"] == []


# UC-05
def test_a_foreign_file_does_not_exist(other_organization, upload, client):
    usage = client.post(url(upload), BODY).json()["id"]
    stranger = client_for(make_member(other_organization, "Administrator"))
    assert stranger.get(url(upload)).status_code == 404
    assert stranger.post(url(upload), BODY).status_code == 404
    assert stranger.delete(url(upload, usage)).status_code == 404


# UC-05
def test_a_usage_of_another_file_is_not_found_here(client, upload, owner, organization):
    usage = client.post(url(upload), BODY).json()["id"]
    other = make_upload(owner, organization)
    assert client.delete(url(other, usage)).status_code == 404
    assert client.delete(url(upload, UNKNOWN)).status_code == 404
    assert client.delete(url(upload, "nonsense")).status_code == 404
    assert count_of(upload) == 1


# UC-05
def test_a_file_in_the_trash_takes_no_usage_and_lets_go_of_those_it_has(client, upload):
    usage = client.post(url(upload), BODY).json()["id"]
    Upload.everything.update(deleted_at=timezone.now())
    assert client.post(url(upload), {**BODY, "entity_id": "2"}).status_code == 404
    assert client.delete(url(upload, usage)).status_code == 204
    assert count_of(upload) == 0


# What our own models keep


@pytest.mark.parametrize("name", ["user", "USER", "User"])
def test_a_recorded_usage_does_not_make_a_file_an_avatar(client, upload, owner, name):
    refused = client.post(url(upload), {"entity_type": name, "entity_id": str(owner.pk), "field": "avatar"})
    assert (refused.status_code, code_of(refused)) == (409, "managed_usage")
    assert count_of(upload) == 0


def test_a_usage_that_the_library_keeps_is_not_withdrawn(client, owner, organization):
    avatar = make_upload(owner, organization, type=UploadType.AVATAR)
    set_avatar(user_id=owner.pk, upload=avatar)
    (usage,) = client.get(url(avatar)).json()["results"]
    assert usage["label"] == f"Avatar of {owner.username}"
    refused = client.delete(url(avatar, usage["id"]))
    assert (refused.status_code, code_of(refused)) == (409, "managed_usage")
    assert count_of(avatar) == 1


@pytest.fixture
def secrets(monkeypatch):
    """A type of entity of which callers see those whose id is that of their user."""
    seen = []

    def shown(access, ids):
        seen.append(set(ids))
        return {pk: EntityLabel(text=f"Secret {pk}", url=f"/secrets/{pk}/") for pk in ids if pk == str(access.user_id)}

    monkeypatch.setitem(registry._types, "secret", EntityType("secret", labels=shown))
    return seen


# UC-09 SD-03
def test_entities_that_the_caller_may_not_see_are_counted_and_not_named(client, upload, owner, secrets):
    record_usage(upload_id=upload.pk, entity_type="secret", entity_id=str(owner.pk), label="as recorded")
    record_usage(upload_id=upload.pk, entity_type="secret", entity_id="another", label="not yours")
    listed = client.get(url(upload)).json()
    detail = client.get(f"/api/v1/uploads/{upload.pk}/").json()
    refused = client.delete(f"/api/v1/uploads/{upload.pk}/")
    assert [row["entity_id"] for row in listed["results"]] == [str(owner.pk)]
    assert (listed["count"], detail["usage_count"]) == (1, 2)
    assert detail["used_in"] == listed["results"] == refused.json()["errors"][0]["items"]
    (row,) = listed["results"]
    assert (row["label"], row["url"]) == (f"Secret {owner.pk}", f"/secrets/{owner.pk}/")
    assert "2 places" in refused.json()["errors"][0]["detail"]
    assert b"not yours" not in client.get(url(upload)).content + refused.content


def test_listing_usages_costs_the_same_however_many_there_are(client, upload, secrets, django_assert_num_queries):
    for number in range(30):
        record_usage(upload_id=upload.pk, entity_type="secret", entity_id=str(number))
        record_usage(upload_id=upload.pk, entity_type="page", entity_id=str(number))
    with django_assert_num_queries(4):
        assert len(client.get(url(upload), {"limit": 200}).json()["results"]) == 30
    assert len(secrets) == 1


# UC-01 UC-02
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_callers_at_once_count_exactly(client, upload):
    made = in_threads(50, lambda number: client.post(url(upload), {**BODY, "entity_id": str(number % 10)}))
    assert sorted(answer.status_code for answer in made) == [200] * 40 + [201] * 10
    assert count_of(upload) == 10
    ids = {answer.json()["id"] for answer in made}
    gone = in_threads(10, lambda number: client.delete(url(upload, sorted(ids)[number])).status_code)
    assert gone == [204] * 10
    assert count_of(upload) == 0
