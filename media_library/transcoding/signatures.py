"""Signed messages to and from a remote transcoder."""

import hmac
import time
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Denied

SIGNATURE, TIMESTAMP = "X-Signature", "X-Timestamp"
TOLERANCE = 300  # seconds for the difference of two clocks and the way of a message


def signature_of(timestamp: str, body: bytes) -> str:
    """Return `sha256=` and the HMAC of the time, a dot and the body, with TRANSCODER_SECRET."""
    digest = hmac.new(settings.TRANSCODER_SECRET.encode(), timestamp.encode() + b"." + body, "sha256")
    return f"sha256={digest.hexdigest()}"


def signed_headers(body: bytes) -> dict[str, str]:
    """Return the headers that sign `body` at the current time."""
    timestamp = str(int(time.time()))
    return {TIMESTAMP: timestamp, SIGNATURE: signature_of(timestamp, body)}


def require_signature(headers: Mapping[str, str], body: bytes) -> None:
    """Raise Denied unless `body` was signed with TRANSCODER_SECRET within TOLERANCE; always if there is no secret."""
    timestamp = headers.get(TIMESTAMP, "")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15
    expected = signature_of(timestamp, body).encode()
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    is_signed = bool(settings.TRANSCODER_SECRET) and hmac.compare_digest(expected, given)
    if not (is_number and is_signed and abs(time.time() - int(timestamp)) <= TOLERANCE):
        raise Denied(_("The signature of this message is missing, wrong or too old."))
