"""Existing files come in once, private, by content; what cannot come in is reported and nothing else suffers."""

import json
import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from django.core.management import call_command

from common.commands.locking import exclusive_lock
from common.commands.operator import Failed, LockHeld, UsageError
from permissions.models import User
from tests.factories import client_for, make_member, make_organization
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from tests.samples import encoded, phone_jpeg, quarters
from tests.threads import in_threads
from uploads.files.purge import purge_uploads
from uploads.imports import FolderSource
from uploads.imports.sources import recorded_name
from uploads.models import Activity, ImportedFile, ImportRun, StorageAccount, Upload
from uploads.storage import store
from uploads.tests.imports.calls import by_name, imported
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db(transaction=True)


def large_jpeg(width, height):
    """A picture whose header names this size, which no decoder is asked to draw."""
    small = encoded(quarters(), "JPEG")
    at = small.index(b"\xff\xc0")
    return small[: at + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + small[at + 9 :]


# MG-07
def test_files_come_in_private_and_owned_by_the_system(organization, folder):
    imported(folder)
    rows = {(row.original_filename, row.type, row.mime_type) for row in Upload.objects.all()}
    assert rows == {
        ("portrait.jpg", "IMAGE", "image/jpeg"),
        ("paper.pdf", "DOCUMENT", "application/pdf"),
        ("notes.txt", "DOCUMENT", "text/plain"),
    }
    assert set(Upload.objects.values_list("visibility", "uploaded_by__is_system")) == {("PRIVATE", True)}
    assert set(ImportedFile.objects.values_list("source", flat=True)) == {
        "users/ann/portrait.jpg",
        "paper.pdf",
        "notes.txt",
    }
    assert Activity.objects.filter(action="upload").count() == 3
    assert broken_invariants() == []


def test_an_imported_file_is_found_fetched_and_drawn_like_any_other(organization, folder):
    ann = make_member(organization, "Creator", username="ann")
    imported(folder, uploader_from_path="users/{username}/")
    run_pending_jobs()
    row = client_for(ann).get("/api/v1/uploads/?search=portrait").json()["results"][0]
    assert row["uploaded_by"]["username"] == "ann"
    assert row["thumbnail_url"]
    served = client_for(ann).get(row["url"])
    assert b"".join(served.streaming_content) == (folder / "users/ann/portrait.jpg").read_bytes()
    assert StorageAccount.objects.get(user=ann).used == row["size"]


def test_a_person_who_is_no_member_uploads_nothing(organization, folder):
    make_member(make_organization("elsewhere"), "Creator", username="ann")
    imported(folder, uploader_from_path="users/{username}/")
    assert by_name("portrait.jpg").uploaded_by.is_system


def test_the_manifest_names_the_uploader_before_the_path_does(organization, folder, tmp_path):
    make_member(organization, "Creator", username="ann")
    bob = make_member(organization, "Creator", username="bob")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,username\nusers/ann/portrait.jpg,bob\npaper.pdf,nobody\n")
    imported(folder, uploader_from_path="users/{username}/", manifest=manifest)
    assert by_name("portrait.jpg").uploaded_by == bob
    assert by_name("paper.pdf").uploaded_by.is_system


# MG-01
def test_a_second_run_changes_nothing(organization, folder):
    imported(folder)
    before = set(Upload.objects.values_list("pk", "key", "updated_at"))
    imported(folder)
    assert set(Upload.objects.values_list("pk", "key", "updated_at")) == before
    assert broken_invariants() == []


# MG-09
def test_two_paths_with_the_same_content_are_two_files(organization, folder):
    (folder / "copy.jpg").write_bytes((folder / "users/ann/portrait.jpg").read_bytes())
    imported(folder)
    twins = Upload.objects.filter(type="IMAGE")
    assert twins.count() == 2
    assert twins.values("key").distinct().count() == 2


# MG-06
@pytest.mark.parametrize(
    ("name", "content", "mime_type"),
    [
        ("photo.jpg", b"<!doctype html><script>alert(1)</script>", "text/html"),
        ("empty.png", b"", "application/octet-stream"),
        ("tool.exe", b"MZ" + bytes(200), None),
    ],
)
def test_what_no_kind_accepts_comes_in_as_a_download_only(organization, tmp_path, name, content, mime_type):
    (tmp_path / name).write_bytes(content)
    imported(tmp_path)
    upload = Upload.objects.get()
    assert (upload.type, upload.size) == ("DOCUMENT", len(content))
    assert mime_type in (None, upload.mime_type)
    owner = make_member(organization, "Administrator")
    served = client_for(owner).get(f"/files/{upload.pk}/{upload.filename}")
    served.close()
    assert served["Content-Disposition"].startswith("attachment")
    assert served["Content-Type"] == "application/octet-stream"


# FA-D9
@pytest.mark.parametrize(
    ("name", "content", "mime_type"),
    [
        ("large.jpg", large_jpeg(20_000, 14_000), "image/jpeg"),
        ("large.JPEG", large_jpeg(20_000, 14_000), "image/jpeg"),
        ("scan.jpg", encoded(quarters(), "JPEG2000"), "image/jp2"),
        ("scan.jp2", encoded(quarters(), "JPEG2000"), "image/jp2"),
    ],
)
def test_a_picture_that_fails_its_check_is_a_download_of_its_name_and_type(
    organization, tmp_path, name, content, mime_type
):
    (tmp_path / name).write_bytes(content)
    imported(tmp_path)
    upload = Upload.objects.get()
    assert (upload.type, upload.mime_type) == ("DOCUMENT", mime_type)
    Upload.objects.update(visibility="PUBLIC")
    served = client_for(make_member(organization, "Administrator")).get(f"/files/{upload.pk}/{upload.filename}")
    assert b"".join(served.streaming_content) == content
    assert served["Content-Disposition"] == f'attachment; filename="{name}"'
    assert served["Content-Type"] == "application/octet-stream"


# MG-06
def test_the_content_tells_the_type_and_not_the_name(organization, tmp_path):
    (tmp_path / "picture.txt").write_bytes(phone_jpeg(1))
    imported(tmp_path)
    assert Upload.objects.get().mime_type == "image/jpeg"


def test_names_that_are_not_utf8_are_kept_byte_for_byte(organization, tmp_path):
    name = b"caf\xe9 100%\n.txt"
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_text("x")
    imported(tmp_path)
    record = ImportedFile.objects.get()
    assert unquote_to_bytes(record.source) == name
    assert record.key.isascii()


@pytest.mark.parametrize("path", [b"a/b", "ä/ö".encode(), b"\xff%\x00\r", "\u2028".encode()])
def test_a_recorded_name_gives_the_bytes_back(path):
    assert unquote_to_bytes(recorded_name(path)) == path
    assert recorded_name(path).isprintable()


# MG-11
def test_a_dry_run_says_what_would_come_and_changes_nothing(organization, folder, tmp_path):
    report = tmp_path / "report.jsonl"
    imported(folder, dry_run=True, report=report)
    foretold = {line["source"]: line["mime_type"] for line in map(json.loads, report.read_text().splitlines())}
    assert not (Upload.everything.exists() or ImportRun.objects.exists() or list(store("media").walk()))
    imported(folder)
    made = dict(ImportedFile.objects.values_list("source", "upload__mime_type"))
    assert foretold == made


# MG-11
def test_a_limit_counts_new_files_only(organization, folder):
    imported(folder, limit=2)
    assert Upload.objects.count() == 2
    imported(folder, limit=2)
    assert Upload.objects.count() == 3


def test_undoing_takes_back_one_run_and_nothing_else(organization, folder):
    imported(folder, limit=1)
    (first,) = Upload.objects.all()
    imported(folder)
    second = ImportRun.objects.order_by("-started_at").first()
    call_command("import_uploads", undo=str(second.pk), verbosity=0)
    assert [upload.pk for upload in Upload.everything.all()] == [first.pk]
    assert [stored.key for stored in store("media").walk()] == [first.key]
    assert len(list(FolderSource(folder).walk())) == 3
    assert broken_invariants() == []
    imported(folder)
    assert Upload.objects.count() == 3


def test_undoing_leaves_what_is_in_use_by_now(organization, folder):
    imported(folder)
    kept = by_name("paper.pdf")
    record_usage(upload_id=kept.pk, entity_type="page", entity_id="1")
    with pytest.raises(Failed):
        call_command("import_uploads", undo=str(ImportRun.objects.get().pk), verbosity=0)
    assert list(Upload.everything.all()) == [kept]
    assert broken_invariants() == []


def test_a_purged_file_may_be_imported_again(organization, folder):
    imported(folder)
    Upload.objects.update(deleted_at="2026-01-01T00:00Z")
    purge_uploads(ids=list(Upload.everything.values_list("pk", flat=True)))
    imported(folder)
    assert Upload.objects.count() == 3
    assert broken_invariants() == []


# CM-02
def test_two_imports_into_one_organization_do_not_meet(organization, folder):
    def second(_):
        with pytest.raises(LockHeld):
            imported(folder)

    with exclusive_lock(f"import_uploads {organization.pk}"):
        in_threads(1, second)
    assert not Upload.everything.exists()


# CM-01
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"organization": "acme"},
        {"organization": "nowhere", "from_storage": "media"},
        {"organization": "acme", "folder": Path("/no/such/folder")},
        {"organization": "acme", "folder": Path(), "from_storage": "media"},
        {"organization": "acme", "folder": Path(), "in_place": True},
        {"organization": "acme", "from_storage": "media", "prefix": "legacy"},
        {"organization": "acme", "folder": Path(), "limit": 0},
        {"undo": "nonsense"},
    ],
)
def test_arguments_that_make_no_sense_are_refused(organization, options):
    with pytest.raises(UsageError):
        call_command("import_uploads", verbosity=0, **options)
    assert not ImportRun.objects.exists()


def test_the_folder_of_a_store_is_no_source(organization, settings):
    location = settings.STORAGES["media"]["OPTIONS"]["location"]
    Path(location).mkdir(parents=True, exist_ok=True)
    with pytest.raises(UsageError):
        imported(location)


def test_the_system_user_cannot_sign_in(organization, folder):
    imported(folder)
    system = User.objects.get(is_system=True)
    assert (system.is_active, system.has_usable_password()) == (False, False)
