"""Signing the PUTs of an open session: of the whole file, or of its parts."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from permissions.access import Access
from uploads.models import UploadSession
from uploads.sessions.guards import require_multipart, require_open, require_upload
from uploads.sessions.lifetimes import URL_LIFE
from uploads.sessions.queries import find_session
from uploads.storage import store
from uploads.storage.contract import MissingObject, StoredPart, Ticket


def sign_session(session: UploadSession) -> Ticket | None:
    """Return the signed PUT of the whole file; None if it is sent in parts, or the session is over."""
    if not session.is_open or session.part_size:
        return None
    return store(session.storage).sign_upload(
        session.key,
        size=session.size,
        content_type=session.content_type,
        checksum_sha256=session.checksum_sha256,
        expires_in=_url_life(session),
    )


def sign_parts(*, access: Access, session_id: UUID, part_numbers: Iterable[int]) -> list[tuple[int, Ticket]]:
    """Sign PUTs of those parts, any number of times while the session is open.

    Raises Denied, NotFound, SessionExpired, SessionOver, and Invalid for numbers out of range.
    """
    require_upload(access)
    session = find_session(access=access, session_id=session_id)
    require_open(session)
    require_multipart(session)
    numbers = list(dict.fromkeys(part_numbers))
    if not all(1 <= number <= (session.part_count or 0) for number in numbers):
        detail = _("Parts are numbered from 1 to %(count)d.") % {"count": session.part_count or 0}
        raise Invalid(detail, attr="part_numbers", code="invalid_part")
    sign, life = store(session.storage).sign_part, _url_life(session)
    return [
        (number, sign(session.key, session.multipart_id, number, size=session.size_of_part(number), expires_in=life))
        for number in numbers
    ]


def list_parts(*, access: Access, session_id: UUID) -> list[StoredPart]:
    """Return the parts stored so far, so that a client resumes an interrupted upload. Raises as `sign_parts`."""
    session = find_session(access=access, session_id=session_id)
    require_open(session)
    require_multipart(session)
    try:
        return store(session.storage).list_parts(session.key, session.multipart_id)
    except MissingObject:  # an interrupted completion joined them: nothing is left to send
        numbers = range(1, (session.part_count or 0) + 1)
        return [StoredPart(number, session.size_of_part(number), "") for number in numbers]


def _url_life(session: UploadSession) -> timedelta:
    return min(URL_LIFE, max(session.expires_at - timezone.now(), timedelta(seconds=1)))
