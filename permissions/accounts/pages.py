"""The pages of one's own account: one base, in the theme of the admin, without a sidebar.

They are for everyone, also for people who do not work in the admin. `link` and `link_text` lead on from a page.
"""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View
from rest_framework.request import Request
from rest_framework.views import APIView

from common.errors import DomainError
from common.rest.throttling import AccountThrottle
from permissions.admin import theme
from permissions.admin.tenant import act_by_session
from permissions.authentication.sign_in_guard import TooManyAttempts

SIGN_IN = reverse_lazy("account:sign_in")


class AccountPage(TemplateResponseMixin, ContextMixin, View):
    """A page with a sentence, a form or none, and a link to where a person goes next."""

    template_name = "account/page.html"
    title: str | Promise = ""
    lead: str | Promise = ""
    submit_text: str | Promise = ""
    link: str | Promise = ""
    link_text: str | Promise = ""
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; the error of a service is a page with its sentence."""
        act_by_session(request)
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return self.refuse(error)

    def refuse(self, error: DomainError) -> HttpResponse:
        """Return a page with the sentence of `error` and without a form."""
        context = {**self.get_context_data(form=None), "lead": error.detail, "submit_text": ""}
        response = self.response_class(self.request, "account/page.html", context, status=error.status)
        if error.retry_after:
            response["Retry-After"] = str(error.retry_after)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the template shows."""
        shown = {name: getattr(self, name) for name in ("title", "lead", "submit_text", "link", "link_text")}
        context = {**admin.site.each_context(self.request), **shown, **super().get_context_data(**kwargs)}
        if context.get("form") is not None:
            theme.apply_look(context["form"])
        return context


class OwnAccountPage(LoginRequiredMixin, AccountPage):
    """A page for the person who is signed in; others sign in first."""

    login_url = SIGN_IN


def count_try(request: HttpRequest) -> None:
    """Count a try of a link, a code or an address from this network. Raises TooManyAttempts beyond the rate."""
    throttle = AccountThrottle()
    if not throttle.allow_request(cast(Request, request), cast(APIView, None)):
        raise TooManyAttempts(throttle.wait() or 60)
