"""The base of every admin here: rows, choices and rights come from the organization the person acts in.

Django's own checks (`user.has_perm`) do not know organizations and are never asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import DataError
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.db.computed_columns import sort_column
from common.text import narrow_to_words
from permissions.access import Access, scope
from permissions.admin import theme
from permissions.admin.action_selection import ConfirmedSelection
from permissions.admin.form_versions import VersionedAdmin
from permissions.admin.pagination import BoundedPaginator
from permissions.admin.refusals import RefusalMessages, refusals_of, with_refusals
from permissions.admin.tenant import admin_access
from permissions.choices import Permission

SUPERUSERS: Final = "superusers"

Grants = dict[str, Permission | str]


class TenantForm(forms.ModelForm):
    """A form whose row belongs to `tenant_id`, and that refuses to tie it to rows of another organization."""

    tenant_id: UUID | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.tenant_id and self.instance._state.adding and hasattr(self.instance, "organization_id"):
            self.instance.organization_id = self.tenant_id

    def _get_validation_exclusions(self) -> set[str]:
        """Let constraints that include the organization speak here, not as an IntegrityError later."""
        exclusions = super()._get_validation_exclusions()
        if getattr(self.instance, "organization_id", None):
            exclusions.discard("organization")
        return exclusions

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        organization = cleaned.get("organization")
        own = organization.pk if organization else getattr(self.instance, "organization_id", None)
        for name, value in list(cleaned.items()):  # an error takes its field out
            rows = value if isinstance(value, QuerySet) else [value]
            if own and any(getattr(row, "organization_id", own) != own for row in rows if isinstance(row, Model)):
                self.add_error(name, ValidationError("Select a valid choice.", code="invalid_choice"))
        return cleaned


class AccessControlledAdmin(BaseModelAdmin):
    """Rights and choices, for admins and inlines alike.

    `grants` says which permission each of view, add, change and delete needs; a missing one is nobody's, SUPERUSERS
    is theirs alone. `organization_lookup` leads from a row to the id of its organization.
    """

    grants: Grants = {}
    organization_lookup = "organization_id"

    def may(self, request: HttpRequest, verb: str, row: Any = None) -> bool:
        grant = self.grants.get(verb)
        if grant is None:
            return False
        if grant == SUPERUSERS:
            return bool(cast(Any, request.user).is_superuser)
        return admin_access(request).has(Permission(grant)) and (row is None or self.allows(request, verb, row))

    def allows(self, request: HttpRequest, verb: str, row: Any) -> bool:
        """Tell whether the caller, who may do `verb` in general, may do it to this row of the organization."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj) or self.may(request, "change", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(self.may(request, verb) for verb in ("view", "add", "change"))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.in_organization(super().get_queryset(request), admin_access(request))

    def in_organization(self, rows: QuerySet, access: Access) -> QuerySet:
        """Narrow `rows` to the organization; nothing at all where there is none to act in."""
        return scope(rows, access, self.organization_lookup)

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet:
        """Offer (and accept) only the related rows that their own admin would show to this person."""
        model = cast(type[Model], db_field.related_model)
        owner = self.admin_site._registry.get(model)
        if owner is None or not owner.has_view_permission(request):
            return model._default_manager.none()
        return owner.get_queryset(request)


@contextmanager
def _understood() -> Iterator[None]:
    """Raise IncorrectLookupParameters for what no calendar holds, in UTC or at all, and what no database can read."""
    try:
        yield
    except (OverflowError, ValueError, DataError) as error:
        raise IncorrectLookupParameters(error) from None


class NaturalChangeList(theme.ChangeList):
    """Orders a column of names as people do: `img2` before `img10`, whatever the case.

    Of an address with a filter or value that there is not, where Django would show every row, it lists none.
    """

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet:
        with _understood():
            rows = super().get_queryset(request, *args, **kwargs)
        return rows.none() if ERROR_FLAG in request.GET else rows

    def get_results(self, request: HttpRequest) -> None:
        with _understood():
            super().get_results(request)

    def get_ordering_field(self, field_name: Any) -> Any:
        found = super().get_ordering_field(field_name)
        return sort_column(self.model, found) if isinstance(found, str) else found


class TenantAdmin(RefusalMessages, VersionedAdmin, ConfirmedSelection, AccessControlledAdmin, theme.ModelAdmin):
    """The admin of a model whose rows belong to one organization each."""

    form = TenantForm
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # a count for every choice of every filter, over the whole table
    view_on_site = False
    list_fullwidth = True

    @property
    def names_organization(self) -> bool:
        try:
            return bool(self.model._meta.get_field("organization").editable)
        except FieldDoesNotExist:
            return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Ask a column of folded text, where the model has one, as the API's lists do."""
        columns = self.get_search_fields(request)
        if len(columns) == 1 and columns[0].endswith("search_text"):
            return narrow_to_words(queryset, search_term, columns[0]), False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return NaturalChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "GET" and ERROR_FLAG in request.GET:
            text = _("This list cannot be shown: its address names a filter or a value that there is not.")
            self.message_user(request, text, messages.ERROR)
        return super().changelist_view(request, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask for the right before looking for the row, as the other pages do."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.tenant_id = admin_access(request).organization_id
        form.access = admin_access(request)
        return with_refusals(form, request) if refusals_of(request) else form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the organization only to those who see several: chosen when a row is made, never changed."""
        fields = [name for name in super().get_fields(request, obj) if name != "organization"]
        shown = self.names_organization and admin_access(request).everywhere
        return ["organization", *fields] if shown else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["organization"] if obj is not None and self.names_organization else []
        return [*fixed, *super().get_readonly_fields(request, obj)]

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = list(super().get_list_display(request))
        return [*shown, "organization"] if self.names_organization and admin_access(request).everywhere else shown


class ReadOnlyAdmin(TenantAdmin):
    """Rows that the system writes and people only look at: `grants` names a permission for view alone."""

    actions: Any = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)


class TenantInline(AccessControlledAdmin, theme.TabularInline):
    """Rows of one parent, under the same rule."""

    form = TenantForm
    extra = 0
