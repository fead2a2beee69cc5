"""The trash: what is in it and for how long, back out of it, and out of it for good."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from common.errors import Invalid, SelectionChanged
from common.rest.keyset import OffsetOrCursor
from permissions.access import Access, OwnershipScope, ownership_scope
from permissions.admin.tenant import admin_access
from permissions.choices import Action, Permission
from uploads.admin.browser.page import ICONS, TYPES, PageRequest
from uploads.admin.pages.trash_selection import TrashSelection
from uploads.files.bulk import bulk_purge, bulk_restore
from uploads.files.purge import retention_days
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

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
        access = self._trash_access(request)
        context: dict[str, Any] = {"retention": retention_days()}
        try:
            search = _search(request.GET)
            rows = Upload.everything.trashed().allowing(access, Action.DELETE).found(search)
            files, following = _page(request, rows, search)
        except Invalid as refusal:
            context["error"] = refusal.detail
            return self._trash_page(request, "trash", access, title="Trash", status=400, **context)
        context |= {"files": files, "following": following, "search": search}
        if following or request.GET.get("cursor"):
            context |= {"matching": rows.count(), "moment": timezone.now().isoformat()}
        return self._trash_page(request, "trash", access, title="Trash", **context)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest) -> HttpResponse:
        access, chosen = self._trash_access(request), TrashSelection.of(request.POST)
        if not chosen:
            return _nothing_chosen(request)
        try:
            outcome = bulk_restore(access=access, selection=chosen.selection(access))
        except (Invalid, SelectionChanged) as refusal:  # more than one call takes, or not what was shown
            messages.error(request, refusal.detail)
            return _back()
        if outcome.restored:
            messages.success(request, f"{_files(len(outcome.restored))} restored.")
        if kept := len(outcome.denied) + len(outcome.not_found):
            messages.error(request, f"{_files(kept)} could not be restored: no longer here, or not yours to restore.")
        return _back()

    @method_decorator(require_POST)
    def purge_view(self, request: HttpRequest) -> HttpResponse:
        """Ask first: nothing brings these files back. What is confirmed is what was asked about."""
        access, chosen = self._trash_access(request), TrashSelection.of(request.POST)
        if not _may_purge(access):
            raise PermissionDenied
        if not chosen:
            return _nothing_chosen(request)
        rows = chosen.rows.allowing(access, Action.PURGE)
        if "confirmed" not in request.POST:
            return self._ask(request, access, chosen, rows)
        try:
            outcome = bulk_purge(access=access, ids=chosen.ids_to_purge(access))
        except (Invalid, SelectionChanged) as refusal:
            messages.error(request, refusal.detail)
            return _back()
        if outcome.gone:
            messages.success(request, f"{_files(outcome.gone)} deleted for good.")
        if outcome.unfinished:
            messages.warning(request, f"{_files(outcome.unfinished)} being deleted for good, in the background.")
        if outcome.kept:
            messages.error(request, f"{_files(outcome.kept)} kept: in use, or no longer in the trash.")
        return _back()

    def _ask(self, request: HttpRequest, access: Access, chosen: TrashSelection, rows: UploadQuerySet) -> HttpResponse:
        facts = rows.aggregate(count=Count("pk"), size=Sum("size"), used=Count("pk", filter=Q(usage_count__gt=0)))
        if chosen.moment and facts["count"] != chosen.count:
            messages.error(request, SelectionChanged(shown=chosen.count, matching=facts["count"]).detail)
            return _back()
        if not facts["count"]:
            return _back()
        files = _dressed(rows.order_by("-deleted_at", "-id").values(*COLUMNS, *PEOPLE)[:PAGE])
        context = {**facts, "files": files, "more": facts["count"] - len(files), "fields": chosen.fields}
        return self._trash_page(request, "purge", access, title="Delete for good?", **context)

    def _trash_access(self, request: HttpRequest) -> Access:
        if not self.has_delete_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return admin_access(request)

    def _trash_page(
        self, request: HttpRequest, name: str, access: Access, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        site = self.admin_site  # type: ignore[attr-defined]
        request.current_app = site.name  # type: ignore[attr-defined]
        shared = {
            **site.each_context(request),
            "is_fullwidth": "1",
            "may_purge": _may_purge(access),
            "sees_all": access.has(Permission.MEDIA_VIEW_ALL),
        }
        return TemplateResponse(request, f"admin/uploads/pages/{name}.html", {**shared, **context}, status=status)


def _may_purge(access: Access) -> bool:
    return ownership_scope(access, Action.PURGE) is not OwnershipScope.NO_ROW


def _search(address: QueryDict) -> str:
    """What the address searches, as `search` or as `q`. Raises Invalid for any other name, and for two searches."""
    for name in address:
        if name not in {"search", "q", "cursor"}:
            raise Invalid(f"There is no parameter {name[:100]!r}.", attr=name[:100], code="unknown_parameter")
    words = {text.strip() for name in ("search", "q") for text in address.getlist(name)} - {""}
    if len(words) > 1:
        raise Invalid("search is given too often.", attr="search")
    return next(iter(words), "")


def _page(request: HttpRequest, rows: Any, search: str) -> tuple[Rows, str]:
    """One page, the newest deletion first, and the query string of the next one. Raises Invalid."""
    query = QueryDict(mutable=True)
    query["cursor"], query["limit"] = request.GET.get("cursor", ""), str(PAGE)
    pages = OffsetOrCursor()
    ordered = rows.order_by("-deleted_at", "-id").values(*COLUMNS, *PEOPLE)
    found = pages.paginate_queryset(ordered, PageRequest(query, f"?{urlencode({'search': search})}"))
    return _dressed(found), str(pages.head["next"] or "")


def _dressed(rows: Any) -> Rows:
    now, days = timezone.now(), retention_days()
    return [
        {
            **row,
            "name": row["title"] or row["original_filename"],
            "icon": ICONS.get(row["type"], "image"),
            "type_text": TYPES[row["type"]],
            "days_left": None if days is None else _days_left(now - row["deleted_at"], days),
        }
        for row in rows
    ]


def _days_left(age: timedelta, days: int) -> int:
    return max(0, -((age - timedelta(days=days)) // timedelta(days=1)))


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "No file was chosen.")
    return _back()


def _back() -> HttpResponse:
    return redirect("admin:uploads_upload_trash")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
