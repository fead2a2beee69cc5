"""Storing one received body in the disk store, in steps that do not wait for the client."""

from contextlib import ExitStack, suppress
from typing import Self

from django.utils.translation import gettext as _

from common.errors import NotFound
from uploads.storage.contract import ChecksumMismatch, MissingObject, ObjectExists, SizeMismatch
from uploads.storage.disk import multipart
from uploads.storage.disk.store import DiskStore
from uploads.storage.disk.tokens import PutToken
from uploads.storage.disk.tree import Draft, faults


class Incoming:
    """The body that one token allows: `write` each chunk, `settle`, `keep`. A body that is not kept leaves nothing.

    Steps may run in different threads, one after the other. Each may raise StoreFull and StoreUnavailable.
    """

    def __init__(self, store: DiskStore, put_token: PutToken) -> None:
        self._store, self._put_token = store, put_token
        self._closing = ExitStack()
        self._draft: Draft

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @faults()
    def begin(self) -> None:
        """Open the file of the body. Raises ObjectExists, and NotFound if the multipart upload is over."""
        if self._put_token.part:
            try:
                multipart.announcement_of(self._store.tree, self._put_token.key, self._put_token.multipart_id)
            except MissingObject as error:
                raise NotFound(_("This multipart upload is over.")) from error
        elif self._store.exists(self._put_token.key):
            raise ObjectExists
        self._draft = self._closing.enter_context(self._store.tree.draft())

    @faults()
    def write(self, chunk: bytes) -> None:
        """Write one chunk. Raises SizeMismatch once the body is longer than announced."""
        if self._draft.size + len(chunk) > self._put_token.size:
            raise SizeMismatch
        self._draft.write(chunk)

    @faults()
    def settle(self) -> None:
        """Make the bytes durable, which may take a while. Raises SizeMismatch and ChecksumMismatch."""
        if self._draft.size != self._put_token.size:
            raise SizeMismatch
        if self._put_token.checksum_sha256 and self._put_token.checksum_sha256 != self._draft.checksum_sha256:
            raise ChecksumMismatch
        self._draft.settle()

    @faults()
    def keep(self) -> str:
        """Publish the settled bytes under their key; return the ETag. Raises ObjectExists, and NotFound as `begin`."""
        put_token = self._put_token
        if not put_token.part:
            return self._store.publish(self._draft, put_token.key, put_token.content_type, replace=False).etag
        try:
            return multipart.publish_part(self._draft, put_token.multipart_id, put_token.part)
        except MissingObject as error:
            raise NotFound(_("This multipart upload is over.")) from error

    @faults()
    def withdraw(self) -> None:
        """Remove the published bytes, if their session is over."""
        if self._put_token.part:
            with suppress(MissingObject):
                multipart.discard(self._store.tree, self._put_token.multipart_id)
        else:
            self._store.remove([self._put_token.key])

    @faults()
    def close(self) -> None:
        self._closing.close()
