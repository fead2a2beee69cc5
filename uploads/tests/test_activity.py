"""Who did what to which file."""

import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from permissions.request_ids import RequestIds
from tests.factories import make_member, make_upload
from uploads.choices import ActivityAction
from uploads.models import Activity, Upload
from uploads.services.activity import record_activity, turned_into

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
def test_many_files_take_one_statement_and_each_gets_its_own_entry(organization, owner):
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
    assert (count, len(queries)) == (30, 1)
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

    response = RequestIds(view)(rf.get("/", headers={"X-Request-Id": "chosen-by-client"}))
    assert uuid.UUID(response["X-Request-Id"]).version == 7
    assert Activity.objects.get().request_id == response["X-Request-Id"]


@pytest.mark.parametrize(("said", "kept"), [("proxy-1234", True), ("short", False), ("line\nbreak-1234", False)])
def test_a_trusted_proxy_may_name_the_request_where_the_name_is_well_formed(rf, settings, said, kept):
    from django.http import HttpResponse

    settings.TRUST_PROXY_HEADERS = True
    response = RequestIds(lambda request: HttpResponse())(rf.get("/", HTTP_X_REQUEST_ID=said))
    assert (response["X-Request-Id"] == said) is kept


def test_entries_outlive_the_file_and_the_account(organization, owner):
    upload = make_upload(owner, organization)
    record_activity(action=ActivityAction.PURGE, uploads=upload, actor_id=owner.pk)
    Upload.everything.filter(pk=upload.pk)._raw_delete("default")
    owner.delete()
    connection.check_constraints()
    entry = Activity.objects.annotate(name=F("actor__username")).get()
    assert (entry.actor_name, entry.name) == ("owner", None)
