"""One page of files, by the queryset, filters, paging and representation of the API's list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import gettext_lazy, ngettext

from common.db.statements import Statement
from common.rest.keyset import OffsetOrCursor
from permissions.access import Access
from permissions.choices import Action, Permission, Visibility
from uploads.admin.browser.state import BrowserState
from uploads.api.filters import UploadFilterSet
from uploads.api.paging import upload_rows
from uploads.api.representation import represent_uploads
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

PAGE = 48  # files; fills rows of 2, 3, 4, 6 and 8 cards
MAX_FILES = 200  # in one response, when a longer list is shown again
TYPE_ICONS = {
    UploadType.VIDEO: "movie",
    UploadType.AUDIO: "music_note",
    UploadType.DOCUMENT: "description",
    UploadType.AVATAR: "account_circle",
}
MIME_ICONS = {"application/pdf": "picture_as_pdf", "application/zip": "folder_zip", "text/csv": "table"}
# Labels of the buttons of a file for screen readers.
LABELS = {
    "select": gettext_lazy("Select %(name)s"),
    "preview": gettext_lazy("Preview %(name)s"),
    "edit": gettext_lazy("Edit %(name)s"),
    "copy": gettext_lazy("Copy the address of %(name)s"),
    "delete": gettext_lazy("Delete %(name)s"),
}
TYPES, VISIBILITIES = dict(UploadType.choices), dict(Visibility.choices)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The part of a request that the paginator reads: always with a cursor, and with links to parts of this page."""

    query_params: QueryDict
    address: str

    @classmethod
    def of(cls, state: BrowserState, limit: int) -> Self:
        query = QueryDict(mutable=True)
        query["cursor"], query["limit"] = state.cursor, str(limit)
        return cls(query, state.query())

    def build_absolute_uri(self) -> str:
        return self.address


@dataclass(frozen=True, slots=True)
class FilesPage:
    """One page of files. `following` is the query string of the next page, empty on the last one."""

    files: list[dict[str, Any]]
    following: str


def files_of(state: BrowserState, access: Access) -> UploadQuerySet:
    """Return the files of the address that the caller may see, in its order. Raises Invalid, Denied.

    An unknown order is refused as well: an address is valid as a whole, or lists nothing.
    """
    return UploadFilterSet(state.filter_data, _visible(access), access=access).qs


def _visible(access: Access) -> UploadQuerySet:
    visible = Upload.objects.allowing(access, Action.VIEW)
    return visible if access.has(Permission.MEDIA_VIEW) else visible.none()


def page_of(request: HttpRequest, state: BrowserState, access: Access, limit: int = PAGE) -> FilesPage:
    """Return one page. One query, two for a person who acts in all organizations. Raises Invalid, Denied."""
    pages, filters = OffsetOrCursor(), UploadFilterSet(state.filter_data, Upload.objects.none(), access=access)
    statement = filters.narrow_statement(Statement(_visible, (access,)))
    request_of_page = PageRequest.of(state, limit)
    rows = pages.paginate_queryset(statement, request_of_page, columns=(upload_rows, access))
    files = represent_uploads(rows, access, request)
    organizations = _organizations(row["id"] for row in rows) if access.everywhere else {}
    # Translated once for all files.
    labels, types, visibilities = map(_translated, (LABELS, TYPES, VISIBILITIES))
    for file, row in zip(files, rows, strict=True):
        _add_texts(file, row["created_at"], organizations.get(row["id"], ""))
        file["labels"] = {key: text % {"name": file["name"]} for key, text in labels.items()}
        file["type_text"], file["visibility_text"] = types[file["type"]], visibilities[file["visibility"]]
    return FilesPage(files, str(pages.head["next"] or ""))


def _add_texts(file: dict[str, Any], created_at: datetime, organization: str) -> None:
    """Add texts for people to the values for programs."""
    file["name"] = file["title"] or file["original_filename"]
    file["other_name"] = file["original_filename"] if file["title"] else ""
    file["icon"] = MIME_ICONS.get(file["mime_type"]) or TYPE_ICONS.get(file["type"], "image")
    file["size_text"] = filesizeformat(file["size"])
    file["age"] = naturaltime(created_at)
    file["moment"] = f"{date_format(localtime(created_at), 'DATETIME_FORMAT')} ({get_current_timezone_name()})"
    file["may"] = " ".join(verb for verb, allowed in file["can"].items() if allowed)
    file["organization"] = organization
    if uses := file["usage_count"]:
        file["usage_text"] = ngettext("Used in %(count)s place", "Used in %(count)s places", uses) % {"count": uses}


def _translated(texts: Mapping[str, object]) -> dict[str, str]:
    return {key: str(text) for key, text in texts.items()}


def _organizations(ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = Upload.everything.filter(pk__in=list(ids)).order_by()
    return dict(rows.values_list("pk", "organization__slug"))
