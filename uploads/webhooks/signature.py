"""The signature of webhooks: a receiver verifies with it that a body comes from this installation.

The secret of the webhook is the key. `uploads.webhooks.message` sends the signature as the header `X-Signature`.
"""

import hmac


def sign(body: bytes, secret: str) -> str:
    """Return the value of `X-Signature` for `body`: `sha256=` and its HMAC-SHA256 with `secret`, in hexadecimal."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
