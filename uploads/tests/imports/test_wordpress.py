"""The uploads folder of WordPress comes in as its media library shows it; what WordPress made of the files does not."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from common.commands.operator import Failed, Unmatched, UsageError
from common.errors import Invalid
from tests.factories import make_member
from tests.invariants import broken_invariants
from tests.wordpress import Attachment, metadata, write_export, write_files
from uploads.imports import FolderSource
from uploads.imports.catalogs.export import LONGEST_TEXT, LONGEST_TOKEN, read_export
from uploads.imports.catalogs.wordpress import OWN_FILE, SCALED, SIZE, WordPressCatalog
from uploads.models import ImportRun, Tag, Upload
from uploads.tests.imports.calls import by_name, imported

BOAT = Attachment(
    "2020/05/boat-scaled.jpg",
    title="The &amp; boat",
    alt="A red boat",
    caption="Seen <em>from</em> the pier",
    description="<p>One.</p><p>Two &lt;3</p>",
    terms=("Boats",),
    meta=metadata("2020/05/boat-scaled.jpg", "boat-150x150.jpg", "boat-300x225.jpg", original="boat.jpg"),
)
SEA = Attachment("2020/05/sea.jpg", title="Sea", creator="bob", meta=metadata("2020/05/sea.jpg", "sea-150x150.jpg"))
FILES = (
    *("2020/05/boat.jpg", "2020/05/boat-scaled.jpg", "2020/05/boat-150x150.jpg", "2020/05/boat-300x225.jpg"),
    *("2020/05/sea.jpg", "2020/05/sea-150x150.jpg", "2020/05/sea-1024x768.jpg", "2020/05/index.php", "loose.jpg"),
)


@pytest.fixture
def site(tmp_path):
    """The uploads folder, and the export beside it."""
    folder = write_files(tmp_path / "uploads", *FILES)
    return {"folder": folder, "export": [write_export(tmp_path / "site.xml", BOAT, SEA)]}


def catalog(tmp_path, *attachments, files=()):
    source = FolderSource(write_files(tmp_path / "uploads", *files, "kept.jpg"))
    return WordPressCatalog([write_export(tmp_path / "site.xml", *attachments)], source)


def imported_site(site, **options):
    imported(site["folder"], export=site["export"], system="wordpress", **options)


@pytest.mark.django_db(transaction=True)
def test_the_media_library_comes_in_with_texts_owners_and_dates(organization, site, tmp_path):
    ann = make_member(organization, "Creator", username="ann", email="ann@example.org")
    bob = make_member(organization, "Creator", username="bob")
    report = tmp_path / "report.jsonl"
    imported_site(site, report=report)
    assert set(Upload.objects.values_list("original_filename", flat=True)) == {"boat.jpg", "sea.jpg", "loose.jpg"}
    boat = by_name("boat.jpg")
    assert (boat.title, boat.alt_text, boat.uploaded_by) == ("The & boat", "A red boat", ann)
    assert boat.description == "Seen from the pier\n\nOne.\nTwo <3"
    assert boat.created_at == datetime(2020, 5, 5, 10, tzinfo=UTC)
    assert list(boat.tags.values_list("name", flat=True)) == ["Boats"]
    assert by_name("sea.jpg").uploaded_by == bob
    assert by_name("loose.jpg").uploaded_by.is_system
    lines = map(json.loads, report.read_text().splitlines())
    skipped = {line["source"]: line["reason"] for line in lines if line["result"] == "skipped"}
    assert skipped == {
        "2020/05/boat-scaled.jpg": SCALED,
        "2020/05/boat-150x150.jpg": SIZE,
        "2020/05/boat-300x225.jpg": SIZE,
        "2020/05/sea-150x150.jpg": SIZE,
        "2020/05/sea-1024x768.jpg": SIZE,
        "2020/05/index.php": OWN_FILE,
    }
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_it_can_be_tried_repeated_and_undone(organization, site, tmp_path):
    report = tmp_path / "report.jsonl"
    imported_site(site, dry_run=True, report=report)
    foretold = {line["source"] for line in map(json.loads, report.read_text().splitlines()) if line["size"]}
    assert foretold == {"2020/05/boat.jpg", "2020/05/sea.jpg", "loose.jpg"}
    assert not (Upload.everything.exists() or Tag.objects.exists())
    imported_site(site)
    before = set(Upload.objects.values_list("pk", "updated_at"))
    imported_site(site)
    assert set(Upload.objects.values_list("pk", "updated_at")) == before
    call_command("import_uploads", undo=str(ImportRun.objects.earliest("started_at").pk), verbosity=0)
    assert not Upload.everything.exists()
    assert {str(path.relative_to(site["folder"])) for path in site["folder"].rglob("*.*")} == set(FILES)


@pytest.mark.django_db(transaction=True)
def test_an_attachment_without_its_file_is_told(organization, site):
    (site["folder"] / SEA.path).unlink()
    with pytest.raises(Unmatched, match="match no file: 1"):
        imported_site(site)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attachments", "files", "path", "expected"),
    [
        # The original was deleted to save space: the scaled picture is all there is.
        ([BOAT], ("2020/05/boat-scaled.jpg",), "2020/05/boat-scaled.jpg", ("The & boat", "")),
        ([BOAT], ("2020/05/boat-scaled.jpg",), "2020/05/boat-768x576.jpg", ("", SIZE)),
        # A picture that a person called so.
        ([Attachment("a-800x600.jpg", title="A")], (), "a-800x600.jpg", ("A", "")),
        ([Attachment("a-800x600.jpg", title="A")], (), "a-800x600-150x150.jpg", ("", SIZE)),
        ([Attachment("b.jpg")], (), "b-300x200@2x.jpg", ("", SIZE)),
        ([Attachment("b.jpg")], (), "b-300x200.png", None),
        ([Attachment("b.jpg")], (), "c/b-300x200.jpg", None),
        # Two languages of one picture.
        ([Attachment("b.jpg", title="One"), Attachment("b.jpg", title="Two")], (), "b.jpg", ("Two", "")),
        # An edited picture, and its original.
        (
            [
                Attachment(
                    "c-e15.jpg",
                    title="C",
                    meta={
                        "_wp_attachment_backup_sizes": 'a:2:{s:9:"full-orig";a:3:{s:5:"width";i:9;s:6:"height";i:9;'
                        's:4:"file";s:5:"c.jpg";}s:14:"thumbnail-orig";a:1:{s:4:"file";s:13:"c-150x150.jpg";}}'
                    },
                )
            ],
            (),
            "c.jpg",
            ("C", ""),
        ),
        # Releases before 2.7 stored a path of the server, and some exports have no metas.
        ([Attachment("2007/x.jpg", title="X", lists_path=False)], (), "2007/x.jpg", ("X", "")),
        (
            [
                Attachment(
                    "x.jpg", title="X", lists_path=False, meta={"_wp_attached_file": "/srv/wp-content/uploads/y.jpg"}
                )
            ],
            (),
            "y.jpg",
            ("X", ""),
        ),
        # Composed in the export, decomposed on the disk.
        ([Attachment("f\u00fcr.jpg", title="F")], (), "fu\u0308r.jpg", ("F", "")),
    ],
)
def test_each_file_is_what_the_media_library_says(tmp_path, attachments, files, path, expected):
    entry = catalog(tmp_path, *attachments, files=files).find(path)
    assert (entry and (entry.title, entry.skip)) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019-01-02 03:04:05", datetime(2019, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0000-00-00 00:00:00", datetime(2020, 5, 5, 10, tzinfo=UTC)),
        ("", datetime(2020, 5, 5, 10, tzinfo=UTC)),
    ],
)
def test_dates_are_those_of_the_export(tmp_path, date, expected):
    assert catalog(tmp_path, Attachment("a.jpg", date=date)).find("a.jpg").created_at == expected


def test_characters_that_xml_forbids_do_not_end_the_import(tmp_path):
    assert catalog(tmp_path, Attachment("a.jpg", title="A\x08\x0b boat")).find("a.jpg").title == "A boat"


def test_markup_without_end_is_text(tmp_path):
    title = "<" * 2000 + "boat"
    assert catalog(tmp_path, Attachment("a.jpg", alt=title)).find("a.jpg").alt_text


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>',
        "<rss><channel><item></channel></rss>",
        "<rss/>",
        "",
        "path,title\na.jpg,T\n",
        "<rss>" + "<a>" * 100,
        f'<rss a="{"x" * (LONGEST_TOKEN + 200_000)}"/>',
    ],
)
def test_what_is_no_export_is_refused(tmp_path, text):
    (tmp_path / "site.xml").write_text(text)
    with pytest.raises(Invalid, match=r"export"):
        list(read_export(tmp_path / "site.xml"))


def test_a_text_without_end_is_not_kept(tmp_path):
    export = write_export(tmp_path / "site.xml", Attachment("a.jpg", description="x" * (3 * LONGEST_TEXT)))
    (item,) = (item for item in read_export(export) if item.name == "item")
    assert len(item.texts["encoded"]) == LONGEST_TEXT


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"system": "wordpress"},
        {"export": ["site.xml"]},
        {"system": "wordpress", "export": ["site.xml"], "database": "sqlite:///x"},
        {"system": "django-filer", "export": ["site.xml"]},
    ],
)
def test_arguments_that_make_no_sense_are_refused(organization, tmp_path, options):
    with pytest.raises(UsageError):
        imported(tmp_path, **options)


@pytest.mark.django_db
def test_an_export_that_is_missing_is_told(organization, tmp_path):
    with pytest.raises(Failed, match="No such file"):
        imported(tmp_path, system="wordpress", export=[tmp_path / "site.xml"])
