"""The events of webhooks, written into the outbox in the transaction of the change."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from common.db.clock import Now, database_now
from common.db.insert_select import Json, NewId, insert_from
from common.errors import Conflict
from uploads.choices import ActivityAction, WebhookEvent
from uploads.models import Upload, Webhook, WebhookDelivery
from uploads.webhooks.deliveries import OUTBOX

EVENTS = {
    ActivityAction.ACCESS: WebhookEvent.UPLOAD_UPDATED,
    ActivityAction.DELETE: WebhookEvent.UPLOAD_DELETED,
    ActivityAction.EDIT: WebhookEvent.UPLOAD_UPDATED,
    ActivityAction.HAND_OVER: WebhookEvent.UPLOAD_UPDATED,
    ActivityAction.PURGE: WebhookEvent.UPLOAD_PURGED,
    ActivityAction.REPLACE: WebhookEvent.UPLOAD_UPDATED,
    ActivityAction.RESTORE: WebhookEvent.UPLOAD_RESTORED,
    ActivityAction.UPLOAD: WebhookEvent.UPLOAD_CREATED,
}
FACTS = ("type", "filename", "original_filename", "title", "mime_type", "size", "visibility", "version")


def emit(*, event: WebhookEvent, uploads: Upload | QuerySet[Upload], facts: Mapping[str, object] | None = None) -> int:
    """Write a delivery of `event` for each of `uploads` and each webhook that listens to it; return how many.

    Call it inside the transaction of the change, while the rows exist. Two SELECTs, and one INSERT for each such
    webhook, for any number of files. `facts` replace the present values of the rows, by name (see FACTS).
    `record_activity` calls this for every change in the history.
    """
    rows = uploads if isinstance(uploads, QuerySet) else Upload.everything.filter(pk=uploads.pk)
    active = Webhook.objects.filter(active=True)
    if not active.exists():  # cheap, where asking about thousands of rows is not
        return 0
    if isinstance(uploads, QuerySet):
        active = active.filter(Exists(rows.order_by().filter(organization_id=OuterRef("organization_id"))))
    else:
        active = active.filter(organization_id=uploads.organization_id)
    return sum(_write(webhook, event, rows, facts or {}) for webhook in active if event in webhook.events)


def ping(*, webhook: Webhook) -> WebhookDelivery:
    """Send `webhook` a delivery without a file, to test it. Raises Conflict if it is disabled."""
    if not webhook.active:
        raise Conflict(_("This webhook is disabled."), code="inactive")
    now = database_now()
    with transaction.atomic():
        delivery = WebhookDelivery.objects.create(
            webhook=webhook, event=WebhookEvent.PING, created_at=now, not_before=now
        )
        submit_deliveries(webhook)
    return delivery


def submit_deliveries(webhook: Webhook) -> None:
    """Send the due deliveries of `webhook` after the caller's transaction commits."""
    # Submitted after the commit, so that changes of files do not wait for each other at the row of one job.
    OUTBOX.submit_after_commit(str(webhook.pk))


def _write(webhook: Webhook, event: WebhookEvent, rows: QuerySet[Upload], facts: Mapping[str, object]) -> int:
    facts_of_row = {**{name: name for name in FACTS}, "uploaded_by": Cast("uploaded_by_id", CharField())}
    facts_of_row |= {name: Json(value) for name, value in facts.items() if name in facts_of_row}
    count = insert_from(
        rows.filter(organization_id=webhook.organization_id),
        WebhookDelivery,
        id=NewId(),
        webhook=webhook.pk,
        event=event,
        upload_id=F("pk"),
        facts=JSONObject(**facts_of_row),
        not_before=Now(),
        created_at=Now(),
    )
    if count:
        submit_deliveries(webhook)
    return count
