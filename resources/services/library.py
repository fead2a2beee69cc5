"""Services of the resource library: models, scenes and garments. A resource and all its files are one transaction.

Order of locks: the resource, then its files by id. Creating a resource claims the upload sessions first.
"""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Case, F, PositiveIntegerField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from common.db.ids import new_id
from common.db.transactions import transactional
from common.errors import Invalid
from permissions.access import Access
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole
from resources.models import LibraryResource, LibraryResourceFile
from resources.services.library_files import (
    NewFile,
    VerifiedNewFile,
    add_files,
    check_files,
    record_file_usages,
    record_uploads,
    release_file_usages,
    verify_files,
)
from uploads.files.edit import normalize_name
from uploads.files.trash import put_into_trash, take_out_of_trash
from uploads.models import Upload

POSITION_OFFSET = 1_000_000  # added to positions while a gallery is reordered, since positions are unique


class LibraryFields(TypedDict, total=False):
    """The writable fields of a library resource; FIELDS_OF lists those that each type requires."""

    type: str
    name: str
    status: str
    gender: str
    age_group: str
    environment: str
    category: str


def create_library_resource(
    *, access: Access, fields: LibraryFields, files: Sequence[NewFile]
) -> tuple[LibraryResource, bool]:
    """Create a resource from uploaded files; return it, and whether this call created it.

    All or nothing: if one file is missing or invalid, neither the resource nor any upload is created, and the valid
    sessions can be used again. A repeated call returns the same resource.
    Raises Invalid if the fields or files do not fit the type, and the errors of `verify_files` and `add_files`.
    """
    resource = _new_resource(access, fields)
    check_files(files, needs_original=True)
    return _create(resource, verify_files(access=access, files=files))


def create_from_verified_files(
    *, access: Access, fields: LibraryFields, files: Sequence[VerifiedNewFile]
) -> LibraryResource:
    """Create a resource from files that `check_files` and `verify_files` have accepted."""
    return _create(_new_resource(access, fields), files)[0]


def _new_resource(access: Access, fields: LibraryFields) -> LibraryResource:
    assert access.organization_id, "a library resource belongs to an organization"
    resource = LibraryResource(id=new_id(), organization_id=access.organization_id, type=fields["type"])
    check_fields(resource, fields)
    return resource


@transactional
def _create(resource: LibraryResource, files: Sequence[VerifiedNewFile]) -> tuple[LibraryResource, bool]:
    uploads = record_uploads(files)
    existing = _resource_of([upload.pk for upload in uploads.values()])
    if existing is not None:
        return existing, False
    resource.updated_at = timezone.now()
    resource.save(force_insert=True)
    add_files(resource, files, uploads)
    return resource, True


@transactional
def update_library_resource(
    *,
    access: Access,
    resource: LibraryResource,
    fields: LibraryFields,
    gallery: Sequence[UUID] | None = None,
    files: Sequence[VerifiedNewFile] = (),
) -> None:
    """Update a resource that the caller's transaction has locked.

    `gallery` is the new order of the gallery; files missing from it are released and moved to the trash.
    `files` (see `verify_files`) are added; an original or thumbnail replaces the previous one.
    Raises Invalid for fields of another type and, with code `does_not_exist`, for a file outside the gallery.
    """
    check_fields(resource, fields)
    resource.updated_at = timezone.now()
    resource.save()
    if gallery is not None:
        _reorder_gallery(access, resource, gallery)
    if files:
        check_files([verified.file for verified in files], needs_original=False)
        _remove_replaced(access, resource, files)
        add_files(resource, files, record_uploads(files))


def delete_library_resource(*, resource: LibraryResource, by: UUID | None) -> None:
    """Move a live resource, locked by the caller's transaction, to the trash and release its files, which follow it."""
    resource.deleted_at, resource.deleted_by_id = timezone.now(), by
    resource.updated_at = resource.deleted_at
    resource.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    put_into_trash(ids=release_file_usages(resource), by=by)


def restore_library_resource(*, resource: LibraryResource, by: UUID | None) -> bool:
    """Restore a resource, locked by the caller's transaction, with those of its files that still exist.

    Returns False without a change if its original is being purged.
    """
    files = resource.files.select_related("upload")
    if not files.filter(role=FileRole.ORIGINAL, upload__purging_at=None).exists():
        return False
    resource.deleted_at, resource.deleted_by, resource.updated_at = None, None, timezone.now()
    resource.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    ids = list(resource.files.values_list("upload_id", flat=True))
    take_out_of_trash(ids=ids, by=by)
    record_file_usages(resource, list(Upload.objects.among(ids).values_list("pk", flat=True)))
    return True


def check_fields(resource: LibraryResource, fields: LibraryFields) -> None:
    """Assign `fields` to `resource` without saving it. Raises Invalid if they do not fit its type."""
    values: dict[str, Any] = dict(fields)
    for name in ("name", *ATTRIBUTES):
        if name in values:
            setattr(resource, name, normalize_name(values[name] or ""))
    resource.status = values.get("status") or resource.status
    own = FIELDS_OF[resource.type]
    for name in ATTRIBUTES:
        if name in own and not getattr(resource, name):
            message = _("This field is required for the type %(type)s.") % {"type": resource.type}
            raise Invalid(message, attr=name, code="required")
        if name not in own and getattr(resource, name):
            message = _("This field does not apply to the type %(type)s.") % {"type": resource.type}
            raise Invalid(message, attr=name, code="not_of_this_type")
    if not resource.name:
        raise Invalid(_("A name is required."), attr="name", code="required")


def _resource_of(upload_ids: Sequence[UUID]) -> LibraryResource | None:
    """Return the live resource whose files are exactly these uploads."""
    ids = set(LibraryResourceFile.objects.filter(upload_id__in=upload_ids).values_list("resource_id", flat=True))
    resource = LibraryResource.objects.filter(pk__in=ids).first() if len(ids) == 1 else None
    if resource is None or set(resource.files.values_list("upload_id", flat=True)) != set(upload_ids):
        return None
    return resource


def _reorder_gallery(access: Access, resource: LibraryResource, gallery: Sequence[UUID]) -> None:
    rows = resource.files.filter(role=FileRole.GALLERY)
    current = set(rows.values_list("upload_id", flat=True))
    if len(set(gallery)) < len(gallery) or not set(gallery) <= current:
        raise Invalid(_("The gallery does not contain this file."), attr="gallery", code="does_not_exist")
    _remove_files(access, resource, current - set(gallery))
    if gallery:
        rows.update(position=F("position") + POSITION_OFFSET)
        order = [When(upload_id=pk, then=Value(place)) for place, pk in enumerate(gallery)]
        rows.update(position=Case(*order, output_field=PositiveIntegerField()))


def _remove_replaced(access: Access, resource: LibraryResource, files: Sequence[VerifiedNewFile]) -> None:
    single = {verified.file.role for verified in files} - {FileRole.GALLERY}
    _remove_files(access, resource, set(resource.files.filter(role__in=single).values_list("upload_id", flat=True)))


def _remove_files(access: Access, resource: LibraryResource, ids: set[UUID]) -> None:
    """Detach files from a resource for good and move them to the trash."""
    if ids:
        released = release_file_usages(resource, ids)
        resource.files.filter(upload_id__in=ids).delete()
        put_into_trash(ids=released, by=access.user_id)
