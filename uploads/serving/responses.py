"""The response for one object: from nginx, as a range, or a redirect to its store."""

import logging
import os
from contextlib import ExitStack
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _

from common.errors import NotFound, PreconditionFailed
from uploads.errors import StoredBytesDiffer
from uploads.serving.conditional import ByteRange, PreconditionResult, evaluate_preconditions, requested_range
from uploads.serving.headers import caching_headers, object_headers, validity_headers
from uploads.serving.redirects import redirect_url
from uploads.serving.servable import Servable
from uploads.serving.streaming import FileRange

logger = logging.getLogger(__name__)


class FileStream(StreamingHttpResponse):
    """A response that only reads a file: sending it takes no thread that may wait for the database."""

    reads_files_only = True


def serve_object(request: HttpRequest, servable: Servable, *, download: bool = False) -> HttpResponseBase:
    """Return the response to a GET or HEAD for `servable`, in any store; `download` makes it an attachment.

    The caller adds `headers.add_security_headers`. Raises PreconditionFailed, RangeNotSatisfiable, NotFound if the
    store has no such object, StoredBytesDiffer and Unavailable.
    """
    result = evaluate_preconditions(request.headers, servable.validators)
    if result is PreconditionResult.FAILED:
        raise PreconditionFailed(_("The file has changed since it was read."))
    address = redirect_url(request, servable, download=download)
    if result is PreconditionResult.PASSED and address:
        return HttpResponseRedirect(address, headers=caching_headers(servable))
    if address:
        return _not_modified(servable)
    return _serve_here(request, servable, result, download=download)


def _not_modified(servable: Servable) -> HttpResponse:
    response = HttpResponse(status=304, headers=validity_headers(servable))
    del response["Content-Type"]
    return response


def _serve_here(
    request: HttpRequest, servable: Servable, result: PreconditionResult, *, download: bool
) -> HttpResponseBase:
    headers = object_headers(servable, servable.disposition(download=download))
    with ExitStack() as closing:
        file = closing.enter_context(_opened(servable))
        if result is PreconditionResult.NOT_MODIFIED:
            return _not_modified(servable)
        if _goes_through_nginx(request):
            return HttpResponse(headers={**headers, "X-Accel-Redirect": _path_for_nginx(servable)})
        if request.method == "HEAD":  # a range is defined for GET alone
            return HttpResponse(headers={**headers, "Content-Length": str(servable.size)})
        part = requested_range(request.headers, servable.validators, servable.size)
        closing.pop_all()  # the response closes the file
    return _stream(file, part or ByteRange(0, servable.size, servable.size), headers, status=206 if part else 200)


def _stream(file: IO[bytes], part: ByteRange, headers: dict[str, str], *, status: int) -> StreamingHttpResponse:
    headers["Content-Length"] = str(part.length)
    if status == 206:
        headers["Content-Range"] = part.content_range
    return FileStream(FileRange(file, part.start, part.length), status=status, headers=headers)


def _goes_through_nginx(request: HttpRequest) -> bool:
    """Tell whether nginx sends the bytes.

    It evaluates If-Match and If-Unmodified-Since against its own ETag and date, so this server answers requests with
    these headers, which are rare.
    """
    evaluated_there = {"If-Match", "If-Unmodified-Since"}
    return bool(settings.X_ACCEL_PREFIX) and not any(name in request.headers for name in evaluated_there)


def _path_for_nginx(servable: Servable) -> str:
    return quote(f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{servable.storage}/{servable.key}")


def _opened(servable: Servable) -> IO[bytes]:
    """Return the open file of the object. Raises NotFound, and StoredBytesDiffer if its size differs from the row's."""
    store: Storage = storages[servable.storage]
    try:
        file = store.open(servable.key)
    except FileNotFoundError:
        logger.error("The object of a row is missing: %s:%s", servable.storage, servable.key)
        raise NotFound from None
    if os.fstat(file.fileno()).st_size != servable.size:
        file.close()
        logger.error("An object has another size than its row: %s:%s", servable.storage, servable.key)
        raise StoredBytesDiffer
    return file
