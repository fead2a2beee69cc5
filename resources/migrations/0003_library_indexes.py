"""Indexes for finding library resources by what is rare in an attribute and, on PostgreSQL with pg_trgm, by words."""

from django.conf import settings
from django.db import migrations, models

from common.db.migration_operations import AddIndexOnline, AddPostgresqlIndex

TRIGRAMS = "library_resources USING gin (search_text gin_trgm_ops) WHERE deleted_at IS NULL"


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while others write

    dependencies = [
        ("permissions", "0002_same_organization"),
        ("resources", "0002_resource_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexOnline(
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
        AddIndexOnline(
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
        AddIndexOnline(
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
        AddIndexOnline(
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
        AddPostgresqlIndex("library_search_trigrams", TRIGRAMS, extension="pg_trgm"),
    ]
