"""SHA-256 checksums of stored objects, in base64."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.storage.contract import StoredObject

READ_AT_ONCE = 32 * 1024**2  # bytes that a request may read of an object


def may_read(size: int) -> bool:
    """Tell whether a request may read all of an object of `size` bytes: the files of forms, and small ones."""
    return size <= max(READ_AT_ONCE, settings.MAX_FORM_UPLOAD_SIZE)


def checksum_of(stored: StoredObject, chunks: Iterator[bytes], *, announced: str) -> str:
    """Return the SHA-256 (base64) of an object whose bytes are `chunks`; empty if a job computes it later.

    Raises ContentMismatch if the checksum differs from the announced one, which may be empty.
    """
    checksum = stored.checksum_sha256 or (sha256_of(chunks) if may_read(stored.size) else "")
    if checksum and announced and checksum != announced:
        raise ContentMismatch(_("The checksum of the file differs from the announced one."), attr="checksum_sha256")
    return checksum


def sha256_of(chunks: Iterator[bytes]) -> str:
    """Return the SHA-256 of `chunks` in base64."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return b64encode(digest.digest()).decode()
