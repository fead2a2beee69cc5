"""Other bytes under the same id and address."""

import pytest

from tests.factories import client_for, make_member
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.reading_client import reader
from tests.samples import encoded, quarters
from tests.upload_calls import sent
from uploads.models import Rendition, StorageDeletion, UploadVersion
from uploads.tests.files.versions.calls import FIRST, SECOND, THIRD, bytes_at, replaced, url, versions_of

pytestmark = pytest.mark.django_db


def test_new_bytes_come_under_the_same_id_and_address(client, owner, shown):
    after = replaced(client, shown, SECOND, filename="second.jpg")
    assert (after["id"], after["url"], after["created_at"]) == (shown["id"], shown["url"], shown["created_at"])
    assert (after["size"], after["width"], after["height"]) == (len(SECOND), 80, 40)
    assert after["original_filename"] == "first.jpg"
    assert after["checksum_sha256"] != shown["checksum_sha256"]
    assert bytes_at(owner, shown["url"]) == SECOND
    assert client.get(url(shown)).json() == after
    assert broken_invariants() == []


def test_the_earlier_bytes_are_listed_and_served_to_editors(client, owner, shown):
    replaced(client, shown, SECOND, filename="second.jpg", name="second.jpg")
    (version,) = versions_of(client, shown)
    assert version["number"] == 1
    assert version["original_filename"] == "first.jpg"
    assert (version["size"], version["width"], version["height"]) == (len(FIRST), 64, 48)
    assert version["checksum_sha256"] == shown["checksum_sha256"]
    assert version["created_by"] == {"id": str(owner.pk), "username": owner.username}
    assert version["created_at"] == shown["created_at"]
    assert bytes_at(owner, version["url"]) == FIRST


# FA-E5
def test_the_name_stays_unless_another_is_sent_and_is_found(client, shown):
    assert replaced(client, shown, SECOND, filename="second.jpg")["original_filename"] == "first.jpg"
    assert replaced(client, shown, THIRD, filename="x.jpg", name="second")["original_filename"] == "second.jpg"
    assert client.get("/api/v1/uploads/", {"search": "second"}).json()["count"] == 1


def test_another_type_of_picture_may_take_the_place(client, owner, shown):
    png = encoded(quarters(), "PNG")
    after = replaced(client, shown, png, filename="second.png", content_type="image/png")
    assert (after["mime_type"], after["original_filename"]) == ("image/png", "first.png")
    answer = reader(owner).get(shown["url"].removeprefix("http://testserver"))
    assert (answer["Content-Type"], answer.body) == ("image/png", png)


def test_who_brought_which_bytes_stays_known(client, organization, owner, shown):
    admin = make_member(organization, "Administrator")
    between = replaced(client_for(admin), shown, SECOND)
    replaced(client, shown, THIRD)
    latest, first = versions_of(client, shown)
    assert (latest["number"], latest["created_by"]["username"]) == (2, admin.username)
    assert (first["number"], first["created_by"]["username"]) == (1, owner.username)
    assert latest["created_at"] > first["created_at"]
    assert between["uploaded_by"]["id"] == str(owner.pk)


# SV-16
def test_the_validators_change_at_once(client, owner, shown):
    reading = reader(owner)
    path = shown["url"].removeprefix("http://testserver")
    etag, row_etag = reading.get(path)["ETag"], client.get(url(shown))["ETag"]
    assert reading.get(path, headers={"If-None-Match": etag}).status_code == 304
    replaced(client, shown, SECOND)
    again = reading.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.body) == (200, SECOND)
    assert again["ETag"] != etag
    assert client.get(url(shown))["ETag"] != row_etag


def test_renditions_are_drawn_anew_and_never_show_the_earlier_bytes(client, owner, shown):
    run_pending_jobs("make_renditions")
    before = client.get(url(shown)).json()
    assert before["thumbnail_url"]
    old_keys = set(Rendition.objects.values_list("key", flat=True))
    assert replaced(client, shown, SECOND)["thumbnail_url"] is None
    assert reader(owner).get(before["thumbnail_url"].removeprefix("http://testserver")).status_code == 404
    assert set(StorageDeletion.objects.values_list("key", flat=True)) == old_keys
    run_pending_jobs()
    assert client.get(url(shown)).json()["thumbnail_url"] == before["thumbnail_url"]
    assert set(Rendition.objects.values_list("version", flat=True)) == {2}
    assert broken_invariants() == []


def test_the_same_session_again_is_the_same_answer(client, shown):
    session = sent(client, SECOND)
    first, again = (client.post(url(shown, "replace"), {"upload_session": session["id"]}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert UploadVersion.objects.count() == 1
