"""What happens to somebody's files when the person leaves."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from permissions.errors import Conflict, DoesNotExist, InUse
from permissions.models import Membership, Organization, User
from uploads.choices import ActivityAction, SessionState
from uploads.models import Rendition, StorageDeletion, Upload, UploadSession, Usage
from uploads.services.activity import record_activity
from uploads.services.deletions import give_up
from uploads.services.quota import free_bytes, move_bytes
from uploads.services.sessions import end_session
from uploads.services.usages import release_usage
from uploads.usage_names import USER_ENTITY

NAMED = 100


def files_in_use(user: User) -> QuerySet[Upload]:
    """Return the files of `user` that something refers to, in the trash or not: they protect the account."""
    others = Usage.objects.exclude(entity_type=USER_ENTITY, entity_id=str(user.pk))  # one's own avatar protects nobody
    return Upload.everything.filter(uploaded_by=user, pk__in=others.values("upload_id"))


def delete_user(*, user: User) -> None:
    """Delete an account with its files; their bytes follow through the deletion outbox.

    Raises InUse, naming (at most 100) files, where something uses one: hand the files over or deactivate the account
    instead. Raises Conflict for the system user, who owns what nobody else does.
    """
    if user.is_system:
        raise Conflict("The system user owns imported files and cannot be deleted.")
    with transaction.atomic():
        uploads = list(Upload.everything.select_for_update().filter(uploaded_by=user).order_by("pk"))
        used = list(files_in_use(user)[:NAMED])
        if used:
            raise InUse("Files of this person are in use.", items=[_named(upload) for upload in used])
        _release_own_usages(user)
        _end_sessions(user)
        _discard(uploads)
        user.delete()


def hand_over_files(*, user: User, to: User, organization: Organization, by: UUID | None) -> int:
    """Make `to` the owner of all files of `user` in `organization`, trash included; `by` did it. Returns how many.

    Raises DoesNotExist where `to` is no member there, as for somebody who does not exist.
    """
    if not Membership.objects.filter(user=to, organization=organization).exists() or to == user:
        raise DoesNotExist(attr="user")
    with transaction.atomic():
        rows = Upload.everything.select_for_update().filter(uploaded_by=user, organization=organization)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        files = Upload.everything.filter(uploaded_by=user, organization=organization)
        size = files.order_by().aggregate(size=Sum("size"))["size"] or 0
        changes = {"uploaded_by": [user.username, to.username]}
        record_activity(action=ActivityAction.HAND_OVER, uploads=files, actor_id=by, changes=changes)
        files.update(uploaded_by=to, updated_at=timezone.now())
        move_bytes(organization_id=organization.pk, from_user_id=user.pk, to_user_id=to.pk, size=size)
    return len(ids)


def _named(upload: Upload) -> dict[str, Any]:
    return {"id": str(upload.pk), "name": str(upload)}


def _release_own_usages(user: User) -> None:
    for usage in Usage.objects.filter(entity_type=USER_ENTITY, entity_id=str(user.pk)):
        release_usage(upload_id=usage.upload_id, entity_type=USER_ENTITY, entity_id=usage.entity_id, field=usage.field)


def _end_sessions(user: User) -> None:
    for session in UploadSession.objects.filter(user=user, state=SessionState.OPEN):
        end_session(session=session, state=SessionState.ABORTED)


def _discard(uploads: list[Upload]) -> None:
    """Write what must disappear from the stores, and take it off the organizations' accounts."""
    sizes: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for upload in uploads:
        sizes[upload.organization_id, upload.uploaded_by_id] += upload.size
    for (organization_id, owner_id), size in sizes.items():
        free_bytes(organization_id=organization_id, user_id=owner_id, size=size)
    renditions = Rendition.objects.filter(upload__in=[upload.pk for upload in uploads]).select_related("upload")
    deletions = [_deletion(row, row.organization_id, "purge") for row in uploads]
    give_up([*deletions, *(_deletion(row, row.upload.organization_id, "rendition") for row in renditions)])


def _deletion(row: Upload | Rendition, organization_id: UUID, reason: str) -> StorageDeletion:
    return StorageDeletion(storage=row.storage, key=row.key, organization_id=organization_id, reason=reason)
