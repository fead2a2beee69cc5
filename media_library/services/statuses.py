"""Status changes of media items. Each is a compare-and-set update, so that only legal transitions happen."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from media_library.choices import MediaStatus, sources_of
from media_library.models import MediaItem
from uploads.choices import WebhookEvent
from uploads.models import Upload
from uploads.webhooks.events import emit

CANCELED = gettext_noop("Transcoding was canceled.")
EXHAUSTED = gettext_noop("The video could not be transcoded after several attempts. Try again later.")


def change_status(item_id: UUID, status: MediaStatus, *, job_id: UUID | None = None, **values: object) -> bool:
    """Change the status of an item if there is such a transition; return whether it was changed.

    With `job_id`, only while that job is the current job of the item. `values` are written with the status; progress
    and error are reset unless they are among them. An item that becomes ready emits a webhook event. Call it in a
    transaction.
    """
    rows = MediaItem.everything.filter(pk=item_id, status__in=sources_of(status))
    if job_id is not None:
        rows = rows.filter(job_id=job_id)
    changed = rows.update(**{"progress": 0, "error": "", **values, "status": status, "updated_at": timezone.now()})
    if changed and status is MediaStatus.READY:
        emit(event=WebhookEvent.MEDIA_READY, uploads=Upload.everything.filter(pk=item_id))
    return bool(changed)


def fail(item_id: UUID, reason: str, *, job_id: UUID | None = None) -> bool:
    """Change the status of an item to `failed`; `reason` is a sentence for people, of at most 500 characters."""
    return change_status(item_id, MediaStatus.FAILED, job_id=job_id, error=reason[:500])


def percent_done(item: Mapping[str, Any]) -> int:
    """Return the progress of transcoding in percent: as the remote transcoder reports it, else the worker.

    `item` has the columns `status`, `attempt_prefix` (set while a remote transcoder works), `progress` and
    `job__progress`.
    """
    if item["status"] == MediaStatus.READY:
        return 100
    if item["status"] != MediaStatus.TRANSCODING:
        return 0
    return item["progress"] if item["attempt_prefix"] else item["job__progress"] or 0
