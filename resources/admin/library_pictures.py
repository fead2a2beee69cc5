"""The files of library resources in the admin."""

from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.template.defaultfilters import filesizeformat

from resources.choices import FileRole
from resources.models import LibraryResource, LibraryResourceFile
from uploads.choices import RenditionKind
from uploads.models import Rendition
from uploads.serving.file_urls import asset_url

ROLE_ORDER = (FileRole.ORIGINAL, FileRole.THUMBNAIL, FileRole.GALLERY)


def picture_of_resource() -> Subquery:
    """Return the key of the small rendition of the thumbnail, else of the original; None until it exists."""
    renditions = Rendition.objects.filter(
        kind=RenditionKind.SMALL,
        version=F("upload__version"),
        upload__deleted_at=None,
        upload__library_file__resource=OuterRef("pk"),
        upload__library_file__role__in=[FileRole.ORIGINAL, FileRole.THUMBNAIL],
    )
    return Subquery(renditions.order_by("-upload__library_file__role").values("key")[:1])


def form_files(resource: LibraryResource) -> list[dict[str, Any]]:
    """Return the files of a resource for the form: the original, the thumbnail, then the gallery."""
    if resource._state.adding:
        return []
    small = Q(upload__renditions__kind=RenditionKind.SMALL, upload__renditions__version=F("upload__version"))
    rows = LibraryResourceFile.objects.filter(resource=resource, upload__deleted_at=None).order_by("position")
    rows = rows.annotate(small=FilteredRelation("upload__renditions", condition=small))
    columns = ("upload_id", "role", "upload__original_filename", "upload__key", "upload__size", "small__key")
    entries = [_entry(*row) for row in rows.values_list(*columns)]
    return sorted(entries, key=lambda entry: ROLE_ORDER.index(entry["role"]))


def _entry(pk: Any, role: str, name: str, key: str, size: int, small: str | None) -> dict[str, Any]:
    picture = asset_url("", small or key)
    return {"id": str(pk), "role": role, "name": name, "picture": picture, "facts": filesizeformat(size)}
