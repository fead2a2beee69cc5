"""Files keep their names and dates."""

import io
import os
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from PIL import Image

from tests.factories import client_for, make_member
from tests.jobs import run_pending_jobs
from tests.samples import encoded, quarters
from uploads.models import ImportedFile, Upload
from uploads.serving.servable import Servable
from uploads.tests.imports.calls import by_name, imported

pytestmark = pytest.mark.django_db(transaction=True)


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


OLD = datetime(2003, 2, 1, 12, tzinfo=UTC)


# FA-D9
@pytest.mark.parametrize("name", ["100%.txt", "%41.txt", "50%25 off.txt", "a+b&c=d#e.txt", "Grüße.txt"])
def test_a_name_is_shown_as_it_is(organization, tmp_path, name):
    (tmp_path / name).write_text("x")
    imported(tmp_path)
    upload = Upload.objects.get()
    assert upload.original_filename == name
    served = client_for(make_member(organization, "Administrator")).get(f"/files/{upload.pk}/{upload.filename}")
    served.close()
    assert served.status_code == 200


def test_bytes_that_are_not_text_are_shown_escaped(organization, tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9 100%\n.txt")).write_text("x")
    imported(tmp_path)
    assert Upload.objects.get().original_filename == "caf%E9 100%.txt"
    assert ImportedFile.objects.get().source == "caf%E9 100%25%0A.txt"


# FA-D9
def test_when_a_picture_was_taken_is_read_from_the_file(organization, tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2003:02:01 12:30:00"
    (tmp_path / "old.jpg").write_bytes(encoded(quarters(), "JPEG", exif=exif))
    imported(tmp_path)
    run_pending_jobs("make_renditions")
    assert Upload.objects.get().metadata["taken_at"] == "2003-02-01T12:30:00"


# FA-D9
@pytest.mark.parametrize(
    ("modified", "keep", "kept"),
    [
        (OLD, True, True),
        (OLD, False, False),
        (datetime.fromtimestamp(0, UTC), True, False),
        (timezone.now() + timedelta(days=700), True, False),
    ],
)
def test_the_date_of_a_file_is_kept_where_that_is_asked(organization, tmp_path, modified, keep, kept):
    (tmp_path / "a.txt").write_text("x")
    os.utime(tmp_path / "a.txt", (modified.timestamp(),) * 2)
    before = timezone.now()
    imported(tmp_path, keep_dates=keep)
    upload = by_name("a.txt")
    if kept:
        assert upload.created_at == modified
    else:
        assert before <= upload.created_at <= timezone.now()
    assert upload.updated_at >= before


# FA-D9
@pytest.mark.parametrize(
    ("name", "content", "downloaded"),
    [
        ("a.odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "a.odt"),
        ("a.pptx", zipped({"[Content_Types].xml": "x", "ppt/presentation.xml": "<x/>"}), "a.pptx"),
        ("a.pptx", zipped({"[Content_Types].xml": "x", "word/document.xml": "<x/>"}), "a.pptx.docx"),
        ("a.epub", zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}), "a.epub"),
        ("a.sketch", zipped({"document.json": "{}"}), "a.sketch"),
        ("a", zipped({"a.txt": "x"}), "a.zip"),
        ("v1.2", zipped({"a.txt": "x"}), "v1.2.zip"),
        ("a.exe", zipped({"a.txt": "x"}), "a.exe.zip"),
        ("a.jpg", zipped({"a.txt": "x"}), "a.jpg.zip"),
        ("a.dat", b"\x00\x01\x02\x03", "a.dat"),
    ],
)
def test_a_download_has_the_name_that_people_know(organization, tmp_path, name, content, downloaded):
    (tmp_path / name).write_bytes(content)
    imported(tmp_path)
    upload = Upload.objects.get()
    assert upload.original_filename == name
    assert Servable.of_upload(upload, is_public=False).name == downloaded
