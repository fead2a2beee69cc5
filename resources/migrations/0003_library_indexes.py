"""Indexes for finding library resources by what is rare in an attribute and, on PostgreSQL with pg_trgm, by words."""

from django.conf import settings
from django.db import DatabaseError, migrations, models, transaction

TRIGRAMS = """
CREATE INDEX library_search_trigrams ON library_resources USING gin (search_text gin_trgm_ops) WHERE deleted_at IS NULL
"""


def add_trigrams(apps, schema_editor):
    """As for uploads (their migration 0005), which made the extension where that is possible."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute(TRIGRAMS)
    except DatabaseError:  # no pg_trgm
        pass


def remove_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS library_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0002_same_organization"),
        ("resources", "0002_resource_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="libraryresource",
            index=models.Index(
                models.F("organization"),
                models.F("gender"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("deleted_at", None), ("status", "active"), models.Q(("gender", ""), _negated=True)),
                name="library_public_by_gender",
            ),
        ),
        migrations.AddIndex(
            model_name="libraryresource",
            index=models.Index(
                models.F("organization"),
                models.F("age_group"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("deleted_at", None), ("status", "active"), models.Q(("age_group", ""), _negated=True)
                ),
                name="library_public_by_age_group",
            ),
        ),
        migrations.AddIndex(
            model_name="libraryresource",
            index=models.Index(
                models.F("organization"),
                models.F("environment"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("deleted_at", None), ("status", "active"), models.Q(("environment", ""), _negated=True)
                ),
                name="library_public_by_environment",
            ),
        ),
        migrations.AddIndex(
            model_name="libraryresource",
            index=models.Index(
                models.F("organization"),
                models.F("category"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("deleted_at", None), ("status", "active"), models.Q(("category", ""), _negated=True)
                ),
                name="library_public_by_category",
            ),
        ),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]
