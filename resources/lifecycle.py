"""Documents and library resources as uploads know them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from common.db.ids import parse_id
from permissions.access import Access
from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile, Resource, ResourceAttachment
from resources.services.library import delete_library_resource, restore_library_resource
from uploads.models import Upload
from uploads.usages.lifecycle import UploadLifecycle
from uploads.usages.registry import EntityLabel


class Documents(UploadLifecycle):
    """A document goes into the trash and comes back with its upload as it is, and ends with it.

    What it is attached to then is in the trash itself, else the file were in use.
    """

    def on_purge(self, ids: Collection[UUID]) -> None:
        ResourceAttachment.objects.filter(resource_id__in=ids).delete()
        Resource.everything.filter(pk__in=ids).delete()


class LibraryResources(UploadLifecycle):
    """A library resource goes into the trash with its original, comes back with any of its files, all together.

    It ends with its original; of its other files it only loses those that are purged.
    """

    def on_trash(self, ids: Collection[UUID], *, at: datetime) -> None:
        for resource in _locked(LibraryResource.objects.filter(pk__in=_of_originals(ids))):
            by = Upload.everything.values_list("deleted_by_id", flat=True).get(
                library_file__resource=resource, library_file__role=FileRole.ORIGINAL
            )
            delete_library_resource(resource=resource, by=by)

    def on_restore(self, ids: Collection[UUID]) -> None:
        files = LibraryResourceFile.objects.filter(upload__pk__among=ids).order_by().values("resource_id")
        for resource in _locked(LibraryResource.everything.filter(pk__in=files).exclude(deleted_at=None)):
            restore_library_resource(resource=resource, by=None)

    def on_purge(self, ids: Collection[UUID]) -> None:
        LibraryResource.everything.filter(pk__in=_of_originals(ids)).delete()
        LibraryResourceFile.objects.filter(upload_id__in=ids).delete()


def library_resource_labels(access: Access, ids: Collection[str]) -> Mapping[str, EntityLabel]:
    """Live library resources that the caller may see."""
    rows = LibraryResource.objects.allowing(access, "view").filter(pk__in=[pk for pk in map(parse_id, ids) if pk])
    found = rows.values_list("pk", "name")
    return {str(pk): EntityLabel(text=name, url=f"/api/v1/library-resources/{pk}/") for pk, name in found}


def _of_originals(ids: Collection[UUID]):
    """The ids of resources, as a list: what is purged must not be asked again while it goes."""
    files = LibraryResourceFile.objects.filter(upload__pk__among=ids, role=FileRole.ORIGINAL)
    return list(files.order_by().values_list("resource_id", flat=True))


def _locked(rows):
    return list(rows.select_for_update(of=("self",)).order_by("pk"))
