"""The avatar of a user in an organization: an AVATAR file of the user, tracked as a usage."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from permissions.models import User
from uploads.models import Upload, Usage
from uploads.usages.record import record_usage, release_usage

USER_ENTITY = "user"  # entity type of usages by users
AVATAR_FIELD = "avatar"


def set_avatar(*, user_id: UUID, upload: Upload) -> None:
    """Make `upload` the user's avatar in its organization, in place of the one before. Raises as `record_usage`."""
    with transaction.atomic():
        for earlier in _locked_avatars(user_id, upload.organization_id).exclude(upload_id=upload.pk):
            _release(user_id, earlier.upload_id)
        record_usage(
            upload_id=upload.pk,
            entity_type=USER_ENTITY,
            entity_id=str(user_id),
            field=AVATAR_FIELD,
            label="Avatar",
        )


def remove_avatar(*, user_id: UUID, organization_id: UUID) -> None:
    """Leave the user without an avatar in that organization; the file stays. Idempotent."""
    with transaction.atomic():
        for earlier in _locked_avatars(user_id, organization_id):
            _release(user_id, earlier.upload_id)


def _locked_avatars(user_id: UUID, organization_id: UUID) -> QuerySet[Usage]:
    """Return the user's avatar usages in the organization. Locks the user's row, so that two changes leave one."""
    User.objects.select_for_update().get(pk=user_id)
    return Usage.objects.filter(
        entity_type=USER_ENTITY,
        entity_id=str(user_id),
        field=AVATAR_FIELD,
        upload__organization_id=organization_id,
    ).order_by("upload_id")


def _release(user_id: UUID, upload_id: UUID) -> None:
    release_usage(upload_id=upload_id, entity_type=USER_ENTITY, entity_id=str(user_id), field=AVATAR_FIELD)
