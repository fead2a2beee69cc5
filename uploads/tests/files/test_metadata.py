"""From the bytes of a file into its row, its searched text and its empty texts."""

import json

import pytest
from django.core.management import call_command

from tests import samples
from tests.factories import client_for, make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import ActivityAction
from uploads.files import metadata as recording
from uploads.files.metadata import record_metadata, suggested_texts, unread_uploads
from uploads.metadata import process
from uploads.models import Activity, Upload
from uploads.sandbox.run import Limits

SAID = {
    "camera": "NIKON D850",
    "title": "Markt",
    "caption": "Ein Käfer auf dem Markt.",
    "credit": "Agentur",
    "keywords": ["Insekt"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def photo(creator, organization):
    """A picture of a camera, which says what it shows."""
    return make_upload(creator, organization, content=samples.press_photo(), mime_type="image/jpeg")


def draw(upload):
    jobs.submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    [job] = run_pending_jobs("make_renditions")
    upload.refresh_from_db()
    return job


def read(upload):
    """Record what the press photo says, as the job does, without its processes."""
    assert record_metadata(upload=upload, metadata=SAID, with_texts=True)
    upload.refresh_from_db()


def found(user, text):
    return client_for(user).get("/api/v1/uploads/", {"search": text}).json()["count"]


def test_a_new_file_knows_itself_is_found_by_its_words_and_has_its_first_texts(photo, creator):
    assert draw(photo).result == {"sizes": 3}
    assert photo.metadata["camera"] == "NIKON D850"
    assert photo.metadata["taken_at"] == "2024-05-01T12:30:00+02:00"
    assert photo.metadata["location"] == {"latitude": 52.5, "longitude": 52.5}
    assert (photo.title, photo.alt_text) == ("Markt", "Ein Käfer auf dem Markt.")
    assert photo.metadata_version == 1
    for words in ("kafer markt", "agentur", "INSEKT"):
        assert found(creator, words) == 1
    assert found(creator, "52.5") == 0
    [entry] = Activity.objects.filter(action=ActivityAction.EDIT)
    assert (entry.actor, entry.changes) == (
        None,
        {"title": ["", "Markt"], "alt_text": ["", "Ein Käfer auf dem Markt."]},
    )


def test_texts_of_a_person_stay_and_the_file_is_found_all_the_same(photo, creator):
    Upload.objects.filter(pk=photo.pk).update(title="Mine", alt_text="My words")
    read(photo)
    assert (photo.title, photo.alt_text) == ("Mine", "My words")
    assert not Activity.objects.exists()
    assert found(creator, "agentur") == 1


def test_texts_that_a_person_cleared_stay_empty(photo, creator):
    read(photo)
    address = f"/api/v1/uploads/{photo.pk}/"
    client_for(creator).patch(address, {"title": "", "alt_text": ""}, format="json")
    read(photo)
    assert (photo.title, photo.alt_text) == ("", "")
    assert found(creator, "agentur") == 1


def test_a_tag_and_an_edit_leave_the_words_of_the_metadata_searchable(photo, creator):
    read(photo)
    api = client_for(creator)
    api.post("/api/v1/uploads/bulk-tags/", {"ids": [str(photo.pk)], "add": ["x"]}, format="json")
    assert found(creator, "agentur") == 1
    api.patch(f"/api/v1/uploads/{photo.pk}/", {"title": "Other"}, format="json")
    assert found(creator, "agentur") == 1
    assert recording.update_search_text([photo.pk]) is None
    assert found(creator, "agentur insekt") == 1


@pytest.mark.parametrize(
    ("fields", "metadata", "texts"),
    [
        ({}, {}, {}),
        ({}, {"title": "Report"}, {"title": "Report"}),
        ({"original_filename": "Report.pdf"}, {"title": "report.docx"}, {}),
        ({}, {"title": "final-3.indd"}, {}),
        ({}, {"title": r"C:\work\a.x"}, {}),
        ({}, {"title": "AC/DC live"}, {"title": "AC/DC live"}),
        ({"mime_type": "application/pdf"}, {"caption": "All of it"}, {}),
        ({}, {"caption": "One\ntwo"}, {"alt_text": "One two"}),
        ({}, {"caption": "One", "alt_text": "A cat"}, {"alt_text": "A cat"}),
        ({"alt_text": "Mine"}, {"caption": "One"}, {}),
        ({}, {"caption": "x" * 2000}, {"alt_text": "x" * 499 + "…"}),
    ],
)
def test_which_texts_are_taken(fields, metadata, texts):
    fields = {"mime_type": "image/jpeg", "original_filename": "a.jpg", **fields}
    assert suggested_texts(Upload(metadata=metadata, **fields)) == texts


def test_facts_that_others_wrote_stay(photo):
    Upload.objects.filter(pk=photo.pk).update(metadata={"encoding": "utf-8", "camera": "Other"})
    read(photo)
    assert (photo.metadata["encoding"], photo.metadata["camera"]) == ("utf-8", "NIKON D850")


def test_metadata_of_other_bytes_is_not_written(photo):
    Upload.objects.filter(pk=photo.pk).update(version=2)
    assert not record_metadata(upload=photo, metadata={"camera": "X"}, with_texts=True)
    photo.refresh_from_db()
    assert photo.metadata == {}


def test_a_reader_that_is_stopped_costs_no_thumbnail(photo, monkeypatch):
    limits = Limits(seconds=10, memory=16 * 1024**2, file_size=1)  # too little to start
    real = process.metadata_of
    monkeypatch.setattr(recording, "metadata_of", lambda path, kind: real(path, kind, limits=limits))
    assert draw(photo).result == {"sizes": 3}
    assert (photo.metadata, photo.has_thumbnail) == ({}, True)


def test_the_command_reads_files_of_before_and_leaves_their_texts(photo, creator, capsys):
    make_upload(creator, photo.organization, mime_type="application/zip")
    call_command("read_metadata", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["files"] == 1
    call_command("read_metadata", "--organization", photo.organization.slug)
    run_pending_jobs("read_metadata")
    photo.refresh_from_db()
    assert (photo.metadata["credit"], photo.title, photo.alt_text) == ("Agentur", "", "")
    assert found(creator, "agentur") == 1
    assert not unread_uploads().exists()


def test_the_command_submits_page_by_page(creator, organization, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(recording, "BATCH", 2)
    for _ in range(5):
        make_upload(creator, organization)
    with django_assert_num_queries(4 + 3 * 3):
        assert recording.submit_unread(unread_uploads()) == 5
    assert recording.submit_unread(unread_uploads()) == 5  # none is queued twice
    assert jobs.registry.Job.objects.filter(kind="read_metadata").count() == 5
