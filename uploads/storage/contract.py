"""What every store can do, besides being a Django storage.

Two stores keep this contract: `disk.DiskStore` and `s3.S3Store`. Clients that follow tickets see no difference,
and one test suite runs over both. Keys are opaque POSIX-like paths; only the server makes them.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from common.errors import Invalid, Outage, PreconditionFailed, Unavailable


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request that a client may make on its own: send `headers` verbatim to `url` with `method`."""

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
    """One key that a store would not remove, and why."""

    key: str
    error: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a download presents itself to a browser."""

    filename: str
    content_type: str
    inline: bool
    extra: dict[str, str] = field(default_factory=dict)


class Readable(Protocol):
    """What bytes are stored from: a file, or anything else that is read."""

    def read(self, size: int = -1, /) -> bytes: ...


class MissingObject(Exception):
    """The store has no object (or no such multipart upload) under that key."""


class StoreUnavailable(Unavailable, Outage):
    """503: the store did not answer, or answered with a fault of its own; retrying later may help."""

    detail = "The file storage is not available. Try again later."


class KeysOutOfOrder(StoreUnavailable):
    """A store listed its keys in an order of its own: `walk` cannot go on, `scan` can."""


class StoreFull(StoreUnavailable):
    """507: the disk or the store's quota is full; nothing partial was left behind."""

    status = 507
    code = "insufficient_storage"
    detail = "There is no room left in the file storage."


class ObjectExists(PreconditionFailed):
    """412: another object is stored under that key, and objects are never overwritten by clients."""

    code = "already_stored"
    detail = "Something is already stored there."


class SizeMismatch(Invalid):
    """400: more or fewer bytes than announced."""

    code = "size_mismatch"
    detail = "The body is not as long as announced."


class ChecksumMismatch(Invalid):
    """400: not the bytes that were announced."""

    code = "checksum_mismatch"
    detail = "The body does not have the announced checksum."


class InvalidParts(Invalid):
    """400: the listed parts are out of order, or not those that are stored."""

    code = "invalid_parts"
    detail = "The parts are not those that were stored, in ascending order."


class Store(Protocol):
    """The contract. Sizes are bytes, times aware UTC, ETags quoted. Every method may raise StoreUnavailable.

    Signing is local computation: `sign_*` never touch the network. A ticket's `url` may be a path of this server;
    it is made absolute for a client with `request.build_absolute_uri`, which does not change others.
    """

    bucket_name: str

    def sign_upload(
        self, key: str, *, size: int, content_type: str, checksum_sha256: str = "", expires_in: timedelta
    ) -> Ticket:
        """A PUT of exactly `size` bytes of `content_type` to `key`, refused where an object already exists."""
        ...

    def start_multipart(self, key: str, *, content_type: str) -> str:
        """Begin a multipart upload; returns its id."""
        ...

    def sign_part(self, key: str, multipart_id: str, part_number: int, *, size: int, expires_in: timedelta) -> Ticket:
        """A PUT of exactly `size` bytes as one part; sending a part again replaces it."""
        ...

    def list_parts(self, key: str, multipart_id: str) -> list[StoredPart]:
        """All parts stored so far, by number. Raises MissingObject when the upload is unknown or over."""
        ...

    def complete_multipart(self, key: str, multipart_id: str, parts: Iterable[StoredPart]) -> None:
        """Join the parts, as `list_parts` gave them, into the object. Doing it again is harmless; look with `stat`.

        Raises InvalidParts, ObjectExists (never overwrites), MissingObject (no such upload, and no such object).
        """
        ...

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        """Forget an unfinished upload and its parts; unknown ids are fine."""
        ...

    def unfinished(self, prefix: str = "") -> Iterator[UnfinishedUpload]:
        """Every multipart upload under way below `prefix`."""
        ...

    def temporary_files(self) -> Iterator[StoredObject]:
        """What killed writers left behind that no `walk` lists; their keys are no keys of objects."""
        ...

    def reap_temporary_files(self, older_than: timedelta) -> int:
        """Remove those of `temporary_files` that were last written so long ago; returns how many went."""
        ...

    def stat(self, key: str) -> StoredObject | None:
        """The object at `key`, or None."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks; none beyond the end of the object.

        Lazy: MissingObject is raised when the first chunk is asked for.
        """
        ...

    def put(self, key: str, content: Readable, *, content_type: str) -> StoredObject:
        """Store server-made bytes under `key`, replacing what is there. The object appears whole or not at all."""
        ...

    def batch(self) -> AbstractContextManager["Store"]:
        """This store, for one thread to `put` many objects that need to outlive a loss of power only together.

        Each appears as it does otherwise, but none is to be relied on before the block ended without an error.
        """
        ...

    def copy(self, source: str, target: str) -> StoredObject:
        """Copy one object inside the store. Raises MissingObject."""
        ...

    def remove(self, keys: Iterable[str]) -> list[RemovalFailure]:
        """Remove objects, at any number; missing ones count as removed. Returns the failures."""
        ...

    def walk(self, prefix: str = "", *, after: str = "") -> Iterator[StoredObject]:
        """Every object below `prefix` whose key sorts after `after`, in order of the UTF-8 bytes of the key.

        Raises KeysOutOfOrder where the store lists them in another one, as some do that keep them in folders.
        """
        ...

    def scan(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object below `prefix`, in the order in which the store lists them."""
        ...

    def clock(self) -> datetime:
        """The time by the store's clock, which is that of `modified_at`."""
        ...

    def sign_download(
        self, key: str, *, disposition: Disposition, expires_in: timedelta, method: str = "GET"
    ) -> str | None:
        """A URL from which anyone can fetch `key` until it expires; None where the server hands out the bytes.

        It is good for `method` alone: GET or HEAD.
        """
        ...

    def local_path(self, key: str) -> str | None:
        """The path of the object on this machine, or None where the store is elsewhere. Raises MissingObject."""
        ...
