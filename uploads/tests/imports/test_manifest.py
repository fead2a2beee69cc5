"""A manifest says what files are called, whose they are and how old; rows without a file are told."""

import json
from datetime import UTC, datetime
from unicodedata import normalize

import pytest

from common.commands.operator import Failed, Unmatched
from common.errors import Invalid
from tests.factories import make_member
from tests.invariants import broken_invariants
from uploads.imports import read_manifest, run
from uploads.models import Tag, Upload
from uploads.tests.imports.calls import by_name, imported

NFC, NFD = normalize("NFC", "Fähre/Grüße.txt"), normalize("NFD", "Fähre/Grüße.txt")


def manifest(folder, text):
    path = folder / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    return path


def entry_of(folder, text, path):
    return read_manifest(manifest(folder, text))[0].find(path)


@pytest.mark.django_db(transaction=True)
def test_a_manifest_gives_texts_tags_owner_and_date(organization, folder, tmp_path):
    ann = make_member(organization, "Creator", username="ann", email="Ann@example.org")
    rows = (
        "path,email,title,description,alt_text,category,tags,date\n"
        'paper.pdf,ann@example.org,A paper,"Two\nlines",Alt, Press  kit ,boats| Boats |sea,2019-05-04T10:00:00+02:00\n'
    )
    imported(folder, manifest=manifest(tmp_path, rows))
    paper = by_name("paper.pdf")
    assert paper.uploaded_by == ann
    assert (paper.title, paper.description, paper.alt_text, paper.category) == (
        "A paper",
        "Two\nlines",
        "Alt",
        "Press kit",
    )
    assert set(paper.tags.values_list("name", flat=True)) == {"boats", "sea"}
    assert "sea" in paper.search_text
    assert paper.created_at == datetime(2019, 5, 4, 8, tzinfo=UTC)
    assert Tag.objects.count() == 2
    assert broken_invariants() == []


# FA-D9
@pytest.mark.parametrize(("on_disk", "in_manifest"), [(NFC, NFD), (NFD, NFC), (NFC, NFC), (NFD, NFD)])
@pytest.mark.django_db(transaction=True)
def test_composed_and_decomposed_names_are_one_name(organization, tmp_path, on_disk, in_manifest):
    make_member(organization, "Creator", username=normalize("NFC", "jürgen"))
    user = normalize("NFD", "jürgen")
    (tmp_path / "old" / user).mkdir(parents=True)
    (tmp_path / "old" / user / "a.txt").write_text("a")
    (tmp_path / "old" / on_disk).parent.mkdir()
    (tmp_path / "old" / on_disk).write_text("b")
    rows = manifest(tmp_path, f"path,title\n{in_manifest},Found\n")
    imported(tmp_path / "old", manifest=rows, uploader_from_path="{username}/")
    assert by_name("Grüße.txt").title == "Found"
    assert by_name("a.txt").uploaded_by.username == normalize("NFC", "jürgen")


# FA-D9
@pytest.mark.django_db(transaction=True)
def test_rows_without_a_file_are_told_and_end_with_their_own_code(organization, folder, tmp_path, capsys):
    rows = manifest(tmp_path, "path,title\npaper.pdf,Paper\ngone.jpg,Gone\nusers/ann/portait.jpg,Typo\n")
    report = tmp_path / "report.jsonl"
    with pytest.raises(Unmatched, match="match no file: 2") as ended:
        imported(folder, manifest=rows, report=report)
    assert ended.value.returncode == 3
    told = [
        line["source"] for line in map(json.loads, report.read_text().splitlines()) if line["result"] == "unmatched"
    ]
    assert told == ["gone.jpg", "users/ann/portait.jpg"]
    assert "gone.jpg: unmatched, no such file" in capsys.readouterr().out
    assert Upload.objects.count() == 3
    with pytest.raises(Unmatched):  # the files are known by now, and match as before
        imported(folder, manifest=rows)


@pytest.mark.django_db(transaction=True)
def test_rows_are_not_told_as_missing_when_the_import_stops_before(organization, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 1)
    imported(folder, manifest=manifest(tmp_path, "path,title\ngone.jpg,Gone\n"), limit=1, dry_run=True)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("path,title\n100%.jpg,T\n", "100%.jpg"),
        ("path;title\na b.jpg;T\n", "a b.jpg"),
        ("path\ttitle\na.jpg\tT\n", "a.jpg"),
        ("\ufeffpath,title\na.jpg,T\n", "a.jpg"),
        ("path,title\n./a/b.jpg,T\n", "a/b.jpg"),
        ("path,title\na\\b.jpg,T\n", "a/b.jpg"),
        ('title,path\nT,"a,b.jpg"\n', "a,b.jpg"),
    ],
)
def test_a_row_is_found_by_the_path_of_its_file(tmp_path, text, path):
    assert entry_of(tmp_path, text, path).title == "T"


def test_columns_that_are_not_used_are_named(tmp_path):
    assert read_manifest(manifest(tmp_path, "path,box,title\na.jpg,7,T\n"))[1] == ["box"]


@pytest.mark.parametrize("date", ["2019-12-31", "2019-12-31T14:05", "2019-12-31 14:05:00", "2019-12-31T14:05:00Z"])
def test_dates_are_read(tmp_path, date):
    assert entry_of(tmp_path, f"path,date\na.jpg,{date}\n", "a.jpg").created_at.date().isoformat() == "2019-12-31"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,date\na.jpg,31.12.2019\n", "Line 2 of the manifest: “31.12.2019” is no date"),
        ("path,date\na.jpg,2019-02-30\n", "is no date"),
        ("file,title\na.jpg,T\n", "needs a column named path"),
        ("", "needs a column named path"),
        ('path\n"a.jpg\n', "is not a CSV file in UTF-8"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused_with_the_reason(tmp_path, text, message):
    with pytest.raises(Invalid, match=message):
        read_manifest(manifest(tmp_path, text))


def test_a_manifest_of_another_encoding_is_refused(tmp_path):
    (tmp_path / "old.csv").write_bytes("path\nGrüße.txt\n".encode("cp1252"))
    with pytest.raises(Invalid, match="UTF-8"):
        read_manifest(tmp_path / "old.csv")


def test_texts_that_are_too_long_are_cut_and_the_cut_is_told(tmp_path):
    entry = entry_of(tmp_path, f"path,title,tags\na.jpg,{'x' * 300},{'y' * 60}|sea\n", "a.jpg")
    assert len(entry.title) == 200
    assert entry.title.endswith("…")
    assert entry.tags == ("sea",)
    assert entry.notes == ("title cut to 200 characters", f"tag {'y' * 60!r} left out")


@pytest.mark.django_db(transaction=True)
def test_a_manifest_that_cannot_be_read_imports_nothing(organization, folder, tmp_path):
    with pytest.raises(Failed, match="no date"):
        imported(folder, manifest=manifest(tmp_path, "path,date\na.jpg,soon\n"))
    assert not Upload.objects.exists()
