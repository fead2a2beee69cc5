"""The HTTP request of a delivery: its JSON body and its headers; `signature` signs the body."""

import json
from uuid import UUID

from uploads.models import WebhookDelivery
from uploads.webhooks.signature import sign


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return the JSON body; it has the same bytes at every attempt."""
    organization = delivery.webhook.organization
    payload = {
        "id": str(delivery.pk),
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "organization": {"id": str(organization.pk), "slug": organization.slug},
        "data": _data_of(delivery),
    }
    return json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()


def headers_of(delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
    """Return the headers of `body`. Raises common.crypto.DecryptionError for a secret that cannot be decrypted."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "media-library-webhooks/1",
        "X-Event": delivery.event,
        "X-Event-Id": str(delivery.pk),
        "X-Signature": sign(body, delivery.webhook.secret),
    }


def _data_of(delivery: WebhookDelivery) -> dict[str, object]:
    """Return the facts of the file at the time of the event; empty for an event without a file."""
    if not delivery.upload_id:
        return {}
    facts = dict(delivery.facts)
    if "uploaded_by" in facts:  # the databases write ids with dashes or without
        facts["uploaded_by"] = str(UUID(facts["uploaded_by"]))
    return {"id": str(delivery.upload_id), **facts}
