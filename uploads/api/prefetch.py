"""Data of other tables for the uploads of one page: one query for each table, for any number of rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from permissions.access import Access, scope
from permissions.choices import Permission
from permissions.models import User
from uploads.models import UploadGroupObjectPermission, UploadTag, Usage
from uploads.serving.file_urls import file_url
from uploads.usages.avatars import AVATAR_FIELD, USER_ENTITY

Row = dict[str, Any]

# Made once: resolving names is a third of the cost of such a small query.
_TAG_ROWS = UploadTag.objects.order_by("tag__name_sort", "tag__slug").values_list("upload_id", "tag__name")
_ROLE_ROWS = UploadGroupObjectPermission.objects.order_by("id").values_list("content_object_id", "group__role")
_AVATAR_ROWS = (
    Usage.objects.filter(entity_type=USER_ENTITY, field=AVATAR_FIELD, upload__deleted_at=None)
    .order_by()
    .values_list("entity_id", "upload_id", "upload__filename")
)
_PEOPLE = User.objects.order_by().values("id", "username")
_PEOPLE_WITH_EMAIL = User.objects.order_by().values("id", "username", "email")


@dataclass(frozen=True, slots=True)
class RelatedData:
    """Tags and allowed roles by upload id, uploaders by user id, as they are represented."""

    tags: dict[UUID, list[str]]
    roles: dict[UUID, list[str]]
    people: dict[UUID, Row]

    @classmethod
    def load(cls, rows: Collection[Row], access: Access, origin: str) -> Self:
        """Read it for `rows` (of one page), which hold at least `id` and `uploaded_by_id`. Four queries."""
        ids = [row["id"] for row in rows]
        owners = {row["uploaded_by_id"] for row in rows}
        return cls(tags=_tags(ids), roles=_roles(ids), people=_people(owners, access, origin))


def _tags(ids: list[UUID]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    for upload_id, name in _TAG_ROWS.filter(upload_id__in=ids):
        names[upload_id].append(name)
    return names


def _roles(ids: list[UUID]) -> dict[UUID, list[str]]:
    role_ids: dict[UUID, list[str]] = defaultdict(list)
    for upload_id, role_id in _ROLE_ROWS.filter(content_object_id__in=ids):
        role_ids[upload_id].append(str(role_id))
    return role_ids


def _people(ids: set[UUID], access: Access, origin: str) -> dict[UUID, Row]:
    """Return `{id, username, avatar_url}` of each user, and `email` for callers who may see every file."""
    people = _PEOPLE_WITH_EMAIL if access.has(Permission.MEDIA_VIEW_ALL) else _PEOPLE
    avatars = avatar_urls(ids, access, origin)
    return {
        person["id"]: {**person, "id": str(person["id"]), "avatar_url": avatars.get(person["id"])}
        for person in people.filter(pk__in=ids)
    }


def avatar_urls(user_ids: Collection[UUID], access: Access, origin: str) -> dict[UUID, str]:
    """Return the URL of each user's avatar that is a file of the organization of `access`. One query."""
    usages = _AVATAR_ROWS.filter(entity_id__in=[str(pk) for pk in user_ids])
    usages = scope(usages, access, "upload__organization")
    return {UUID(user_id): file_url(origin, upload_id, filename) for user_id, upload_id, filename in usages}
