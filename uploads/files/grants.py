"""Granting one file to named members, and handing it over to a new owner."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import Permission as GrantedPermission
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.errors import DoesNotExist
from permissions.choices import Permission
from permissions.models import Membership, User
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.models import Upload, UploadUserObjectPermission
from uploads.storage.quota import move_bytes, stored_bytes


def members_of(organization_id: UUID | None) -> QuerySet[User]:
    """Return the members of an organization, each once, by user name."""
    members = Membership.objects.filter(Q(organization_id=organization_id))
    return User.objects.filter(pk__in=members.values("user_id")).order_by("name_sort", "pk")


def granted_people(upload: Upload) -> QuerySet[User]:
    """Return the present members that `upload` is granted to by name."""
    grants = UploadUserObjectPermission.objects.filter(content_object=upload)
    return members_of(upload.organization_id).filter(pk__in=grants.values("user_id"))


def grant_to(*, upload: Upload, users: Collection[UUID], by: UUID | None) -> None:
    """Grant `upload`, locked by the caller's transaction, to exactly these members.

    Grants are kept for every visibility, and apply while it is ROLE_BASED. Raises DoesNotExist for a user who is not a
    member of its organization.
    """
    wanted = list(members_of(upload.organization_id).filter(pk__in=users))
    if len(wanted) < len(set(users)):
        raise DoesNotExist(attr="users")
    before, after = [user.username for user in granted_people(upload)], [user.username for user in wanted]
    grants = UploadUserObjectPermission.objects.filter(content_object=upload)
    grants.exclude(user__in=wanted).delete()
    granted = GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")
    UploadUserObjectPermission.objects.bulk_create(
        [UploadUserObjectPermission(content_object=upload, user=user, permission=granted) for user in wanted],
        ignore_conflicts=True,
    )
    if before != after:
        changes = {"allowed_users": [before, after]}
        record_activity(action=ActivityAction.ACCESS, uploads=upload, actor_id=by, changes=changes)
        upload.updated_at = timezone.now()
        upload.save(update_fields=["updated_at"])


def hand_over_upload(*, upload: Upload, to: UUID, by: UUID | None) -> None:
    """Make `to` the owner of `upload`, locked by the caller's transaction, and charge its bytes to them.

    Raises DoesNotExist for a user who is not a member of its organization. The present owner stays without a change.
    """
    new_owner = members_of(upload.organization_id).filter(pk=to).first()
    if new_owner is None:
        raise DoesNotExist(attr="user")
    former = upload.uploaded_by
    if new_owner == former:
        return
    changes = {"uploaded_by": [former.username, new_owner.username]}
    (size,) = stored_bytes(Upload.objects.filter(pk=upload.pk)).values()
    upload.uploaded_by, upload.updated_at = new_owner, timezone.now()
    upload.save(update_fields=["uploaded_by", "updated_at"])
    record_activity(action=ActivityAction.HAND_OVER, uploads=upload, actor_id=by, changes=changes)
    move_bytes(organization_id=upload.organization_id, from_user_id=former.pk, to_user_id=new_owner.pk, size=size)
