"""Errors of uploading, of serving, and of the life of a file, as the API answers them."""

from django.utils.translation import gettext_noop as _

from common.errors import Conflict, Denied, DomainError, Gone, Invalid, Unavailable


class ContentMismatch(Invalid):
    """400: the stored bytes differ from the announced ones. The session has failed and the object is deleted."""

    code = "content_mismatch"
    detail = _("The stored file differs from the announced one.")


class NotUploaded(Conflict):
    """409: the bytes are not stored, or not all of them; complete again after uploading."""

    code = "not_uploaded"
    detail = _("The file has not been uploaded yet.")


class SessionOver(Invalid):
    """400: the session has failed, was aborted or is completed."""

    code = "session_over"
    detail = _("This upload session is over. Open a new one.")


class SessionExpired(Gone):
    """410: the session has expired."""

    code = "session_expired"
    detail = _("This upload session has expired. Open a new one.")


class QuotaExceeded(Denied):
    """403: the file does not fit into the organization's or the user's storage quota."""

    code = "quota_exceeded"
    detail = _("The storage quota does not allow a file of this size.")


class FormTooLarge(DomainError):
    """413: the file is larger than a form may carry; larger ones take an upload session."""

    status = 413
    code = "file_too_large"
    detail = _("The file is too large for a form. Use an upload session: POST /api/v1/upload-sessions/.")


class InTrash(Conflict):
    """409: the file is in the trash; restore it first."""

    code = "deleted"
    detail = _("This file is in the trash.")


class NotDeleted(Conflict):
    """409: the file is not in the trash. Only files in the trash can be restored or purged."""

    code = "not_deleted"
    detail = _("This file is not in the trash.")


class BeingPurged(Conflict):
    """409: the file is being purged and cannot be restored."""

    code = "being_purged"
    detail = _("This file is being deleted for good.")


class ManagedUsage(Conflict):
    """409: an app of this library manages this usage; change the entity instead."""

    code = "managed_usage"
    detail = _("This usage is managed by the library. Change the item that uses the file.")


class IdempotencyMismatch(DomainError):
    """422: the idempotency key was used for another request."""

    status = 422
    code = "idempotency_mismatch"
    detail = _("This Idempotency-Key was used for another request.")


class LinkInvalid(Denied):
    """403: the share link was altered, or was not made by this installation."""

    code = "link_invalid"
    detail = _("This link is not valid.")


class LinkOver(Denied):
    """403: the share link has expired or was revoked, or its maker may no longer share the file."""

    code = "link_over"
    detail = _("This link has expired or was revoked.")


class RangeNotSatisfiable(DomainError):
    """416: the range lies outside the file; `size` is the size of the file in bytes."""

    status = 416
    code = "range_not_satisfiable"
    detail = _("The requested range is not satisfiable.")

    def __init__(self, size: int):
        self.size = size
        super().__init__()


class StoredBytesDiffer(Unavailable):
    """503: the stored object has another size than its row says. An operator has to repair it."""

    code = "stored_bytes_differ"
    detail = _("The stored file is damaged.")
    retry_after = None
