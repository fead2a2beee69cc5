"""The pages of the browser: the list, the parts that its script requests later, and zips."""

import json

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.db.ids import parse_id
from common.errors import DomainError, NotFound
from common.resilience.deadlines import paced
from common.web.error_views import error_response
from permissions.admin.pages import ModelPage
from permissions.admin.site_response import site_response
from permissions.admin.tenant_requests import refusal_page
from permissions.choices import Action, Visibility
from uploads.admin.browser.archive import archive_name, selected_files, zipped
from uploads.admin.browser.counts import counts_of
from uploads.admin.browser.results import SORTS, results_context
from uploads.admin.browser.state import BrowserState
from uploads.admin.metadata import metadata_rows
from uploads.api.representation import represent_uploads, with_related
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.usages.registry import registered_models


class BrowserPage(ModelPage):
    """The list of files as the media browser. Popups and posted actions go to Django's own list."""

    route = ""
    name = "uploads_upload_changelist"
    title = _("Media library")
    template_name = "admin/uploads/browser/page.html"
    is_fullwidth = True
    http_method_names = ("get", "head")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" or IS_POPUP_VAR in request.GET:
            return self.model_admin.changelist_view(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        context = {
            "may_upload": self.may("add"),
            "types": UploadType.choices,
            "visibilities": Visibility.choices,
            "sorts": SORTS,
            "entity_lists": json.dumps(_entity_lists(request, self.admin_site)),
            **results_context(request, self.access),
        }
        return self.render(context, status=400 if context["error"] else 200)

    def deny(self) -> HttpResponseBase:
        """Explain which role would open the library, with status 403."""
        context = {"title": str(self.title)}
        return site_response(self.request, self.admin_site, "admin/uploads/browser/refused.html", context, status=403)


class ResultsPage(ModelPage):
    """The results alone, for the page's script; with a cursor only the files, which are added below the others."""

    route = "browse/results/"
    name = "uploads_upload_results"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        context = {**results_context(request, self.access), "may_upload": self.may("add")}
        name = "files" if context["state"].cursor and not context["error"] else "results"
        status = 400 if context["error"] else 200
        return render(request, f"admin/uploads/browser/{name}.html", context, status=status)


class CountsPage(ModelPage):
    """The number of files of each choice of the sidebar, as JSON."""

    route = "browse/counts/"
    name = "uploads_upload_counts"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return JsonResponse(counts_of(BrowserState.of(request), self.access))

    def refuse(self, error: DomainError) -> HttpResponseBase:
        return error_response(error)


class MetadataPage(ModelPage):
    """What the file named by `id` says of itself, as labels and texts in JSON: as much as the API shows."""

    route = "browse/metadata/"
    name = "uploads_upload_metadata"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        visible = Upload.objects.allowing(self.access, Action.VIEW)
        pk = parse_id(request.GET.get("id", ""))
        files = represent_uploads(with_related(visible.filter(pk=pk), self.access), self.access, request) if pk else []
        if not files:
            raise NotFound
        return JsonResponse({"rows": metadata_rows(files[0]["metadata"])})

    def refuse(self, error: DomainError) -> HttpResponseBase:
        return error_response(error)


class ArchivePage(ModelPage):
    """A zip of the posted files; with `check` only whether it can be made, as the API answers.

    A browser would show a refusal in place of the page, so the script asks before the browser saves the zip.
    """

    route = "browse/archive/"
    name = "uploads_upload_archive"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        files = selected_files(self.access, request.POST)
        if self._is_check():
            return HttpResponse(status=204)
        headers = {"Content-Disposition": f'attachment; filename="{archive_name()}"'}
        return StreamingHttpResponse(
            paced(zipped(files), settings.REQUEST_DEADLINE), content_type="application/zip", headers=headers
        )

    def refuse(self, error: DomainError) -> HttpResponseBase:
        return error_response(error) if self._is_check() else refusal_page(self.request, self.admin_site, error)

    def _is_check(self) -> bool:
        return "check" in self.request.POST


def _entity_lists(request: HttpRequest, site: AdminSite) -> dict[str, str]:
    """Return the address of the list of each type of entity that has an admin which this person may view."""
    models = {name: model for name, model in registered_models().items() if model in site._registry}
    return {
        name: reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, model in models.items()
        if site._registry[model].has_view_permission(request)
    }
