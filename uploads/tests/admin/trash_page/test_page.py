"""The trash in the admin: who sees what, and what its buttons do."""

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from permissions.choices import Permission
from tests.admin_cases import administrator, signed_in, staff, superuser
from tests.factories import make_member, make_upload
from uploads.admin.pages import trash
from uploads.choices import ActivityAction
from uploads.models import Activity, Upload
from uploads.storage.contract import StoreUnavailable
from uploads.tests.admin.trash_page.conftest import PAGE, PURGE, RESTORE, in_trash, names

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_one_may_delete_the_latest_deletion_first(
    trashed, organization, other_organization, creator
):
    trashed("Older", days=9)
    trashed("Newer")
    trashed("Somebody's", make_member(organization), days=3)
    trashed("Foreign", make_member(other_organization), home=other_organization)
    make_upload(creator, organization, title="Live")
    assert names(signed_in(creator).get(PAGE)) == ["Newer", "Older"]
    assert names(administrator(organization).get(PAGE)) == ["Newer", "Somebody's", "Older"]
    assert len(names(superuser().get(PAGE))) == 4


def test_retention_and_what_is_left_of_it_are_said(trashed, trashed_in_use, organization, settings):
    settings.TRASH_RETENTION_DAYS = 10
    trashed_in_use("Used")
    trashed("Middle", days=3)
    trashed("Late", days=11)
    page = " ".join(administrator(organization).get(PAGE).content.decode().split())
    assert "Files stay here for 10 days" in page
    assert "in 7 days" in page
    assert "soon" in page
    assert "Kept while in use" in page


# FA-A13
def test_a_trash_that_nothing_empties_says_so(trashed, organization, settings):
    settings.PERIODIC_JOBS = {"purge_trash": None}
    trashed("Late", days=100)
    page = " ".join(administrator(organization).get(PAGE).content.decode().split())
    assert "until an administrator empties the trash" in page
    assert "Files stay here for" not in page
    assert "soon" not in page


def test_the_trash_is_searched_and_read_page_by_page(trashed, creator, monkeypatch):
    monkeypatch.setattr(trash, "PAGE", 2)
    for number in range(5):
        trashed(f"Sunset {number}", days=number)
    trashed("Other")
    client, seen, address = signed_in(creator), [], f"{PAGE}?search=sunset"
    while address:
        answer = client.get(address)
        seen += names(answer)
        address = answer.context["following"] and PAGE + answer.context["following"]
    assert seen == [f"Sunset {number}" for number in range(5)]


def test_an_empty_trash_says_so(creator):
    assert "The trash is empty" in signed_in(creator).get(PAGE).content.decode()
    assert "No deleted file matches" in signed_in(creator).get(f"{PAGE}?search=x").content.decode()


def test_chosen_files_are_restored_and_no_others(trashed, creator, organization):
    one, two, left = trashed("One"), trashed("Two"), trashed("Left")
    answer = signed_in(creator).post(RESTORE, {"ids": [one.pk, two.pk]}, follow=True)
    assert "2 files were restored." in answer.content.decode()
    assert not in_trash(one)
    assert not in_trash(two)
    assert in_trash(left)


def test_the_button_of_a_row_means_that_row_alone(trashed, creator):
    ticked, pressed = trashed("Ticked"), trashed("Pressed")
    signed_in(creator).post(RESTORE, {"ids": [ticked.pk], "only": pressed.pk})
    assert in_trash(ticked)
    assert not in_trash(pressed)


def test_files_of_others_are_neither_restored_nor_told_from_unknown_ones(
    trashed, creator, organization, other_organization
):
    theirs = trashed("Theirs", make_member(organization))
    foreign = trashed("Foreign", make_member(other_organization), home=other_organization)
    for upload in (theirs, foreign):
        answer = signed_in(creator).post(RESTORE, {"ids": [upload.pk]}, follow=True)
        assert "1 file was not restored" in answer.content.decode()
        assert in_trash(upload)


# AD-04
def test_deleting_for_good_asks_first_and_then_takes_bytes_and_row(
    trashed, organization, django_capture_on_commit_callbacks
):
    upload, client = trashed("Doomed"), administrator(organization)
    asked = client.post(PURGE, {"only": upload.pk})
    assert "Delete this file for good?" in asked.content.decode()
    assert "Doomed" in asked.content.decode()
    assert in_trash(upload)
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(PURGE, {"ids": [upload.pk], "confirmed": "1"}, follow=True)
    assert "1 file was deleted for good." in done.content.decode()
    assert not Upload.everything.filter(pk=upload.pk).exists()
    assert storages["media"].stat(upload.key) is None
    assert Activity.objects.filter(upload_id=upload.pk, action=ActivityAction.PURGE).exists()


# AD-04
def test_files_in_use_live_or_foreign_are_kept_by_a_forged_confirmation(
    trashed, trashed_in_use, creator, organization, other_organization
):
    used = trashed_in_use("Used")
    live = make_upload(creator, organization)
    foreign = trashed("Foreign", make_member(other_organization), home=other_organization)
    ids = [used.pk, live.pk, foreign.pk]
    answer = administrator(organization).post(PURGE, {"ids": ids, "confirmed": "1"}, follow=True)
    assert "3 files were kept" in answer.content.decode()
    assert Upload.everything.filter(pk__in=ids, purging_at=None).count() == 3


def test_a_store_that_does_not_answer_leaves_the_rest_to_the_background(trashed, organization, monkeypatch):
    def silent(**asked):
        Upload.everything.filter(pk__in=asked["ids"]).update(purging_at=timezone.now())
        raise StoreUnavailable

    monkeypatch.setattr("uploads.files.bulk.purge.purge_uploads", silent)
    upload, client = trashed("Doomed"), administrator(organization)
    answer = client.post(PURGE, {"ids": [upload.pk], "confirmed": "1"}, follow=True)
    assert "being deleted for good in the background" in answer.content.decode()
    assert names(client.get(PAGE)) == []


def test_a_person_who_may_only_delete_own_files_purges_none(trashed, creator):
    upload, client = trashed("Own"), signed_in(creator)
    assert client.post(PURGE, {"ids": [upload.pk], "confirmed": "1"}).status_code == 403
    assert in_trash(upload)
    assert "Delete selected for good" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("missing", ["media_view", "the rights to delete"])
def test_the_page_needs_the_right_to_use_the_library_and_one_to_delete(missing, organization):
    without = {Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL}
    if missing == "media_view":
        without = {Permission.MEDIA_VIEW}
    client = staff(organization, *(each for each in Permission if each not in without))
    assert client.get(PAGE).status_code == 403
    assert client.post(RESTORE).status_code == 403
    assert client.post(PURGE).status_code == 403
    assert PAGE not in client.get("/admin/").content.decode()


# AD-06
def test_looking_changes_nothing_and_changing_needs_the_token(trashed, creator, organization):
    upload = trashed("Here")
    client = administrator(organization)
    assert client.get(f"{RESTORE}?ids={upload.pk}").status_code == 405
    assert client.get(f"{PURGE}?ids={upload.pk}&confirmed=1").status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(creator)
    assert careful.post(RESTORE, {"ids": [upload.pk]}).status_code == 403
    assert in_trash(upload)


def test_choosing_nothing_or_nonsense_is_said(creator):
    answer = signed_in(creator).post(RESTORE, {"ids": ["x"]}, follow=True)
    assert "No file was selected." in answer.content.decode()


# AD-11
def test_the_page_costs_the_same_number_of_queries_at_any_number_of_files(
    trashed, organization, django_assert_num_queries
):
    client = administrator(organization)
    for number in range(12):
        trashed(str(number))
    with django_assert_num_queries(4):
        client.get(PAGE)
