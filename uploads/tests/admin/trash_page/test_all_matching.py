"""What is done to all files of the trash that match, by the number that the page showed."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from tests.admin_cases import administrator, signed_in
from tests.factories import make_member
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.admin.pages import trash
from uploads.models import Upload
from uploads.outbox.deletions import LEASE
from uploads.outbox.worker import submit_due
from uploads.tests.admin.trash_page.conftest import PAGE, PURGE, RESTORE, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(trashed, monkeypatch):
    """Five files that a search finds, more than a page, and one that it does not."""
    monkeypatch.setattr(trash, "PAGE", 2)
    return [trashed(f"Sunset {number}", days=number + 1) for number in range(5)], trashed("Other")


def _all_matching(client, search="sunset"):
    """What the form of the page posts when all that match are chosen."""
    page = client.get(PAGE, {"search": search})
    assert page.context["matching"] == 5
    return {"matching": page.context["moment"], "search": search, "count": page.context["matching"]}


def test_all_that_match_are_restored_beyond_the_page_and_none_that_was_deleted_since(many, trashed, creator):
    client = signed_in(creator)
    posted = _all_matching(client)
    later = trashed("Sunset of later", days=0)
    Upload.everything.filter(pk=later.pk).update(deleted_at=timezone.now() + timedelta(seconds=1))
    answer = client.post(RESTORE, posted, follow=True)
    assert "5 files were restored." in answer.content.decode()
    assert sorted(Upload.objects.values_list("title", flat=True)) == [f"Sunset {number}" for number in range(5)]


def test_all_that_match_are_asked_about_by_number_before_they_end(many, creator, organization, monkeypatch):
    monkeypatch.setattr("uploads.files.bulk.purge.BATCH", 2)
    client = administrator(organization)
    posted = _all_matching(client)
    asked = client.post(PURGE, posted)
    text = " ".join(asked.content.decode().split())
    assert "Delete these 5 files for good?" in text
    assert "and 3 more" in text
    assert Upload.everything.trashed().count() == 6
    done = client.post(PURGE, {**dict(asked.context["fields"]), "confirmed": "1"}, follow=True)
    assert "5 files are being deleted for good in the background." in done.content.decode()
    assert names(done) == ["Other"]


def test_what_is_in_the_background_ends_with_bytes_and_rows(many, creator, organization, monkeypatch):
    monkeypatch.setattr("uploads.files.bulk.purge.BATCH", 2)
    files, other = many
    client = administrator(organization)
    client.post(PURGE, {**_all_matching(client), "confirmed": "1"})
    submit_due()
    run_pending_jobs("delete_objects")
    assert [storages["media"].stat(upload.key) for upload in files] == [None] * 5
    Upload.everything.exclude(purging_at=None).update(purging_at=timezone.now() - LEASE)
    jobs.submit("finish_purges")
    run_pending_jobs("finish_purges")
    assert list(Upload.everything.values_list("pk", flat=True)) == [other.pk]


@pytest.mark.parametrize(
    "moment", ["x", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00+14:00"]
)
def test_a_moment_that_is_none_chooses_nothing(many, creator, moment):
    answer = signed_in(creator).post(RESTORE, {"matching": moment, "search": ""}, follow=True)
    assert "No file was selected." in answer.content.decode()
    assert not Upload.objects.exists()


def test_all_that_match_are_those_one_may_delete(many, organization, trashed):
    someone = make_member(organization, "Creator", is_staff=True)
    own = trashed("Sunset of my own", someone)
    posted = {"matching": timezone.now().isoformat(), "search": "sunset", "count": 1}
    told = signed_in(someone).post(RESTORE, posted, follow=True)
    assert "not restored" not in told.content.decode()
    assert list(Upload.objects.values_list("pk", flat=True)) == [own.pk]


# FA-A1
@pytest.mark.parametrize("address", [RESTORE, PURGE])
@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}])
@pytest.mark.parametrize("count", ["", "4", "six", "-5"])
def test_another_number_than_was_shown_ends_and_restores_nothing(many, organization, address, confirmed, count):
    client = administrator(organization)
    posted = {**_all_matching(client), "count": count, **confirmed}
    told = client.post(address, posted, follow=True).content.decode()
    assert "5 match now. Nothing was changed." in told
    assert Upload.everything.trashed().count() == 6


# FA-A1
@pytest.mark.parametrize("address", [RESTORE, PURGE])
def test_a_file_that_another_person_restored_meanwhile_stops_what_is_done_to_all(many, organization, address):
    client = administrator(organization)
    posted = _all_matching(client)
    administrator(organization).post(RESTORE, {"ids": [many[0][0].pk]})
    told = client.post(address, posted | {"confirmed": "1"}, follow=True).content.decode()
    assert "5 files were shown, 4 match now. Nothing was changed." in told
    assert Upload.everything.trashed().count() == 5


# FA-A1
@pytest.mark.parametrize("query", ["colour=red", "colour=", "search=a&q=b", "q=a&q=b", "cursor=nonsense", "type=IMAGE"])
def test_an_address_that_means_nothing_shows_no_file_and_says_so(many, creator, query):
    answer = signed_in(creator).get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert "This list cannot be shown" in answer.content.decode()
    assert "Sunset" not in answer.content.decode()


# FA-A1
def test_q_searches_the_trash_as_search_does(many, creator):
    shown = signed_in(creator).get(f"{PAGE}?q=sunset").context
    assert (shown["search"], shown["matching"]) == ("sunset", 5)
