"""The server through which e-mail leaves."""

from typing import Any
from urllib.parse import urlsplit

import dj_email_url
from environs import EnvError

# Of EMAIL_URL → of dj-email-url.
SCHEMES = {"smtp": "smtp", "smtps": "smtp", "submission": "submission", "console": "console", "file": "file"}


def email_at(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings for EMAIL_URL; empty: nothing is sent. Raises EnvError, without the password.

    `smtp` is unencrypted, `submission` begins with STARTTLS (port 587), `smtps` is TLS from the start (port 465).
    """
    try:
        parts = urlsplit(url)
        scheme, port, host = parts.scheme, parts.port, parts.hostname
    except ValueError:
        scheme, port, host = "", None, None
    is_complete = bool(host) if scheme in ("smtp", "smtps", "submission") else scheme in SCHEMES
    if url and not is_complete:
        raise EnvError(
            "EMAIL_URL must be submission://user:password@host:587, smtps://…, smtp://host:25, console: or file:///folder."
        )
    if not url:
        return dict(dj_email_url.parse("dummy:"))
    settings = dict(dj_email_url.parse(f"{SCHEMES[scheme]}{url[len(scheme) :]}"))
    if scheme == "smtps":
        settings |= {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False, "EMAIL_PORT": port or 465}
    if scheme == "file":
        settings["EMAIL_FILE_PATH"] = parts.path
    return settings
