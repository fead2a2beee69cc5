"""The parameters of lists of files. Bulk calls and the media browser take the same ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Denied, Invalid, NotSignedIn
from common.rest.filters import (
    BooleanFilter,
    IntegerFilter,
    MomentFilter,
    OneOfField,
    OrderingFilter,
    RepeatableFilter,
    StrictFilterSet,
    TextField,
    UUIDField,
    WordsFilter,
)
from permissions.access import Access, scope
from permissions.choices import Permission, Visibility
from uploads.choices import UploadType
from uploads.files.tag_names import tag_slug
from uploads.models import UploadTag
from uploads.querysets import UploadQuerySet

COLUMNS = {"created_at": "created_at", "size": "size", "original_filename": "name_sort", "type": "type"}
UPLOAD_ORDERING = OrderingFilter(COLUMNS)


class SearchFilterSet(StrictFilterSet[Access]):
    """The parameters of every list of files: search and tags."""

    search = WordsFilter(help_text=_("All the words, each in a file name, title, description or tag."))
    tag = RepeatableFilter(
        value=TextField(), method="by_tags", help_text=_("Given several times: files that have all of them.")
    )

    def by_tags(self, rows: UploadQuerySet, name: str, tags: Sequence[str]) -> UploadQuerySet:
        """Return rows with all of the tags: one subquery for each tag, so that no join multiplies rows."""
        for slug in dict.fromkeys(map(tag_slug, tags)):
            tagged = scope(UploadTag.objects.filter(tag__slug=slug), self.access, "tag__organization").order_by()
            rows = rows.filter(pk__in=tagged.values("upload_id"))
        return rows


class FileFilterSet(SearchFilterSet):
    """The parameters that the lists of uploads and of documents share: fields of the file."""

    visibility = RepeatableFilter(value=OneOfField(Visibility.values))
    uploaded_by = RepeatableFilter(value=UUIDField(), help_text=_("Others than oneself need media_view_all."))
    category = RepeatableFilter(value=TextField())
    mime_type = RepeatableFilter(value=TextField())
    created_after = MomentFilter("created_at", "gte", help_text=_("From that moment on."))
    created_before = MomentFilter("created_at", "lt", help_text=_("Up to, not including."))
    size_min = IntegerFilter("size", "gte")
    size_max = IntegerFilter("size", "lte")
    in_use = BooleanFilter(method="by_use")

    def _authorize(self, values: Mapping[str, Any]) -> None:
        """Raise NotSignedIn or Denied for uploaders: callers without media_view_all may filter by themselves alone."""
        uploaders = values.get("uploaded_by")
        if uploaders is None:
            return
        if self.access.is_anonymous:
            raise NotSignedIn
        if not self.access.has(Permission.MEDIA_VIEW_ALL) and set(uploaders) != {self.access.user_id}:
            raise Denied(gettext("Filtering by uploader needs media_view_all."), attr="uploaded_by")

    def by_use(self, rows: UploadQuerySet, name: str, in_use: bool) -> UploadQuerySet:
        return rows.filter(usage_count__gt=0) if in_use else rows.filter(usage_count=0)


class DocumentFilterSet(FileFilterSet):
    """The parameters of the list of documents."""

    ordering = UPLOAD_ORDERING


class BulkFilterSet(FileFilterSet):
    """The `filter` of bulk calls: the parameters of the list of uploads without its order."""

    type = RepeatableFilter(value=OneOfField(UploadType.values))


class UploadFilterSet(BulkFilterSet):
    """The parameters of the list of uploads."""

    ordering = UPLOAD_ORDERING


class TrashFilterSet(BulkFilterSet):
    """The parameters of the trash; by default the newest deletion comes first."""

    ordering = OrderingFilter({"deleted_at": "deleted_at", **COLUMNS})


class TagFilterSet(StrictFilterSet[Access]):
    """The parameters of the list of tags."""

    search = WordsFilter(help_text=_("All the words, each in the tag, in any spelling."))


def parameters_of(body: Mapping[str, object]) -> MultiValueDict[str, str]:
    """Return parameters given as JSON (`{"type": ["IMAGE"], "in_use": false}`) as a query string gives them.

    Raises Invalid for a value that is neither text, number nor boolean, nor a list of such.
    """
    return MultiValueDict(
        {
            name: [_as_text(name, value) for value in (given if isinstance(given, list) else [given])]
            for name, given in body.items()
        }
    )


def _as_text(name: str, value: object) -> str:
    if not isinstance(value, str | int | float | bool):
        raise Invalid(gettext("%(name)s has a value that is not valid.") % {"name": name[:100]}, attr=name[:100])
    return str(value).lower() if isinstance(value, bool) else str(value)
