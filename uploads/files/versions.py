"""New bytes under the same id and address. The earlier ones are kept as versions, which can be brought back.

Every set of bytes has a key of its own, so whoever reads during a change gets the old ones or the new ones, whole.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from common.db.clock import now_plus
from common.errors import DoesNotExist, Invalid, NotFound
from permissions.access import Access
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, SessionState
from uploads.errors import SessionOver
from uploads.files.checksums import read_later
from uploads.files.edit import apply_details
from uploads.jobs import submit
from uploads.models import Rendition, Upload, UploadSession, UploadVersion
from uploads.outbox.deletions import entry_of, give_up
from uploads.sessions.complete import VerifiedFile, claim_session, finish_session
from uploads.sessions.sign import find_session, require_upload
from uploads.storage.quota import free_bytes
from uploads.usages.lifecycle import uses

# What an upload and its versions have in common: facts of one set of bytes.
BYTES = (
    *("original_filename", "mime_type", "size", "checksum_sha256", "storage", "key"),
    *("width", "height", "page_count"),
)
LATE_READERS = timedelta(hours=1)  # addresses signed for bytes that are given up go on for a while


def find_replacement(*, access: Access, upload: Upload, session_id: UUID) -> UploadSession:
    """Return the caller's session whose bytes are to replace those of `upload`, open or completed by that already.

    Raises Denied for callers who may not upload (any more), DoesNotExist for a session of nobody or somebody else,
    Invalid for a file of another type, SessionOver for a session that made another file.
    """
    require_upload(access)
    try:
        session = find_session(access=access, session_id=session_id)
    except NotFound:
        raise DoesNotExist(attr="upload_session") from None
    if session.type != upload.type:
        raise Invalid(f"This replaces files of type {session.type}.", attr="upload_session", code="type_mismatch")
    if session.state == SessionState.COMPLETED and not _has_replaced(session, upload):
        raise SessionOver("This upload session is completed.")
    return session


def replace_upload(*, upload: Upload, session: UploadSession, verified: VerifiedFile, by: UUID | None) -> bool:
    """Give a live upload, locked by the caller's transaction, the bytes of a verified session; tell whether it is new.

    The session is over then, and its reservation settled. Raises SessionExpired, SessionOver.
    """
    session = claim_session(session=session)
    if session.state == SessionState.COMPLETED:
        if _has_replaced(session, upload):
            return False
        raise SessionOver("This upload session is completed.")
    _present_of(upload).save(force_insert=True)
    before = {"original_filename": upload.original_filename, "size": upload.size}
    upload.original_filename, upload.mime_type = session.filename, session.content_type
    upload.size, upload.checksum_sha256 = verified.size, verified.checksum_sha256
    upload.storage, upload.key = session.storage, session.key
    upload.width, upload.height, upload.page_count = verified.width, verified.height, None
    upload.replaced_at, upload.replaced_by_id = timezone.now(), by
    finish_session(session=session, upload=upload, verified=verified)
    _change_bytes(upload, before=before, by=by)
    _give_up_the_oldest(upload)
    read_later(upload)
    return True


def restore_version(*, upload: Upload, number: int, by: UUID | None) -> None:
    """Make an earlier version of a live upload, locked by the caller's transaction, the present one again.

    It gets a new number, and what was present becomes an earlier version in its place: no bytes are copied, and the
    quotas stay as they are. Raises NotFound.
    """
    version = UploadVersion.objects.filter(upload=upload, number=number).first()
    if version is None:
        raise NotFound
    present = _present_of(upload)
    before = {"original_filename": upload.original_filename, "size": upload.size}
    version.delete()
    present.save(force_insert=True)
    for field in BYTES:
        setattr(upload, field, getattr(version, field))
    upload.replaced_at, upload.replaced_by_id = version.created_at, version.created_by_id
    _change_bytes(upload, before=before, by=by, from_version=number)


def _has_replaced(session: UploadSession, upload: Upload) -> bool:
    """Whether it was this session that gave `upload` other bytes; the one that made it has its id."""
    return session.upload_id == upload.pk != session.pk


def _present_of(upload: Upload) -> UploadVersion:
    """The present bytes as the version they are about to become; not saved yet."""
    return UploadVersion(
        upload=upload,
        number=upload.version,
        created_at=upload.replaced_at or upload.created_at,
        created_by_id=upload.replaced_by_id if upload.replaced_at else upload.uploaded_by_id,
        **{field: getattr(upload, field) for field in BYTES},
    )


def _change_bytes(upload: Upload, *, before: dict, by: UUID | None, **facts: int) -> None:
    """Write the new facts; whatever was made of the earlier bytes is given up or made again."""
    upload.version += 1
    upload.has_thumbnail = False
    upload.save(update_fields=[*BYTES, "version", "has_thumbnail", "replaced_at", "replaced_by"])
    apply_details(upload=upload, details={})  # the new name is to be found, too, and the row has changed
    changes = {name: [value, getattr(upload, name)] for name, value in before.items()}
    record_activity(
        action=ActivityAction.REPLACE,
        uploads=upload,
        actor_id=by,
        changes={**changes, **facts, "version": upload.version},
    )
    renditions = Rendition.objects.filter(upload=upload)
    made = list(renditions.values_list("storage", "key"))
    renditions.delete()
    give_up(entry_of(upload, key, "rendition", storage=storage) for storage, key in made)
    submit("make_renditions", subject=str(upload.pk), organization_id=upload.organization_id)
    for use in uses():
        use.replaced(upload)


def _give_up_the_oldest(upload: Upload) -> None:
    """Keep as many versions as the installation wants; signed addresses of the others go on for a moment."""
    too_many = list(UploadVersion.objects.filter(upload=upload).order_by("-number")[settings.VERSIONS_KEPT :])
    if not too_many:
        return
    entries = [entry_of(upload, version.key, "version", storage=version.storage) for version in too_many]
    for entry in entries:
        entry.not_before = now_plus(LATE_READERS)
    give_up(entries)
    size = sum(version.size for version in too_many)
    free_bytes(organization_id=upload.organization_id, user_id=upload.uploaded_by_id, size=size)
    UploadVersion.objects.filter(pk__in=[version.pk for version in too_many]).delete()
