import pytest
from django.core.files.storage import storages
from django.utils import timezone

from common.db.clock import Now
from common.db.ids import new_id
from tests import samples
from tests.factories import make_member, make_organization, make_upload
from tests.jobs import run_pending_jobs
from uploads import jobs
from uploads.choices import JobState
from uploads.models import Job, Rendition, StorageDeletion, Upload
from uploads.names import rendition_key
from uploads.outbox import deletions
from uploads.outbox.deletions import schedule_deletion
from uploads.renditions import render
from uploads.renditions.formats import MIME_TYPE
from uploads.storage import local_copy
from uploads.storage.contract import StoreUnavailable
from uploads.storage.disk import DiskStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def upload(organization) -> Upload:
    return make_upload(
        make_member(organization, "Creator"), organization, content=samples.phone_jpeg(6), mime_type="image/jpeg"
    )


def draw(upload: Upload) -> Job:
    jobs.submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    [job] = run_pending_jobs("make_renditions", may_fail=True)
    upload.refresh_from_db()
    return job


def test_an_image_gets_its_renditions_and_its_extent_as_displayed(upload):
    assert draw(upload).result == {"sizes": 3}
    assert (upload.has_thumbnail, upload.width, upload.height) == (True, 400, 200)
    made = {row.kind: row for row in upload.renditions.all()}
    assert set(made) == {"sm", "md", "lg"}
    for kind, row in made.items():
        assert (row.key, row.mime_type, row.version) == (rendition_key(upload, kind), MIME_TYPE, 1)
        stored = storages["media"].stat(row.key)
        assert stored.size == row.size
    assert (made["sm"].width, made["sm"].height) == (320, 160)


def test_drawing_again_changes_nothing(upload):
    draw(upload)
    before = list(upload.renditions.values_list("kind", "key", "size"))
    draw(upload)
    assert list(upload.renditions.values_list("kind", "key", "size")) == before
    assert not StorageDeletion.objects.exists()


# US-27
def test_what_cannot_be_drawn_leaves_the_upload_as_it_is(organization):
    whole = samples.encoded(samples.quarters(), "JPEG")
    cut = whole[: whole.index(b"\xff\xda") + 14]
    upload = make_upload(make_member(organization), organization, content=cut, mime_type="image/jpeg")
    job = draw(upload)
    assert job.state == JobState.DONE
    assert "cannot be decoded" in job.result["undrawable"]
    assert (upload.has_thumbnail, upload.width, upload.height) == (False, 400, 200)
    assert b"".join(storages["media"].read(upload.key)) == cut


# FA-D6
def test_the_size_that_was_known_at_the_upload_stays_where_nothing_else_is(organization):
    upload = make_upload(make_member(organization), organization, content=b"\xff\xd8\xff", mime_type="image/jpeg")
    Upload.everything.filter(pk=upload.pk).update(width=40, height=30)
    assert "undrawable" in draw(upload).result
    assert (upload.has_thumbnail, upload.width, upload.height) == (False, 40, 30)


# US-25
def test_archives_are_never_opened(organization, monkeypatch):
    monkeypatch.setattr(render, "store", None)
    upload = make_upload(make_member(organization), organization, mime_type="application/zip")
    assert draw(upload).result == {"undrawable": "There is no picture of application/zip."}


def test_a_document_gets_its_page_count(organization):
    upload = make_upload(make_member(organization), organization, content=samples.pdf(4), mime_type="application/pdf")
    draw(upload)
    assert (upload.page_count, upload.has_thumbnail, upload.width) == (4, True, None)


def test_the_original_is_fetched_where_the_store_is_elsewhere(upload, monkeypatch):
    monkeypatch.setattr(type(storages["media"]), "local_path", lambda self, key: None)
    assert draw(upload).result == {"sizes": 3}


def test_renditions_of_earlier_bytes_are_given_up_with_the_rows_that_replace_them(upload):
    draw(upload)
    earlier = set(upload.renditions.values_list("key", flat=True))
    key = f"{upload.organization_id}/uploads/{new_id()}/original.jpg"
    storages["media"].copy(upload.key, key)
    Upload.everything.filter(pk=upload.pk).update(key=key, version=2)
    draw(upload)
    assert set(upload.renditions.values_list("version", flat=True)) == {2}
    assert set(StorageDeletion.objects.values_list("key", flat=True)) == earlier
    jobs.submit("delete_objects", subject="media")
    run_pending_jobs("delete_objects")
    assert [storages["media"].stat(one) for one in earlier] == [None] * 3


def test_renditions_go_when_newer_bytes_cannot_be_drawn(upload):
    draw(upload)
    Upload.everything.filter(pk=upload.pk).update(mime_type="text/plain", version=2)
    draw(upload)
    assert not upload.has_thumbnail
    assert not upload.renditions.exists()
    assert StorageDeletion.objects.count() == 3


def test_bytes_that_were_replaced_meanwhile_leave_no_picture_behind(upload, monkeypatch):
    original = render._put_sizes

    def replace_meanwhile(upload, drawn):
        made = original(upload, drawn)
        Upload.everything.filter(pk=upload.pk).update(version=2, key="newer/original.jpg")
        return made

    monkeypatch.setattr(render, "_put_sizes", replace_meanwhile)
    assert draw(upload).result == {"superseded": 1}
    assert not Rendition.objects.exists()
    assert not upload.has_thumbnail
    assert StorageDeletion.objects.count() == 3


def test_a_worker_that_lost_the_job_writes_no_renditions(upload, monkeypatch):
    original = render._put_sizes

    def lose_the_job(upload, drawn):
        jobs.cancel(job_id=Job.objects.get().pk)
        return original(upload, drawn)

    monkeypatch.setattr(render, "_put_sizes", lose_the_job)
    assert draw(upload).state == JobState.CANCELED
    assert not Rendition.objects.exists()
    assert not upload.has_thumbnail


def test_an_upload_on_its_way_out_is_left_alone(upload):
    now = timezone.now()
    Upload.everything.filter(pk=upload.pk).update(deleted_at=now, purging_at=now)
    assert draw(upload).result == {"undrawable": "The upload does not exist."}


def test_a_key_under_removal_is_not_written_to(upload):

    schedule_deletion("media", rendition_key(upload, "sm"), "rendition")
    deletions.OUTBOX.claim("media")
    job = draw(upload)
    assert (job.state, job.last_error) == (
        JobState.QUEUED,
        "RuntimeError: The earlier renditions are being removed at this moment.",
    )
    assert storages["media"].stat(rendition_key(upload, "sm")) is None


# ST-06
@pytest.mark.parametrize("number", range(1, 4))
def test_whichever_put_fails_the_next_attempt_makes_all_renditions(upload, monkeypatch, number):
    put, calls = type(storages["media"]).put, []

    def fail_once(self, key, content, **options):
        calls.append(key)
        if len(calls) == number:
            raise StoreUnavailable("503 SlowDown")
        return put(self, key, content, **options)

    monkeypatch.setattr(type(storages["media"]), "put", fail_once)
    assert draw(upload).state == JobState.QUEUED
    assert (upload.has_thumbnail, Rendition.objects.count()) == (False, 0)
    Job.objects.update(run_after=Now())
    run_pending_jobs("make_renditions")
    upload.refresh_from_db()
    assert (upload.has_thumbnail, Rendition.objects.count()) == (True, 3)


def test_a_file_that_is_elsewhere_is_copied_here_with_reports(upload, monkeypatch, tmp_path):
    monkeypatch.setattr(local_copy, "REPORTED", 1)
    monkeypatch.setattr(DiskStore, "local_path", lambda self, key: None)
    reports = []
    copy = local_copy.local_copy(upload, tmp_path / "copy", report=reports.append)
    assert reports
    assert copy.stat().st_size == upload.size


def test_a_file_that_is_here_is_not_copied(upload, tmp_path):
    path = local_copy.local_copy(upload, tmp_path / "copy", report=lambda part: None)
    assert path.stat().st_size == upload.size
    assert not (tmp_path / "copy").exists()
