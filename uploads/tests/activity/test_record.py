"""Who did what to which file."""

import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from common.web.request_id import RequestIdMiddleware
from tests.admin_cases import address, signed_in
from tests.factories import client_for, make_member, make_upload
from tests.upload_calls import jpeg, uploaded
from uploads.accounts.deletion import hand_over_files
from uploads.activity.record import record_activity, turned_into
from uploads.choices import ActivityAction
from uploads.files.edit import edit_upload
from uploads.models import Activity, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator", username="owner")


def test_an_entry_keeps_the_names_of_the_file_and_of_who_did_it(organization, owner):
    upload = make_upload(owner, organization, title="Harbour")
    record_activity(action=ActivityAction.EDIT, uploads=upload, actor_id=owner.pk, changes={"title": ["", "Harbour"]})
    entry = Activity.objects.get()
    assert (entry.organization, entry.upload_id, entry.upload_name) == (organization, upload.pk, "Harbour")
    assert (entry.actor, entry.actor_name, entry.action) == (owner, "owner", "edit")
    assert entry.changes == {"title": ["", "Harbour"]}
    assert entry.pk.version == 7
    assert entry.pk.variant == uuid.RFC_4122


def test_an_entry_names_the_file_as_its_uploader_did_where_it_has_no_title(organization, owner):
    upload = make_upload(owner, organization, original_filename="quay.png")
    record_activity(action=ActivityAction.UPLOAD, uploads=upload, actor_id=None)
    entry = Activity.objects.get()
    assert (entry.upload_name, entry.actor, entry.actor_name, entry.changes) == ("quay.png", None, "", {})


# BK-10
def test_many_files_take_one_insert_and_each_gets_its_own_entry(organization, owner):
    uploads = [make_upload(owner, organization, visibility="PRIVATE") for _ in range(30)]
    unchanged = make_upload(owner, organization, visibility="PUBLIC")
    rows = Upload.objects.exclude(visibility="PUBLIC")
    with CaptureQueriesContext(connection) as queries:
        count = record_activity(
            action=ActivityAction.ACCESS,
            uploads=rows,
            actor_id=owner.pk,
            changes={"visibility": turned_into("visibility", "PUBLIC"), "allowed_roles": []},
        )
    assert (count, len(queries)) == (30, 2)  # the second looks for webhooks
    assert set(Activity.objects.values_list("upload_id", flat=True)) == {upload.pk for upload in uploads}
    assert not Activity.objects.filter(upload_id=unchanged.pk).exists()
    entry = Activity.objects.first()
    assert entry.changes == {"visibility": ["PRIVATE", "PUBLIC"], "allowed_roles": []}
    assert Activity.objects.values("id").distinct().count() == 30


def test_nothing_is_recorded_of_no_files(organization, owner):
    assert record_activity(action=ActivityAction.EDIT, uploads=Upload.objects.none(), actor_id=owner.pk) == 0
    assert not Activity.objects.exists()


# BK-10
def test_an_entry_carries_the_id_of_its_request_and_the_answer_says_it(organization, owner, rf):
    upload = make_upload(owner, organization)

    def view(request):
        from django.http import HttpResponse

        record_activity(action=ActivityAction.EDIT, uploads=upload, actor_id=owner.pk)
        return HttpResponse()

    response = RequestIdMiddleware(view)(rf.get("/", headers={"X-Request-Id": "chosen-by-client"}))
    assert uuid.UUID(response["X-Request-Id"]).version == 7
    assert Activity.objects.get().request_id == response["X-Request-Id"]


@pytest.mark.parametrize(("said", "kept"), [("proxy-1234", True), ("short", False), ("line\nbreak-1234", False)])
def test_a_trusted_proxy_may_name_the_request_where_the_name_is_well_formed(rf, settings, said, kept):
    from django.http import HttpResponse

    settings.TRUST_PROXY_HEADERS = True
    response = RequestIdMiddleware(lambda request: HttpResponse())(rf.get("/", HTTP_X_REQUEST_ID=said))
    assert (response["X-Request-Id"] == said) is kept


def test_entries_outlive_the_file_and_the_account(organization, owner):
    upload = make_upload(owner, organization)
    record_activity(action=ActivityAction.PURGE, uploads=upload, actor_id=owner.pk)
    Upload.everything.filter(pk=upload.pk)._raw_delete("default")
    owner.delete()
    connection.check_constraints()
    entry = Activity.objects.annotate(name=F("actor__username")).get()
    assert (entry.actor_name, entry.name) == ("owner", None)


# The API


def history(client, upload, **parameters):
    return client.get(f"/api/v1/uploads/{upload.pk}/activity/", parameters)


def test_an_editor_reads_the_history_newest_first_in_pages(organization, owner, django_assert_num_queries):
    upload = make_upload(owner, organization)
    for action in (ActivityAction.UPLOAD, ActivityAction.EDIT, ActivityAction.SHARE):
        record_activity(action=action, uploads=upload, actor_id=owner.pk, changes={"a": 1})
    client = client_for(owner)
    first = history(client, upload, limit=2).json()
    assert first.keys() == {"next", "previous", "results"}
    assert [entry["action"] for entry in first["results"]] == ["share", "edit"]
    assert first["results"][0]["actor"] == {"id": str(owner.pk), "username": "owner"}
    assert first["results"][0]["changes"] == {"a": 1}
    assert first["results"][0].keys() == {"id", "action", "actor", "changes", "request_id", "created_at"}
    second = client.get(first["next"]).json()
    assert [entry["action"] for entry in second["results"]] == ["upload"]
    assert second["next"] is None
    assert history(client, upload, offset=1).status_code == 400
    assert history(client, upload, action="edit").json()["errors"][0]["code"] == "unknown_parameter"
    with django_assert_num_queries(3):  # token with memberships, row, entries
        history(client, upload)


@pytest.mark.parametrize("visibility", ["PUBLIC", "PRIVATE"])
def test_a_person_who_may_not_edit_reads_no_history(organization, other_organization, owner, visibility):
    upload = make_upload(owner, organization, visibility=visibility)
    assert history(client_for(make_member(organization, "Creator")), upload).status_code == 403
    assert history(client_for(make_member(organization, "Member")), upload).status_code == 403
    assert history(client_for(make_member(other_organization, "Administrator")), upload).status_code == 404
    assert history(client_for(), upload).status_code == 401
    assert history(client_for(make_member(organization, "Administrator")), upload).status_code == 200


def test_the_history_goes_on_in_the_trash_and_names_who_put_it_there(organization, owner):
    upload, client = make_upload(owner, organization), client_for(owner)
    client.delete(f"/api/v1/uploads/{upload.pk}/")
    assert [entry["action"] for entry in history(client, upload).json()["results"]] == ["delete"]
    client.post(f"/api/v1/uploads/{upload.pk}/restore/")
    found = history(client, upload).json()["results"]
    assert [entry["action"] for entry in found] == ["restore", "delete"]
    assert {entry["actor"]["username"] for entry in found} == {"owner"}
    assert len({entry["request_id"] for entry in found}) == 2


# What the services say


def test_an_upload_begins_its_history(organization, owner):
    upload = uploaded(client_for(owner), jpeg(), details={"title": "Quay"})
    entry = Activity.objects.get()
    assert (entry.action, entry.upload_id.hex, entry.upload_name) == ("upload", upload["id"].replace("-", ""), "Quay")
    assert entry.actor == owner


# BK-10
def test_an_edit_keeps_what_was_before_and_after_and_an_edit_of_nothing_leaves_no_entry(organization, owner):
    upload = make_upload(owner, organization, title="Old", tags=["a", "b"])
    roles = {"allowed_roles": [organization.roles.get(name="Member").pk]}
    said = {"title": "New", "description": "", "tags": ["b", "c"], "visibility": "ROLE_BASED", **roles}
    for _ in range(2):
        edit_upload(upload=upload, details=said, by=owner.pk)
    entry = Activity.objects.get()
    assert entry.action == ActivityAction.ACCESS
    assert entry.changes == {
        "title": ["Old", "New"],
        "tags": [["a", "b"], ["b", "c"]],
        "visibility": ["PRIVATE", "ROLE_BASED"],
        "allowed_roles": [[], ["Member"]],
    }
    edit_upload(upload=upload, details={"title": "Newer"}, by=owner.pk)
    assert Activity.objects.first().action == ActivityAction.EDIT


def test_handing_files_over_is_kept_for_each_of_them(organization, owner):
    uploads = [make_upload(owner, organization) for _ in range(3)]
    to, by = make_member(organization, username="heir"), make_member(organization, "Administrator")
    hand_over_files(user=owner, to=to, organization=organization, by=by.pk)
    assert set(Activity.objects.values_list("upload_id", flat=True)) == {upload.pk for upload in uploads}
    assert {entry.actor for entry in Activity.objects.all()} == {by}
    assert Activity.objects.first().changes == {"uploaded_by": ["owner", "heir"]}


# The admin


# AD-12
def test_the_admin_shows_the_history_of_a_file_to_those_who_may_edit_it(organization, owner):
    owner.is_staff = True
    owner.save()
    upload = make_upload(owner, organization, visibility="PUBLIC", title="Quay")
    changes = {"title": ["<b>Pier</b>", "Quay"]}
    record_activity(action=ActivityAction.EDIT, uploads=upload, actor_id=owner.pk, changes=changes)
    page = signed_in(owner).get(address("uploads.upload", "history", upload)).content.decode()
    assert "Edited" in page
    assert "&lt;b&gt;Pier" in page
    assert "<b>Pier" not in page
    other = make_member(organization, "Creator", is_staff=True)
    assert signed_in(other).get(address("uploads.upload", "change", upload)).status_code == 200
    assert signed_in(other).get(address("uploads.upload", "history", upload)).status_code == 403


# AD-12
def test_what_the_admin_does_to_many_files_is_in_the_history_of_each(organization):
    administrator = make_member(organization, "Administrator", is_staff=True)
    uploads = [make_upload(administrator, organization) for _ in range(3)]
    data = {"action": "delete_selected", "_selected_action": [upload.pk for upload in uploads], "post": "yes"}
    signed_in(administrator).post(address("uploads.upload", "changelist"), data)
    entries = Activity.objects.all()
    assert {entry.upload_id for entry in entries} == {upload.pk for upload in uploads}
    assert {(entry.action, entry.actor) for entry in entries} == {("delete", administrator)}
    assert len({entry.request_id for entry in entries}) == 1


# AD-12
def test_what_the_admin_edits_is_in_the_history_with_what_was_before(organization):
    administrator = make_member(organization, "Administrator", is_staff=True)
    upload = make_upload(administrator, organization, title="Old")
    data = {"title": "New", "description": "", "visibility": "PUBLIC", "tag_names": "a"}
    signed_in(administrator).post(address("uploads.upload", "change", upload), data)
    entry = Activity.objects.get()
    assert (entry.action, entry.actor) == (ActivityAction.ACCESS, administrator)
    assert entry.changes == {"title": ["Old", "New"], "tags": [[], ["a"]], "visibility": ["PRIVATE", "PUBLIC"]}
