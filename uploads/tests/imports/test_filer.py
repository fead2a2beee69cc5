"""The files of django-filer come in with their names, texts, owners and folders; other files of its media do not."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from common.commands.operator import Failed, Unmatched
from tests.factories import make_member
from tests.invariants import broken_invariants
from tests.wordpress import write_files
from uploads.imports.catalogs.filer import UNLISTED
from uploads.models import ImportRun, Upload
from uploads.tests.imports.calls import by_name, imported

pytestmark = pytest.mark.django_db(transaction=True)

# As the migrations of django-filer 3.6 make them on SQLite, without what is not read.
TABLES = """
CREATE TABLE auth_user (id integer PRIMARY KEY, username varchar(150) NOT NULL, email varchar(254) NOT NULL);
CREATE TABLE filer_folder (id integer PRIMARY KEY, name varchar(255) NOT NULL, uploaded_at datetime NOT NULL,
    owner_id integer NULL REFERENCES auth_user (id), parent_id integer NULL REFERENCES filer_folder (id));
CREATE TABLE filer_file (id integer PRIMARY KEY, file varchar(255) NULL, _file_size bigint NULL, sha1 varchar(40),
    original_filename varchar(255) NULL, name varchar(255) NOT NULL, description text NULL,
    uploaded_at datetime NOT NULL, modified_at datetime NOT NULL, is_public bool NOT NULL,
    folder_id integer NULL REFERENCES filer_folder (id), owner_id integer NULL REFERENCES auth_user (id));
CREATE TABLE filer_image (file_ptr_id integer PRIMARY KEY REFERENCES filer_file (id), date_taken datetime NULL,
    default_alt_text varchar(255) NULL, default_caption varchar(255) NULL, author varchar(255) NULL);
INSERT INTO auth_user VALUES (3, 'ann', 'ann@example.org');
INSERT INTO filer_folder VALUES (1, 'Events', '2020-01-01', 3, NULL), (2, '2020', '2020-01-01', 3, 1);
INSERT INTO filer_file VALUES
    (1, 'filer_public/77/0d/770d/groe_1.jpg', 9, '', 'Größe 1.jpg', 'A title', 'Text', '2020-05-05 10:00:00.123456',
     '2020-05-06 10:00:00', 1, 2, 3),
    (2, '2d/3a/2d3a/x.jpg', 9, '', 'x.jpg', '', NULL, '2020-05-05 10:00:00', '2020-05-06 10:00:00', 0, NULL, NULL);
INSERT INTO filer_image VALUES (1, NULL, 'Alt', 'Caption', 'Zoe');
"""
PUBLIC, PRIVATE = "media/filer_public/77/0d/770d/groe_1.jpg", "smedia/filer_private/2d/3a/2d3a/x.jpg"
OTHERS = ("media/filer_public_thumbnails/filer_public/77/0d/770d/groe_1.jpg__32x32_q85.jpg", "media/other/x.jpg")


@pytest.fixture
def filer(tmp_path):
    """The folder above both media folders, and the address of the database."""
    write_files(tmp_path / "site", PUBLIC, PRIVATE, *OTHERS)
    with sqlite3.connect(tmp_path / "filer.db") as database:
        database.executescript(TABLES)
    database.close()
    return {"folder": tmp_path / "site", "database": f"sqlite:///{tmp_path}/filer.db"}


def imported_filer(filer, folder="", **options):
    imported(filer["folder"] / folder, **{"database": filer["database"], "system": "django-filer", **options})


def test_files_come_in_with_what_the_tables_say(organization, filer, tmp_path):
    ann = make_member(organization, "Creator", username="ann")
    report = tmp_path / "report.jsonl"
    imported_filer(filer, report=report)
    assert Upload.objects.count() == 2
    picture = by_name("Größe 1.jpg")
    assert (picture.title, picture.alt_text, picture.description) == ("A title", "Alt", "Caption\n\nText")
    assert (picture.category, picture.uploaded_by) == ("Events / 2020", ann)
    assert picture.metadata == {"credit": "Zoe"}
    assert "zoe" in picture.search_text
    assert picture.created_at == datetime(2020, 5, 5, 10, 0, 0, 123456, tzinfo=UTC)
    assert by_name("x.jpg").uploaded_by.is_system
    lines = map(json.loads, report.read_text().splitlines())
    assert {line["source"]: line["reason"] for line in lines if line["result"] == "skipped"} == dict.fromkeys(
        OTHERS, UNLISTED
    )
    assert broken_invariants() == []


def test_it_can_be_tried_repeated_and_undone(organization, filer):
    imported_filer(filer, dry_run=True)
    assert not Upload.everything.exists()
    imported_filer(filer)
    before = set(Upload.objects.values_list("pk", "updated_at"))
    imported_filer(filer)
    assert set(Upload.objects.values_list("pk", "updated_at")) == before
    call_command("import_uploads", undo=str(ImportRun.objects.earliest("started_at").pk), verbosity=0)
    assert not Upload.everything.exists()
    assert (filer["folder"] / PUBLIC).exists()


def test_rows_whose_file_is_elsewhere_are_told(organization, filer, capsys):
    with pytest.raises(Unmatched, match="match no file: 1"):
        imported_filer(filer, "media")
    assert "2d/3a/2d3a/x.jpg: unmatched" in capsys.readouterr().out
    assert by_name("Größe 1.jpg").title == "A title"


def test_the_database_is_only_read(organization, filer, tmp_path):
    before = (tmp_path / "filer.db").read_bytes()
    imported_filer(filer)
    assert (tmp_path / "filer.db").read_bytes() == before


def test_the_tables_may_be_in_the_database_of_the_installation(organization, filer):
    moment = "timestamp with time zone" if connection.vendor == "postgresql" else "datetime"
    statements = TABLES.replace("datetime", moment).replace("'x.jpg', '', NULL", "'x.jpg', 'X', NULL")
    statements = statements.replace(" 1, 2, 3)", " true, 2, 3)").replace(" 0, NULL, NULL)", " false, NULL, NULL)")
    with connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement)
    try:
        imported_filer(filer, database=None)
        assert by_name("x.jpg").title == "X"
        assert by_name("Größe 1.jpg").created_at == datetime(2020, 5, 5, 10, 0, 0, 123456, tzinfo=UTC)
    finally:
        with connection.cursor() as cursor:
            for table in ("filer_image", "filer_file", "filer_folder", "auth_user"):
                cursor.execute(f"DROP TABLE {table}")


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("mysql://u:secret@h/x", "--database must be postgres://"),
        ("nonsense", "--database must be postgres://"),
        ("sqlite:////no/such/file", "cannot be read|unable to open"),
        (None, "no tables of django-filer"),
    ],
)
def test_a_database_that_cannot_be_read_is_told(organization, filer, database, message):
    with pytest.raises(Failed, match=message) as failed:
        imported_filer(filer, database=database)
    assert "secret" not in str(failed.value)
    assert not ImportRun.objects.exists()
