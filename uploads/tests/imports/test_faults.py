"""What goes wrong with one file is reported and the others come in; an outage ends the import."""

import io
import os

import pytest

from common.commands.operator import Failed
from tests.invariants import broken_invariants
from uploads.imports.folder import OpenedFile
from uploads.models import Job, Upload
from uploads.storage.contract import StoreFull
from uploads.storage.disk import DiskStore
from uploads.tests.imports.calls import by_name, imported

pytestmark = pytest.mark.django_db(transaction=True)


# OC-13 MG-04
def test_links_and_special_files_are_reported_and_left(organization, folder, tmp_path, capsys):
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "away").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    imported(folder)
    assert Upload.objects.count() == 3
    assert capsys.readouterr().out.count("skipped") == 4  # three files and the sum


# MG-04
def test_a_file_that_cannot_be_read_is_reported_and_the_others_come_in(organization, folder, monkeypatch, capsys):
    opened = os.open

    def refuse(path, *arguments, **options):
        if os.fsencode(path).endswith(b"/paper.pdf"):
            raise PermissionError(13, "no")
        return opened(path, *arguments, **options)

    with monkeypatch.context() as broken:
        broken.setattr(os, "open", refuse)
        with pytest.raises(Failed, match="1 files failed"):
            imported(folder)
    assert "paper.pdf: failed, permission denied" in capsys.readouterr().out
    assert Upload.objects.count() == 2
    imported(folder)
    assert Upload.objects.count() == 3
    assert broken_invariants() == []


# MG-04
def test_a_disk_that_fails_below_one_source_is_no_fault_of_the_store(organization, folder, monkeypatch, capsys):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "no")

    streamed = OpenedFile.stream

    def stream(self):
        return Broken() if self.stamp.size == (folder / "paper.pdf").stat().st_size else streamed(self)

    monkeypatch.setattr(OpenedFile, "stream", stream)
    with pytest.raises(Failed, match="1 files failed"):
        imported(folder)
    assert "paper.pdf: failed, input/output error" in capsys.readouterr().out
    assert Upload.objects.count() == 2


# MG-04
def test_a_file_that_grows_while_it_is_read_leaves_nothing(organization, folder, monkeypatch):
    looked = OpenedFile.stream

    def grow(self):
        with (folder / "notes.txt").open("a") as file:
            file.write("more")
        return looked(self)

    with monkeypatch.context() as growing:
        growing.setattr(OpenedFile, "stream", grow)
        with pytest.raises(Failed):
            imported(folder)
    assert not Upload.objects.filter(original_filename="notes.txt").exists()
    imported(folder)
    assert by_name("notes.txt").size == (folder / "notes.txt").stat().st_size
    assert broken_invariants() == []


def test_a_file_that_the_scanner_refuses_is_reported_and_the_others_come_in(organization, folder, settings, capsys):
    settings.UPLOAD_SCANNER = f"{__name__}.found_in_pdf"
    with pytest.raises(Failed, match="1 files failed"):
        imported(folder)
    assert "paper.pdf: failed, The scanner refused this file." in capsys.readouterr().out
    assert Upload.objects.count() == 2


def found_in_pdf(chunks):
    return "EICAR" if b"".join(chunks).startswith(b"%PDF") else None


def test_more_files_than_one_batch_holds_come_in_once_each(organization, tmp_path):
    names = {f"{number}.txt" for number in range(600)}
    for name in names:
        (tmp_path / name).write_text(name)
    imported(tmp_path, limit=520)
    assert Upload.objects.count() == 520
    imported(tmp_path)
    assert {upload.original_filename for upload in Upload.objects.all()} == names
    subjects = Job.objects.filter(kind="make_renditions").values_list("subject", flat=True)
    assert set(subjects) == {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    assert broken_invariants() == []


# CM-02
def test_an_outage_ends_the_import_and_the_next_one_goes_on(organization, folder, monkeypatch):
    for number in range(100):
        (folder / f"{number}.txt").write_text("x")
    stored = DiskStore.put

    def fill(self, key, content, *, content_type):
        if key.endswith("/50.txt"):
            raise StoreFull
        return stored(self, key, content, content_type=content_type)

    with monkeypatch.context() as full:
        full.setattr(DiskStore, "put", fill)
        with pytest.raises(Failed, match="storage is full"):
            imported(folder)
    assert not Upload.objects.exists()
    assert broken_invariants() == []
    imported(folder)
    assert Upload.objects.count() == 103
    assert broken_invariants() == []
