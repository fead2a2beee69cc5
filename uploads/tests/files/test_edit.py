"""Changing what is said of a file, and who may see it."""

import pytest

from permissions.choices import Permission, Visibility
from tests.factories import client_for, make_member, make_member_with, make_role, make_upload
from tests.threads import in_threads
from uploads.choices import UploadType
from uploads.models import Activity, Upload

pytestmark = pytest.mark.django_db

LIST = "/api/v1/uploads/"
EVERYTHING = {
    "title": "Harbour",
    "description": "At dawn",
    "alt_text": "Boats",
    "category": "press",
    "tags": ["dawn", "sea"],
    "visibility": "PUBLIC",
}


def url(upload):
    return f"{LIST}{upload.pk}/"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(owner):
    return client_for(owner)


@pytest.fixture
def upload(owner, organization):
    return make_upload(owner, organization, title="Old", tags=["night"])


def refused(answer, status, code, attr=None):
    error = answer.json()["errors"][0]
    return (answer.status_code, error["code"], error["attr"]) == (status, code, attr)


def test_every_detail_can_be_changed_and_is_answered_as_a_read_would(client, upload, organization):
    role = make_role(organization)
    answer = client.patch(url(upload), {**EVERYTHING, "allowed_roles": [str(role.pk)]})
    assert answer.status_code == 200
    shown = client.get(url(upload))
    assert answer.json() == shown.json()
    assert answer["ETag"] == shown["ETag"]
    assert {**EVERYTHING, "allowed_roles": [str(role.pk)]}.items() <= shown.json().items()


def test_what_is_not_sent_stays(client, upload):
    client.patch(url(upload), EVERYTHING)
    assert client.patch(url(upload), {"title": "Quay"}).json()["title"] == "Quay"
    assert ({**EVERYTHING, "title": "Quay"}).items() <= client.get(url(upload)).json().items()


def test_files_are_found_by_what_is_said_of_them_now(client, upload):
    client.patch(url(upload), {"title": "Lighthouse", "tags": ["Müller"]})
    found = [client.get(LIST, {"search": word}).json()["count"] for word in ("lighthouse", "müller", "old", "night")]
    assert found == [1, 1, 0, 0]


def test_the_whole_representation_may_be_sent_back(client, upload):
    shown = client.get(url(upload)).json()
    answer = client.patch(url(upload), {**shown, "title": "New", "size": 1, "type": "VIDEO", "uploaded_by": None})
    assert answer.status_code == 200
    assert {**answer.json(), "updated_at": ""} == {**shown, "title": "New", "updated_at": ""}


@pytest.mark.parametrize("field", ["organization", "key", "owner", "storage", "search_text", "purging_at", "nonsense"])
def test_what_the_representation_does_not_have_is_refused(client, upload, field):
    assert refused(client.patch(url(upload), {field: "x", "title": "New"}), 400, "unknown_field", field)
    assert Upload.objects.get().title == "Old"


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"title": None}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"description": ["x"]}, "description"),
        ({"tags": "sea"}, "tags"),
        ({"tags": [""]}, "tags.0"),
        ({"tags": ["x" * 51]}, "tags.0"),
        ({"tags": [f"{n}" for n in range(51)]}, "tags"),
        ({"visibility": "public"}, "visibility"),
        ({"allowed_roles": ["x"]}, "allowed_roles"),
        ({"allowed_roles": None}, "allowed_roles"),
    ],
)
def test_a_value_that_is_not_acceptable_changes_nothing(client, upload, body, attr):
    answer = client.patch(url(upload), {"category": "press", **body})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr
    assert Upload.objects.get().category == ""


# PM-10
def test_allowed_roles_are_roles_of_the_organization_held_or_not(client, upload, organization, other_organization):
    foreign = make_role(other_organization)
    assert refused(
        client.patch(url(upload), {"allowed_roles": [str(foreign.pk)]}), 400, "does_not_exist", "allowed_roles"
    )
    not_held = organization.roles.get(name="Administrator")
    assert client.patch(url(upload), {"allowed_roles": [str(not_held.pk)]}).json()["allowed_roles"] == [
        str(not_held.pk)
    ]


# VM-11
def test_roles_allowed_while_private_count_once_the_file_is_role_based(client, upload, organization):
    role = make_role(organization, Permission.MEDIA_VIEW)
    holder = client_for(make_member(organization))
    reader = client_for(make_member_with(organization))
    assert client.patch(url(upload), {"allowed_roles": [str(role.pk)]}).json()["allowed_roles"] == [str(role.pk)]
    member = organization.users.exclude(pk=upload.uploaded_by_id).first()
    member.memberships.create(role=role, organization=organization)
    assert holder.get(url(upload)).status_code == 403
    client.patch(url(upload), {"visibility": "ROLE_BASED"})
    assert holder.get(url(upload)).status_code == 200
    assert reader.get(url(upload)).status_code == 403


# PM-06: who may edit may publish; seven permissions are what roles are made of, and none of them is for publishing.
@pytest.mark.parametrize(
    ("permissions", "own", "status"),
    [
        ([Permission.MEDIA_EDIT_OWN], True, 200),
        ([Permission.MEDIA_EDIT_OWN], False, 403),
        ([Permission.MEDIA_EDIT_ALL], False, 200),
        ([Permission.MEDIA_VIEW_ALL, Permission.MEDIA_UPLOAD, Permission.MEDIA_DELETE_ALL], True, 403),
    ],
)
def test_who_may_edit_may_publish_and_nobody_else(organization, owner, permissions, own, status):
    user = make_member_with(organization, *permissions)
    upload = make_upload(user if own else owner, organization)
    assert client_for(user).patch(url(upload), {"visibility": "PUBLIC"}).status_code == status
    assert (Upload.objects.get().visibility == Visibility.PUBLIC) is (status == 200)


def test_a_fixed_visibility_stays(client, owner, organization):
    upload = make_upload(owner, organization, type=UploadType.LIBRARY, visibility="PUBLIC")
    assert refused(client.patch(url(upload), {"visibility": "PRIVATE"}), 400, "visibility_is_fixed", "visibility")
    assert client.patch(url(upload), {"visibility": "PUBLIC", "title": "Chair"}).status_code == 200


# TI-01
def test_a_foreign_file_answers_as_one_that_does_not_exist(upload, other_organization):
    stranger = client_for(make_member(other_organization, "Administrator"))
    for body in ({"title": "New"}, {"nonsense": 1}):
        foreign = stranger.patch(url(upload), body)
        assert foreign.status_code == 404
        assert foreign.json() == stranger.patch(f"{LIST}0190c0de-0000-7000-8000-000000000000/", body).json()


def test_what_is_in_the_trash_cannot_be_changed(client, upload):
    client.delete(url(upload))
    assert client.patch(url(upload), {"title": "New"}).status_code == 404


def test_a_stale_reader_changes_nothing(client, upload):
    tag = client.get(url(upload))["ETag"]
    assert client.patch(url(upload), {"title": "First"}, HTTP_IF_MATCH=tag).status_code == 200
    assert refused(client.patch(url(upload), {"title": "Second"}, HTTP_IF_MATCH=tag), 412, "precondition_failed")
    assert Upload.objects.get().title == "First"


# BK-10
def test_what_changes_is_kept_in_the_history_and_what_does_not_is_not(client, upload, owner):
    client.patch(url(upload), {"title": "New", "category": ""})
    client.patch(url(upload), {"title": "New"})
    client.patch(url(upload), {"visibility": "PUBLIC"})
    entries = Activity.objects.order_by("created_at").values_list("action", "changes", "actor")
    assert list(entries) == [
        ("edit", {"title": ["Old", "New"]}, owner.pk),
        ("access", {"visibility": ["PRIVATE", "PUBLIC"]}, owner.pk),
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_read_the_same_state_one_writes(upload, client, owner):
    tag = client.get(url(upload))["ETag"]
    clients = [client_for(owner) for _ in range(5)]

    def write(number):
        return clients[number % 5].patch(url(upload), {"title": f"{number}"}, HTTP_IF_MATCH=tag).status_code

    assert sorted(in_threads(25, write)) == [200] + [412] * 24


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_changes_of_different_fields_at_once_are_all_kept(upload, owner):
    fields = {"title": "T", "description": "D", "alt_text": "A", "category": "C", "tags": ["x", "y"]}
    clients, names = [client_for(owner) for _ in range(5)], list(fields)
    answers = in_threads(5, lambda n: clients[n].patch(url(upload), {names[n]: fields[names[n]]}).status_code)
    assert answers == [200] * 5
    assert fields.items() <= client_for(owner).get(url(upload)).json().items()
    assert set("T D x y".lower().split()) <= set(Upload.objects.get().search_text.split())


# BK-07
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_and_a_deletion_at_once_follow_one_another(upload, owner):
    clients = [client_for(owner) for _ in range(10)]

    def work(number):
        one = clients[number]
        return one.delete(url(upload)) if number == 9 else one.patch(url(upload), {"title": f"{number}"})

    statuses = [answer.status_code for answer in in_threads(10, work)]
    assert statuses.pop() == 204
    assert set(statuses) <= {200, 404}
    kept = Activity.objects.order_by("created_at", "id").values_list("action", flat=True)
    assert list(kept) == ["edit"] * statuses.count(200) + ["delete"]


# FA-E5
@pytest.mark.parametrize(
    ("current", "name", "shown"),
    [
        ("a.jpg", "Pier at dawn.jpg", "Pier at dawn.jpg"),
        ("a.jpg", "Pier at dawn", "Pier at dawn.jpg"),
        ("a.JPG", "pier.jpg", "pier.jpg"),
        ("a.jpg", "pier.png", "pier.png.jpg"),
        ("a.jpg", "run.exe", "run.exe.jpg"),
        ("a.jpg", "../e\u0301tude.jpg", "étude.jpg"),
        ("README", "LICENSE", "LICENSE"),
        ("report.v2.pdf", "report.v3", "report.v3.pdf"),
    ],
)
def test_a_file_gets_another_name_and_keeps_its_extension(client, upload, current, name, shown):
    Upload.objects.filter(pk=upload.pk).update(original_filename=current)
    answer = client.patch(url(upload), {"original_filename": name})
    assert (answer.status_code, answer.json()["original_filename"]) == (200, shown)
    assert client.get(LIST, {"search": shown}).json()["count"] == 1
    assert [row["original_filename"] for row in Activity.objects.values_list("changes", flat=True)] == [
        [current, shown]
    ]


# FA-E5
@pytest.mark.parametrize(
    ("current", "name"), [("a.jpg", ".jpg"), ("a.jpg", "..."), ("a.jpg", "/"), ("README", "a.exe")]
)
def test_a_name_with_nothing_in_it_is_refused(client, upload, current, name):
    Upload.objects.filter(pk=upload.pk).update(original_filename=current)
    refused(client.patch(url(upload), {"original_filename": name}), 400, "invalid_filename", "original_filename")
