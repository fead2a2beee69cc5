"""The resource library: models, scenes and garments, made with all of their files or not at all.

Locks are taken in one order: the resource, then its files by id. Making one claims the sessions before that, which
nobody else waits for.
"""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Case, F, PositiveIntegerField, Value, When
from django.utils import timezone

from common.db.ids import new_id
from common.db.transactions import transactional
from common.errors import Invalid
from permissions.access import Access
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole
from resources.models import LibraryResource, LibraryResourceFile
from resources.services.library_files import (
    Arrival,
    NewFile,
    add_files,
    check_files,
    record_uploads,
    release_files,
    use_files,
    verify_files,
)
from uploads.files.edit import normalize_name
from uploads.files.trash import put_into_trash, take_out_of_trash
from uploads.models import Upload

ASIDE = 1_000_000  # added to positions while a gallery is put into another order: no two may be equal on the way


class LibraryFields(TypedDict, total=False):
    """What can be said of a library resource; see FIELDS_OF for what its type asks."""

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
    """Make a resource of files that were sent; returns it, and whether this call made it.

    All or nothing: where one file is missing or wrong there is no resource and no upload, and sessions that were fine
    can be used again. Sent again after it was done it returns the same resource.
    Raises Invalid for fields and files that do not belong together, and as `verify_files`, `add_files`.
    """
    resource = _new_resource(access, fields)
    check_files(files, needs_original=True)
    return _create(resource, verify_files(access=access, files=files))


def create_of_arrivals(*, access: Access, fields: LibraryFields, arrivals: Sequence[Arrival]) -> LibraryResource:
    """Make a resource of files that were checked and verified already (`check_files`, `verify_files`)."""
    return _create(_new_resource(access, fields), arrivals)[0]


def _new_resource(access: Access, fields: LibraryFields) -> LibraryResource:
    resource = LibraryResource(id=new_id(), organization_id=access.organization_id, type=fields["type"])
    check_fields(resource, fields)
    return resource


@transactional
def _create(resource: LibraryResource, arrivals: Sequence[Arrival]) -> tuple[LibraryResource, bool]:
    uploads = record_uploads(arrivals)
    earlier = _made_of([upload.pk for upload in uploads.values()])
    if earlier is not None:
        return earlier, False
    resource.updated_at = timezone.now()
    resource.save(force_insert=True)
    add_files(resource, arrivals, uploads)
    return resource, True


@transactional
def update_library_resource(
    *,
    access: Access,
    resource: LibraryResource,
    fields: LibraryFields,
    gallery: Sequence[UUID] | None = None,
    arrivals: Sequence[Arrival] = (),
) -> None:
    """Write on a resource that the caller's transaction has locked.

    `gallery` is the new order of the files in the gallery; those it leaves out are released and go into the trash.
    `arrivals` (see `verify_files`) are added; an original or thumbnail takes the place of the one before.
    Raises Invalid for fields of another type, DoesNotExist-like Invalid for a gallery file that is not there.
    """
    check_fields(resource, fields)
    resource.updated_at = timezone.now()
    resource.save()
    if gallery is not None:
        _arrange(access, resource, gallery)
    if arrivals:
        check_files([arrival.file for arrival in arrivals], needs_original=False)
        _let_go_replaced(access, resource, arrivals)
        add_files(resource, arrivals, record_uploads(arrivals))


def delete_library_resource(*, resource: LibraryResource, by: UUID | None) -> None:
    """Put a live resource, locked by the caller's transaction, into the trash with its files, which it uses no more."""
    resource.deleted_at, resource.deleted_by_id = timezone.now(), by
    resource.updated_at = resource.deleted_at
    resource.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    put_into_trash(ids=release_files(resource), by=by)


def restore_library_resource(*, resource: LibraryResource, by: UUID | None) -> bool:
    """Take a resource, locked by the caller's transaction, out of the trash with those of its files that are there.

    False, and nothing is changed, where its original is being purged.
    """
    files = resource.files.select_related("upload")
    if not files.filter(role=FileRole.ORIGINAL, upload__purging_at=None).exists():
        return False
    resource.deleted_at, resource.deleted_by, resource.updated_at = None, None, timezone.now()
    resource.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    ids = list(resource.files.values_list("upload_id", flat=True))
    take_out_of_trash(ids=ids, by=by)
    use_files(resource, list(Upload.objects.among(ids).values_list("pk", flat=True)))
    return True


def check_fields(resource: LibraryResource, fields: LibraryFields) -> None:
    """Write `fields` on a resource that is not saved here. Raises Invalid where they do not fit its type."""
    said: dict[str, Any] = dict(fields)
    for name in ("name", *ATTRIBUTES):
        if name in said:
            setattr(resource, name, normalize_name(said[name] or ""))
    resource.status = said.get("status") or resource.status
    own = FIELDS_OF[resource.type]
    for name in ATTRIBUTES:
        if name in own and not getattr(resource, name):
            raise Invalid(f"A {resource.type} needs this.", attr=name, code="required")
        if name not in own and getattr(resource, name):
            raise Invalid(f"A {resource.type} does not have this.", attr=name, code="not_of_this_type")
    if not resource.name:
        raise Invalid("A name is needed.", attr="name", code="required")


def _made_of(upload_ids: Sequence[UUID]) -> LibraryResource | None:
    """The live resource that all of these and no other uploads make up."""
    ids = set(LibraryResourceFile.objects.filter(upload_id__in=upload_ids).values_list("resource_id", flat=True))
    resource = LibraryResource.objects.filter(pk__in=ids).first() if len(ids) == 1 else None
    if resource is None or set(resource.files.values_list("upload_id", flat=True)) != set(upload_ids):
        return None
    return resource


def _arrange(access: Access, resource: LibraryResource, gallery: Sequence[UUID]) -> None:
    rows = resource.files.filter(role=FileRole.GALLERY)
    here = set(rows.values_list("upload_id", flat=True))
    if len(set(gallery)) < len(gallery) or not set(gallery) <= here:
        raise Invalid("The gallery does not have such a file.", attr="gallery", code="does_not_exist")
    _let_go(access, resource, here - set(gallery))
    if gallery:
        rows.update(position=F("position") + ASIDE)
        order = [When(upload_id=pk, then=Value(place)) for place, pk in enumerate(gallery)]
        rows.update(position=Case(*order, output_field=PositiveIntegerField()))


def _let_go_replaced(access: Access, resource: LibraryResource, arrivals: Sequence[Arrival]) -> None:
    single = {arrival.file.role for arrival in arrivals} - {FileRole.GALLERY}
    _let_go(access, resource, set(resource.files.filter(role__in=single).values_list("upload_id", flat=True)))


def _let_go(access: Access, resource: LibraryResource, ids: set[UUID]) -> None:
    """Take files off a resource for good: they are plain files in the trash then."""
    if ids:
        released = release_files(resource, ids)
        resource.files.filter(upload_id__in=ids).delete()
        put_into_trash(ids=released, by=access.user_id)
