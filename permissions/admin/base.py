"""The base of every admin: rows, choices and permissions come from the organization of the request.

Django's own checks (`user.has_perm`) do not know organizations and are never asked.
"""

from typing import Any, ClassVar, Final, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.text import narrow_to_words
from permissions.access import Access, scope
from permissions.admin import theme
from permissions.admin.action_selection import ConfirmedSelection
from permissions.admin.admin_types import Columns, FieldNames
from permissions.admin.change_list import NaturalChangeList
from permissions.admin.form_versions import VersionedAdmin
from permissions.admin.pages import PagesAdmin
from permissions.admin.refusals import RefusalMessages, refusals_of, with_refusals
from permissions.admin.tenant import admin_access
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Permission

SUPERUSERS: Final = "superusers"

Grants = dict[str, Permission | str]
Row = TypeVar("Row", bound=Model)


class AccessControlledAdmin(BaseModelAdmin, Generic[Row]):
    """Permissions and choices, for admins and inlines.

    `grants` names the permission that each of view, add, change and delete needs: a verb without one is denied, and
    SUPERUSERS stands for superusers alone. `organization_lookup` leads from a row to the id of its organization.
    """

    grants: Grants = {}
    organization_lookup = "organization_id"

    def may(self, request: HttpRequest, verb: str, row: Row | None = None) -> bool:
        """Tell whether the person has the permission that `grants` names for `verb`, for `row` where one is given."""
        grant = self.grants.get(verb)
        if grant is None:
            return False
        if grant == SUPERUSERS:
            return request.user.is_superuser
        return admin_access(request).has(Permission(grant)) and (row is None or self.allows(request, verb, row))

    def allows(self, request: HttpRequest, verb: str, row: Row) -> bool:
        """Tell whether the caller, who may do `verb` in general, may do it to this row of the organization."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Tell whether the person may view the row; the permission to change it includes viewing."""
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def has_add_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Tell whether the person may add rows. A new row has no owner yet, so only the general permission counts."""
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether the model is shown in the admin."""
        return any(self.may(request, verb) for verb in ("view", "add", "change"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        """Return the rows of the organization that the page shows."""
        return self.in_organization(super().get_queryset(request), admin_access(request))

    def in_organization(self, rows: QuerySet[Row], access: Access) -> QuerySet[Row]:
        """Narrow `rows` to the organization; to none where there is no organization to act in."""
        return scope(rows, access, self.organization_lookup)

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet[Model] | None:
        """Offer (and accept) only the related rows that their own admin would show to this person."""
        model = cast(type[Model], db_field.related_model)
        model_admin = self.admin_site._registry.get(model)
        if model_admin is None or not model_admin.has_view_permission(request):
            return model._default_manager.none()
        return model_admin.get_queryset(request)


class TenantAdmin(
    RefusalMessages, VersionedAdmin[Row], ConfirmedSelection, PagesAdmin, AccessControlledAdmin[Row], theme.ModelAdmin
):
    """The admin of a model whose rows belong to one organization each.

    Superusers who act in all organizations name it in forms and see it in lists, unless `names_organization` is False:
    then it follows from another field.
    """

    form = TenantForm
    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # a count for every choice of every filter, over the whole table
    view_on_site = False
    list_fullwidth = True
    names_organization: ClassVar[bool] = True

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """Search the column of folded text if the model has one, as lists of the API do."""
        columns = self.get_search_fields(request)
        if len(columns) == 1 and columns[0].endswith("search_text"):
            return narrow_to_words(queryset, search_term, columns[0]), False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NaturalChangeList]:
        return NaturalChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Explain an empty list whose address names an unknown filter."""
        if request.method == "GET" and ERROR_FLAG in request.GET:
            text = _("This list cannot be shown: its address names a filter or a value that does not exist.")
            self.message_user(request, text, messages.ERROR)
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Check the permission before the row is looked up, as other pages do."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Row | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return a class of forms that knows the organization and the access of this request."""
        form = cast(type[TenantForm], super().get_form(request, obj, change=change, **kwargs))
        form.access = admin_access(request)
        form.tenant_id = form.access.organization_id
        return with_refusals(form, request) if refusals_of(request) else form

    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> FieldNames:
        """Show the organization only to those who see several: chosen when a row is made, never changed."""
        fields = [name for name in super().get_fields(request, obj) if name != "organization"]
        return ["organization", *fields] if self._shows_organization(request) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[str]:
        fixed = ["organization"] if obj is not None and self._has_organization() else []
        return [*fixed, *super().get_readonly_fields(request, obj)]

    def get_list_display(self, request: HttpRequest) -> Columns:
        """Show the organization of each row to those who see several."""
        columns = super().get_list_display(request)
        return [*columns, "organization"] if self._shows_organization(request) else columns

    def _shows_organization(self, request: HttpRequest) -> bool:
        return self._has_organization() and admin_access(request).everywhere

    def _has_organization(self) -> bool:
        try:
            return self.names_organization and bool(self.model._meta.get_field("organization").editable)
        except FieldDoesNotExist:
            return False


class ReadOnlyAdmin(TenantAdmin[Row]):
    """The admin of rows that the system writes: `grants` names a permission for view alone."""

    actions: Any = None

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[str]:
        return list(flatten(self.get_fields(request, obj)))


class TenantInline(AccessControlledAdmin, theme.TabularInline):
    """Rows below one parent, under the same rule."""

    form = TenantForm
    extra = 0
