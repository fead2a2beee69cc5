"""A form whose row was deleted while it was open: what was typed is given back to be copied."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from permissions.admin.unsaved_text import typed_texts


def gone_page(request: HttpRequest, admin: Any) -> HttpResponse:
    """Return a page with status 404 that shows the words of the form that was posted."""
    opts, site = admin.opts, admin.admin_site
    context = {
        **site.each_context(request),
        "title": str(opts.verbose_name).capitalize(),
        "typed": typed_texts(request),
        "list_url": reverse(f"{site.name}:{opts.app_label}_{opts.model_name}_changelist"),
    }
    request.current_app = site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/form_gone.html", context, status=404)
