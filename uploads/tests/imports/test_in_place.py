"""Objects of a store that become files where they are, among others that are nobody's business."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.commands.operator import Failed
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.upload_calls import jpeg
from uploads.audit import scan
from uploads.audit.findings import Scope
from uploads.files.purge import purge_uploads
from uploads.models import ImportedFile, ImportRun, Rendition, Upload
from uploads.outbox.deletions import schedule_deletion
from uploads.storage import store
from uploads.tests.imports.calls import by_name, imported

pytestmark = pytest.mark.django_db(transaction=True)


def put(key: str, content: bytes) -> str:
    store("media").put(key, io.BytesIO(content), content_type="")
    return key


def stored() -> dict[str, bytes]:
    return {found.key: b"".join(store("media").read(found.key)) for found in store("media").walk()}


def test_objects_can_stay_where_they_are(organization):
    store("media").put("legacy/photo.jpg", io.BytesIO(jpeg()), content_type="")
    imported(from_storage="media", prefix="legacy/", in_place=True)
    upload = Upload.objects.get()
    assert (upload.storage, upload.key, upload.type) == ("media", "legacy/photo.jpg", "IMAGE")
    assert broken_invariants() == []
    call_command("import_uploads", undo=str(ImportRun.objects.get().pk), verbosity=0)
    assert not Upload.everything.exists()
    assert [stored.key for stored in store("media").walk()] == ["legacy/photo.jpg"]


def test_an_object_on_its_way_out_is_not_imported_in_place(organization):
    store("media").put("legacy/photo.jpg", io.BytesIO(jpeg()), content_type="")
    schedule_deletion("media", "legacy/photo.jpg", "orphan")
    with pytest.raises(Failed):
        imported(from_storage="media", prefix="legacy/", in_place=True)
    assert not (Upload.everything.exists() or ImportedFile.objects.exists())


# SD-10
def test_an_object_that_has_a_row_is_not_imported_again(organization, folder):
    imported(folder)
    imported(from_storage="media", in_place=True)
    assert Upload.objects.count() == 3


# Found by hand: the pictures of all files in one folder had one key, and a viewer of one file saw that of another.
def test_pictures_of_objects_in_one_folder_do_not_meet(organization):
    old = {put(f"legacy/{width}.jpg", jpeg((width, 40))): width for width in (50, 60)}
    put("legacy/thumb-sm", b"somebody's own words")
    before = stored()
    imported(from_storage="media", prefix="legacy/", in_place=True)
    run_pending_jobs("make_renditions")
    for key, width in old.items():
        pictures = Upload.objects.get(key=key).renditions.all()
        assert [picture.width for picture in pictures] == [width] * 3
        assert all(len(stored()[picture.key]) == picture.size for picture in pictures)
    assert Rendition.objects.values("key").distinct().count() == 6
    assert stored().items() >= before.items()
    assert broken_invariants() == []

    gone = by_name("50.jpg")
    Upload.objects.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00Z")
    purge_uploads(ids=[gone.pk])
    assert {key for key in before if key not in stored()} == {gone.key}
    assert broken_invariants() == []
    call_command("import_uploads", undo=str(ImportRun.objects.get().pk), verbosity=0)
    assert stored() == {key: before[key] for key in ("legacy/60.jpg", "legacy/thumb-sm")}


def test_a_picture_that_is_being_drawn_of_an_object_in_place_is_no_orphan(organization, monkeypatch):
    put("legacy/a.jpg", jpeg())
    imported(from_storage="media", prefix="legacy/", in_place=True)
    run_pending_jobs("make_renditions")
    Rendition.objects.all().delete()
    monkeypatch.setattr(scan, "earliest_now", lambda storage: timezone.now() + timedelta(days=3))
    assert scan.audit(Scope(storages=("media",))).summary.total("object_without_row") == 0


def test_pictures_of_files_that_lost_their_rows_are_no_files(organization, folder):
    imported(folder)
    run_pending_jobs("make_renditions")
    key, pictures = by_name("portrait.jpg").key, set(Rendition.objects.values_list("key", flat=True))
    ImportedFile.objects.all().delete()
    Upload.everything.all().hard_delete()
    imported(from_storage="media", in_place=True)
    assert Upload.objects.count() == 3
    run_pending_jobs("make_renditions")
    assert Upload.objects.get(key=key).has_thumbnail
    assert set(Rendition.objects.values_list("key", flat=True)) == pictures
    assert broken_invariants() == []


def test_what_lies_in_the_quarantine_is_no_file(organization, capsys):
    put("quarantine/run/a.jpg", jpeg())
    imported(from_storage="media", in_place=True)
    assert "quarantine/run/a.jpg: skipped, in the quarantine" in capsys.readouterr().out
    assert not Upload.objects.exists()


# FA-D9
def test_a_prefix_is_found_composed_and_decomposed(organization):
    put("archive/fu\u0308r/a.txt", b"x")
    imported(from_storage="media", prefix="archive/f\u00fcr/", in_place=True)
    assert Upload.objects.get().key == "archive/fu\u0308r/a.txt"
