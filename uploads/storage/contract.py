"""The contract of stores, which they keep besides that of Django storages.

Two stores implement it: `disk.DiskStore` and `s3.S3Store`. Clients that follow tickets see no difference, and one test
suite runs against both. Keys are opaque POSIX-like paths that only the server makes.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext_noop as _

from common.errors import Invalid, Outage, PreconditionFailed, Unavailable


@dataclass(frozen=True, slots=True)
class Ticket:
    """A signed request: the client sends it to `url` with `method`, and with `headers` verbatim."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object as its store describes it. `checksum_sha256` is base64, None where the store kept none."""

    key: str
    size: int
    etag: str
    modified_at: datetime
    content_type: str = ""
    checksum_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One part of an unfinished multipart upload, as the store has it."""

    part_number: int
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """A multipart upload that was begun and neither completed nor aborted."""

    key: str
    multipart_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class RemovalFailure:
    """A key that a store did not remove, and the reason."""

    key: str
    error: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a browser presents a download: inline or as an attachment, under which name and type."""

    filename: str
    content_type: str
    inline: bool
    extra: dict[str, str] = field(default_factory=dict)


class Readable(Protocol):
    """The source of stored bytes: a file, or any object with `read`."""

    def read(self, size: int = -1, /) -> bytes: ...


class MissingObject(Exception):
    """The store has no such object, or no such multipart upload."""


class StoreUnavailable(Unavailable, Outage):
    """503: the store did not respond, or failed; a later attempt may succeed."""

    detail = _("The file storage is not available. Try again later.")


class KeysOutOfOrder(StoreUnavailable):
    """The store does not list its keys in order of their bytes: `walk` fails, `scan` works."""


class StoreFull(StoreUnavailable):
    """507: the disk or the quota of the store is full; no part of the object is left behind."""

    status = 507
    code = "insufficient_storage"
    detail = _("The file storage is full.")


class ObjectExists(PreconditionFailed):
    """412: an object is stored under this key already, and clients never overwrite objects."""

    code = "already_stored"
    detail = _("A file is already stored at this URL.")


class SizeMismatch(Invalid):
    """400: the body has more or fewer bytes than announced."""

    code = "size_mismatch"
    detail = _("The length of the body differs from the announced one.")


class ChecksumMismatch(Invalid):
    """400: the checksum of the body differs from the announced one."""

    code = "checksum_mismatch"
    detail = _("The checksum of the body differs from the announced one.")


class InvalidParts(Invalid):
    """400: the listed parts are out of order, or not those that are stored."""

    code = "invalid_parts"
    detail = _("The listed parts must be the stored ones, in ascending order.")


class Store(Protocol):
    """The contract. Sizes are bytes, times aware UTC, ETags quoted. Every method may raise StoreUnavailable.

    Signing is local computation: no `sign_*` method uses the network. A ticket's `url` may be a path of this server;
    `request.build_absolute_uri` makes it absolute for a client and leaves other URLs as they are.
    """

    bucket_name: str

    def sign_upload(
        self, key: str, *, size: int, content_type: str, checksum_sha256: str = "", expires_in: timedelta
    ) -> Ticket:
        """Return a PUT of exactly `size` bytes of `content_type` to `key`, which is refused if the object exists."""
        ...

    def start_multipart(self, key: str, *, content_type: str) -> str:
        """Begin a multipart upload; return its id."""
        ...

    def sign_part(self, key: str, multipart_id: str, part_number: int, *, size: int, expires_in: timedelta) -> Ticket:
        """Return a PUT of exactly `size` bytes as one part. A part that is sent again replaces the earlier one."""
        ...

    def list_parts(self, key: str, multipart_id: str) -> list[StoredPart]:
        """Return all stored parts by number. Raises MissingObject for an upload that is unknown or over."""
        ...

    def complete_multipart(self, key: str, multipart_id: str, parts: Iterable[StoredPart]) -> None:
        """Join the parts, as `list_parts` returns them, into the object. Idempotent; `stat` returns the object.

        Raises InvalidParts, ObjectExists (never overwrites), MissingObject (no such upload, and no such object).
        """
        ...

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        """Delete an unfinished upload and its parts. Idempotent, also for unknown ids."""
        ...

    def unfinished(self, prefix: str = "") -> Iterator[UnfinishedUpload]:
        """Yield every unfinished multipart upload below `prefix`."""
        ...

    def temporary_files(self) -> Iterator[StoredObject]:
        """Yield files that killed writers left behind. `walk` does not list them; their keys are not object keys."""
        ...

    def reap_temporary_files(self, older_than: timedelta) -> int:
        """Remove the temporary files that were last written before that age; return how many."""
        ...

    def stat(self, key: str) -> StoredObject | None:
        """Return the object at `key`, or None."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end`, in chunks; none beyond the end of the object.

        Raises MissingObject when the first chunk is read.
        """
        ...

    def put(self, key: str, content: Readable, *, content_type: str) -> StoredObject:
        """Store bytes under `key` and replace an earlier object. The object appears whole or not at all."""
        ...

    def batch(self) -> AbstractContextManager["Store"]:
        """Return this store for one thread that puts many objects, which become durable together and therefore faster.

        Each object appears at once, but none is durable before the block ends without an error.
        """
        ...

    def copy(self, source: str, target: str) -> StoredObject:
        """Copy one object inside the store; return the copy. Raises MissingObject."""
        ...

    def remove(self, keys: Iterable[str]) -> list[RemovalFailure]:
        """Remove any number of objects; return the failures. Missing objects count as removed."""
        ...

    def walk(self, prefix: str = "", *, after: str = "") -> Iterator[StoredObject]:
        """Yield every object below `prefix` whose key sorts after `after`, in order of the UTF-8 bytes of the keys.

        Raises KeysOutOfOrder for a store that lists them in another order, as some stores with folders do.
        """
        ...

    def scan(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield every object below `prefix`, in the order of the store."""
        ...

    def clock(self) -> datetime:
        """Return the time of the store's clock, which also sets `modified_at`."""
        ...

    def sign_download(
        self, key: str, *, disposition: Disposition, expires_in: timedelta, method: str = "GET"
    ) -> str | None:
        """Return a URL that serves `key` to anyone until it expires; None if this server serves the bytes.

        The URL is valid for `method` alone: GET or HEAD.
        """
        ...

    def local_path(self, key: str) -> str | None:
        """Return the path of the object on this machine; None for a remote store. Raises MissingObject."""
        ...
