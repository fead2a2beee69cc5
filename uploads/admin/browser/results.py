"""The context of results.html: files, filters in force, headings and orders of the list."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from permissions.access import Access
from permissions.choices import Permission
from uploads.admin.browser.chips import chips_of
from uploads.admin.browser.query import MAX_FILES, PAGE, FilesPage, page_of
from uploads.admin.browser.state import BrowserState

UPLOADER = _("Uploaded by")  # for those who see every file
SORTS = [
    ("-created_at", _("Newest first")),
    ("created_at", _("Oldest first")),
    ("original_filename", _("Name, A to Z")),
    ("-original_filename", _("Name, Z to A")),
    ("-size", _("Largest first")),
    ("size", _("Smallest first")),
    ("type", _("Type, A to Z")),
    ("-type", _("Type, Z to A")),
]
# Heading, the column it sorts by, the order of its first click and that of the second.
Column = tuple[Promise, str, str, str]
COLUMNS: list[Column] = [
    (_("Name"), "original_filename", "original_filename", "-original_filename"),
    (_("Type"), "type", "type", "-type"),
    (_("Size"), "size", "-size", "size"),
    (UPLOADER, "", "", ""),
    (_("Uploaded"), "created_at", "-created_at", "created_at"),
    (_("Visibility"), "", "", ""),
]


def results_context(request: HttpRequest, access: Access) -> dict[str, Any]:
    """Return the context of results.html: the files, or in `error` why none can be listed."""
    state, error, page = BrowserState.of(request), "", FilesPage([], "")
    try:
        page = page_of(request, state, access, limit=_limit(request))
    except DomainError as refusal:
        error = refusal.detail
    return {
        "state": state,
        "page": page,
        "error": error,
        "listing": state.listing(error),
        "chips": [] if error else chips_of(state, access),
        "columns": [_heading(state, *column) for column in _columns(access)],
        "sees_all": access.has(Permission.MEDIA_VIEW_ALL),
        "is_filtered": bool(state.parameters),
        "created_after": state.first("created_after")[:10],
        "created_before": state.first("created_before")[:10],
        "unfiltered": BrowserState({}, state.ordering, state.view).query(),
    }


def _limit(request: HttpRequest) -> int:
    """Return the number of files to list; the script asks for more when it shows a longer list again."""
    text = request.GET.get("limit", "")
    return min(int(text), MAX_FILES) if text.isascii() and text.isdigit() and int(text) else PAGE


def _columns(access: Access) -> list[Column]:
    return [column for column in COLUMNS if column[0] is not UPLOADER or access.has(Permission.MEDIA_VIEW_ALL)]


def _heading(state: BrowserState, text: Promise, name: str, first: str, second: str) -> dict[str, str]:
    """Return a heading of the list: its text, the link of a click on it, and the present direction."""
    if not name:
        return {"text": str(text)}
    is_sorted = state.ordering.removeprefix("-") == name
    direction = ("descending" if state.ordering.startswith("-") else "ascending") if is_sorted else "none"
    following = second if state.ordering == first else first
    return {"text": str(text), "href": state.ordered(following).query(), "direction": direction}
