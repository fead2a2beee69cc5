"""Where the disk store takes bytes from clients: the other end of its signed PUT addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import BoundedSemaphore, Event, Thread

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from permissions.api.pages import error_answer
from permissions.errors import Denied, DomainError
from uploads.storage import store as store_of
from uploads.storage.contract import SizeMismatch, StoreUnavailable
from uploads.storage.disk import DiskStore
from uploads.storage.disk.tokens import Permit, permit_of

_CHUNK = 64 * 1024
_DRAINED = 8 * 1024**2  # of a refused body; a client that is still sending would not read the answer otherwise
_PATIENCE = 1.0  # seconds to wait for another body to end; ordinary ones do
_slots = BoundedSemaphore(settings.MAX_CONCURRENT_RECEIVES)


class Stalled(DomainError):
    """408: the body came too slowly, or stopped coming."""

    status = 408
    code = "request_timeout"
    detail = "The body came too slowly."


class Busy(StoreUnavailable):
    """503: as many bodies are being received as this process may; others must still be answered."""

    code = "busy"
    detail = "Too many files are being received. Try again in a moment."
    retry_after = 1


@csrf_exempt
def receive(request: HttpRequest, address: str) -> HttpResponse:
    """Store the body of one PUT. The address is the permission: no login, and a changed byte of it is 403.

    Answers 200 with the ETag; 400 (length, checksum), 403, 404 (multipart upload over), 408, 412 (taken), 503, 507.
    """
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "OPTIONS, PUT"})
    try:
        return HttpResponse(headers={"ETag": _store_body(request, address)})
    except DomainError as refusal:
        return _refused(refusal)


def _store_body(request: HttpRequest, address: str) -> str:
    try:
        permit = _permit(request, address)
        disk = _disk_store(permit.store)
        if request.META.get("CONTENT_LENGTH") != str(permit.size):
            raise SizeMismatch
    except DomainError:
        _drain(request)
        raise
    with _slot(), _timed_chunks(request) as chunks:
        return disk.receive(permit, chunks)


def _permit(request: HttpRequest, address: str) -> Permit:
    store, _, token = address.partition("/")
    permit = permit_of(token)
    if request.method != "PUT" or request.META.get("QUERY_STRING") or permit.store != store:
        raise Denied("This address allows one PUT, as it was signed.")
    if permit.content_type and request.META.get("CONTENT_TYPE") != permit.content_type:
        raise Denied("The Content-Type is not the signed one.")
    return permit


def _disk_store(alias: str) -> DiskStore:
    try:
        found = store_of(alias)
    except (InvalidStorageError, ImproperlyConfigured) as error:
        raise Denied from error
    if not isinstance(found, DiskStore):
        raise Denied("This store takes no bytes here.")
    return found


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _slots.release()


@contextmanager
def _timed_chunks(request: HttpRequest) -> Iterator[Iterator[bytes]]:
    """The body in chunks, each of which must come within settings.RECEIVE_TIMEOUT seconds.

    WSGI can only read and wait, so another thread does that; it ends with the connection at the latest. Raises
    Stalled, and SizeMismatch where the client goes away.
    """
    chunks: Queue[bytes | Exception] = Queue(maxsize=4)
    abandoned = Event()
    Thread(target=_pump, args=(request, chunks, abandoned), daemon=True, name="receive").start()
    try:
        yield _arriving(chunks)
    finally:
        abandoned.set()


def _arriving(chunks: "Queue[bytes | Exception]") -> Iterator[bytes]:
    while True:
        try:
            chunk = chunks.get(timeout=settings.RECEIVE_TIMEOUT)
        except Empty:
            raise Stalled from None
        if isinstance(chunk, Exception):
            raise chunk
        if not chunk:
            return
        yield chunk


def _pump(request: HttpRequest, chunks: "Queue[bytes | Exception]", abandoned: Event) -> None:
    chunk: bytes | Exception = b"..."
    while chunk and not isinstance(chunk, Exception):
        try:
            chunk = request.read(_CHUNK)
        except (UnreadablePostError, OSError):
            chunk = SizeMismatch("The body ended early.")
        while not abandoned.is_set():
            try:
                chunks.put(chunk, timeout=0.5)
                break
            except Full:
                continue
        if abandoned.is_set():
            return


def _drain(request: HttpRequest) -> None:
    left = _DRAINED
    try:
        while left > 0 and (chunk := request.read(_CHUNK)):
            left -= len(chunk)
    except (UnreadablePostError, OSError):
        return


def _refused(refusal: DomainError) -> JsonResponse:
    answer = error_answer(refusal)
    answer._has_been_logged = True  # Django would log the path, which may still be good for a PUT
    return answer
