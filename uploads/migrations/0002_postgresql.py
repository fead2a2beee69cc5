"""What PostgreSQL can do for finding files and other databases cannot; nothing happens on those.

Object keys are compared by their bytes, as stores list them: an audit walks rows and objects side by side. SQLite
compares so anyway; PostgreSQL would use the order of the database's language.

`upload_live_newest` additionally holds the columns that lists filter by, so that counts and skipped rows are read from
the index alone. Searches use a trigram index where the extension pg_trgm is available; without it they are correct
and slow. Where it becomes available later: `CREATE EXTENSION pg_trgm;` and the index below. The index leaves out the
trash, which makes deleting many files more than twice as fast.
"""

from typing import Any

from django.db import migrations

from common.db.migration_operations import AddPostgresqlIndex

TABLES_WITH_KEYS = ("upload", "uploadversion", "rendition", "uploadsession", "storagedeletion")
NEWEST = "uploads_upload (organization_id, created_at DESC, id DESC){include} WHERE deleted_at IS NULL"
INCLUDE = " INCLUDE (uploaded_by_id, visibility, type, mime_type, size, usage_count, category)"
TRIGRAMS = "uploads_upload USING gin (search_text gin_trgm_ops) WHERE deleted_at IS NULL"


def compare_keys_by_bytes(apps: Any, schema_editor: Any) -> None:
    _collate_keys(schema_editor, "C")


def compare_keys_by_language(apps: Any, schema_editor: Any) -> None:
    _collate_keys(schema_editor, "default")


def _collate_keys(schema_editor: Any, collation: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES_WITH_KEYS:
            schema_editor.execute(
                f'ALTER TABLE uploads_{table} ALTER COLUMN key TYPE varchar(1024) COLLATE pg_catalog."{collation}"'
            )


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while others write

    dependencies = [("uploads", "0001_initial")]

    operations = [
        migrations.RunPython(compare_keys_by_bytes, compare_keys_by_language),
        AddPostgresqlIndex("upload_live_newest", NEWEST.format(include=INCLUDE), before=NEWEST.format(include="")),
        AddPostgresqlIndex("upload_search_trigrams", TRIGRAMS, extension="pg_trgm"),
    ]
