"""What was done to files: read only, and kept when the files are gone."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from permissions.admin.base import ReadOnlyAdmin, TenantAdmin
from permissions.choices import Permission
from uploads.models import Activity

ENTRIES = 100  # of a page


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """The history of all files of an organization, for those who may see every file."""

    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["created_at", "action", "upload_name", "actor_name"]
    list_filter = ["action", "created_at"]
    list_select_related = ["organization"]
    search_fields = ["upload_name", "actor_name"]
    fields = ["created_at", "action", "upload_name", "upload_id", "actor_name", "changes", "request_id"]


class HistoryMixin:
    """Shows the history of a file in place of Django's own, which knows only what was done in the admin."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """As in the API it is for those who may edit the file."""
        model_admin = cast(TenantAdmin, self)
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        upload = model_admin.get_object(request, unquote(object_id))
        if upload is None:
            return redirect("admin:index")
        if not model_admin.has_change_permission(request, upload):
            raise PermissionDenied
        page = Paginator(Activity.objects.filter(upload_id=upload.pk), ENTRIES).get_page(request.GET.get("p"))
        context = {
            **model_admin.admin_site.each_context(request),
            "title": f"History: {upload}",
            "object": upload,
            "opts": model_admin.opts,
            "headings": ["When", "Who", "What", "Changes"],
            "page": page,
            "entries": page.object_list,
        }
        return TemplateResponse(request, "admin/uploads/history.html", context)
