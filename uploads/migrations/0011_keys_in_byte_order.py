"""Object keys are compared by their bytes, as stores list them: an audit walks rows and objects side by side.

SQLite does so anyway; on PostgreSQL the order would be that of the database's language.
"""

from django.db import migrations

TABLES = ("upload", "uploadversion", "rendition", "uploadsession", "storagedeletion")


def by_bytes(apps, schema_editor):
    _collate(schema_editor, "C")


def by_language(apps, schema_editor):
    _collate(schema_editor, "default")


def _collate(schema_editor, collation):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f'ALTER TABLE uploads_{table} ALTER COLUMN key TYPE varchar(1024) COLLATE pg_catalog."{collation}"'
        )


class Migration(migrations.Migration):
    dependencies = [("uploads", "0010_webhooks")]

    operations = [migrations.RunPython(by_bytes, by_language)]
