"""Responses in the frame of the admin site: sidebar, organization, messages."""

from collections.abc import Mapping

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from permissions.admin.request_state import state_of


def site_response(
    request: HttpRequest, site: AdminSite, template: str, context: Mapping[str, object], *, status: int = 200
) -> TemplateResponse:
    """Return `template` with `context` and the context of every page of `site`."""
    state_of(request).current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)
