"""The HTTP request of a delivery: its JSON body, its headers, and the signature over the body."""

import hmac
import json
from uuid import UUID

from uploads.models import WebhookDelivery


def body_of(delivery: WebhookDelivery) -> bytes:
    """The JSON that is sent; the same bytes at every attempt."""
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
    """The headers that go with `body`. Raises common.crypto.DecryptionError for a secret that cannot be decrypted."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "media-library-webhooks/1",
        "X-Event": delivery.event,
        "X-Event-Id": str(delivery.pk),
        "X-Signature": sign(body, delivery.webhook.secret),
    }


def sign(body: bytes, secret: str) -> str:
    """Return the value of `X-Signature` for `body`: `sha256=` and its HMAC-SHA256 with `secret`, in hexadecimal."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


def _data_of(delivery: WebhookDelivery) -> dict[str, object]:
    """What was true of the file when it happened; empty for a delivery that is about no file."""
    if not delivery.upload_id:
        return {}
    facts = dict(delivery.facts)
    if "uploaded_by" in facts:  # as the database writes ids, with dashes or without
        facts["uploaded_by"] = str(UUID(facts["uploaded_by"]))
    return {"id": str(delivery.upload_id), **facts}
