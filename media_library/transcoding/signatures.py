"""Signed messages between this installation and a transcoder elsewhere."""

import hmac
import time
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Denied

SIGNATURE, TIMESTAMP = "X-Signature", "X-Timestamp"
TOLERANCE = 300  # seconds that two clocks may differ, and that a message may take


def signature_of(timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC of the time, a dot and the body, with the secret both sides know."""
    digest = hmac.new(settings.TRANSCODER_SECRET.encode(), timestamp.encode() + b"." + body, "sha256")
    return f"sha256={digest.hexdigest()}"


def signed_headers(body: bytes) -> dict[str, str]:
    """The headers that make `body` believable now."""
    timestamp = str(int(time.time()))
    return {TIMESTAMP: timestamp, SIGNATURE: signature_of(timestamp, body)}


def require_signature(headers: Mapping[str, str], body: bytes) -> None:
    """Raise Denied unless whoever knows the secret signed `body` within TOLERANCE; without a secret nobody does."""
    timestamp = headers.get(TIMESTAMP, "")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15
    expected = signature_of(timestamp, body).encode()
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    is_signed = bool(settings.TRANSCODER_SECRET) and hmac.compare_digest(expected, given)
    if not (is_number and is_signed and abs(time.time() - int(timestamp)) <= TOLERANCE):
        raise Denied(_("The signature of this message is missing, wrong or too old."))
