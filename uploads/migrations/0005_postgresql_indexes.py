"""What PostgreSQL can do for finding files and other databases cannot; nothing happens on those.

`upload_live_newest` keeps its name and keys and additionally holds the columns that lists filter by, so that counts
and skipped rows are read from the index alone. Searches use a trigram index where the extension pg_trgm can be had;
without it they are right and slow. Where it becomes available later:
`CREATE EXTENSION pg_trgm;` and the index below. It leaves out the trash, which makes deleting many files
more than twice as fast.
"""

from django.db import migrations

from common.db.migration_operations import AddPostgresqlIndex

NEWEST = "uploads_upload (organization_id, created_at DESC, id DESC){include} WHERE deleted_at IS NULL"
INCLUDE = " INCLUDE (uploaded_by_id, visibility, type, mime_type, size, usage_count, category)"
TRIGRAMS = "uploads_upload USING gin (search_text gin_trgm_ops) WHERE deleted_at IS NULL"


class Migration(migrations.Migration):
    atomic = False  # the indexes are built while others write

    dependencies = [("uploads", "0004_indexes_for_finding")]

    operations = [
        AddPostgresqlIndex("upload_live_newest", NEWEST.format(include=INCLUDE), before=NEWEST.format(include="")),
        AddPostgresqlIndex("upload_search_trigrams", TRIGRAMS, extension="pg_trgm"),
    ]
