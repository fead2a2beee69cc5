"""Searches of library resources use a trigram index on PostgreSQL where the extension pg_trgm is available."""

from django.db import migrations

from common.db.migration_operations import AddPostgresqlIndex

TRIGRAMS = "library_resources USING gin (search_text gin_trgm_ops) WHERE deleted_at IS NULL"


class Migration(migrations.Migration):
    atomic = False  # the index is built while others write

    dependencies = [("resources", "0001_initial")]

    operations = [AddPostgresqlIndex("library_search_trigrams", TRIGRAMS, extension="pg_trgm")]
