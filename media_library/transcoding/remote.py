"""Remote transcoding: a signed job message out, a callback with the result, and a time limit."""

import json
import urllib.request
from datetime import timedelta
from typing import Any
from urllib.error import URLError
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.db.clock import database_now
from common.errors import Conflict, NotFound
from media_library.choices import MediaStatus
from media_library.models import MediaItem
from media_library.services import statuses
from media_library.transcoding import outputs
from media_library.transcoding.signatures import signed_headers
from media_library.transcoding.stream_check import require_complete
from media_library.transcoding.timeline import INDEX
from media_library.transcoding.transcode import switch
from uploads.jobs import JobContext, submit
from uploads.models import Upload
from uploads.outbox.deletions import expedite_deletions
from uploads.storage import store

OVERDUE = "transcoding_overdue"
UNANSWERED = gettext_noop("The transcoder did not answer in time.")
TIMEOUT = 30  # seconds

Message = dict[str, str]


def request_transcoding(job: JobContext, item: MediaItem) -> dict[str, Any]:
    """Send the job of an item with the prefix of this attempt; the callback of the transcoder finishes it."""
    prefix = outputs.attempt_prefix(item, job)
    overdue = database_now() + timedelta(seconds=settings.TRANSCODE_TIMEOUT)
    with job.writing():
        outputs.schedule_removal(item.upload, prefix)
        MediaItem.everything.filter(pk=item.pk, job_id=job.id).update(attempt_prefix=prefix)
        submit(OVERDUE, subject=f"{item.pk}/{job.id.hex}-{job.attempt}", run_after=overdue)
    import_string(settings.TRANSCODER_SENDER)(message_of(item, prefix))
    return {"asked": prefix}


def message_of(item: MediaItem, prefix: str) -> Message:
    """Return the job message. The transcoder has its own credentials for the two buckets."""
    bucket = store(item.upload.storage).bucket_name
    return {
        "mediaId": str(item.pk),
        "organizationId": str(item.organization_id),
        "inputBucket": bucket,
        "inputPath": item.upload.key,
        "outputBucket": bucket,
        "outputPrefix": prefix,
    }


def send_to_webhook(message: Message) -> None:
    """POST a message to `settings.TRANSCODER_URL`. Raises ConnectionError unless it answers with success.

    An installation with a queue names its own function in `settings.TRANSCODER_SENDER`.
    """
    body = json.dumps(message).encode()
    callback = f"{settings.PUBLIC_URL}/api/v1/media-items/{message['mediaId']}/transcoding-callback/"
    headers = {"Content-Type": "application/json", "X-Callback-Url": callback, **signed_headers(body)}
    request = urllib.request.Request(settings.TRANSCODER_URL, body, headers, method="POST")  # noqa: S310 - our setting
    try:
        with _OPENER.open(request, timeout=TIMEOUT):
            return
    except (URLError, OSError) as error:
        raise ConnectionError(f"The transcoder rejected or did not receive the job: {error}") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follow no redirects: a signed message is for one address."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def record_progress(*, item: MediaItem, percent: int) -> None:
    """Store the progress of the transcoder in percent; never backwards, since messages may arrive out of order."""
    rows = MediaItem.everything.filter(pk=item.pk, attempt_prefix=item.attempt_prefix, status=MediaStatus.TRANSCODING)
    rows.filter(progress__lt=percent).update(progress=percent, updated_at=timezone.now())


def record_failure(*, item: MediaItem, reason: str) -> None:
    """Fail an item and delete what the transcoder has written."""
    with transaction.atomic():
        if _waiting(item):
            statuses.fail(item.pk, reason or _("The transcoder failed without a reason."))
            expedite_deletions(item.upload.storage, item.attempt_prefix)


def record_success(*, item: MediaItem, master: str, names: list[str], duration: float | None) -> None:
    """Make the item ready with the streams of the transcoder. Raises Invalid if they are incomplete."""
    require_complete(item.upload, item.attempt_prefix, master, names)  # lists the store: outside the transaction
    with transaction.atomic():
        if _waiting(item):
            item.refresh_from_db(fields=["hls_key"])
            has_timeline = f"{master.rpartition('/')[0]}/{INDEX}".lstrip("/") in names
            switch(item, f"{item.attempt_prefix}{master}", duration=duration, has_timeline=has_timeline)


def awaiting_item(*, item_id: UUID, prefix: str) -> MediaItem:
    """Return the item that waits for streams below `prefix`, or that has them already.

    Raises NotFound for a missing item, Conflict for an attempt that was superseded.
    """
    item = MediaItem.everything.select_related("upload").filter(pk=item_id, upload__purging_at=None).first()
    if item is None:
        raise NotFound
    is_done = bool(item.hls_key) and outputs.folder_of(item.hls_key) == prefix
    if not is_done and (not prefix or item.attempt_prefix != prefix):
        raise Conflict(_("This attempt was superseded."), code="superseded")
    return item


def stop_waiting(subject: str) -> bool:
    """Fail the item of an OVERDUE job if it still waits for that attempt; return whether it did."""
    item_id, _slash, attempt = subject.partition("/")
    rows = MediaItem.everything.select_related("upload").filter(attempt_prefix__endswith=f"/{attempt}/")
    item = rows.filter(pk=UUID(item_id)).first()
    if item is None:
        return False
    record_failure(item=item, reason=_(UNANSWERED))
    return True


def _waiting(item: MediaItem) -> bool:
    """Lock the upload, which comes first in the order of locks; tell whether the item still waits for this attempt."""
    Upload.everything.select_for_update(of=("self",)).filter(pk=item.pk).values_list("pk").first()
    still = MediaItem.everything.filter(pk=item.pk, attempt_prefix=item.attempt_prefix, upload__key=item.upload.key)
    return bool(item.attempt_prefix) and still.filter(status=MediaStatus.TRANSCODING).exists()
