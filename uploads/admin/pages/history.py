"""The history of a file, in place of Django's own, which has only changes in the admin."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from permissions.admin.pages import ModelPage
from uploads.models import Activity

ENTRIES = 100  # of a page


class HistoryPage(ModelPage):
    """For those who may edit the file, as in the API."""

    route = "<path:object_id>/history/"
    name = "uploads_upload_history"
    template_name = "admin/uploads/history.html"
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        upload = self.model_admin.get_object(request, unquote(object_id))
        if upload is None:
            return redirect("admin:index")
        if not self.model_admin.has_change_permission(request, upload):
            raise PermissionDenied
        page = Paginator(Activity.objects.filter(upload_id=upload.pk), ENTRIES).get_page(request.GET.get("p"))
        context = {
            "title": _("History: %(name)s") % {"name": upload},
            "object": upload,
            "opts": self.model_admin.opts,
            "page": page,
            "entries": page.object_list,
        }
        return self.render(context)
