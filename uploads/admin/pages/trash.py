"""The trash: what is in it and for how long, back out of it, and out of it for good."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from permissions.access import Access, Reach, reach
from permissions.admin.binding import admin_access
from permissions.choices import Action, Permission
from permissions.errors import Invalid
from permissions.ids import parse_id
from permissions.paging import OffsetOrCursor
from uploads.admin.browser.page import ICONS, TYPES, PageRequest
from uploads.models import Upload
from uploads.services.bulk import Selection, bulk_purge, bulk_restore

PAGE = 50  # files
COLUMNS = ("id", "title", "original_filename", "type", "size", "usage_count", "deleted_at")
PEOPLE = ("uploaded_by__username", "deleted_by__username", "organization__slug")

Rows = list[dict[str, Any]]


class TrashMixin:
    """Adds the page and what is posted to it. Looking needs the right to delete; ending a file that to purge."""

    def get_urls(self) -> list:
        admin: Any = self
        pages = {"": self.trash_view, "restore/": self.restore_view, "purge/": self.purge_view}
        own = [
            path(
                f"trash/{part}",
                admin.admin_site.admin_view(view),
                name=f"uploads_upload_trash{part and f'_{part[:-1]}'}",
            )
            for part, view in pages.items()
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    @method_decorator(require_GET)
    def trash_view(self, request: HttpRequest) -> HttpResponse:
        access, search = self._trash_access(request), request.GET.get("search", "").strip()
        rows = Upload.everything.trashed().allowing(access, Action.DELETE).found(search)
        try:
            files, following = _page(request, rows, search)
        except Invalid:  # an old address
            return redirect("admin:uploads_upload_trash")
        context = {"files": files, "following": following, "search": search, "retention": settings.TRASH_RETENTION_DAYS}
        return self._trash_page(request, "trash", access, title="Trash", **context)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest) -> HttpResponse:
        access, ids = self._trash_access(request), _chosen(request)
        outcome = bulk_restore(access=access, selection=Selection(Upload.everything.trashed(), ids))
        if outcome.restored:
            messages.success(request, f"{_files(len(outcome.restored))} restored.")
        if kept := len(ids) - len(outcome.restored):
            messages.error(request, f"{_files(kept)} could not be restored: no longer here, or not yours to restore.")
        return _back(request, ids)

    @method_decorator(require_POST)
    def purge_view(self, request: HttpRequest) -> HttpResponse:
        """Ask first: nothing brings these files back. What is confirmed is what was shown, file by file."""
        access, ids = self._trash_access(request), _chosen(request)
        if not _may_purge(access):
            raise PermissionDenied
        if "confirmed" not in request.POST:
            rows = Upload.everything.trashed().allowing(access, Action.PURGE).among(ids)
            files = _dressed(rows.order_by("-deleted_at", "-id").values(*COLUMNS, *PEOPLE))
            if not files:
                return _back(request, ids)
            return self._trash_page(request, "purge", access, title="Delete for good?", files=files)
        outcome = bulk_purge(access=access, ids=ids)
        if outcome.gone:
            messages.success(request, f"{_files(outcome.gone)} deleted for good.")
        if outcome.unfinished:
            messages.warning(request, f"{_files(outcome.unfinished)} will be gone once the file storage answers again.")
        if outcome.kept:
            messages.error(request, f"{_files(outcome.kept)} kept: in use, or no longer in the trash.")
        return _back(request, ids)

    def _trash_access(self, request: HttpRequest) -> Access:
        if not self.has_delete_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return admin_access(request)

    def _trash_page(self, request: HttpRequest, name: str, access: Access, **context: Any) -> HttpResponse:
        site = self.admin_site  # type: ignore[attr-defined]
        request.current_app = site.name  # type: ignore[attr-defined]
        shared = {
            **site.each_context(request),
            "is_fullwidth": "1",
            "may_purge": _may_purge(access),
            "sees_all": access.has(Permission.MEDIA_VIEW_ALL),
        }
        return TemplateResponse(request, f"admin/uploads/pages/{name}.html", {**shared, **context})


def _may_purge(access: Access) -> bool:
    return reach(access, Action.PURGE) is not Reach.NO_ROW


def _page(request: HttpRequest, rows: Any, search: str) -> tuple[Rows, str]:
    """One page, the newest deletion first, and the query string of the next one. Raises Invalid."""
    query = QueryDict(mutable=True)
    query["cursor"], query["limit"] = request.GET.get("cursor", ""), str(PAGE)
    pages = OffsetOrCursor()
    ordered = rows.order_by("-deleted_at", "-id").values(*COLUMNS, *PEOPLE)
    found = pages.paginate_queryset(ordered, PageRequest(query, f"?{urlencode({'search': search})}"))
    return _dressed(found), str(pages.head["next"] or "")


def _dressed(rows: Any) -> Rows:
    now, kept_for = timezone.now(), timedelta(days=settings.TRASH_RETENTION_DAYS)
    return [
        {
            **row,
            "name": row["title"] or row["original_filename"],
            "icon": ICONS.get(row["type"], "image"),
            "type_text": TYPES[row["type"]],
            "days_left": max(0, -((now - row["deleted_at"] - kept_for) // timedelta(days=1))),
        }
        for row in rows
    ]


def _chosen(request: HttpRequest) -> list[UUID]:
    """The one file whose button was pressed, or else all that were ticked."""
    texts = request.POST.getlist("only") or request.POST.getlist("ids")
    return list(dict.fromkeys(pk for pk in map(parse_id, texts) if pk))


def _back(request: HttpRequest, ids: list[UUID]) -> HttpResponse:
    if not ids:
        messages.warning(request, "No file was chosen.")
    return redirect("admin:uploads_upload_trash")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
