"""Data of other tables for each upload, read with its row: tags, allowed roles, uploader, avatar."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet

from common.db.json_rows import IdText, JSONRows
from permissions.access import Access, scope
from permissions.choices import Permission
from uploads.models import UploadGroupObjectPermission, UploadTag, Usage
from uploads.serving.file_urls import file_url
from uploads.usages.avatars import AVATAR_FIELD, USER_ENTITY

Row = dict[str, Any]


def related_columns(access: Access) -> dict[str, JSONRows]:
    """Return what is read of other tables for each upload, by name."""
    return {"tag_names": _tags(), "role_ids": _roles(), "avatar": JSONRows(_avatars(access, "uploaded_by_id"))}


def person_columns(access: Access) -> tuple[str, ...]:
    """Return the columns of the uploader; the e-mail address is for callers who may see every file."""
    email = ("uploaded_by__email",) if access.has(Permission.MEDIA_VIEW_ALL) else ()
    return "uploaded_by__username", *email


def uploader_of(row: Row, origin: str) -> Row:
    """Return `{id, username, avatar_url}`, and `email` for callers who may see every file."""
    person = {"id": str(row["uploaded_by_id"]), "username": row["uploaded_by__username"]}
    if "uploaded_by__email" in row:
        person["email"] = row["uploaded_by__email"]
    return {**person, "avatar_url": avatar_url(row["avatar"], origin)}


def _tags() -> JSONRows:
    names = UploadTag.objects.filter(upload=OuterRef("pk")).order_by("tag__name_sort", "tag__slug")
    return JSONRows(names.values_list("tag__name"))


def _roles() -> JSONRows:
    roles = UploadGroupObjectPermission.objects.filter(content_object=OuterRef("pk")).order_by("id")
    return JSONRows(roles.values_list(IdText(F("group__role__id"))))


def _avatars(access: Access, owner: str) -> QuerySet[Any, Any]:
    return avatar_rows(access).filter(entity_id=IdText(OuterRef(owner)))


def avatar_rows(access: Access) -> QuerySet[Any, Any]:
    """Return id and file name of the avatars that are files of the organization of `access`."""
    usages = Usage.objects.filter(entity_type=USER_ENTITY, field=AVATAR_FIELD, upload__deleted_at=None).order_by()
    usages = scope(usages, access, "upload__organization")
    return usages.values_list(IdText(F("upload_id")), "upload__filename")


def avatar_url(avatars: list[Any], origin: str) -> str | None:
    """Return the URL of the avatar of a user, whose `avatar_rows` these are."""
    return file_url(origin, *avatars[-1]) if avatars else None
