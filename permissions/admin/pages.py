"""Pages of the admin beside Django's lists and forms: one base, and one way to register them.

A page declares its route, its permissions and its template. A ModelAdmin lists the pages of its model in
`extra_pages`, and so does the site. A page that has the name of one of Django's replaces it.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.views import View

from common.errors import DomainError
from permissions.access import Access
from permissions.admin.site_response import site_response
from permissions.admin.tenant import admin_access

FORM_METHODS = ("get", "head", "post")


class AdminPage(View):
    """One page, in the organization that its request names; `access` is what the person may do there.

    A method that is not in `http_method_names` is answered with 405. Then `has_permission` decides, and then the
    method of the page is called.
    """

    route: ClassVar[str]
    name: ClassVar[str]
    title: str | Promise = ""
    template_name: ClassVar[str] = ""
    is_fullwidth: ClassVar[bool] = False
    http_method_names: Sequence[str] = ("get",)

    admin_site: AdminSite
    access: Access

    @classmethod
    def url(cls, admin_site: AdminSite, **bound: object) -> URLPattern:
        """Return the URL pattern of this page of `admin_site`; `bound` are further attributes of the page."""
        page: type[Self] = type(cls.__name__, (cls,), {"__module__": cls.__module__, "admin_site": admin_site, **bound})
        return path(cls.route, admin_site.admin_view(page.as_view()), name=cls.name)

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Take the access that was resolved for the organization of the page."""
        super().setup(request, *args, **kwargs)
        self.access = admin_access(request)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Check the method, then the permission; then call the method of the page."""
        if str(request.method).lower() in self.http_method_names and not self.has_permission():
            return self.deny()
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return self.refuse(error)

    def has_permission(self) -> bool:
        """Tell whether the person, who is signed in and staff, may open the page."""
        return True

    def deny(self) -> HttpResponseBase:
        """Return the response for people who may not open the page."""
        raise PermissionDenied

    def refuse(self, error: DomainError) -> HttpResponseBase:
        """Return the response to an error of a service. A page that does not override this fails with the error."""
        raise error

    def render(self, context: Mapping[str, object], *, status: int = 200) -> HttpResponseBase:
        """Return the template of the page with its title and `context`, in the frame of the site."""
        frame = {"title": str(self.title)} | ({"is_fullwidth": "1"} if self.is_fullwidth else {})
        return site_response(self.request, self.admin_site, self.template_name, {**frame, **context}, status=status)


class ModelPage(AdminPage):
    """A page of a model's admin, with its route below the list of the model.

    It needs the permission of every verb in `verbs`: `has_<verb>_permission` of that admin.
    """

    verbs: ClassVar[tuple[str, ...]] = ("view",)
    model_admin: ModelAdmin

    @classmethod
    def is_open(cls, request: HttpRequest, model_admin: ModelAdmin) -> bool:
        """Tell whether the person who asks may open this page of `model_admin`."""
        return all(has_permission(request, model_admin, verb) for verb in cls.verbs)

    def has_permission(self) -> bool:
        return self.is_open(self.request, self.model_admin)

    def may(self, verb: str) -> bool:
        """Tell whether the person has the permission `verb` of the page's admin."""
        return has_permission(self.request, self.model_admin, verb)


def has_permission(request: HttpRequest, model_admin: ModelAdmin, verb: str) -> bool:
    """Ask `has_<verb>_permission` of `model_admin`, as Django does for actions."""
    return bool(getattr(model_admin, f"has_{verb}_permission")(request))


class PagesAdmin(ModelAdmin):
    """A ModelAdmin with pages of its own."""

    extra_pages: ClassVar[Sequence[type[ModelPage]]] = ()

    def get_urls(self) -> list[URLPattern]:
        """Return the model's own pages, and those of Django that they do not replace."""
        own = [page.url(self.admin_site, model_admin=self) for page in self.extra_pages]
        names = {page.name for page in self.extra_pages}
        return [*own, *(url for url in super().get_urls() if url.name not in names)]
