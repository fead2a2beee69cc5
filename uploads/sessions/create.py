"""Creating an upload session: checks the announced file against the limits and quotas, and chooses its object key."""

import hashlib
import json
from base64 import b64decode

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.ids import new_id
from common.errors import Invalid, TooManyOpen
from common.text import binary_size
from permissions.access import Access
from uploads.choices import SessionState, UploadType
from uploads.errors import IdempotencyMismatch
from uploads.kinds import Kind, kind_of
from uploads.models import UploadSession
from uploads.names import clean_filename, displayed_name, object_key
from uploads.sessions.end import end_session
from uploads.sessions.guards import require_upload
from uploads.sessions.lifetimes import SESSION_LIFE
from uploads.storage import store
from uploads.storage.quota import reserve_bytes

MIB = 1024**2
MAX_OPEN = 100
SINGLE_PUT_LIMIT = 100 * MIB
PREFERRED_PARTS = 1000
LIBRARY_FOLDER = "general"  # of library files whose session has no folder


def open_session(
    *,
    access: Access,
    type: UploadType | str,  # noqa: A002  the contract's name for it
    filename: str,
    size: int,
    content_type: str = "",
    checksum_sha256: str = "",
    folder: str = "",
    idempotency_key: str = "",
    in_one_piece: bool = False,
) -> UploadSession:
    """Open a session for a file of `size` bytes, and choose its key. The same idempotency key opens one session.

    Without a `content_type` the extension of the name decides.

    Files above SINGLE_PUT_LIMIT are sent in parts, unless this server stores them `in_one_piece`.

    Raises Denied without `media_upload`; Invalid `unsupported_media_type`, `file_too_large`, `empty_file`,
    `invalid_filename`, `invalid_checksum`; QuotaExceeded; TooManyOpen; IdempotencyMismatch.
    """
    require_upload(access)
    session = _new_session(access, type, filename, content_type, size, checksum_sha256, folder)
    session.part_size = None if in_one_piece else part_size_of(size)
    session.idempotency_key = idempotency_key
    stored = _earlier_session(session) or _insert(session)
    if stored.is_open and stored.part_size and not stored.multipart_id:
        _start_multipart(stored)
    return stored


def check_announcement(kind: Kind, *, content_type: str, filename: str, size: int, checksum_sha256: str = "") -> None:
    """Raise Invalid where the announced type, size or checksum is not accepted. Forms, the API and imports ask here."""
    if not kind.accepts(content_type):
        facts = {"name": displayed_name(filename), "formats": ", ".join(kind.labels)}
        detail = _("%(name)s is not accepted here. Accepted: %(formats)s.") % facts
        raise Invalid(detail, attr="content_type", code="unsupported_media_type")
    if size == 0:
        raise Invalid(_("An empty file cannot be uploaded."), attr="size", code="empty_file")
    if not 0 < size <= kind.max_size:
        detail = _("This file is too large: the limit is %(limit)s.") % {"limit": binary_size(kind.max_size)}
        raise Invalid(detail, attr="size", code="file_too_large")
    if checksum_sha256 and not _is_sha256(checksum_sha256):
        raise Invalid(_("This is not a SHA-256 checksum in base64."), attr="checksum_sha256", code="invalid_checksum")


def part_size_of(size: int) -> int | None:
    """Return the bytes of each part but the last: 16 MiB, doubled until there are at most 1,000 parts."""
    if size <= SINGLE_PUT_LIMIT:
        return None
    part_size = 16 * MIB
    while part_size * PREFERRED_PARTS < size:
        part_size *= 2
    return part_size


def _new_session(
    access: Access,
    type: UploadType | str,  # noqa: A002
    filename: str,
    content_type: str,
    size: int,
    checksum_sha256: str,
    folder: str,
) -> UploadSession:
    """Return an unsaved session for a checked announcement."""
    assert access.organization_id and access.user_id
    now, pk, kind = timezone.now(), new_id(), kind_of(type)
    content_type = kind.content_type(content_type, displayed_name(filename))
    check_announcement(kind, content_type=content_type, filename=filename, size=size, checksum_sha256=checksum_sha256)
    name = clean_filename(filename)
    return UploadSession(
        id=pk,
        organization_id=access.organization_id,
        user_id=access.user_id,
        type=kind.type,
        filename=name,
        content_type=content_type,
        size=size,
        checksum_sha256=checksum_sha256,
        storage=kind.storage,
        key=object_key(
            kind,
            organization=access.organization_id,
            object_id=pk,
            content_type=content_type,
            filename=name,
            folder=folder or (LIBRARY_FOLDER if kind.type == UploadType.LIBRARY else ""),
        ),
        request_digest=_digest(kind.type, name, content_type, size, checksum_sha256, folder),
        created_at=now,
        expires_at=now + SESSION_LIFE,
    )


def _insert(session: UploadSession) -> UploadSession:
    """Store a new session with its reservation, or return that of another request with the same key."""
    with transaction.atomic():
        # The reservation locks the organization's account, so that the following count is exact.
        reserve_bytes(organization_id=session.organization_id, user_id=session.user_id, size=session.size)
        if earlier := _earlier_session(session):
            transaction.set_rollback(True)
            return earlier
        open_now = UploadSession.objects.filter(
            user_id=session.user_id, state=SessionState.OPEN, expires_at__gt=timezone.now()
        )
        if open_now.count() >= MAX_OPEN:
            raise TooManyOpen(
                _("You have %(count)d open upload sessions. Complete or abort some.") % {"count": MAX_OPEN}
            )
        session.save(force_insert=True)
    return session


def _earlier_session(session: UploadSession) -> UploadSession | None:
    if not session.idempotency_key:
        return None
    earlier = UploadSession.objects.filter(
        organization_id=session.organization_id, user_id=session.user_id, idempotency_key=session.idempotency_key
    ).first()
    if earlier and earlier.request_digest != session.request_digest:
        raise IdempotencyMismatch
    return earlier


def _start_multipart(session: UploadSession) -> None:
    """Start the multipart upload after the session is stored: a crash leaves a session, which expires."""
    target = store(session.storage)
    try:
        multipart_id = target.start_multipart(session.key, content_type=session.content_type)
    except Exception:
        if not session.idempotency_key:  # with one, the client retries with the same session
            end_session(session=session, state=SessionState.FAILED, failure="unavailable")
        raise
    started = UploadSession.objects.filter(pk=session.pk, multipart_id="").update(multipart_id=multipart_id)
    if not started:  # a request with the same key was faster
        target.abort_multipart(session.key, multipart_id)
    session.refresh_from_db(fields=["multipart_id"])


def _digest(*facts: str | int) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _is_sha256(text: str) -> bool:
    try:
        return len(text) == 44 and len(b64decode(text, validate=True)) == 32
    except ValueError:
        return False
