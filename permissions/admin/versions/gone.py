"""A form whose row was deleted while it was open: what was typed is given back to be copied."""

from typing import Any

from django.forms.utils import pretty_name
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from permissions.ids import parse_id

MOST = 100  # fields that are shown
_OURS = ("_", "csrfmiddlewaretoken", "password")


def gone_page(request: HttpRequest, admin: Any) -> HttpResponse:
    """Return a page with status 404 that shows the words of the form that was posted: no ids, no passwords."""
    opts, site = admin.opts, admin.admin_site
    context = {
        **site.each_context(request),
        "title": str(opts.verbose_name).capitalize(),
        "typed": _typed(request)[:MOST],
        "list_url": reverse(f"{site.name}:{opts.app_label}_{opts.model_name}_changelist"),
    }
    request.current_app = site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/form_gone.html", context, status=404)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (pretty_name(name.replace("-", " ")), text)
        for name, texts in request.POST.lists()
        for text in texts
        if isinstance(text, str) and not name.startswith(_OURS) and not name.endswith("_FORMS") and _is_typed(text)
    ]


def _is_typed(text: str) -> bool:
    return bool(text.strip()) and text != "on" and parse_id(text) is None
