"""What systems leave behind is left out and told; an operator leaves out more."""

import json

import pytest

from uploads.imports import Exclusions, FolderSource
from uploads.models import Upload
from uploads.tests.imports.calls import imported


# FA-D9
@pytest.mark.parametrize(
    "name",
    [
        *(".DS_Store", "._photo.jpg", "Icon\r", "__MACOSX", ".Spotlight-V100", ".fseventsd", ".Trashes"),
        *("Thumbs.db", "thumbs.db", "THUMBS.DB", "desktop.ini", "Desktop.ini", "$RECYCLE.BIN", "ehthumbs.db"),
        *("@eaDir", "#recycle", ".Trash-1000", "lost+found", ".nfs00000000c0ffee", "~$report.docx", ".~lock.a.odt#"),
    ],
)
def test_what_systems_leave_behind_is_no_file(name):
    for path in (name, f"photos/{name}"):
        assert Exclusions().reason(path) == "system file"
        assert Exclusions(system_files=()).reason(path) == ""


@pytest.mark.parametrize(
    "name",
    [
        "photo.jpg",
        "_._.jpg",
        "My Thumbs.db.zip",
        "~report.docx",
        "desktop.ini.txt",
        ".hidden",
        "recycle.jpg",
        "a$~.txt",
    ],
)
def test_files_of_people_are_not_taken_for_rubbish(name):
    assert Exclusions().reason(f"photos/{name}") == ""


# FA-D9
@pytest.mark.parametrize(
    ("pattern", "path", "excluded"),
    [
        ("*.tmp", "a/b.tmp", True),
        ("*.tmp", "a/B.TMP", True),
        ("*.tmp", "a/b.tmp.jpg", False),
        ("cache", "a/cache", True),
        ("cache/", "a/cache", True),
        ("cache/*", "cache/a/b.jpg", True),
        ("cache/*", "a/cache/b.jpg", False),
        ("/2019/raw", "2019/raw", True),
        ("Gr\u00fc\u00dfe", "Gru\u0308\u00dfe", True),
        ("a[1].jpg", "a1.jpg", True),
        ("a.b", "axb", False),
    ],
)
def test_a_pattern_leaves_out_names_or_paths(pattern, path, excluded):
    assert Exclusions([pattern]).reason(path) == (f"excluded by {pattern}" if excluded else "")


def test_a_folder_that_is_left_out_is_not_read(tmp_path):
    (tmp_path / "@eaDir").mkdir()
    (tmp_path / "@eaDir" / "photo.jpg").write_bytes(b"x")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    walked = [(file.name, file.skip) for file in FolderSource(tmp_path, Exclusions()).walk()]
    assert walked == [("@eaDir", "system file"), ("photo.jpg", "")]


def test_a_key_is_left_out_by_any_of_its_parts():
    exclusions = Exclusions(["raw"])
    assert exclusions.reason_of_any_part("a/__MACOSX/b/c.jpg") == "system file"
    assert exclusions.reason_of_any_part("a/raw/c.jpg") == "excluded by raw"
    assert exclusions.reason_of_any_part("a/b/c.jpg") == ""


# FA-D9
@pytest.mark.django_db(transaction=True)
def test_the_report_tells_what_was_left_out(organization, folder, tmp_path, capsys):
    for name in (".DS_Store", "Thumbs.db", "users/._ann"):
        (folder / name).write_bytes(b"\0")
    report = tmp_path / "report.jsonl"
    imported(folder, exclude=["*.pdf"], report=report)
    assert set(Upload.objects.values_list("original_filename", flat=True)) == {"portrait.jpg", "notes.txt"}
    lines = list(map(json.loads, report.read_text().splitlines()))
    skipped = {line["source"]: line["reason"] for line in lines if line["result"] == "skipped"}
    assert skipped == {
        ".DS_Store": "system file",
        "Thumbs.db": "system file",
        "users/._ann": "system file",
        "paper.pdf": "excluded by *.pdf",
    }
    assert "2 imported, 4 skipped" in capsys.readouterr().out
    imported(folder, with_system_files=True)
    assert Upload.objects.count() == 6
