"""Sending deliveries from their outbox. A receiver may get a delivery twice, with the same `X-Event-Id`."""

import http.client
import logging
import socket
import ssl
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from common.crypto import DecryptionError
from common.db.clock import Now, now_plus
from common.db.iterate import delete_in_batches
from common.resilience.backoff import jitter, wait_after
from uploads.choices import DeliveryState
from uploads.jobs import JobContext
from uploads.models import Webhook, WebhookDelivery
from uploads.outbox.base import Outbox
from uploads.webhooks.addresses import AddressRefused
from uploads.webhooks.message import body_of, headers_of
from uploads.webhooks.transport import post

log = logging.getLogger(__name__)

RUN = timedelta(seconds=30)  # of one job; then the next webhook has its turn
LEASE = timedelta(minutes=2)  # of one attempt
FIRST_WAIT = timedelta(seconds=30)
MAX_ATTEMPTS = 20  # the waits between them double up to an hour: over half a day in all
IN_A_ROW = 3  # failures after which the webhook is paused
DISABLE_AFTER = 100  # failures since the last success, over a day of waiting

# Errors as the administrators of the organization read them, without details of this network. They are stored in the
# language of the installation.
_SENTENCES: list[tuple[type[Exception], str]] = [
    (DecryptionError, _("The secret can no longer be decrypted. Set a new one.")),
    (socket.gaierror, _("The host name could not be resolved.")),
    (UnicodeError, _("The host name could not be resolved.")),
    (ssl.SSLCertVerificationError, _("The certificate of the receiver is not valid for its host name.")),
    (ssl.SSLError, _("The TLS handshake with the receiver failed.")),
    (TimeoutError, _("The receiver did not respond in time.")),
    (ConnectionError, _("The receiver could not be reached.")),
    (http.client.HTTPException, _("The response of the receiver is not valid HTTP.")),
    (OSError, _("The receiver could not be reached.")),
]


def due_deliveries() -> QuerySet[WebhookDelivery]:
    """Return the due deliveries of webhooks that are active and not paused, the oldest first."""
    due = WebhookDelivery.objects.filter(state=DeliveryState.PENDING, not_before__lte=Now(), webhook__active=True)
    due = due.exclude(webhook__paused_until__gt=Now())
    return due.select_related("webhook__organization").order_by("created_at", "id")


OUTBOX = Outbox(
    due=due_deliveries, job_kind="send_webhooks", target="webhook_id", batch=1, lease=LEASE, first_wait=FIRST_WAIT
)


def process_due(job: JobContext, webhook_id: str) -> dict[str, int]:
    """Send the due deliveries of one webhook, the oldest first, for at most RUN; queue another job for the rest."""
    counts = {"delivered": 0, "failed": 0}
    ends, in_a_row = time.monotonic() + RUN.total_seconds(), 0
    while time.monotonic() < ends and in_a_row < IN_A_ROW:
        job.report(50)
        claimed = OUTBOX.claim(webhook_id)
        if not claimed:
            break
        delivered = attempt(claimed[0])
        counts["delivered" if delivered else "failed"] += 1
        in_a_row = 0 if delivered else in_a_row + 1
    if in_a_row == IN_A_ROW:
        _pause(webhook_id)
    _submit_again(webhook_id)
    return counts


def attempt(delivery: WebhookDelivery) -> bool:
    """Send one claimed delivery; return whether the receiver accepted it."""
    status, error = _send(delivery)
    if error:
        _record_failure(delivery, status, error)
    else:
        _record_success(delivery, status)
    return not error


def submit_due() -> dict[str, int]:
    """Queue a job for every webhook with due deliveries, also for those whose job was lost in a crash."""
    return {"webhooks": OUTBOX.submit_due()}


def prune() -> dict[str, int]:
    """Delete deliveries that ended more than `WEBHOOK_DELIVERIES_KEPT_DAYS` days ago, in batches."""
    before = now_plus(-timedelta(days=settings.WEBHOOK_DELIVERIES_KEPT_DAYS))
    ended = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING).filter(ended_at__lt=before)
    return {"deliveries": delete_in_batches(ended)}


def _send(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """Return the status of the response, if there is one, and the error; empty after a success."""
    try:
        body = body_of(delivery)
        status = post(delivery.webhook.url, body, headers_of(delivery, body))
    except Exception as error:  # noqa: BLE001 - every failure ends in the record: a job that raises is tried for ever
        return None, _sentence_of(error)
    if 200 <= status < 300:
        return status, ""
    return status, gettext("The receiver responded with status %(status)s.") % {"status": status}


def _sentence_of(error: Exception) -> str:
    if isinstance(error, AddressRefused):
        return str(error)
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return gettext(sentence)
    log.error("A webhook delivery failed with an unexpected error.", exc_info=error)
    return gettext("The delivery failed in this installation (%(error)s).") % {"error": type(error).__name__}


def _record_success(delivery: WebhookDelivery, status: int | None) -> None:
    _current(delivery).update(state=DeliveryState.DELIVERED, status=status, error="", ended_at=Now())
    Webhook.objects.filter(pk=delivery.webhook_id, failures__gt=0).update(failures=0, paused_until=None)


def _record_failure(delivery: WebhookDelivery, status: int | None, error: str) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        _current(delivery).update(state=DeliveryState.DEAD, status=status, error=error, ended_at=Now())
    else:
        OUTBOX.postpone(_current(delivery), delivery.attempts, status=status, error=error)
    Webhook.objects.filter(pk=delivery.webhook_id).update(failures=F("failures") + 1)
    _disable_failing(delivery.webhook_id, error)


def _disable_failing(webhook_id: UUID, error: str) -> None:
    """Disable a webhook after DISABLE_AFTER failures, and end its pending deliveries."""
    failing = Webhook.objects.filter(pk=webhook_id, active=True, failures__gte=DISABLE_AFTER)
    reason = gettext("Disabled after %(count)s failures. %(error)s") % {"count": DISABLE_AFTER, "error": error}
    if failing.update(active=False, disabled_reason=reason[:200]):
        left = WebhookDelivery.objects.filter(webhook_id=webhook_id, state=DeliveryState.PENDING)
        left.update(state=DeliveryState.DEAD, error=gettext("The webhook was disabled."), ended_at=Now())


def _current(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """Return the row, unless a later attempt has begun."""
    return WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.PENDING)


def _pause(webhook_id: str) -> None:
    failures = Webhook.objects.values_list("failures", flat=True).filter(pk=webhook_id).first() or 0
    until = now_plus(jitter(wait_after(failures // IN_A_ROW, FIRST_WAIT)))
    Webhook.objects.filter(pk=webhook_id).update(paused_until=until)


def _submit_again(webhook_id: str) -> None:
    """Queue the job for the time at which the next delivery is due and the webhook is no longer paused."""
    pending = WebhookDelivery.objects.filter(webhook_id=webhook_id, state=DeliveryState.PENDING, webhook__active=True)
    moments: dict[str, datetime | None] = pending.order_by().aggregate(
        due=Min("not_before"), paused=Min("webhook__paused_until")
    )
    if moments["due"]:
        OUTBOX.submit(webhook_id, run_after=max(moment for moment in moments.values() if moment))
