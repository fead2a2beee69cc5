"""Editing the details of a file: texts, tags, visibility and allowed roles, of a new upload and of an existing one."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, Literal, TypedDict
from uuid import UUID

from django.contrib.auth.models import Permission as GrantedPermission
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DoesNotExist, Invalid
from permissions.choices import Permission
from permissions.models import Role
from uploads.activity.record import action_of, record_activity
from uploads.files.tag_names import tag_error, tag_slug
from uploads.kinds import kind_of
from uploads.models import Tag, Upload, UploadGroupObjectPermission, UploadTag
from uploads.names import renamed
from uploads.search import search_text_of


class Details(TypedDict, total=False):
    """The editable fields of a file; `original_filename` keeps its extension.

    `tags` are names, `allowed_roles` ids of roles of the file's organization.
    """

    original_filename: str
    title: str
    description: str
    alt_text: str
    category: str
    visibility: str
    tags: Sequence[str]
    allowed_roles: Sequence[UUID]


TAGS_OF_A_FILE = 50
TEXTS: tuple[Literal["title", "description", "alt_text", "category"], ...] = (
    "title",
    "description",
    "alt_text",
    "category",
)


def edit_upload(*, upload: Upload, details: Details, by: UUID | None) -> None:
    """Write `details` to `upload`, locked by the caller's transaction, and record the changes in its history.

    Raises as `apply_details`.
    """
    changes = apply_details(upload=upload, details=details)
    if changes:
        record_activity(action=action_of(changes), uploads=upload, actor_id=by, changes=changes)


def apply_details(*, upload: Upload, details: Details) -> dict[str, Any]:
    """Write `details` to `upload`, new or locked by the caller's transaction; return the changes, as Activity has them.

    Tags are made on first use. Every role of the organization may be allowed, also one that the editor does not have:
    the editor could make the file public, which grants more. Roles are kept for every visibility. Without roles, only
    the owner and those who see all files see a ROLE_BASED file.
    Raises DoesNotExist for a role of another organization, Invalid for a tag or for a fixed visibility.
    """
    roles = find_roles(upload.organization_id, details["allowed_roles"]) if "allowed_roles" in details else None
    is_new, before = upload._state.adding, _current_values(upload, details)
    _set_fields(upload, details)
    # The last step that may raise: a tag is made only for a file that gets it.
    tags = get_or_create_tags(upload.organization_id, details["tags"]) if "tags" in details else None
    names = None if tags is None else [tag.name for tag in tags]
    upload.search_text = search_text_of(
        filename=upload.filename,
        original_filename=upload.original_filename,
        title=upload.title,
        description=upload.description,
        tags=_current_tags(upload) if names is None else names,
        metadata=upload.metadata,
    )
    if is_new:
        upload.save(force_insert=True)
    else:
        upload.save(update_fields=["original_filename", "name_sort", *TEXTS, "visibility", "search_text", "updated_at"])
    if tags is not None:
        _set_tags(upload, tags)
    if roles is not None:
        _set_allowed_roles(upload, roles)
    after = before if is_new else _current_values(upload, details)
    return {field: [before[field], after[field]] for field in before if before[field] != after[field]}


def normalize_text(text: str) -> str:
    """Return `text` as it is stored: composed (NFC) and trimmed."""
    return unicodedata.normalize("NFC", text).strip()


def normalize_name(name: str) -> str:
    """Return `name` as it is stored: composed (NFC), trimmed, inner white space collapsed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _set_fields(upload: Upload, details: Details) -> None:
    visibility = details.get("visibility", upload.visibility)
    kind = kind_of(upload.type)
    if kind.fixed_visibility and visibility != kind.visibility:
        raise Invalid(_("The visibility of these files is fixed."), attr="visibility", code="visibility_is_fixed")
    upload.visibility = visibility
    for field in TEXTS:
        if field in details:
            setattr(upload, field, normalize_text(details[field]))
    if "original_filename" in details:
        upload.original_filename = renamed(details["original_filename"], current=upload.original_filename)
    upload.updated_at = timezone.now()


def find_roles(organization_id: UUID, ids: Collection[UUID]) -> list[Role]:
    """Return the organization's roles of those ids. Raises DoesNotExist where one is missing."""
    roles = list(Role.objects.filter(organization_id=organization_id, pk__in=ids))
    if len(roles) < len(set(ids)):
        raise DoesNotExist(attr="allowed_roles")
    return roles


def get_or_create_tags(organization_id: UUID, names: Collection[str]) -> list[Tag]:
    """Return the organization's tags of those names, in order of slug; missing ones are made, race-safe.

    Call it only when something gets the tags. Raises Invalid as `tag_names_by_slug`.
    """
    wanted = tag_names_by_slug(names)
    rows = Tag.objects.filter(organization_id=organization_id, slug__in=wanted).order_by("slug")
    tags = list(rows)
    missing = sorted(wanted.keys() - {tag.slug for tag in tags})
    if missing:
        new = [Tag(organization_id=organization_id, slug=slug, name=wanted[slug]) for slug in missing]
        Tag.objects.bulk_create(new, ignore_conflicts=True)
        tags = list(rows.all())
    return tags


def tag_names_by_slug(names: Collection[str]) -> dict[str, str]:
    """Return the names by slug, without repeated and empty ones. Raises Invalid for a name that cannot be a tag."""
    wanted: dict[str, str] = {}
    for name in filter(None, map(normalize_name, names)):
        if error := tag_error(name):
            raise Invalid(error, attr="tags")
        wanted.setdefault(tag_slug(name), name)
    return wanted


def _current_values(upload: Upload, details: Details) -> dict[str, Any]:
    """Return the present values of those fields of `upload` that `details` names."""
    columns = ("original_filename", *TEXTS, "visibility")
    values: dict[str, Any] = {field: getattr(upload, field) for field in columns if field in details}
    if "tags" in details:
        values["tags"] = _current_tags(upload)
    if "allowed_roles" in details:
        values["allowed_roles"] = _current_roles(upload)
    return values


def _current_tags(upload: Upload) -> list[str]:
    tags = upload.tags.order_by("name_sort", "slug")
    return [] if upload._state.adding else list(tags.values_list("name", flat=True))


def _current_roles(upload: Upload) -> list[str]:
    if upload._state.adding:
        return []
    groups = upload.group_perms.values("group_id")
    return list(Role.objects.filter(group_id__in=groups).order_by("name_sort", "id").values_list("name", flat=True))


def _set_tags(upload: Upload, tags: Collection[Tag]) -> None:
    UploadTag.objects.filter(upload=upload).exclude(tag__in=tags).delete()
    UploadTag.objects.bulk_create([UploadTag(upload=upload, tag=tag) for tag in tags], ignore_conflicts=True)


def _set_allowed_roles(upload: Upload, roles: Collection[Role]) -> None:
    groups = [role.group_id for role in roles]
    granted = GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")
    grants = UploadGroupObjectPermission.objects.filter(content_object=upload)
    grants.exclude(group_id__in=groups).delete()
    UploadGroupObjectPermission.objects.bulk_create(
        [UploadGroupObjectPermission(content_object=upload, group_id=group, permission=granted) for group in groups],
        ignore_conflicts=True,
    )
