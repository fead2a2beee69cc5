"""Retention of the trash: how long deleted files stay in it, and purging those whose time is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from uploads.files.purge import batches_by_age, finish_due, purge_uploads, purgeable
from uploads.jobs.registry import periods
from uploads.models import Upload
from uploads.querysets import UploadQuerySet


def retention_cutoff() -> datetime:
    """Return the moment before which a file must have gone into the trash to be due."""
    return timezone.now() - timedelta(days=settings.TRASH_RETENTION_DAYS)


def retention_days() -> int | None:
    """Return the days that files stay in the trash before the background purges them; None: it never does."""
    return settings.TRASH_RETENTION_DAYS if "purge_trash" in periods() else None


def due_for_purge(*, before: datetime, organization_id: UUID | None = None) -> UploadQuerySet:
    """Return the unused files that went into the trash before `before`: of one organization, or (None) of all."""
    rows = purgeable(Upload.everything.filter(deleted_at__lt=before))
    return rows if organization_id is None else rows.filter(organization_id=organization_id)


def purge_due(*, before: datetime, organization_id: UUID | None = None) -> Iterator[int]:
    """Finish interrupted purges, then purge the files that `due_for_purge` returns, batch by batch.

    Yields the number of rows that each batch deleted. Takes constant memory; may be stopped anywhere and run again.
    Raises StoreUnavailable.
    """
    yield from finish_due()
    rows = due_for_purge(before=before, organization_id=organization_id)
    for batch in batches_by_age(rows, "deleted_at"):
        yield purge_uploads(ids=batch)
