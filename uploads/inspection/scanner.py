"""The hook for a malware scanner: a callable named by `settings.UPLOAD_SCANNER`, none by default."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from threading import BoundedSemaphore, Thread

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import Unavailable
from common.resilience import deadlines
from uploads.errors import ContentMismatch
from uploads.inspection.content import Content

log = logging.getLogger(__name__)

Scanner = Callable[[Iterator[bytes]], str | None]
AT_ONCE = 8  # scans that requests of one process wait for; a scan that hangs blocks one place and no request
_places = BoundedSemaphore(AT_ONCE)


def scan(content: Content) -> None:
    """Let the configured scanner read all of `content`.

    The scanner takes the bytes in chunks and returns the name of a finding, or nothing. Raises ContentMismatch
    for a finding, and Unavailable where the scanner itself fails or does not answer before the deadline, so that no
    file passes unread.
    """
    if not settings.UPLOAD_SCANNER:
        return
    try:
        finding = _in_time(import_string(settings.UPLOAD_SCANNER), content.chunks())
    except Exception as error:
        log.exception("The upload scanner failed.")
        raise Unavailable(_("The file could not be scanned. Try again later.")) from error
    if finding:
        log.warning("The upload scanner refused a file: %s", finding)
        raise ContentMismatch(_("The scanner refused this file."))


def _in_time(scanner: Scanner, chunks: Iterator[bytes]) -> str | None:
    """Return the finding of the scanner, or None. Raises TimeoutError at the deadline; the scanner may go on."""
    left = deadlines.remaining()
    if left is None:
        return scanner(chunks)
    if not _places.acquire(timeout=max(left, 0)):
        raise TimeoutError
    answer: Future[str | None] = Future()

    def run() -> None:
        try:
            answer.set_result(scanner(chunks))
        except BaseException as error:  # noqa: BLE001  the waiting request raises it
            answer.set_exception(error)
        finally:
            connections.close_all()  # this thread's own, where the scanner asked the database
            _places.release()

    try:
        Thread(target=copy_context().run, args=(run,), name="scanner", daemon=True).start()
    except RuntimeError:  # no thread was started that would release the place
        _places.release()
        raise
    return answer.result(deadlines.remaining())
