"""What people say about a file: one function writes it, for a new upload and for an edited one."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, TypedDict, cast
from uuid import UUID

from django.contrib.auth.models import Permission as GrantedPermission
from django.utils import timezone

from common.errors import DoesNotExist, Invalid
from permissions.choices import Permission
from permissions.models import Role
from uploads.activity.record import action_of, record_activity
from uploads.files.tag_names import tag_error, tag_slug
from uploads.kinds import kind_of
from uploads.models import Tag, Upload, UploadGroupObjectPermission, UploadTag
from uploads.search import search_text_of


class Details(TypedDict, total=False):
    """What may be said about a file. `tags` are names, `allowed_roles` ids of roles of the file's organization."""

    title: str
    description: str
    alt_text: str
    category: str
    visibility: str
    tags: Sequence[str]
    allowed_roles: Sequence[UUID]


TAGS_OF_A_FILE = 50
TEXTS = ("title", "description", "alt_text", "category")


def edit_upload(*, upload: Upload, details: Details, by: UUID | None) -> None:
    """Write `details` on `upload`, which the caller's transaction has locked, and keep what changed in its history.

    Raises as `apply_details`.
    """
    changes = apply_details(upload=upload, details=details)
    if changes:
        record_activity(action=action_of(changes), uploads=upload, actor_id=by, changes=changes)


def apply_details(*, upload: Upload, details: Details) -> dict[str, Any]:
    """Write `details` on `upload`, new or locked by the caller's transaction; return what differs now, as in Activity.

    Tags are made on first use. Any role of the organization may be allowed, also one that the editor does not hold:
    the editor could make the file public, which is more. Roles are kept whatever the visibility is, and an empty set
    leaves a ROLE_BASED file to its owner and to those who see everything.
    Raises DoesNotExist for a role of nowhere or elsewhere, Invalid for a visibility that is fixed.
    """
    roles = find_roles(upload.organization_id, details["allowed_roles"]) if "allowed_roles" in details else None
    is_new, before = upload._state.adding, _described(upload, details)
    _set_fields(upload, details)
    # Last of what may refuse: a tag is made only for a file that gets it.
    tags = get_or_create_tags(upload.organization_id, details["tags"]) if "tags" in details else None
    names = None if tags is None else [tag.name for tag in tags]
    upload.search_text = search_text_of(
        filename=upload.filename,
        original_filename=upload.original_filename,
        title=upload.title,
        description=upload.description,
        tags=_current_tags(upload) if names is None else names,
    )
    if is_new:
        upload.save(force_insert=True)
    else:
        upload.save(update_fields=[*TEXTS, "visibility", "search_text", "updated_at"])
    if tags is not None:
        _put_tags(upload, tags)
    if roles is not None:
        _allow_roles(upload, roles)
    after = before if is_new else _described(upload, details)
    return {field: [before[field], after[field]] for field in before if before[field] != after[field]}


def normalize_text(text: str) -> str:
    """Return `text` as it is kept: composed (NFC) and trimmed."""
    return unicodedata.normalize("NFC", text).strip()


def normalize_name(name: str) -> str:
    """Return `name` as it is kept: composed (NFC), trimmed, inner white space single."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _set_fields(upload: Upload, details: Details) -> None:
    visibility = details.get("visibility", upload.visibility)
    kind = kind_of(upload.type)
    if kind.fixed_visibility and visibility != kind.visibility:
        raise Invalid("The visibility of these files is fixed.", attr="visibility", code="visibility_is_fixed")
    upload.visibility = visibility
    texts = cast(dict[str, str], details)
    for field in TEXTS:
        if field in texts:
            setattr(upload, field, normalize_text(texts[field]))
    upload.updated_at = timezone.now()


def find_roles(organization_id: UUID, ids: Collection[UUID]) -> list[Role]:
    """Return the organization's roles of those ids. Raises DoesNotExist where it does not have them all."""
    roles = list(Role.objects.filter(organization_id=organization_id, pk__in=ids))
    if len(roles) < len(set(ids)):
        raise DoesNotExist(attr="allowed_roles")
    return roles


def get_or_create_tags(organization_id: UUID, names: Collection[str]) -> list[Tag]:
    """Return the organization's tags of those names, in order of slug; made where they are missing, race-safe.

    To be called once it is certain that something gets them. Raises Invalid as `tag_names_by_slug`.
    """
    wanted = tag_names_by_slug(names)
    words = Tag.objects.filter(organization_id=organization_id, slug__in=wanted).order_by("slug")
    found = list(words)
    missing = sorted(wanted.keys() - {tag.slug for tag in found})
    if missing:
        fresh = [Tag(organization_id=organization_id, slug=slug, name=wanted[slug]) for slug in missing]
        Tag.objects.bulk_create(fresh, ignore_conflicts=True)
        found = list(words.all())
    return found


def tag_names_by_slug(names: Collection[str]) -> dict[str, str]:
    """Return the names by their slugs, each word once, empty ones left out. Raises Invalid for what cannot be a tag."""
    wanted: dict[str, str] = {}
    for name in filter(None, map(normalize_name, names)):
        if refusal := tag_error(name):
            raise Invalid(refusal, attr="tags")
        wanted.setdefault(tag_slug(name), name)
    return wanted


def _described(upload: Upload, details: Details) -> dict[str, Any]:
    """What is said of `upload` now, in those of its fields that `details` names."""
    named: dict[str, Any] = {field: getattr(upload, field) for field in (*TEXTS, "visibility") if field in details}
    if "tags" in details:
        named["tags"] = _current_tags(upload)
    if "allowed_roles" in details:
        named["allowed_roles"] = _current_roles(upload)
    return named


def _current_tags(upload: Upload) -> list[str]:
    tags = upload.tags.order_by("name_sort", "slug")
    return [] if upload._state.adding else list(tags.values_list("name", flat=True))


def _current_roles(upload: Upload) -> list[str]:
    if upload._state.adding:
        return []
    groups = upload.group_perms.values("group_id")
    return list(Role.objects.filter(group_id__in=groups).order_by("name_sort", "id").values_list("name", flat=True))


def _put_tags(upload: Upload, tags: Collection[Tag]) -> None:
    UploadTag.objects.filter(upload=upload).exclude(tag__in=tags).delete()
    UploadTag.objects.bulk_create([UploadTag(upload=upload, tag=tag) for tag in tags], ignore_conflicts=True)


def _allow_roles(upload: Upload, roles: Collection[Role]) -> None:
    groups = [role.group_id for role in roles]
    granted = GrantedPermission.objects.get(codename=Permission.MEDIA_VIEW, content_type__app_label="uploads")
    grants = UploadGroupObjectPermission.objects.filter(content_object=upload)
    grants.exclude(group_id__in=groups).delete()
    UploadGroupObjectPermission.objects.bulk_create(
        [UploadGroupObjectPermission(content_object=upload, group_id=group, permission=granted) for group in groups],
        ignore_conflicts=True,
    )
