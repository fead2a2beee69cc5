"""Changes of a media item's status: each a compare-and-set, so that only legal transitions happen."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from media_library.choices import MediaStatus, sources_of
from media_library.models import MediaItem
from uploads.choices import WebhookEvent
from uploads.models import Upload
from uploads.webhooks.events import emit

CANCELED = "Transcoding was canceled."
EXHAUSTED = "The video could not be transcoded here, though it was tried several times. Try again later."


def move(item_id: UUID, status: MediaStatus, *, job_id: UUID | None = None, **values: Any) -> bool:
    """Move an item to `status` where a transition leads there from its present one; tell whether it did.

    With `job_id` only while that job is the item's: an earlier one has nothing to say any more. Progress and error
    begin anew unless `values` names them. Webhooks are told of what becomes ready; inside the caller's transaction.
    """
    rows = MediaItem.everything.filter(pk=item_id, status__in=sources_of(status))
    if job_id is not None:
        rows = rows.filter(job_id=job_id)
    moved = rows.update(**{"progress": 0, "error": "", **values, "status": status, "updated_at": timezone.now()})
    if moved and status is MediaStatus.READY:
        emit(event=WebhookEvent.MEDIA_READY, uploads=Upload.everything.filter(pk=item_id))
    return bool(moved)


def fail(item_id: UUID, why: str, *, job_id: UUID | None = None) -> bool:
    """Move an item to `failed` with a sentence for people."""
    return move(item_id, MediaStatus.FAILED, job_id=job_id, error=why[:500])
