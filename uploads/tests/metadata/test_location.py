"""Where a picture was taken is shown only to those who may edit it, whichever way they ask."""

import json

import pytest

from permissions.choices import Permission
from tests.access_answers import CALLERS
from tests.access_table import METADATA, TABLE, Place
from tests.factories import client_for, make_member, make_member_with, make_organization, make_upload
from uploads.models import Activity, UploadVersion, Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db


def test_no_answer_says_where_a_file_was_taken_except_to_those_who_may_edit_it():
    """Every way of the access table that reads."""
    place = Place("PUBLIC")
    UploadVersion.objects.update(metadata=METADATA)
    told = set()
    for way in (way for way in TABLE if way.method == "GET"):
        for caller in CALLERS:
            answer = place.clients[caller].get(way.address.format_map(place.words))
            if not answer.streaming and b"48.858" in answer.content:
                told.add(caller)
    assert told == {"owner", "admin"}


def test_a_list_shows_each_place_to_those_who_may_edit_that_file():
    organization = make_organization(is_default=True)
    creator = make_member(organization, "Creator")
    for owner in (creator, make_member(organization, "Creator")):
        make_upload(owner, organization, metadata=METADATA, visibility="PUBLIC")
    shown = client_for(creator).get("/api/v1/uploads/").json()["results"]
    assert {row["can"]["edit"]: "location" in row["metadata"] for row in shown} == {True: True, False: False}


def test_a_trashed_file_cannot_be_edited_and_says_nothing_of_its_place(client):
    organization = make_organization()
    admin = make_member(organization, "Administrator")
    upload = make_upload(admin, organization, metadata=METADATA)
    api = client_for(admin)
    api.delete(f"/api/v1/uploads/{upload.pk}/")
    [row] = api.get("/api/v1/uploads/trash/").json()["results"]
    assert row["metadata"] == {"camera": "Nikon D850"}


def test_neither_webhooks_nor_the_history_nor_a_search_know_the_place():
    organization = make_organization()
    editor = make_member(organization, "Administrator")
    Webhook.objects.create(
        organization=organization, url="https://example.org/", events=["upload.updated"], secret="x" * 20
    )
    upload = make_upload(editor, organization, metadata=METADATA)
    api = client_for(editor)
    assert api.patch(f"/api/v1/uploads/{upload.pk}/", {"title": "New"}, format="json").status_code == 200
    written = [*WebhookDelivery.objects.values_list("facts"), *Activity.objects.values_list("changes")]
    assert len(written) == 2
    assert "48.858" not in json.dumps(written, default=str)
    upload.refresh_from_db()
    assert "48.858" not in upload.search_text


def test_metadata_is_not_written_by_callers():
    organization = make_organization()
    member = make_member_with(organization, Permission.MEDIA_VIEW, Permission.MEDIA_EDIT_OWN)
    upload = make_upload(member, organization, metadata=METADATA)
    answer = client_for(member).patch(f"/api/v1/uploads/{upload.pk}/", {"metadata": {"camera": "Mine"}}, format="json")
    assert answer.status_code == 200
    assert answer.json()["metadata"] == METADATA
