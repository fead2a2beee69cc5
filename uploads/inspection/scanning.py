"""The hook for a malware scanner: a callable named by `settings.UPLOAD_SCANNER`, none by default."""

import logging
from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from permissions.errors import Unavailable
from uploads.errors import ContentMismatch
from uploads.inspection.content import Content

log = logging.getLogger(__name__)

Scanner = Callable[[Iterator[bytes]], str | None]


def scan(content: Content) -> None:
    """Let the configured scanner read all of `content`.

    The scanner takes the bytes in chunks and returns the name of what it found, or nothing. Raises ContentMismatch
    for a finding, and Unavailable where the scanner itself fails, so that no file passes unread.
    """
    if not settings.UPLOAD_SCANNER:
        return
    try:
        scanner: Scanner = import_string(settings.UPLOAD_SCANNER)
        finding = scanner(content.chunks())
    except Exception as error:
        log.exception("The upload scanner failed.")
        raise Unavailable("The file could not be scanned. Try again later.") from error
    if finding:
        log.warning("The upload scanner refused a file: %s", finding)
        raise ContentMismatch("The scanner refused this file.")
