"""The page for a form whose row was deleted while it was open: it shows the typed text to be copied."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst

from permissions.admin.site_response import site_response
from permissions.admin.unsaved_text import typed_texts


def deleted_row_page(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    """Return a page with status 404 that shows the text of the form that was posted."""
    opts, site = model_admin.opts, model_admin.admin_site
    context = {
        "title": capfirst(str(opts.verbose_name)),
        "typed": typed_texts(request),
        "list_url": reverse(f"{site.name}:{opts.app_label}_{opts.model_name}_changelist"),
    }
    return site_response(request, site, "admin/form_gone.html", context, status=404)
