"""What can go wrong on the way in and on the way out."""

from common.errors import Conflict, Denied, DomainError, Gone, Invalid, Unavailable


class ContentMismatch(Invalid):
    """400: the bytes are not what was announced. The session is over and the object is removed."""

    code = "content_mismatch"
    detail = "The stored bytes are not what was announced."


class NotUploaded(Conflict):
    """409: nothing (or not everything) is stored yet; try again after uploading."""

    code = "not_uploaded"
    detail = "The file has not been uploaded yet."


class SessionOver(Invalid):
    """400: the session failed, was aborted or is completed already; open a new one."""

    code = "session_over"
    detail = "This upload session is over. Open a new one."


class SessionExpired(Gone):
    """410: the session's time is over."""

    code = "session_expired"
    detail = "This upload session has expired. Open a new one."


class QuotaExceeded(Denied):
    """403: the file does not fit into the organization's or the user's storage quota."""

    code = "quota_exceeded"
    detail = "The storage quota does not allow a file of this size."


class FormTooLarge(DomainError):
    """413: the form is larger than this way in accepts."""

    status = 413
    code = "file_too_large"
    detail = "The file is too large for a form. Use an upload session: POST /api/v1/upload-sessions/."


class InTrash(Conflict):
    """409: the file is in the trash; restore it first."""

    code = "deleted"
    detail = "This file is in the trash."


class NotDeleted(Conflict):
    """409: the file is not in the trash, from which alone it can be restored or purged."""

    code = "not_deleted"
    detail = "This file is not in the trash."


class BeingPurged(Conflict):
    """409: the file is being deleted for good; nothing brings it back."""

    code = "being_purged"
    detail = "This file is being deleted for good."


class ManagedUsage(Conflict):
    """409: this usage is kept by the entity itself; change the entity instead."""

    code = "managed_usage"
    detail = "This usage is kept by the library itself: change what uses the file."


class IdempotencyMismatch(DomainError):
    """422: the idempotency key was used for another request."""

    status = 422
    code = "idempotency_mismatch"
    detail = "This Idempotency-Key was used for another request."


class LinkInvalid(Denied):
    """403: a share link that was altered, or that this installation never made."""

    code = "link_invalid"
    detail = "This link is not valid."


class LinkOver(Denied):
    """403: a share link that has expired or was revoked, or whose maker may no longer share the file."""

    code = "link_over"
    detail = "This link has expired or was revoked."


class RangeNotSatisfiable(DomainError):
    """416: the range lies outside the file, whose `size` in bytes the answer tells."""

    status = 416
    code = "range_not_satisfiable"
    detail = "The requested range is not satisfiable."

    def __init__(self, size: int):
        self.size = size
        super().__init__()


class StoredBytesDiffer(Unavailable):
    """503: what is stored is not what was checked in; an operator has to look."""

    code = "stored_bytes_differ"
    detail = "The stored file is damaged."
    retry_after = None
