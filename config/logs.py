"""The log, without the secrets in addresses and headers.

`configure` is Django's LOGGING_CONFIG. It puts one formatter in front of every handler, also those of the web
server, so that the whole line is cleaned when it is written: message, arguments and traceback of any logger. A line of
JSON is cleaned value by value, so that it stays JSON.
"""

import logging
import logging.config
import re
from collections.abc import Iterator
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.orjson import OrjsonFormatter as JsonLogFormatter

HIDDEN = "[hidden]"

# The segment after these is a secret: share links, tickets for PUT, tickets of a player. Matched loosely, since a wrong
# address (`//s/…`, `/S/…`) is logged as a 404 and contains a valid secret.
_PREFIXES = r"(?:/|%2F){1,3}(?:s|playback|storage(?:/|%2F){1,3}(?:media|assets))(?:/|%2F){1,3}"
_SECRETS = [
    re.compile(rf"({_PREFIXES})(?![0-9a-f]{{8}}-[0-9a-f-]{{27}}/master)(?!{re.escape(HIDDEN)})[^/\s?#\"'<>\\]+", re.I),
    # Presigned addresses, signed addresses, reset links and the like.
    re.compile(
        r"([?&;](?:x-amz-(?:signature|credential|security-token)|sig|signature|awsaccesskeyid|token|secret|password"
        r"|key)=)[^&;\s#\"'<>\\]+",
        re.I,
    ),
    re.compile(r"((?:^|[^\w])(?:token|bearer|basic)\s+)[A-Za-z0-9._~+/=-]{16,}", re.I),  # headers
    re.compile(r"((?:cookie|x-csrftoken|x-signature)['\"]?\s*[:=]\s*b?['\"]?)[^'\"\n]+", re.I),
    re.compile(r"(\w://[^/\s:@'\"]*:)[^@/\s'\"]+(?=@)"),  # a password in the address of a database
    # Anywhere, by their form: signatures of ours (43 characters of base64 behind a separator), SHA-256 in
    # hexadecimal (tokens, signatures), a link to reset a password.
    re.compile(r"((?:\.|:|%3A))[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])", re.I),
    re.compile(r"()(?<![A-Za-z0-9])[0-9a-f]{64}(?![A-Za-z0-9])"),
    re.compile(r"()(?<![A-Za-z0-9])[0-9a-z]{6,7}-[0-9a-f]{32}(?![A-Za-z0-9])"),
]


def redact(text: str) -> str:
    """Return `text` without the secrets of the URLs and headers in it."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats like another formatter, and removes secrets from the result."""

    def __init__(self, formatter: logging.Formatter | None = None):
        super().__init__()
        self.formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        return redact(self.formatter.format(record))


class JsonFormatter(JsonLogFormatter):
    """One JSON object a line: time (UTC), level, logger, message, request_id, further facts, exception.

    The traceback is a text inside the line. Each value is redacted.
    """

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}{request_id}",
            style="{",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time", "status_code"],
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return the facts without secrets."""
        return {name: redact(value) if isinstance(value, str) else value for name, value in log_data.items()}


def configure(settings: dict[str, Any]) -> None:
    """Configure logging from `settings` (a dictConfig), then put the formatter in front of every handler."""
    logging.config.dictConfig(settings)
    for handler in _handlers():
        if not isinstance(handler.formatter, RedactingFormatter | JsonFormatter):
            handler.setFormatter(RedactingFormatter(handler.formatter))


def _handlers() -> Iterator[logging.Handler]:
    """Yield the handlers of all loggers, and logging's last resort."""
    for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
        yield from getattr(logger, "handlers", [])
    if logging.lastResort:
        yield logging.lastResort
