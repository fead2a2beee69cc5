"""One answer for one object: hand-over, range or redirect."""

import logging
import os
from contextlib import ExitStack
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse

from common.errors import NotFound, PreconditionFailed
from uploads.errors import StoredBytesDiffer
from uploads.serving.conditional import Slice, Verdict, judge, wanted_slice
from uploads.serving.headers import object_headers, reach_headers, validity_headers
from uploads.serving.redirects import address_elsewhere
from uploads.serving.servable import Servable
from uploads.serving.streaming import FileSlice

logger = logging.getLogger(__name__)


def serve_object(request: HttpRequest, servable: Servable, *, download: bool = False) -> HttpResponseBase:
    """Answer a GET or HEAD for `servable`, whatever store it is in; `download` makes it an attachment.

    Raises PreconditionFailed, RangeNotSatisfiable, NotFound (the store has no such object) and Unavailable.
    The caller adds `headers.protect`.
    """
    verdict = judge(request.headers, servable.validators)
    if verdict is Verdict.FAILED:
        raise PreconditionFailed("The file has changed since it was read.")
    address = address_elsewhere(request, servable, download=download)
    if verdict is Verdict.PROCEED and address:
        return HttpResponseRedirect(address, headers=reach_headers(servable))
    if address:
        return _not_modified(servable)
    return _serve_here(request, servable, verdict, download=download)


def _not_modified(servable: Servable) -> HttpResponse:
    response = HttpResponse(status=304, headers=validity_headers(servable))
    del response["Content-Type"]
    return response


def _serve_here(request: HttpRequest, servable: Servable, verdict: Verdict, *, download: bool) -> HttpResponseBase:
    headers = object_headers(servable, servable.presented(download=download))
    with ExitStack() as closing:
        file = closing.enter_context(_opened(servable))
        if verdict is Verdict.NOT_MODIFIED:
            return _not_modified(servable)
        if _goes_through_nginx(request):
            return HttpResponse(headers={**headers, "X-Accel-Redirect": _path_for_nginx(servable)})
        if request.method == "HEAD":  # a range is defined for GET alone
            return HttpResponse(headers={**headers, "Content-Length": str(servable.size)})
        part = wanted_slice(request.headers, servable.validators, servable.size)
        closing.pop_all()  # from here on, the answer closes the file
    return _stream(file, part or Slice(0, servable.size, servable.size), headers, status=206 if part else 200)


def _stream(file: IO[bytes], part: Slice, headers: dict[str, str], *, status: int) -> StreamingHttpResponse:
    headers["Content-Length"] = str(part.length)
    if status == 206:
        headers["Content-Range"] = part.content_range
    response = StreamingHttpResponse(FileSlice(file, part.start, part.length), status=status, headers=headers)
    # No thread that may wait for the database is taken to send it.
    response.reads_files_only = True  # type: ignore[attr-defined]
    return response


def _goes_through_nginx(request: HttpRequest) -> bool:
    """Tell whether nginx is to send the bytes.

    It evaluates If-Match and If-Unmodified-Since against its own idea of the file, not against our ETag; requests
    with those, which are rare, are answered from here.
    """
    judged_there = {"If-Match", "If-Unmodified-Since"}
    return bool(settings.X_ACCEL_PREFIX) and not any(name in request.headers for name in judged_there)


def _path_for_nginx(servable: Servable) -> str:
    return quote(f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{servable.storage}/{servable.key}")


def _opened(servable: Servable) -> IO[bytes]:
    """The object's file, once its length is what its row says: no other bytes than those that were checked leave."""
    store: Storage = storages[servable.storage]
    try:
        file = store.open(servable.key)
    except FileNotFoundError:
        logger.error("No object for a file that has a row: %s:%s", servable.storage, servable.key)
        raise NotFound from None
    if os.fstat(file.fileno()).st_size != servable.size:
        file.close()
        logger.error("An object is not as long as its row says: %s:%s", servable.storage, servable.key)
        raise StoredBytesDiffer
    return file
