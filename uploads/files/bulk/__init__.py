"""Bulk changes of files, in a number of statements that does not depend on the number of files."""

from uploads.files.bulk.purge import PurgeOutcome, bulk_purge
from uploads.files.bulk.selection import MAX_MATCHING, Selection
from uploads.files.bulk.tags import TagsOutcome, bulk_tags
from uploads.files.bulk.trash import DeleteOutcome, RestoreOutcome, bulk_delete, bulk_restore
from uploads.files.bulk.visibility import VisibilityOutcome, bulk_visibility

__all__ = [
    "MAX_MATCHING",
    "DeleteOutcome",
    "PurgeOutcome",
    "RestoreOutcome",
    "Selection",
    "TagsOutcome",
    "VisibilityOutcome",
    "bulk_delete",
    "bulk_purge",
    "bulk_restore",
    "bulk_tags",
    "bulk_visibility",
]
