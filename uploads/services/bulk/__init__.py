"""Doing one thing to many files, in a fixed number of statements however many there are."""

from uploads.services.bulk.purging import PurgeOutcome, bulk_purge
from uploads.services.bulk.selecting import MOST_MATCHING, Selection
from uploads.services.bulk.tags import TagsOutcome, bulk_tags
from uploads.services.bulk.trash import DeleteOutcome, RestoreOutcome, bulk_delete, bulk_restore
from uploads.services.bulk.visibility import VisibilityOutcome, bulk_visibility

__all__ = [
    "MOST_MATCHING",
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
