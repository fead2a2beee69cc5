"""The choice of the organization in which pages open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from permissions.admin.pages import AdminPage
from permissions.admin.tenant import choose_organization
from permissions.errors import NotAMember


class OrganizationSwitch(AdminPage):
    """Chooses another organization, and leads to the overview, which exists in all of them."""

    route = "organization/"
    name = "switch_organization"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            choose_organization(request, request.POST.get("organization", ""))
        except NotAMember as error:
            messages.error(request, error.detail)
        return redirect("admin:index")
