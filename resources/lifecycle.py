"""What happens to documents and library resources when their uploads change."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from common.db.ids import parse_id
from permissions.access import Access
from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile, Resource, ResourceAttachment
from resources.models.library import LibraryResourceQuerySet
from resources.services.library import delete_library_resource, restore_library_resource
from uploads.models import Upload
from uploads.usages.lifecycle import UploadLifecycle
from uploads.usages.registry import EntityLabel


class DocumentLifecycle(UploadLifecycle):
    """A document is in the trash while its upload is, and is deleted with it.

    An entity that it is attached to is then in the trash as well: otherwise the upload would be in use.
    """

    def on_purge(self, ids: Collection[UUID]) -> None:
        ResourceAttachment.objects.filter(resource_id__in=ids).delete()
        Resource.everything.filter(pk__in=ids).delete()


class LibraryResourceLifecycle(UploadLifecycle):
    """A library resource follows its original into the trash and is restored with any of its files.

    It is deleted with its original; when another file is purged, it loses that file.
    """

    def on_trash(self, ids: Collection[UUID], *, at: datetime) -> None:
        for resource in _locked(LibraryResource.objects.filter(pk__in=_ids_by_original(ids))):
            by = Upload.everything.values_list("deleted_by_id", flat=True).get(
                library_file__resource=resource, library_file__role=FileRole.ORIGINAL
            )
            delete_library_resource(resource=resource, by=by)

    def on_restore(self, ids: Collection[UUID]) -> None:
        files = LibraryResourceFile.objects.filter(upload__pk__among=ids).order_by().values("resource_id")
        for resource in _locked(LibraryResource.everything.filter(pk__in=files).exclude(deleted_at=None)):
            restore_library_resource(resource=resource, by=None)

    def on_purge(self, ids: Collection[UUID]) -> None:
        LibraryResource.everything.filter(pk__in=_ids_by_original(ids)).delete()
        LibraryResourceFile.objects.filter(upload_id__in=ids).delete()


def library_resource_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Return the labels of live library resources that the caller may see. One query."""
    rows = LibraryResource.objects.allowing(access, "view").filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    return {
        str(pk): EntityLabel(text=name, url=f"/api/v1/library-resources/{pk}/")
        for pk, name in rows.values_list("pk", "name")
    }


def _ids_by_original(ids: Collection[UUID]) -> list[UUID]:
    """Return the ids of the resources with these originals. A list: the rows are deleted while it is used."""
    files = LibraryResourceFile.objects.filter(upload__pk__among=ids, role=FileRole.ORIGINAL)
    return list(files.order_by().values_list("resource_id", flat=True))


def _locked(rows: LibraryResourceQuerySet) -> list[LibraryResource]:
    return list(rows.select_for_update(of=("self",)).order_by("pk"))
