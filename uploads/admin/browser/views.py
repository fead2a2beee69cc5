"""The pages of the browser: the list itself, its parts as they are asked for later, and zips."""

import json
from typing import Any

from django.conf import settings
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from common.errors import DomainError
from common.resilience.deadlines import paced
from common.web.error_views import error_answer
from permissions.access import Access
from permissions.admin.tenant import admin_access
from permissions.admin.tenant_requests import refusal_page
from permissions.choices import Permission, Visibility
from uploads.admin.browser.archive import archive_name, chosen_files, zipped
from uploads.admin.browser.chips import chips_of
from uploads.admin.browser.counts import counts_of
from uploads.admin.browser.page import MOST, PAGE, FilesPage, page_of
from uploads.admin.browser.state import BrowserState
from uploads.choices import UploadType
from uploads.usages.registry import registered_models

UPLOADER = "Uploaded by"  # for those who see every file
SORTS = [
    ("-created_at", "Newest first"),
    ("created_at", "Oldest first"),
    ("original_filename", "Name, A to Z"),
    ("-original_filename", "Name, Z to A"),
    ("-size", "Largest first"),
    ("size", "Smallest first"),
    ("type", "Type, A to Z"),
    ("-type", "Type, Z to A"),
]
# Heading, the column it sorts by, the order of its first click and that of the second.
COLUMNS = [
    ("Name", "original_filename", "original_filename", "-original_filename"),
    ("Type", "type", "type", "-type"),
    ("Size", "size", "-size", "size"),
    (UPLOADER, "", "", ""),
    ("Uploaded", "created_at", "-created_at", "created_at"),
    ("Visibility", "", "", ""),
]


class BrowserMixin:
    """Shows the model's list as the browser. What Django's own list takes (popups, posted actions) it still does."""

    def get_urls(self) -> list:
        admin: Any = self
        own = [
            path("browse/results/", admin.admin_site.admin_view(self.results_view), name="uploads_upload_results"),
            path("browse/counts/", admin.admin_site.admin_view(self.counts_view), name="uploads_upload_counts"),
            path("browse/archive/", admin.admin_site.admin_view(self.archive_view), name="uploads_upload_archive"),
        ]
        return own + super().get_urls()  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" or IS_POPUP_VAR in request.GET:
            return super().changelist_view(request, extra_context)  # type: ignore[misc]
        admin: Any = self
        common = {**admin.admin_site.each_context(request), "title": "Media library"}
        request.current_app = admin.admin_site.name  # type: ignore[attr-defined]
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            return TemplateResponse(request, "admin/uploads/browser/refused.html", common, status=403)
        access = admin_access(request)
        context = {
            **common,
            "is_fullwidth": "1",
            "may_upload": admin.has_add_permission(request),
            "types": UploadType.choices,
            "visibilities": Visibility.choices,
            "sorts": SORTS,
            "entity_lists": json.dumps(_entity_lists(request, admin.admin_site)),
            **_results(request, access),
        }
        status = 400 if context["error"] else 200
        return TemplateResponse(request, "admin/uploads/browser/page.html", context, status=status)

    @method_decorator(require_GET)
    def results_view(self, request: HttpRequest) -> HttpResponse:
        """The results alone, for the page's script; with a cursor only the files, to be put below the others."""
        context = _results(request, self._access(request))
        name = "files" if context["state"].cursor and not context["error"] else "results"
        context["may_upload"] = self.has_add_permission(request)  # type: ignore[attr-defined]
        status = 400 if context["error"] else 200
        return render(request, f"admin/uploads/browser/{name}.html", context, status=status)

    @method_decorator(require_GET)
    def counts_view(self, request: HttpRequest) -> HttpResponse:
        try:
            return JsonResponse(counts_of(BrowserState.of(request), self._access(request)))
        except DomainError as error:
            return error_answer(error)

    @method_decorator(require_POST)
    def archive_view(self, request: HttpRequest) -> HttpResponseBase:
        """A zip of the posted files; with `check` only whether there can be one, as the API answers.

        The browser itself saves the zip, and would put a refusal in place of the page: so the script asks first.
        """
        access, is_check = self._access(request), "check" in request.POST
        try:
            files = chosen_files(access, request.POST)
        except DomainError as error:
            return error_answer(error) if is_check else refusal_page(request, self.admin_site, error)  # type: ignore[attr-defined]
        if is_check:
            return HttpResponse(status=204)
        headers = {"Content-Disposition": f'attachment; filename="{archive_name()}"'}
        return StreamingHttpResponse(
            paced(zipped(files), settings.REQUEST_DEADLINE), content_type="application/zip", headers=headers
        )

    def _access(self, request: HttpRequest) -> Access:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return admin_access(request)


def _entity_lists(request: HttpRequest, site: Any) -> dict[str, str]:
    """The addresses below which the admin has the form of an entity, by type, as far as this person may look there."""
    models = {name: model for name, model in registered_models().items() if model in site._registry}
    return {
        name: reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, model in models.items()
        if site._registry[model].has_view_permission(request)
    }


def _results(request: HttpRequest, access: Access) -> dict[str, Any]:
    """What results.html shows: files, or the reason why there are none to show."""
    state, error, page = BrowserState.of(request), "", FilesPage([], "")
    try:
        page = page_of(request, state, access, limit=_limit(request))
    except DomainError as refused:
        error = refused.detail
    return {
        "state": state,
        "page": page,
        "error": error,
        "listing": state.listing(error),
        "chips": [] if error else chips_of(state, access),
        "columns": [_column(state, *column) for column in _columns(access)],
        "sees_all": access.has(Permission.MEDIA_VIEW_ALL),
        "is_filtered": bool(state.parameters),
        "created_after": state.first("created_after")[:10],
        "created_before": state.first("created_before")[:10],
        "unfiltered": BrowserState({}, state.ordering, state.view).query(),
    }


def _limit(request: HttpRequest) -> int:
    """How many files, when the script shows a longer list again."""
    text = request.GET.get("limit", "")
    return min(int(text), MOST) if text.isascii() and text.isdigit() and int(text) else PAGE


def _columns(access: Access) -> list[tuple[str, ...]]:
    return [column for column in COLUMNS if column[0] != UPLOADER or access.has(Permission.MEDIA_VIEW_ALL)]


def _column(state: BrowserState, text: str, name: str, first: str, second: str) -> dict[str, str]:
    """A heading of the list: what a click on it leads to, and how the list is sorted by it now."""
    if not name:
        return {"text": text}
    sorted_by = state.ordering.removeprefix("-") == name
    direction = ("descending" if state.ordering.startswith("-") else "ascending") if sorted_by else "none"
    following = second if state.ordering == first else first
    return {"text": text, "href": state.ordered(following).query(), "direction": direction}
