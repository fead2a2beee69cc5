"""The parameters of upload lists. Bulk calls take the same ones in place of ids."""

from typing import Any
from uuid import UUID

from common.errors import Denied, Invalid, NotSignedIn
from permissions.access import Access, scope
from permissions.choices import Permission, Visibility
from permissions.filtering import (
    Filter,
    a_boolean,
    a_moment,
    a_text,
    an_id,
    an_integer,
    any_of,
    compared,
    one_of,
)
from uploads.choices import UploadType
from uploads.files.tag_names import tag_slug
from uploads.models import UploadTag
from uploads.querysets import UploadQuerySet

_TIME = {"type": "string", "format": "date-time"}
_BYTES = {"type": "integer", "minimum": 0}


def _by_uploader(rows: UploadQuerySet, values: list[UUID], access: Access) -> UploadQuerySet:
    """Whoever may not see everything may ask for own files only: whose files there are is not theirs to find out."""
    if access.is_anonymous:
        raise NotSignedIn
    if not access.has(Permission.MEDIA_VIEW_ALL) and set(values) != {access.user_id}:
        raise Denied("Filtering by uploader needs media_view_all.", attr="uploaded_by")
    return rows.filter(uploaded_by_id__in=values)


def _by_tags(rows: UploadQuerySet, values: list[str], access: Access) -> UploadQuerySet:
    """Rows with all of the tags: a subquery a tag, so that none of them multiplies rows."""
    for slug in dict.fromkeys(map(tag_slug, values)):
        tagged = scope(UploadTag.objects.filter(tag__slug=slug), access, "tag__organization").order_by()
        rows = rows.filter(pk__in=tagged.values("upload_id"))
    return rows


def _in_use(rows: UploadQuerySet, values: list[bool], access: Access) -> UploadQuerySet:
    return rows.filter(usage_count__gt=0) if values[0] else rows.filter(usage_count=0)


def _found(rows: UploadQuerySet, values: list[str], access: Access) -> UploadQuerySet:
    return rows.found(values[0])


UPLOAD_FILTERS: dict[str, Filter] = {
    "type": Filter(one_of(UploadType), any_of("type"), True, {"type": "string", "enum": UploadType.values}),
    "visibility": Filter(one_of(Visibility), any_of("visibility"), True, {"type": "string", "enum": Visibility.values}),
    "uploaded_by": Filter(
        an_id, _by_uploader, True, {"type": "string", "format": "uuid"}, "Others than oneself need media_view_all."
    ),
    "tag": Filter(a_text, _by_tags, True, description="Given several times: files that have all of them."),
    "category": Filter(a_text, any_of("category"), True),
    "mime_type": Filter(a_text, any_of("mime_type"), True),
    "created_after": Filter(a_moment, compared("created_at__gte"), schema=_TIME, description="From that moment on."),
    "created_before": Filter(a_moment, compared("created_at__lt"), schema=_TIME, description="Up to, not including."),
    "size_min": Filter(an_integer, compared("size__gte"), schema=_BYTES),
    "size_max": Filter(an_integer, compared("size__lte"), schema=_BYTES),
    "in_use": Filter(a_boolean, _in_use, schema={"type": "boolean"}),
    "search": Filter(a_text, _found, description="All the words, each in a file name, title, description or tag."),
}

_COLUMNS = {"created_at": "created_at", "size": "size", "original_filename": "name_sort", "type": "type"}
UPLOAD_ORDERINGS: dict[str, tuple[str, ...]] = {
    f"{sign}{name}": (f"{sign}{column}", f"{sign}id") for name, column in _COLUMNS.items() for sign in ("-", "")
}

# The trash is shown newest deletion first.
TRASH_ORDERINGS = {
    "-deleted_at": ("-deleted_at", "-id"),
    "deleted_at": ("deleted_at", "id"),
    **UPLOAD_ORDERINGS,
}


def parameters_of(body: dict[str, Any]) -> dict[str, list[str]]:
    """Return list parameters given as JSON (`{"type": ["IMAGE"], "in_use": false}`) as a query string gives them.

    Raises Invalid for a value that is neither text, number nor boolean, nor a list of such.
    """
    return {
        name: [_as_text(name, value) for value in (given if isinstance(given, list) else [given])]
        for name, given in body.items()
    }


def _as_text(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float | bool):
        raise Invalid(f"{name[:100]} has a value that is not valid.", attr=name[:100])
    return str(value).lower() if isinstance(value, bool) else str(value)
