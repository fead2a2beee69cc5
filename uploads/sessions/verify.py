"""Verifying the stored bytes of a session: size, type, checksum and scanner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from uploads.choices import SessionState
from uploads.errors import ContentMismatch, NotUploaded
from uploads.files.versions import BYTES
from uploads.inspection import Content, Identified, identify
from uploads.kinds import Kind, kind_of
from uploads.models import UploadSession
from uploads.names import generated_filename
from uploads.sessions.end import end_session
from uploads.sessions.guards import require_open
from uploads.sessions.scan import require_scanned
from uploads.storage import store
from uploads.storage.checksum import checksum_of
from uploads.storage.contract import InvalidParts, MissingObject, Store, StoredObject, StoredPart


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A session's file, whose stored bytes have the announced size (in bytes) and SHA-256 (in base64).

    `mime_type` is what the bytes are, which may be another type than the announced one.

    The checksum of a large file is empty where its store has none: `files/checksums.py` computes it later.
    """

    kind: Kind
    original_filename: str
    mime_type: str
    storage: str
    key: str
    size: int
    checksum_sha256: str
    width: int | None
    height: int | None
    page_count: int | None = None  # is counted with the renditions
    metadata: dict[str, Any] = field(default_factory=dict)  # the rest of it is read with the renditions

    @property
    def filename(self) -> str:
        """The name in URLs."""
        return generated_filename(self.original_filename, self.kind.extension(self.mime_type))

    def facts(self) -> dict[str, Any]:
        """Return the columns that an upload and its versions have for these bytes."""
        return {name: getattr(self, name) for name in BYTES}


def verify_session(*, session: UploadSession, parts: Sequence[tuple[int, str]] | None = None) -> VerifiedFile:
    """Verify the stored bytes of an open session, outside of any transaction, by the facts of the store.

    A large file takes no longer than a small one. Raises NotUploaded and BeingScanned (try again later),
    InvalidParts, SessionExpired, SessionOver; and ContentMismatch, after which the session has failed and its object is
    deleted.
    """
    require_open(session)
    target = store(session.storage)
    if session.multipart_id:
        _join_parts(target, session, parts)
    stored = target.stat(session.key)
    if stored is None:
        raise NotUploaded
    try:
        return _verify(target, session, stored)
    except MissingObject:
        raise NotUploaded from None
    except ContentMismatch as error:
        end_session(session=session, state=SessionState.FAILED, failure=error.code)
        raise


def _join_parts(target: Store, session: UploadSession, parts: Sequence[tuple[int, str]] | None) -> None:
    """Join the stored parts to one object. A multipart upload that the store does not have was joined before."""
    try:
        stored = target.list_parts(session.key, session.multipart_id)
    except MissingObject:
        return
    if parts is not None:
        _check_parts(stored, parts)
    sizes = {part.part_number: part.size for part in stored}
    wanted = {number: session.size_of_part(number) for number in range(1, (session.part_count or 0) + 1)}
    missing = [number for number, size in wanted.items() if sizes.get(number) != size]
    if missing:
        counts = {"missing": len(missing), "parts": len(wanted)}
        raise NotUploaded(_("%(missing)d of %(parts)d parts are not uploaded yet.") % counts, items=missing[:100])
    try:
        target.complete_multipart(session.key, session.multipart_id, stored)
    except MissingObject:  # another call joined them meanwhile: `stat` finds the object
        return


def _check_parts(stored: Sequence[StoredPart], parts: Sequence[tuple[int, str]]) -> None:
    numbers = [number for number, _ in parts]
    etags = {part.part_number: part.etag.strip('"') for part in stored}
    if numbers != sorted(set(numbers)) or any(etags.get(number) != etag.strip('"') for number, etag in parts):
        raise InvalidParts(attr="parts")


def _verify(target: Store, session: UploadSession, stored: StoredObject) -> VerifiedFile:
    if stored.size != session.size:
        sizes = {"stored": stored.size, "announced": session.size}
        detail = _("The stored file has %(stored)d bytes, the announced one has %(announced)d.") % sizes
        raise ContentMismatch(detail, attr="size")
    content = Content(stored.size, lambda start, end: target.read(session.key, start, end))
    identified = _identify(session, content)
    require_scanned(session, stored, content)
    checksum = checksum_of(stored, content.chunks(), announced=session.checksum_sha256)
    return VerifiedFile(
        kind=kind_of(session.type),
        original_filename=session.filename,
        mime_type=identified.mime_type,
        storage=session.storage,
        key=session.key,
        size=stored.size,
        checksum_sha256=checksum,
        width=identified.width,
        height=identified.height,
        metadata={"encoding": identified.encoding} if identified.encoding else {},
    )


def _identify(session: UploadSession, content: Content) -> Identified:
    """Return the format of the stored bytes, among those that the kind accepts."""
    kind = kind_of(session.type)
    accepted = {*kind.formats, session.content_type}  # also what was accepted when the session was opened
    return identify(content, accepted, (session.content_type, kind.type_of_name(session.filename) or ""))
