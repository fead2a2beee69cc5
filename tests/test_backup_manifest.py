"""A backup knows whether it is whole."""

from io import BytesIO

import pytest

from scripts import backup_manifest as manifest
from scripts.backup_manifest import Entry, IncompleteBackup
from uploads.storage.disk import DiskStore


@pytest.fixture
def backup(tmp_path):
    """A whole one, of a database and two objects."""
    store = DiskStore(location=tmp_path / "media", alias="backup of media")
    manifest.begin(tmp_path)
    database = tmp_path / "database-1"
    database.write_bytes(b"rows")
    for key in ("a/1", "a/2"):
        store.put(key, BytesIO(key.encode()), content_type="")
    entries = [Entry("media", key, *manifest.read_checksum(store, key)) for key in ("a/1", "a/2")]
    manifest.finish(tmp_path, database, ["media"], entries)
    return tmp_path


def verified(folder, **options):
    whole = manifest.read(folder, **options)
    manifest.verify(whole, {"media": DiskStore(location=folder / "media", alias="backup of media")})
    return whole


# FA-C10
def test_a_whole_backup_is_read_and_verified(backup):
    whole = verified(backup)
    assert [entry.key for entry in whole.entries()] == ["a/1", "a/2"]
    assert whole.database_path.read_bytes() == b"rows"


def cut(path, lines):
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:lines]))


def cut_in_a_line(path):
    path.write_bytes(path.read_bytes()[:-5])


def without_a_line(path):
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


# FA-C10
@pytest.mark.parametrize(
    "spoil",
    [
        lambda backup: (backup / "manifest").unlink(),
        lambda backup: (backup / "manifest").write_text(""),
        lambda backup: cut(backup / "manifest", 2),
        lambda backup: cut_in_a_line(backup / "manifest"),
        lambda backup: without_a_line(backup / "manifest"),
        lambda backup: (backup / "media/a/1").unlink(),
        lambda backup: (backup / "media/a/1").write_bytes(b"a/"),
        lambda backup: (backup / "media/a/1").write_bytes(b"a/3"),
        lambda backup: (backup / "database-1").unlink(),
        lambda backup: (backup / "database-1").write_bytes(b"row"),
        lambda backup: (backup / "database-1").write_bytes(b"sows"),
        lambda backup: manifest.begin(backup),
    ],
    ids=[
        *("cut before its list", "empty list", "list without its end", "list cut in a line", "list without a line"),
        *("missing object", "short object", "other object", "missing database", "short database", "other database"),
        "a later one was not finished",
    ],
)
def test_one_that_is_not_whole_is_refused_with_a_sentence(backup, spoil):
    spoil(backup)
    with pytest.raises(IncompleteBackup, match="Nothing was restored"):
        verified(backup)


# FA-C10
def test_the_one_before_a_backup_that_did_not_end_is_there_for_who_asks(backup):
    manifest.begin(backup)
    (backup / "database-2").write_bytes(b"half")
    assert verified(backup, previous=True).database == "database-1"


# FA-C10
def test_a_new_backup_takes_the_database_of_the_one_before_away_only_when_it_is_whole(backup):
    manifest.begin(backup)
    database = backup / "database-2"
    database.write_bytes(b"more rows")
    assert (backup / "database-1").exists()
    manifest.finish(backup, database, ["media"], [])
    assert [path.name for path in backup.glob("database-*")] == ["database-2"]
    assert verified(backup).database == "database-2"
