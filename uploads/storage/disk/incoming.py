"""One body on its way into the disk store, in steps of which none waits for the client."""

from contextlib import ExitStack, suppress
from typing import Self

from common.errors import NotFound
from uploads.storage.contract import ChecksumMismatch, MissingObject, ObjectExists, SizeMismatch
from uploads.storage.disk import multipart
from uploads.storage.disk.store import DiskStore
from uploads.storage.disk.tokens import Permit
from uploads.storage.disk.tree import Draft, faults


class Incoming:
    """What one permit lets in: `write` chunks, `settle`, `keep`; closed without that, nothing is left of it.

    Steps may be taken in different threads, one after the other. Each may raise StoreFull and StoreUnavailable.
    """

    def __init__(self, store: DiskStore, permit: Permit) -> None:
        self._store, self._permit = store, permit
        self._closing = ExitStack()
        self._draft: Draft

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @faults()
    def begin(self) -> None:
        """Raises ObjectExists, and NotFound where the multipart upload is over."""
        if self._permit.part:
            try:
                multipart.announcement_of(self._store.tree, self._permit.key, self._permit.multipart_id)
            except MissingObject as error:
                raise NotFound("This upload is over.") from error
        elif self._store.exists(self._permit.key):
            raise ObjectExists
        self._draft = self._closing.enter_context(self._store.tree.draft())

    @faults()
    def write(self, chunk: bytes) -> None:
        """Raises SizeMismatch as soon as there is too much."""
        if self._draft.size + len(chunk) > self._permit.size:
            raise SizeMismatch
        self._draft.write(chunk)

    @faults()
    def settle(self) -> None:
        """Have the bytes on the disk, which may take a while. Raises SizeMismatch and ChecksumMismatch."""
        if self._draft.size != self._permit.size:
            raise SizeMismatch
        if self._permit.checksum_sha256 and self._permit.checksum_sha256 != self._draft.checksum_sha256:
            raise ChecksumMismatch
        self._draft.settle()

    @faults()
    def keep(self) -> str:
        """Give the settled bytes their name; returns the ETag. Raises ObjectExists, and NotFound as `begin`."""
        permit = self._permit
        if not permit.part:
            return self._store.publish(self._draft, permit.key, permit.content_type, replace=False).etag
        try:
            return multipart.publish_part(self._draft, permit.multipart_id, permit.part)
        except MissingObject as error:
            raise NotFound("This upload is over.") from error

    @faults()
    def withdraw(self) -> None:
        """Take back what was kept, where its session turned out to be over."""
        if self._permit.part:
            with suppress(MissingObject):
                multipart.discard(self._store.tree, self._permit.multipart_id)
        else:
            self._store.remove([self._permit.key])

    @faults()
    def close(self) -> None:
        self._closing.close()
