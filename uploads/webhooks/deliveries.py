"""The outbox of deliveries, attempt by attempt. A receiver may get one twice, with the same `X-Event-Id`."""

import hmac
import http.client
import json
import logging
import socket
import ssl
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min

from common.crypto import Unreadable
from common.db.clock import Now, now_plus
from uploads.choices import DeliveryState
from uploads.jobs import JobContext, submit
from uploads.jobs.claim import jitter, wait_after
from uploads.models import Webhook, WebhookDelivery
from uploads.webhooks.addresses import Refused
from uploads.webhooks.transport import post

log = logging.getLogger(__name__)

RUN = timedelta(seconds=30)  # then the next webhook has its turn
LEASE = timedelta(minutes=2)  # of one attempt
FIRST_WAIT = timedelta(seconds=30)
MAX_ATTEMPTS = 20  # the waits between them double up to an hour: over half a day in all
IN_A_ROW = 3  # failures after which the whole webhook waits
DISABLE_AFTER = 100  # failures since the last success, over a day of waiting
BATCH = 1000


def deliver(job: JobContext, webhook_id: str) -> dict[str, int]:
    """Send what is due to one webhook, oldest first, for at most RUN; queues itself again for what is left."""
    counts = {"delivered": 0, "failed": 0}
    ends, in_a_row = time.monotonic() + RUN.total_seconds(), 0
    while time.monotonic() < ends and in_a_row < IN_A_ROW:
        job.report(50)
        delivery = _claim(webhook_id)
        if delivery is None:
            break
        done = attempt(delivery)
        counts["delivered" if done else "failed"] += 1
        in_a_row = 0 if done else in_a_row + 1
    if in_a_row == IN_A_ROW:
        _pause(webhook_id)
    _come_again(webhook_id)
    return counts


def attempt(delivery: WebhookDelivery) -> bool:
    """Send one claimed delivery; tell whether the receiver took it."""
    status, error = _send(delivery)
    if not error:
        _delivered(delivery, status)
    else:
        _failed(delivery, status, error)
    return not error


def signed(body: bytes, secret: str) -> str:
    """Return the value of `X-Signature` for `body`."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def body_of(delivery: WebhookDelivery) -> bytes:
    """The JSON that is sent; the same bytes at every attempt."""
    organization = delivery.webhook.organization
    facts = dict(delivery.facts)
    if "uploaded_by" in facts:  # as the database writes ids, with dashes or without
        facts["uploaded_by"] = str(UUID(facts["uploaded_by"]))
    data = {"id": str(delivery.upload_id), **facts} if delivery.upload_id else {}
    said = {
        "id": str(delivery.pk),
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "organization": {"id": str(organization.pk), "slug": organization.slug},
        "data": data,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def submit_due() -> dict[str, int]:
    """Queue every webhook that has something due: what a crash between a change and its job left behind."""
    due = WebhookDelivery.objects.filter(state=DeliveryState.PENDING, not_before__lte=Now(), webhook__active=True)
    due = due.exclude(webhook__paused_until__gt=Now()).order_by()
    webhooks = list(due.values_list("webhook_id", flat=True).distinct())
    for webhook_id in webhooks:
        submit("send_webhooks", subject=str(webhook_id))
    return {"webhooks": len(webhooks)}


def prune() -> dict[str, int]:
    """Forget deliveries that ended long ago, in batches."""
    before = now_plus(-timedelta(days=settings.WEBHOOK_DELIVERIES_KEPT_DAYS))
    ended = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING).filter(ended_at__lt=before).order_by()
    count = 0
    while batch := list(ended.values_list("pk", flat=True)[:BATCH]):
        count += WebhookDelivery.objects.filter(pk__in=batch).delete()[0]
    return {"deliveries": count}


def _claim(webhook_id: str) -> WebhookDelivery | None:
    """The oldest due delivery as this worker's next attempt."""
    while True:
        pending = WebhookDelivery.objects.filter(webhook_id=webhook_id, state=DeliveryState.PENDING)
        ready = pending.filter(not_before__lte=Now(), webhook__active=True).exclude(webhook__paused_until__gt=Now())
        found = ready.select_related("webhook__organization").order_by("created_at", "id").first()
        if found is None:
            return None
        mine = pending.filter(pk=found.pk, attempts=found.attempts)
        if mine.update(attempts=found.attempts + 1, not_before=now_plus(LEASE)):
            found.attempts += 1
            return found


def _send(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """Return the status of the answer, and what went wrong or nothing."""
    try:
        body = body_of(delivery)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "media-library-webhooks/1",
            "X-Event": delivery.event,
            "X-Event-Id": str(delivery.pk),
            "X-Signature": signed(body, delivery.webhook.secret),
        }
        status = post(delivery.webhook.url, body, headers)
    except Exception as error:  # noqa: BLE001 - whatever fails ends in the record: a job that raises is tried for ever
        return None, _sentence(error)
    return status, "" if 200 <= status < 300 else f"The receiver answered {status}."


def _sentence(error: Exception) -> str:
    """What went wrong, in words that tell nothing of our network."""
    if isinstance(error, Refused):
        return str(error)
    known: list[tuple[type[Exception], str]] = [
        (Unreadable, "The secret can no longer be read; set a new one."),
        (socket.gaierror, "The host name could not be resolved."),
        (UnicodeError, "The host name could not be resolved."),
        (ssl.SSLCertVerificationError, "The receiver's certificate is not valid for its name."),
        (ssl.SSLError, "The receiver does not speak TLS as it should."),
        (TimeoutError, "The receiver did not answer in time."),
        (ConnectionError, "The receiver could not be reached."),
        (http.client.HTTPException, "The receiver's answer is not HTTP."),
        (OSError, "The receiver could not be reached."),
    ]
    sentence = next((said for kind, said in known if isinstance(error, kind)), "")
    if not sentence:
        log.error("A webhook delivery failed in our own code.", exc_info=error)
    return sentence or f"The delivery could not be made ({type(error).__name__})."


def _delivered(delivery: WebhookDelivery, status: int | None) -> None:
    _mine(delivery).update(state=DeliveryState.DELIVERED, status=status, error="", ended_at=Now())
    Webhook.objects.filter(pk=delivery.webhook_id, failures__gt=0).update(failures=0, paused_until=None)


def _failed(delivery: WebhookDelivery, status: int | None, error: str) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        _mine(delivery).update(state=DeliveryState.DEAD, status=status, error=error, ended_at=Now())
    else:
        wait = jitter(wait_after(delivery.attempts, FIRST_WAIT))
        _mine(delivery).update(status=status, error=error, not_before=now_plus(wait))
    Webhook.objects.filter(pk=delivery.webhook_id).update(failures=F("failures") + 1)
    worn_out = Webhook.objects.filter(pk=delivery.webhook_id, active=True, failures__gte=DISABLE_AFTER)
    if worn_out.update(active=False, disabled_reason=f"Switched off after {DISABLE_AFTER} failures. {error}"[:200]):
        left = WebhookDelivery.objects.filter(webhook_id=delivery.webhook_id, state=DeliveryState.PENDING)
        left.update(state=DeliveryState.DEAD, error="The webhook was switched off.", ended_at=Now())


def _mine(delivery: WebhookDelivery):
    """The row, as long as this attempt is the last one that began."""
    return WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.PENDING)


def _pause(webhook_id: str) -> None:
    failures = Webhook.objects.values_list("failures", flat=True).filter(pk=webhook_id).first() or 0
    until = now_plus(jitter(wait_after(failures // IN_A_ROW, FIRST_WAIT)))
    Webhook.objects.filter(pk=webhook_id).update(paused_until=until)


def _come_again(webhook_id: str) -> None:
    pending = WebhookDelivery.objects.filter(webhook_id=webhook_id, state=DeliveryState.PENDING, webhook__active=True)
    moments: dict[str, datetime | None] = pending.order_by().aggregate(
        due=Min("not_before"), paused=Min("webhook__paused_until")
    )
    if moments["due"]:
        later = [moment for moment in moments.values() if moment]
        submit("send_webhooks", subject=webhook_id, run_after=max(later))
