"""The disk store."""

import os
import stat as modes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.deconstruct import deconstructible

from uploads.storage import contract
from uploads.storage.contract import InvalidParts, MissingObject, ObjectExists, Readable, StoredObject, Ticket
from uploads.storage.disk import facts, multipart
from uploads.storage.disk.batch import BatchTree
from uploads.storage.disk.djangofiles import DjangoFiles
from uploads.storage.disk.reap import left_behind, reap
from uploads.storage.disk.tokens import PutToken
from uploads.storage.disk.tree import ABSENT, CHUNK, TEMPORARY, Draft, Tree, faults, split
from uploads.storage.disk.walk import walk


@deconstructible
class DiskStore(DjangoFiles):
    """Objects as files below `location`, named by their keys. `alias` is the store's name in settings.STORAGES."""

    def __init__(self, *, location: str | os.PathLike[str], alias: str) -> None:
        self.tree = Tree(location)
        self.bucket_name = alias

    # Bytes from clients

    def sign_upload(
        self, key: str, *, size: int, content_type: str, checksum_sha256: str = "", expires_in: timedelta
    ) -> Ticket:
        split(key)
        expires = self._expiry(expires_in)
        put_token = PutToken(self.bucket_name, key, size, expires, content_type, checksum_sha256)
        return self._ticket(put_token, {"Content-Type": content_type})

    def sign_part(self, key: str, multipart_id: str, part_number: int, *, size: int, expires_in: timedelta) -> Ticket:
        expires = self._expiry(expires_in)
        put_token = PutToken(self.bucket_name, key, size, expires, multipart_id=multipart_id, part=part_number)
        return self._ticket(put_token, {})

    def _expiry(self, expires_in: timedelta) -> int:
        return int((datetime.now(UTC) + expires_in).timestamp())

    def _ticket(self, put_token: PutToken, headers: dict[str, str]) -> Ticket:
        path = reverse("storage-receive", args=[f"{put_token.store}/{put_token.signed()}"])
        return Ticket("PUT", f"{settings.PUBLIC_URL}{path}", headers, put_token.expires_at)

    def publish(self, draft: Draft, key: str, content_type: str, *, replace: bool) -> StoredObject:
        """Publish a written draft as the object `key`. Raises ObjectExists if there is one, unless `replace` is set."""
        status = draft.publish(*split(key), replace=replace)
        checksum = draft.checksum_sha256
        facts.write(self.tree, key, status, checksum_sha256=checksum, content_type=content_type)
        return _stored(key, status, content_type, checksum)

    # Multipart uploads

    @faults()
    def start_multipart(self, key: str, *, content_type: str) -> str:
        split(key)
        return multipart.start(self.tree, multipart.Announcement(key, content_type))

    @faults()
    def list_parts(self, key: str, multipart_id: str) -> list[contract.StoredPart]:
        multipart.announcement_of(self.tree, key, multipart_id)
        return multipart.list_parts(self.tree, multipart_id)

    @faults()
    def complete_multipart(self, key: str, multipart_id: str, parts: Iterable[contract.StoredPart]) -> None:
        wanted = list(parts)
        existing = self.stat(key)
        try:
            announced = multipart.announcement_of(self.tree, key, multipart_id)
        except MissingObject:
            if existing:
                return  # an earlier call joined them
            raise
        size = sum(part.size for part in wanted)
        if existing and existing.size != size:
            raise ObjectExists
        if not existing:
            try:
                self._join(key, multipart_id, wanted, announced.content_type)
            except (InvalidParts, MissingObject, ObjectExists, FileNotFoundError):
                # Another call may have joined and removed the parts; only the object shows it.
                joined = self.stat(key)
                if joined is None or joined.size != size:
                    raise
        multipart.discard(self.tree, multipart_id)

    def _join(self, key: str, multipart_id: str, parts: list[contract.StoredPart], content_type: str) -> None:
        chosen = multipart.checked(parts, multipart.list_parts(self.tree, multipart_id))
        with self.tree.draft() as draft:
            multipart.append_parts(self.tree, draft, multipart_id, chosen)
            self.publish(draft, key, content_type, replace=False)

    @faults()
    def abort_multipart(self, key: str, multipart_id: str) -> None:
        try:
            multipart.announcement_of(self.tree, key, multipart_id)
        except MissingObject:
            return
        multipart.discard(self.tree, multipart_id)

    def unfinished(self, prefix: str = "") -> Iterator[contract.UnfinishedUpload]:
        with faults():
            yield from multipart.unfinished(self.tree, prefix)

    # Objects

    @faults()
    def stat(self, key: str) -> StoredObject | None:
        status = self._status(key)
        if status is None:
            return None
        known = facts.read(self.tree, key, status)
        return _stored(key, status, known.content_type if known else "", known.checksum_sha256 if known else None)

    def _status(self, key: str) -> os.stat_result | None:
        directories, name = split(key)
        try:
            with self.tree.directory(directories) as directory:
                status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise
        return status if modes.S_ISREG(status.st_mode) else None

    def open_descriptor(self, key: str) -> int:
        """Return a descriptor for reading `key`; the caller closes it. Raises MissingObject."""
        directories, name = split(key)
        try:
            with self.tree.directory(directories) as directory:
                return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
        except OSError as error:
            if error.errno in ABSENT:
                raise MissingObject from error
            raise

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with faults(), os.fdopen(self.open_descriptor(key), "rb", buffering=0) as file:
            file.seek(start)
            left = (end if end is not None else os.fstat(file.fileno()).st_size) - start
            while left > 0 and (chunk := file.read(min(left, CHUNK))):
                left -= len(chunk)
                yield chunk

    @faults()
    def put(self, key: str, content: Readable, *, content_type: str) -> StoredObject:
        with self.tree.draft() as draft:
            while chunk := content.read(CHUNK):
                draft.write(chunk)
            return self.publish(draft, key, content_type, replace=True)

    @contextmanager
    def batch(self) -> Iterator[Self]:
        tree, store = BatchTree(self.tree.root), copy(self)
        store.tree = tree
        try:
            yield store
            with faults():
                tree.settle()
        finally:
            tree.close()

    @faults()
    def copy(self, source: str, target: str) -> StoredObject:
        known = self.stat(source)
        with self.tree.draft() as draft:
            for chunk in self.read(source):
                draft.write(chunk)
            return self.publish(draft, target, known.content_type if known else "", replace=True)

    def remove(self, keys: Iterable[str]) -> list[contract.RemovalFailure]:
        failures = []
        for key in keys:
            try:
                self._remove(key)
            except OSError as error:
                failures.append(contract.RemovalFailure(key, os.strerror(error.errno or 0)))
        return failures

    def _remove(self, key: str) -> None:
        try:
            self.tree.remove(*split(key))
        except OSError as error:
            if error.errno not in ABSENT:
                raise
        facts.delete(self.tree, key)

    def walk(self, prefix: str = "", *, after: str = "") -> Iterator[StoredObject]:
        with faults():
            for key, status in walk(self.tree, prefix, after):
                yield _stored(key, status, "", None)

    def scan(self, prefix: str = "") -> Iterator[StoredObject]:
        return self.walk(prefix)

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def sign_download(
        self, key: str, *, disposition: contract.Disposition, expires_in: timedelta, method: str = "GET"
    ) -> str | None:
        return None

    def local_path(self, key: str) -> str | None:
        with faults():
            if self._status(key) is None:
                raise MissingObject
        return str(self.tree.root.joinpath(*key.split("/")))

    def temporary_files(self) -> Iterator[StoredObject]:
        with faults():
            for name, status in left_behind(self.tree):
                yield _stored(f"{TEMPORARY}/{name}", status, "", None)

    @faults()
    def reap_temporary_files(self, older_than: timedelta) -> int:
        return reap(self.tree, datetime.now(UTC) - older_than)


def _stored(key: str, status: os.stat_result, content_type: str, checksum: str | None) -> StoredObject:
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return StoredObject(key, status.st_size, multipart.etag_of(status), modified, content_type, checksum)
