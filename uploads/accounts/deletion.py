"""Deleting a user account with its files, and handing its files over to another member."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.batches import batches
from common.errors import Conflict, DoesNotExist, InUse
from permissions.models import Membership, Organization, User
from permissions.services.administrators import keeping_administrators, organizations_of_people
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction, SessionState
from uploads.files.purge import BATCH, delete_rows, deletions_of
from uploads.models import Upload, UploadSession, Usage
from uploads.outbox.deletions import schedule_deletions
from uploads.sessions.end import end_session
from uploads.storage.quota import move_bytes, stored_bytes
from uploads.usages.avatars import USER_ENTITY
from uploads.usages.record import release_usage

NAMED = 100  # files that an error lists


def files_in_use(user: User) -> QuerySet[Upload]:
    """Return the files of `user` that are in use, in the trash or not: an account with such files is not deleted."""
    others = Usage.objects.exclude(entity_type=USER_ENTITY, entity_id=str(user.pk))  # the own avatar does not count
    return Upload.everything.filter(uploaded_by=user, pk__in=others.values("upload_id"))


def delete_user(*, user: User, by: UUID | None) -> None:
    """Delete an account with its files on behalf of `by`; the deletion outbox deletes their bytes.

    Raises InUse, with at most NAMED files, where a file is in use: hand the files over or deactivate the account
    instead. Raises LastAdministrator for the last administrator of an organization, and Conflict for the system user,
    who owns imported files.
    """
    if user.is_system:
        raise Conflict(_("The system user owns imported files and cannot be deleted."))
    with keeping_administrators(organizations_of_people(user)):
        uploads = list(Upload.everything.select_for_update().filter(uploaded_by=user).order_by("pk"))
        used = list(files_in_use(user)[:NAMED])
        if used:
            raise InUse(_("Files of this person are in use."), items=[_named(upload) for upload in used])
        _release_own_usages(user)
        _end_sessions(user)
        for batch in batches(uploads, BATCH):
            _discard(batch, by)
        user.delete()


def hand_over_files(*, user: User, to: User, organization: Organization, by: UUID | None) -> int:
    """Make `to` the owner of all files of `user` in `organization`, trash included, on behalf of `by`; return how many.

    Raises DoesNotExist where `to` is not a member of the organization.
    """
    if not Membership.objects.filter(user=to, organization=organization).exists() or to == user:
        raise DoesNotExist(attr="user")
    with transaction.atomic():
        owned = Upload.everything.select_for_update(of=("self",)).filter(uploaded_by=user, organization=organization)
        ids = list(owned.order_by("pk").values_list("pk", flat=True))
        # The locked files alone: files that the user gets meanwhile are left out.
        files = Upload.everything.among(ids)
        size = sum(stored_bytes(files).values())
        changes, facts = {"uploaded_by": [user.username, to.username]}, {"uploaded_by": str(to.pk)}
        record_activity(action=ActivityAction.HAND_OVER, uploads=files, actor_id=by, changes=changes, facts=facts)
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


def _discard(uploads: list[Upload], by: UUID | None) -> None:
    """Write the outbox entries and delete the rows at once: a row without an owner cannot be a tombstone."""
    now = timezone.now()
    rows = Upload.everything.filter(pk__in=[upload.pk for upload in uploads])
    rows.filter(deleted_at=None).update(deleted_at=now)
    record_activity(action=ActivityAction.PURGE, uploads=rows, actor_id=by)
    rows.update(purging_at=now)
    schedule_deletions(deletions_of(uploads))
    delete_rows(rows)
